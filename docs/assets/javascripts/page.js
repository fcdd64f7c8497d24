// What a page needs beyond the theme: diagrams, mathematics, and tables that a phone can show.
// Everything it loads comes from this site, and only on a page that has use for it. The text reads without it.
(() => {
  "use strict";

  const assets = new URL("../", document.currentScript.src);

  /** Load one script of this site; settles when it has run. */
  const load = (path) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(path, assets).href;
      script.onload = done;
      script.onerror = () => failed(new Error(`cannot load ${script.src}`));
      document.head.append(script);
    });

  // Diagrams are in the page as they were recorded. In a preview one may not be yet, and is drawn here.

  if (document.querySelector("div.mermaid")) load("javascripts/diagrams.js");

  for (const diagram of document.querySelectorAll(".diagram")) {
    if (diagram.scrollWidth > diagram.clientWidth) diagram.tabIndex = 0;
  }

  // Mathematics: `\(…\)` and `\[…\]`, as the arithmatex extension writes them.

  const formulas = [...document.querySelectorAll(".arithmatex")];

  if (formulas.length > 0) {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL("vendor/katex/katex.min.css", assets).href;
    document.head.append(sheet);
    load("vendor/katex/katex.min.js").then(() => {
      for (const formula of formulas) {
        const source = formula.textContent.trim();
        window.katex.render(source.slice(2, -2), formula, {
          displayMode: source.startsWith("\\["),
          throwOnError: false,
        });
      }
    });
  }

  // Code: the theme puts each block's copy button into a `nav` without a name, as it comes into view. None is a landmark.

  const unmark = () => document.querySelectorAll(".md-code__nav:not([role])").forEach((bar) => bar.setAttribute("role", "none"));
  unmark();
  const article = document.querySelector("article");
  if (article?.querySelector("pre > code")) new MutationObserver(unmark).observe(article, { childList: true, subtree: true });

  // Tables: a long name in a narrow column may break after its dots, slashes and underscores.

  for (const code of document.querySelectorAll(".md-typeset td code")) {
    if (code.childElementCount > 0 || code.textContent.length < 16) continue;
    const parts = code.textContent.split(/(?<=[/_.,:=-])/);
    code.replaceChildren(...parts.flatMap((part, index) => (index ? [document.createElement("wbr"), part] : [part])));
  }

  // Tables: on a phone each row becomes a block, and each cell says which column it is from. The roles keep it a
  // table to a screen reader, which `display: block` would end.

  for (const table of document.querySelectorAll(".md-typeset table:is(:not([class]), .slipbox-graph-table)")) {
    const labels = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    if (labels.length < 3) continue;
    table.setAttribute("data-labelled", "");
    table.setAttribute("role", "table");
    for (const group of table.querySelectorAll("thead, tbody")) group.setAttribute("role", "rowgroup");
    for (const head of table.querySelectorAll("thead th")) head.setAttribute("role", "columnheader");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell, index) => {
        if (cell.tagName !== "TD") return;
        cell.setAttribute("role", "cell");
        cell.dataset.label = labels[index] ?? "";
        const content = document.createElement("div");
        content.append(...cell.childNodes);
        cell.append(content);
      });
    }
  }

  // Paper has nothing to click: what is folded is opened to be printed, and folded again.

  const opened = [];
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details:not([open])")) {
      each.open = true;
      opened.push(each);
    }
  });
  addEventListener("afterprint", () => {
    for (const each of opened.splice(0)) each.open = false;
  });
})();
