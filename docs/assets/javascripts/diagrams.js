// Draw Mermaid's diagrams so that one drawing serves both palettes and stands alone: colours become the properties of
// the style sheet they were taken from, and what a drawing doesn't need is taken out.
// `make diagrams` records with it what readers see; a preview draws with it what is not recorded yet.
(() => {
  "use strict";

  const COLOURS = [
    "ground", "ground-soft", "ink", "ink-soft", "line", "link", "link-hover", "link-tint", "good", "good-tint", "doubt",
    "doubt-tint", "bad", "bad-tint", "mark",
  ];
  const FACE = "Atkinson Hyperlegible Next";

  const property = (name) => getComputedStyle(document.body).getPropertyValue(`--site-${name}`).trim();

  const configuration = () => ({
    startOnLoad: false,
    theme: "base",
    fontFamily: `"${FACE}", sans-serif`,
    // Text of SVG, and not of HTML, is drawn by everything that reads SVG: also by readers of books.
    htmlLabels: false,
    // Closer together than Mermaid would: most screens are narrow.
    flowchart: { htmlLabels: false, nodeSpacing: 28, rankSpacing: 36, padding: 12 },
    gantt: { useWidth: 724 },
    sequence: { width: 116, height: 44, actorMargin: 30, diagramMarginX: 8, messageMargin: 30, bottomMarginAdj: 1 },
    themeVariables: {
      darkMode: false,
      fontSize: "15px",
      background: property("ground"),
      mainBkg: property("ground-soft"),
      primaryColor: property("ground-soft"),
      primaryTextColor: property("ink"),
      primaryBorderColor: property("link"),
      secondaryColor: property("link-tint"),
      secondaryTextColor: property("ink"),
      secondaryBorderColor: property("link"),
      tertiaryColor: property("ground-soft"),
      tertiaryTextColor: property("ink"),
      tertiaryBorderColor: property("line"),
      nodeBorder: property("link"),
      nodeTextColor: property("ink"),
      lineColor: property("ink-soft"),
      arrowheadColor: property("ink-soft"),
      defaultLinkColor: property("ink-soft"),
      textColor: property("ink"),
      titleColor: property("ink"),
      edgeLabelBackground: property("ground"),
      clusterBkg: property("ground"),
      clusterBorder: property("line"),
      noteBkgColor: property("doubt-tint"),
      noteTextColor: property("ink"),
      noteBorderColor: property("line"),
      actorBkg: property("ground-soft"),
      actorBorder: property("link"),
      actorTextColor: property("ink"),
      actorLineColor: property("link"),
      signalColor: property("ink-soft"),
      signalTextColor: property("ink"),
      labelBoxBkgColor: property("ground-soft"),
      labelBoxBorderColor: property("link"),
      labelTextColor: property("ink"),
      loopTextColor: property("ink"),
      sequenceNumberColor: property("ground"),
      activationBkgColor: property("link-tint"),
      activationBorderColor: property("link"),
      stateBkg: property("ground-soft"),
      stateLabelColor: property("ink"),
      transitionColor: property("ink-soft"),
      transitionLabelColor: property("ink"),
      labelColor: property("ink"),
      labelBackgroundColor: property("ground"),
      compositeBackground: property("ground"),
      compositeTitleBackground: property("ground-soft"),
      compositeBorder: property("line"),
      altBackground: property("ground-soft"),
      specialStateColor: property("ink-soft"),
      innerEndBackground: property("link"),
      classText: property("ink"),
      attributeBackgroundColorOdd: property("ground"),
      attributeBackgroundColorEven: property("ground-soft"),
      rowOdd: property("ground"),
      rowEven: property("ground-soft"),
      relationColor: property("ink-soft"),
      relationLabelColor: property("ink"),
      relationLabelBackground: property("ground"),
    },
  });

  /** Return a text with each colour of the palette, as it is written or as a style sheet repeats it, as its property. */
  const coloured = (text) =>
    COLOURS.reduce((written, name) => {
      const colour = property(name);
      const parts = colour.match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16));
      const kept = `var(--site-${name}, ${colour})`;
      return written.replaceAll(new RegExp(`(?<!, )${colour}\\b|rgb\\(${parts.join(", ?")}\\)`, "gi"), kept);
    }, text);

  /** Keep of a drawing's style sheet the rules that something in it answers to. */
  const prune = (svg) => {
    for (const style of svg.querySelectorAll("style")) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style.textContent);
      const used = [...sheet.cssRules].filter(
        (rule) => rule instanceof CSSStyleRule && (svg.matches(rule.selectorText) || svg.querySelector(rule.selectorText)),
      );
      style.textContent = coloured(used.map((rule) => rule.cssText).join("\n"));
    }
  };

  /** Take out what a drawing defines and doesn't use, and what its style sheet says otherwise anyway. */
  const reduce = (svg) => {
    const whole = svg.outerHTML;
    for (const definition of svg.querySelectorAll("defs > [id], marker, linearGradient, filter")) {
      if (!whole.includes(`#${definition.id})`) && !whole.includes(`"#${definition.id}"`)) definition.remove();
    }
    for (const empty of svg.querySelectorAll("defs:empty, g:empty")) empty.remove();
    for (const element of svg.querySelectorAll("[fill], [stroke], [style]")) {
      for (const name of ["fill", "stroke", "stroke-width"]) {
        if (!element.hasAttribute(name)) continue;
        const said = element.getAttribute(name);
        const seen = getComputedStyle(element)[name];
        element.removeAttribute(name);
        if (getComputedStyle(element)[name] !== seen) element.setAttribute(name, said);
      }
      element.style.removeProperty("font-family");
      if (!element.getAttribute("style")) element.removeAttribute("style");
    }
  };

  /** Take out the ids that nothing refers to, under the drawing's own, and Mermaid's data. */
  const anonymise = (svg) => {
    const whole = svg.outerHTML;
    for (const element of svg.querySelectorAll("*")) {
      for (const { name } of [...element.attributes]) if (name.startsWith("data-")) element.removeAttribute(name);
      const refers = [`#${element.id})`, `"#${element.id}"`, `by="${element.id}"`];
      if (element.id && !refers.some((reference) => whole.includes(reference))) element.removeAttribute("id");
    }
  };

  /** Return a drawing whose places are written to a tenth of a pixel. */
  const rounded = (drawn) =>
    drawn.replace(/ (?:d|points|transform|[xy][12]?|[cr][xy]|r|width|height)="[^"]+"/g, (attribute) =>
      attribute.replace(/-?\d+\.\d{2,}/g, (number) => String(Math.round(number * 10) / 10)),
    );

  /** Return the SVG of one diagram. Raises what Mermaid says of a source that it can't parse. */
  const draw = async (id, source) => {
    await document.fonts.load(`15px "${FACE}"`);
    window.mermaid.initialize(configuration());
    const { svg: drawn } = await window.mermaid.render(id, source);
    const holder = document.createElement("div");
    holder.innerHTML = drawn;
    document.body.append(holder);
    try {
      const svg = holder.querySelector("svg");
      svg.removeAttribute("style");
      prune(svg);
      reduce(svg);
      prune(svg);
      anonymise(svg);
      const { width, height } = svg.viewBox.baseVal;
      svg.setAttribute("width", Math.ceil(width));
      svg.setAttribute("height", Math.ceil(height));
      for (const element of svg.querySelectorAll("[style], [fill], [stroke]")) {
        for (const name of ["style", "fill", "stroke"]) {
          if (element.hasAttribute(name)) element.setAttribute(name, coloured(element.getAttribute(name)));
        }
      }
      return rounded(new XMLSerializer().serializeToString(svg));
    } finally {
      holder.remove();
    }
  };

  window.drawDiagram = draw;

  const show = async () => {
    for (const [index, diagram] of [...document.querySelectorAll("div.mermaid")].entries()) {
      // A diagram that doesn't parse stays readable as its source; the others are drawn.
      await draw(`preview-${index}`, diagram.textContent.trim()).then(
        (svg) => {
          const figure = document.createElement("figure");
          figure.className = "diagram";
          figure.innerHTML = svg;
          diagram.replaceWith(figure);
        },
        (error) => console.error(error),
      );
    }
  };

  if (document.querySelector("div.mermaid")) show();
})();
