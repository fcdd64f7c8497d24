// The row under a snippet: what the two links and the folded command don't do without a script.
(() => {
  "use strict";

  const own = document.currentScript.src;
  const norwegian = document.documentElement.lang === "nb";
  const words = norwegian
    ? { copy: "Kopier filen", run: "Kjør her", copied: "Kopiert", failed: "Kunne ikke kopiere" }
    : { copy: "Copy the file", run: "Run here", copied: "Copied", failed: "Could not copy" };

  /** Put a button in front of a row's links. */
  const button = (row, word, act) => {
    const item = document.createElement("li");
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = word;
    made.setAttribute("aria-label", `${word}: ${row.dataset.snippet.split("/").at(-1)}`);
    made.addEventListener("click", act);
    item.append(made);
    row.prepend(item);
    return made;
  };

  /** Show a word in a button's place for a moment, and have it read out. */
  const tell = (made, word) => {
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    told.className = "snippet-actions__told";
    made.after(told);
    requestAnimationFrame(() => (told.textContent = word));
    setTimeout(() => told.remove(), 2000);
  };

  for (const row of document.querySelectorAll(".snippet-actions")) {
    const file = row.querySelector("a[download]");
    if (!file || !navigator.clipboard) continue;
    const made = button(row, words.copy, () =>
      fetch(file.href)
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
        .then((text) => navigator.clipboard.writeText(text))
        .then(
          () => tell(made, words.copied),
          () => tell(made, words.failed),
        ),
    );
  }

  // What is proven to print here what was recorded can be run here (hooks/run_here.py). Nothing of it is loaded before the click.

  for (const row of document.querySelectorAll(".snippet-actions[data-run-here]")) {
    const made = button(row, words.run, () => import(new URL("run-here.mjs", own)).then(({ run }) => run(row)));
    made.dataset.runs = "";
  }

  // A comment that holds a number opens the item of the list below its block; on paper the list is printed.

  for (const list of document.querySelectorAll(".highlight + ol")) {
    for (const comment of list.previousElementSibling.querySelectorAll("code span:not(:has(*))")) {
      const [, sign, number, bare] = /^(\S+\s*)\((\d+)\)(!?)(?:\s*(?:\*\/|-->))?\s*$/.exec(comment.textContent) ?? [];
      const item = list.children[number - 1];
      if (!item) continue;
      const shown = document.createElement("div");
      shown.className = "annotation";
      shown.popover = "auto";
      shown.append(...item.cloneNode(true).childNodes);
      const mark = document.createElement("button");
      mark.type = "button";
      mark.className = "annotation-mark";
      mark.textContent = number;
      mark.setAttribute("aria-label", `${norwegian ? "Forklaring" : "Explanation"} ${number}`);
      mark.popoverTargetElement = shown;
      shown.addEventListener("beforetoggle", () => {
        const { bottom, left } = mark.getBoundingClientRect();
        shown.style.top = `${bottom + 6}px`;
        shown.style.left = `${Math.max(8, Math.min(left, innerWidth - 340))}px`;
      });
      comment.replaceChildren(bare ? "" : sign, mark);
      list.classList.add("annotations");
      list.parentElement.append(shown);
    }
  }

  // Escape closes what is open in a row, and the focus stays on what opens it.

  addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest?.(".snippet-foot details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
})();
