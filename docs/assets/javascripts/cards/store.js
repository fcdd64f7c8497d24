// What the reader knows of the cards. It stays in this browser; nothing is sent anywhere.

const KEY = "cards.progress";
const KIND = "cards of backend, from first principles";
const NUMBERS = ["stability", "difficulty", "elapsed_days", "scheduled_days", "learning_steps", "reps", "lapses", "state"];
const DATES = ["due", "last_review", "first"];

/** Tell whether this is what is kept of one card. */
const sound = (card) =>
  card !== null &&
  typeof card === "object" &&
  NUMBERS.every((name) => Number.isFinite(card[name])) &&
  DATES.every((name) => typeof card[name] === "string" && !Number.isNaN(Date.parse(card[name])));

/** Return the sound cards among what was read, each with what we keep of it and nothing else. */
const sifted = (cards) =>
  new Map(
    Object.entries(cards !== null && typeof cards === "object" ? cards : {})
      .filter(([id, card]) => id.length < 500 && sound(card))
      .map(([id, card]) => [id, Object.fromEntries([...NUMBERS, ...DATES].map((name) => [name, card[name]]))]),
  );

/** Return what is kept, by the card's id; nothing where the browser keeps nothing. */
export function read() {
  try {
    return sifted(JSON.parse(localStorage.getItem(KEY)));
  } catch {
    return new Map();
  }
}

function write(cards) {
  try {
    if (cards.size > 0) localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(cards)));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** Keep one card; what another tab kept meanwhile stays. Return whether the browser did. */
export const keep = (id, card) => write(read().set(id, card));

export const forget = () => write(new Map());

/** Return the file to be downloaded, as text. */
export const exported = () =>
  JSON.stringify({ kind: KIND, version: 1, exported: new Date().toISOString(), cards: Object.fromEntries(read()) }, null, 1);

/** Take over a file: of a card that both know, the later review counts. Return how many were taken; throw if it is no such file. */
export function take(text) {
  const given = JSON.parse(text);
  if (given?.kind !== KIND || given.version !== 1) throw new Error("not an export of these cards");
  const kept = read();
  let taken = 0;
  for (const [id, card] of sifted(given.cards)) {
    const own = kept.get(id);
    if (own && Date.parse(own.last_review) >= Date.parse(card.last_review)) continue;
    kept.set(id, card);
    taken += 1;
  }
  if (!write(kept)) throw new Error("this browser keeps nothing");
  return taken;
}

/** Call back when another tab has changed what is kept. */
export const watch = (changed) =>
  addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) changed();
  });
