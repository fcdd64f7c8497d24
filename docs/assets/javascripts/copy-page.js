// "Copy as Markdown": the link to the Markdown copy becomes a button that copies it. Where a browser can't copy, the link stays.
(() => {
  "use strict";

  const link = document.querySelector("a.copy-page");
  if (!link || !navigator.clipboard?.writeText) return;
  const norwegian = document.documentElement.lang.startsWith("n");
  const said = norwegian ? "Kopiert" : "Copied";

  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-page";
  button.textContent = link.textContent;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  link.replaceWith(button, " ", status);

  button.addEventListener("click", async () => {
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(`${answer.status}`);
      await navigator.clipboard.writeText(await answer.text());
      status.textContent = `✓ ${said}`;
      setTimeout(() => (status.textContent = ""), 3000);
    } catch {
      location.assign(link.href); // to be copied by hand
    }
  });
})();
