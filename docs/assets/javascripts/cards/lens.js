// Below each folded answer of an "Interview lens": grade yourself. The answers unfold without this, too.
import { makeGrades } from "./grades.js";
import { keep } from "./store.js";
import { when, words } from "./words.js";

for (const answer of document.querySelectorAll("details[data-card]")) {
  const said = document.createElement("p");
  said.className = "cards-said";
  said.setAttribute("role", "status");
  const grades = makeGrades((id, card) => {
    const kept = keep(id, card);
    said.textContent = words.again(when(card.due)) + (kept ? "" : ` ${words.lost}`);
    grades.refresh(id);
  });
  const bar = document.createElement("div");
  bar.className = "cards-bar";
  bar.dataset.searchExclude = "";
  bar.append(grades.box, said);
  answer.append(bar);
  answer.addEventListener("toggle", () => {
    if (answer.open) grades.refresh(answer.dataset.card);
  });
  // Only where the reader is: the same keys on a page with six open answers would have to guess.
  answer.addEventListener("keydown", (event) => {
    if (!answer.open || event.ctrlKey || event.metaKey || event.altKey || !/^[1-4]$/.test(event.key)) return;
    event.preventDefault();
    grades.grade(Number(event.key));
  });
}
