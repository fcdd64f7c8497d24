// The theme's search worker, with words found by their stems: `mikrotjenester` finds `mikrotjeneste`, and the other way
// round. The index holds words as they are written, and the theme's search looks for words that begin with what was
// typed. So a word is looked for by its stem as well, in English and in Norwegian; as it was typed it counts for more.
"use strict";

const handlers = [];
const listen = self.addEventListener.bind(self);
const answer = self.postMessage.bind(self);
/** For each stem that is being looked for, the word that was typed. */
let typed = new Map();

// The theme's worker registers its handler with us, and gives its answers to us.
self.addEventListener = (kind, handler) => (kind === "message" ? handlers.push(handler) : listen(kind, handler));
self.postMessage = (message) => answer(merged(message));
importScripts(new URL(location.href).searchParams.get("theme"));

listen("message", ({ data: message }) => {
  const asked = typeof message.data === "string" ? { ...message, data: widened(message.data) } : message;
  for (const handler of handlers) handler({ data: asked });
});

/** Return the stems of a word that are worth looking for: what its other forms begin with. */
function stems(word) {
  const found = new Set();
  for (const stemmer of [self.lunr.stemmer, self.lunr.no?.stemmer]) {
    const stem = stemmer?.({ update: (change) => change(word) }) ?? word;
    if (stem.length < 4) continue;
    if (word.startsWith(stem)) found.add(stem);
    // English writes a final y as i before an ending: retry, retries.
    if (/[^aeiou]i$/.test(stem)) found.add(`${stem.slice(0, -1)}y`);
  }
  found.delete(word);
  return [...found];
}

/** Return a query with the stems of its plain words. One with quotes or operators is the reader's own affair. */
function widened(query) {
  typed = new Map();
  if (/["*+~^:]|(?:^|\s)-/.test(query)) return query;
  return query
    .split(/\s+/)
    .map((word) => {
      const folded = word.toLocaleLowerCase();
      const others = /^\p{L}{4,}$/u.test(folded) ? stems(folded) : [];
      for (const stem of others) typed.set(stem, word);
      return others.length ? [`${word}*^4`, ...others].join(" ") : word;
    })
    .join(" ");
}

/** Return an answer in which each result names the words that were typed, not our stems. */
function merged(message) {
  for (const group of message?.data?.items ?? []) {
    for (const result of group) {
      const terms = {};
      for (const [term, found] of Object.entries(result.terms ?? {})) {
        const word = typed.get(term) ?? term;
        terms[word] = found || (terms[word] ?? false);
      }
      result.terms = terms;
    }
  }
  return message;
}
