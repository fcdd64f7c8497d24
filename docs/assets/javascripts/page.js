// What a page needs beyond the theme: diagrams, mathematics, and tables that a phone can show.
// Everything it loads comes from this site, and only on a page that has use for it. The text reads without it.
(() => {
  "use strict";

  const assets = new URL("../", document.currentScript.src);

  /** Return the value of a custom property of the style sheets, in the palette in force. */
  const property = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

  /** Load one script of this site; settles when it has run. */
  const load = (path) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(path, assets).href;
      script.onload = done;
      script.onerror = () => failed(new Error(`cannot load ${script.src}`));
      document.head.append(script);
    });

  // Diagrams: the page brings Mermaid when it has one (mkdocs-mermaid2-plugin); we draw, and draw again when the
  // reader changes the palette.

  const diagrams = [...document.querySelectorAll("div.mermaid")];
  const sources = diagrams.map((diagram) => diagram.innerHTML);

  const theme = () => ({
    startOnLoad: false,
    theme: "base",
    fontFamily: property("--md-text-font-family") || "sans-serif",
    themeVariables: {
      darkMode: document.body.dataset.mdColorScheme === "slate",
      fontSize: "15px",
      background: property("--site-ground"),
      primaryColor: property("--site-ground-soft"),
      primaryTextColor: property("--site-ink"),
      primaryBorderColor: property("--site-link"),
      secondaryColor: property("--site-link-tint"),
      tertiaryColor: property("--site-ground-soft"),
      tertiaryBorderColor: property("--site-line"),
      lineColor: property("--site-ink-soft"),
      textColor: property("--site-ink"),
      edgeLabelBackground: property("--site-ground"),
      clusterBkg: property("--site-ground"),
      clusterBorder: property("--site-line"),
      noteBkgColor: property("--site-doubt-tint"),
      noteTextColor: property("--site-ink"),
      noteBorderColor: property("--site-line"),
      actorBkg: property("--site-ground-soft"),
      actorBorder: property("--site-link"),
      actorTextColor: property("--site-ink"),
      signalColor: property("--site-ink-soft"),
      signalTextColor: property("--site-ink"),
      labelBoxBkgColor: property("--site-ground-soft"),
      labelTextColor: property("--site-ink"),
      loopTextColor: property("--site-ink"),
      activationBkgColor: property("--site-link-tint"),
      activationBorderColor: property("--site-link"),
    },
  });

  /** Set a diagram in the text's measure if it fits there, else in the column. A wide one scrolls rather than shrinks
   *  until nobody can read it: never below three quarters of its size. */
  const fit = (diagram) => {
    const picture = diagram.querySelector("svg");
    const width = picture.viewBox.baseVal.width;
    const measure = parseFloat(property("--site-measure")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
    diagram.style.maxWidth = width <= measure ? `${measure}px` : "";
    picture.style.minWidth = `${Math.round(width * 0.75)}px`;
    diagram.setAttribute("data-drawn", "");
    if (diagram.scrollWidth > diagram.clientWidth) diagram.tabIndex = 0;
  };

  const draw = async () => {
    diagrams.forEach((diagram, index) => {
      diagram.innerHTML = sources[index];
      diagram.removeAttribute("data-processed");
      diagram.removeAttribute("data-drawn");
    });
    window.mermaid.initialize(theme());
    await document.fonts.ready;
    for (const diagram of diagrams) {
      // A diagram that doesn't parse stays readable as its source; the others are drawn.
      await window.mermaid.run({ nodes: [diagram] }).then(
        () => fit(diagram),
        (error) => console.error(error),
      );
    }
  };

  if (diagrams.length > 0 && window.mermaid) {
    let drawing = draw();
    let palette = document.body.dataset.mdColorScheme;
    new MutationObserver(() => {
      if (palette !== document.body.dataset.mdColorScheme) {
        palette = document.body.dataset.mdColorScheme;
        drawing = drawing.then(draw);
      }
    }).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
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
})();
