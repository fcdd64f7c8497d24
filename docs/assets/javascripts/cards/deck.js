// The cards of the practice page, as its list has them, and which of them is asked next.
import { read } from "./store.js";

const AHEAD = 20 * 60_000; // a card that is learnt just now comes sooner, rather than not at all

/** Return the cards of the page's list, in its order. */
export function readDeck(list) {
  return [...list.querySelectorAll("a[data-card]")].map((link) => {
    const module = link.closest("details");
    return {
      id: link.dataset.card,
      question: link,
      href: link.getAttribute("href"),
      module: module.dataset.module,
      answers: module.dataset.answers,
    };
  });
}

/** Return what is due, what is new, how many are begun, and when the next one is due. */
export function survey(deck, perDay, now = Date.now()) {
  const kept = read();
  const today = new Date(now).toDateString();
  const begun = [...kept.values()].filter((card) => new Date(card.first).toDateString() === today).length;
  const known = deck.filter((card) => kept.has(card.id));
  const due = known
    .map((card) => ({ ...card, due: Date.parse(kept.get(card.id).due), state: kept.get(card.id).state }))
    .sort((one, other) => one.due - other.due);
  return {
    due: due.filter((card) => card.due <= now),
    soon: due.filter((card) => card.due > now && card.due <= now + AHEAD && card.state !== 2),
    fresh: deck.filter((card) => !kept.has(card.id)).slice(0, Math.max(0, perDay - begun)),
    known: known.length,
    next: due.find((card) => card.due > now)?.due,
  };
}

/** Return the card to ask: what is due, else a new one, else one that is due in a moment. */
export function choose(found, last) {
  const others = (cards) => cards.find((card) => card.id !== last) ?? cards[0];
  return others(found.due) ?? others(found.fresh) ?? others(found.soon);
}

const fetched = new Map();

/** Return the HTML of a card's prompt and answer; its page's file is fetched once. */
export async function content(card) {
  if (!fetched.has(card.answers)) {
    fetched.set(
      card.answers,
      fetch(card.answers).then((found) => (found.ok ? found.json() : Promise.reject(new Error(found.status)))),
    );
    fetched.get(card.answers).catch(() => fetched.delete(card.answers));
  }
  return (await fetched.get(card.answers))[card.id.slice(card.id.indexOf("#") + 1)];
}
