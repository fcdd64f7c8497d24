// The practice page: asks the questions of the list, one after the other, as often as the reader needs each.
// Without this script the list leads to the questions and their folded answers.
import { choose, content, readDeck, survey } from "./deck.js";
import { makeGrades } from "./grades.js";
import { exported, forget, keep, take, watch } from "./store.js";
import { span, when, words } from "./words.js";

const PER_DAY = "cards.per-day";
const list = document.querySelector("[data-cards]");
const deck = readDeck(list);
const place = document.querySelector('[data-practice="asked"]');

/** Make an element with attributes and children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const button = (text, act, attributes = {}) => {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
};

// What there is to choose ---------------------------------------------------------------------------------------

const modules = make("select", {}, new Option(words.all, ""));
for (const name of new Set(deck.map((card) => card.module))) modules.append(new Option(name, name));
const perDay = make("select");
for (const count of [5, 10, 20, 1000]) perDay.append(new Option(count === 1000 ? "∞" : count, count));
perDay.value = "10";
try {
  if (localStorage.getItem(PER_DAY)) perDay.value = localStorage.getItem(PER_DAY);
} catch {
  // Then it is ten each time.
}
const counts = make("p", { class: "cards-counts", role: "status" });
const start = button(words.start, () => ask(), { class: "cards-main" });
const choices = make(
  "div",
  { class: "cards-choices" },
  make("label", {}, `${words.module} `, modules),
  make("label", {}, `${words.fresh} `, perDay),
  start,
);

// The card ------------------------------------------------------------------------------------------------------

const from = make("p", { class: "cards-from" });
const question = make("h2", { class: "cards-question", id: "cards-question", tabindex: "-1" });
const prompt = make("div", { class: "cards-prompt" });
const answer = make("div", { class: "cards-answer", tabindex: "-1", hidden: "" });
const reveal = button(words.reveal, () => show(), { class: "cards-main", "aria-keyshortcuts": "Space" });
const grades = makeGrades((id, card) => {
  const kept = keep(id, card);
  said.textContent = words.again(when(card.due)) + (kept ? "" : ` ${words.lost}`);
  ask();
});
const stop = button(words.stop, () => rest(""));
const card = make(
  "div",
  { class: "cards-card", hidden: "" },
  from,
  question,
  prompt,
  reveal,
  answer,
  grades.box,
  make("p", { class: "cards-end" }, make("span", { class: "cards-keys" }, words.keys), " ", stop),
);
const said = make("p", { class: "cards-said", role: "status" });
grades.box.hidden = true;
let asked = null;

const found = () => survey(deck.filter((each) => !modules.value || each.module === modules.value), Number(perDay.value));

/** Say how much there is to do. */
function count() {
  const { due, fresh, known } = found();
  counts.textContent = words.counts(due.length, fresh.length, known);
  start.disabled = due.length + fresh.length + found().soon.length === 0;
}

/** Ask the next question, or say that there is none. */
function ask() {
  const state = found();
  const next = choose(state, asked?.id);
  if (!next) {
    rest(`${words.done}${state.next ? ` ${words.next(span(state.next - Date.now(), "long"))}` : ""}`);
    return;
  }
  asked = next;
  count();
  from.replaceChildren(make("a", { href: next.href, title: words.page }, next.module));
  question.replaceChildren(...[...next.question.childNodes].map((node) => node.cloneNode(true)));
  prompt.replaceChildren();
  answer.hidden = grades.box.hidden = true;
  reveal.hidden = card.hidden = false;
  choices.hidden = true;
  question.focus();
  content(next).then(
    (html) => {
      if (asked === next) prompt.innerHTML = html?.prompt ?? "";
    },
    () => undefined,
  );
}

/** Show the answer and the grades. */
async function show() {
  const shown = asked;
  let html;
  try {
    html = (await content(shown))?.answer;
  } catch {
    html = null;
  }
  if (asked !== shown) return;
  if (html) answer.innerHTML = html;
  else answer.textContent = words.failed;
  reveal.hidden = true;
  answer.hidden = grades.box.hidden = false;
  answer.focus();
  grades.refresh(shown.id);
}

/** Put the cards away. */
function rest(text) {
  const within = card.contains(document.activeElement);
  asked = null;
  card.hidden = true;
  choices.hidden = false;
  said.textContent = text;
  count();
  if (within) (start.disabled ? modules : start).focus();
}

// What is kept --------------------------------------------------------------------------------------------------

const file = make("input", { type: "file", accept: "application/json,.json", class: "cards-file", "aria-label": words.load });
file.addEventListener("change", async () => {
  const [given] = file.files;
  if (!given) return;
  try {
    said.textContent = words.taken(take(await given.text()));
  } catch {
    said.textContent = words.refused;
  }
  file.value = "";
  count();
});
const save = button(words.save, () => {
  const url = URL.createObjectURL(new Blob([exported()], { type: "application/json" }));
  make("a", { href: url, download: "cards-progress.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
});
const wipe = button(words.forget, () => {
  if (!confirm(words.sure)) return;
  forget();
  rest(words.forgotten);
});
const kept = make("div", { class: "cards-kept" }, save, make("label", { class: "cards-load" }, words.load, file), wipe);

// Keys and changes ----------------------------------------------------------------------------------------------

const writing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (!asked || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === " " && !reveal.hidden && !event.target.closest?.("a, button, summary")) {
    event.preventDefault();
    show();
  } else if (/^[1-4]$/.test(event.key) && !grades.box.hidden) {
    event.preventDefault();
    grades.grade(Number(event.key));
  }
});
modules.addEventListener("change", count);
perDay.addEventListener("change", () => {
  try {
    localStorage.setItem(PER_DAY, perDay.value);
  } catch {
    // Then it counts until the page is left.
  }
  count();
});
watch(count);

place.setAttribute("role", "region");
place.setAttribute("aria-label", words.title);
place.replaceChildren(counts, choices, card, said, kept);
count();
