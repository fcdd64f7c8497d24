// What a page needs beyond the theme: diagrams, mathematics, and tables that a phone can show.
// Everything it loads comes from this site, and only on a page that has use for it. The text reads without it.
(() => {
  "use strict";

  const assets = new URL("../", document.currentScript.src);

  /** Return the value of a custom property of the palette in force. */
  const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

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
    fontFamily: colour("--md-text-font-family") || "sans-serif",
    themeVariables: {
      darkMode: document.body.dataset.mdColorScheme === "slate",
      fontSize: "15px",
      background: colour("--site-ground"),
      primaryColor: colour("--site-ground-soft"),
      primaryTextColor: colour("--site-ink"),
      primaryBorderColor: colour("--site-link"),
      secondaryColor: colour("--site-link-tint"),
      tertiaryColor: colour("--site-ground-soft"),
      tertiaryBorderColor: colour("--site-line"),
      lineColor: colour("--site-ink-soft"),
      textColor: colour("--site-ink"),
      edgeLabelBackground: colour("--site-ground"),
      clusterBkg: colour("--site-ground"),
      clusterBorder: colour("--site-line"),
      noteBkgColor: colour("--site-doubt-tint"),
      noteTextColor: colour("--site-ink"),
      noteBorderColor: colour("--site-line"),
      actorBkg: colour("--site-ground-soft"),
      actorBorder: colour("--site-link"),
      actorTextColor: colour("--site-ink"),
      signalColor: colour("--site-ink-soft"),
      signalTextColor: colour("--site-ink"),
      labelBoxBkgColor: colour("--site-ground-soft"),
      labelTextColor: colour("--site-ink"),
      loopTextColor: colour("--site-ink"),
      activationBkgColor: colour("--site-link-tint"),
      activationBorderColor: colour("--site-link"),
    },
  });

  /** Let a wide diagram scroll rather than shrink until nobody can read it: never below three quarters of its size. */
  const fit = (diagram) => {
    const picture = diagram.querySelector("svg");
    const width = picture.viewBox.baseVal.width;
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

  // Tables: on a phone each row becomes a block, and each cell says which column it is from. The roles keep it a
  // table to a screen reader, which `display: block` would end.

  for (const table of document.querySelectorAll(".md-typeset table:not([class])")) {
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
