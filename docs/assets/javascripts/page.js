// What a page needs beyond how it behaves (theme.js): diagrams, mathematics, tables told to a screen reader, paper.
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

  // Mathematics is in the page as it was recorded. In a preview a formula may not be yet: `\(…\)` or `\[…\]`, and is set here.

  const formulas = [...document.querySelectorAll(".arithmatex:not([data-set])")];

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

  // Tables that become blocks on a phone (hooks/markup.py): the roles keep them tables to a screen reader, which
  // `display: block` would end.

  for (const table of document.querySelectorAll("table[data-labelled]")) {
    table.setAttribute("role", "table");
    for (const group of table.querySelectorAll("thead, tbody")) group.setAttribute("role", "rowgroup");
    for (const head of table.querySelectorAll("thead th")) head.setAttribute("role", "columnheader");
    for (const row of table.rows) row.setAttribute("role", "row");
    for (const cell of table.querySelectorAll("td")) cell.setAttribute("role", "cell");
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
