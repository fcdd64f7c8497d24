// The four buttons below an answer: how well it was known, and when each of them asks again.
import { read } from "./store.js";
import { span, words } from "./words.js";

let planner = null;
const plan = () => (planner ??= import("./schedule.js"));

/**
 * Return the buttons of a card. `choose` is called with the card as it is to be kept; `refresh` writes the intervals into the
 * buttons, `grade` does what a click would.
 */
export function makeGrades(choose) {
  const box = document.createElement("div");
  box.className = "cards-grades";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", words.ask);
  const buttons = words.grades.map((name, index) => {
    const button = document.createElement("button");
    button.type = "button";
    const key = document.createElement("kbd");
    key.textContent = index + 1;
    key.setAttribute("aria-hidden", "true");
    const interval = document.createElement("span");
    interval.className = "cards-interval";
    button.append(key, ` ${name} `, interval);
    button.setAttribute("aria-keyshortcuts", index + 1);
    button.addEventListener("click", () => grade(index + 1));
    return button;
  });
  box.append(...buttons);
  let id = "";

  async function refresh(card) {
    id = card;
    const found = (await plan()).outcomes(read().get(card));
    if (id !== card) return;
    const now = Date.now();
    buttons.forEach((button, index) => {
      button.lastChild.textContent = span(Date.parse(found.get(index + 1).due) - now);
    });
  }

  async function grade(number) {
    const card = id;
    const found = (await plan()).outcomes(read().get(card));
    if (id === card) choose(card, found.get(number));
  }

  return { box, buttons, refresh, grade };
}

