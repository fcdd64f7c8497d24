// A button on each block of code that copies it.
(() => {
  "use strict";

  const nb = /^n[bn]/.test(document.documentElement.lang);
  const label = nb ? "Kopier" : "Copy to clipboard";
  const done = nb ? "Kopiert" : "Copied to clipboard";

  for (const code of document.querySelectorAll("article pre > code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "md-code__button";
    button.title = label;
    button.dataset.mdType = "copy";
    button.addEventListener("click", () => navigator.clipboard.writeText(code.textContent).then(() => globalThis.site?.tell(done)));
    const bar = document.createElement("div");
    bar.className = "md-code__nav";
    bar.append(button);
    code.before(bar);
  }
})();
