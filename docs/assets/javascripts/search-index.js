// What the search knows: the indexes that Pagefind made (hooks/search.py), the words of the site, and what a reader may
// have meant. The dialog (search.js) loads it when the first key is typed.

const root = new URL("../../", import.meta.url);
const folder = new URL("search/", root);
const RANKING = {
  pageLength: 0.1,
  termFrequency: 0.8,
  metaWeights: { title: 24, names: 24, near: 12, told: 3, subjects: 6, alias: 0.3, named: 2, code: 0.05, page: 1, area: 0, tags: 2 },
};
// Of so many words of a query each is looked for alone, too; what having all of them counts for, beside 1 for being the best for each; and
// how many pages with all of them are enough.
const MOST = 6;
const TOGETHER = 1;
const ENOUGH = 50;
// Words that say nothing of a page; they count only where there is nothing else.
const EMPTY = new Set(
  (
    "a about am an and any are as at be been between but by can could did difference do does for from get has have how i if in instead into is it its me my " +
    "need of on one or our should so some than that the their then there these they this those to use using versus vs want was we were what when where " +
    "which who why will with without would you your " +
    "av bli blir bruke bør da de deg dem den denne der det dette du eller en er et få får for forskjellen forskjell fra gjør gjøre ha han har hos hun hva " +
    "hvem hver hvilke hvilken hvor hvordan hvorfor i ikke jeg kan kunne man med meg mellom men min mitt må når og om oss på selv sin sitt skal slik som så " +
    "til trenger under ut uten var ved vi vil være å"
  ).split(" "),
);

/** One language's index. A worker each, since a worker holds one stemmer. */
class Index {
  constructor(language) {
    this.waiting = new Map();
    this.worker = new Worker(new URL("pagefind-worker.js", folder));
    this.worker.onmessage = ({ data: { id, result, error } }) => {
      const { done, failed } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) failed(new Error(error));
      else done(result);
    };
    this.worker.onerror = () => {
      for (const { failed } of this.waiting.values()) failed(new Error("the worker failed"));
      this.waiting.clear();
    };
    this.ask("init", {
      basePath: folder.pathname, baseUrl: root.pathname, language, metaCacheTag: "", excerptLength: 24, ranking: RANKING,
    });
  }

  ask(method, ...args) {
    return new Promise((done, failed) => {
      const id = `${this.waiting.size}-${performance.now()}-${method}-${args[0]}`;
      this.waiting.set(id, { done, failed });
      this.worker.postMessage({ id, instanceId: "search", method, args });
    });
  }

  async search(query) {
    const { results } = await this.ask("search", query, {});
    return results.map(({ id, score, data }) => {
      let asked;
      return { id, score, data: () => (asked ??= this.ask("getData", data)) };
    });
  }
}

const indexes = new Map();
const opened = (language) => {
  if (!indexes.has(language)) indexes.set(language, new Index(language));
  return indexes.get(language);
};

const fetched = new Map();
const file = (name, read) => {
  if (!fetched.has(name)) fetched.set(name, fetch(new URL(name, folder)).then(read));
  return fetched.get(name);
};
const json = (name) => file(name, (answer) => answer.json());
/** Forget what failed, so that the next key tries again. */
export function forget() {
  for (const index of indexes.values()) index.worker.terminate();
  indexes.clear();
  fetched.clear();
}
/** The areas and the tags that there are. */
export const facts = () => json("filters.json");
/** The letters of a word as bits: two words that differ in n places differ in at most 2n bits. */
const bits = (word) => {
  let all = 0;
  for (let at = 0; at < word.length; at += 1) all |= 1 << word.charCodeAt(at) % 31;
  return all;
};
const count = (number) => {
  let left = number;
  let ones = 0;
  for (; left; ones += 1) left &= left - 1;
  return ones;
};
/** Return a word as it is typed on a keyboard without æ, ø and å; there are two ways. */
const folds = (word) => [
  word.replace(/æ/g, "ae").replace(/ø/g, "o").replace(/å/g, "a"),
  word.replace(/æ/g, "ae").replace(/ø/g, "oe").replace(/å/g, "aa"),
];
const vocabulary = () =>
  file("words.gz", async (answer) => {
    const text = await new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).text();
    const all = text.split(" ");
    const folded = new Map(); // the most frequent of those that are typed alike
    for (const word of all) {
      if (/[æøå]/.test(word)) for (const each of folds(word)) if (!folded.has(each)) folded.set(each, word);
    }
    return { all, known: new Set(all), letters: Int32Array.from(all, bits), folded };
  });

/** Begin to fetch all that the first query needs, at once. */
export function start(code) {
  for (const language of code ? ["zxx"] : ["en", "nb"]) opened(language);
  facts();
}

/** Return a test of results by the chosen area and tag. Which page has which is fetched only when one is chosen. */
async function chosen({ code, area, tag }) {
  if (!area && !tag) return () => true;
  const [{ areas, tags }, pages] = await Promise.all([facts(), json(code ? "snippets.json" : "pages.json")]);
  const [wantedArea, wantedTag] = [areas.indexOf(area), tags.indexOf(tag)];
  return ({ id }) => {
    const [of, ...all] = pages[id] ?? [];
    return (!area || of === wantedArea) && (!tag || all.includes(wantedTag));
  };
}

/** Return what the indexes hold for words, each of which must be there, and what passes the filters. */
async function asked(query, filters) {
  const languages = filters.code ? ["zxx"] : ["en", "nb"];
  const [passes, ...lists] = await Promise.all([chosen(filters), ...languages.map((language) => opened(language).search(query))]);
  return lists.flat().filter(passes);
}

/**
 * Return what there is for a query, the best first. Of several words a page may lack some: its score is that of the words that it has, the rare
 * ones more, and that of all together if it has them all. `missing` says what it lacks.
 */
export async function found(query, filters) {
  const words = query.includes('"') ? [] : [...new Set(query.split(/\s+/))].slice(0, MOST);
  const order = (one, other) => other.score - one.score;
  const whole = await asked(query, filters);
  if (words.length < 2 || whole.length >= ENOUGH) return whole.map((each) => ({ ...each, missing: [] })).sort(order);
  const lists = await Promise.all(words.map((each) => asked(each, filters)));
  const pages = new Map();
  const count = Math.max(...lists.map((list) => list.length), 1) + 1;
  const telling = lists.map((list) => (list.length ? Math.log(1 + count / list.length) : 0));
  const sum = telling.reduce((one, other) => one + other, 0);
  const add = (list, weight, word) => {
    const best = Math.log1p(list.reduce((most, { score }) => Math.max(most, score), 0)) || 1;
    for (const result of list) {
      if (!pages.has(result.id)) pages.set(result.id, { ...result, score: 0, own: 0, has: new Set() });
      const page = pages.get(result.id);
      const part = (weight * Math.log1p(result.score)) / best;
      page.score += part;
      if (word && part > page.own && !page.has.has(query)) [page.own, page.data] = [part, result.data];
      page.has.add(word ?? query);
    }
  };
  add(whole, TOGETHER);
  lists.forEach((list, at) => add(list, telling[at] / sum, words[at]));
  const all = [...pages.values()]
    .map(({ has, own, ...page }) => ({ ...page, missing: has.has(query) ? [] : words.filter((word) => !has.has(word)) }))
    .sort(order);
  return all.filter(({ missing }, at) => !missing.length || at < ENOUGH);
}

/** Return how many letters must be put in, left out, changed or swapped between two words; `most` + 1 if more. */
function distance(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = last[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, change);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[other.length];
}

/** Return the words that are looked for: those that say something, unless there are no others. */
export function plain(query) {
  if (query.includes('"')) return query;
  const typed = query.split(/[\s/:=()<>,;]+|(?<=\p{L})\.(?=\p{L})/u).filter(Boolean);
  const full = typed.filter((word) => !EMPTY.has(word.toLocaleLowerCase()));
  return (full.length ? full : typed).join(" ");
}

/** Return the words with the letters that a keyboard doesn't have. */
export async function lettered(query) {
  if (query.includes('"')) return query;
  const { known, folded } = await vocabulary();
  return query
    .split(" ")
    .map((word) => {
      const low = word.toLocaleLowerCase();
      if (known.has(low) || !/^[a-z]{4,}$/.test(low)) return word;
      return folded.get(low) ?? word;
    })
    .join(" ");
}

/** Return the query with its unknown words put right, empty if each is known or nothing is near. */
export async function meant(query) {
  const { all, known, letters } = await vocabulary();
  let changed = false;
  const parts = query.split(/\s+/).map((typed) => {
    const word = typed.toLocaleLowerCase();
    if (!/^[\p{L}-]{4,}$/u.test(word) || known.has(word) || all.some((each) => each.startsWith(word))) return typed;
    const most = word.length < 6 ? 1 : 2;
    let best = "";
    let least = most + 1;
    const own = bits(word);
    for (let at = 0; at < all.length && least > 1; at += 1) {
      if (count(own ^ letters[at]) > 2 * (least - 1)) continue;
      const steps = distance(word, all[at], least - 1);
      if (steps < least) [best, least] = [all[at], steps];
    }
    if (word.startsWith(best) && word.length - best.length <= 3) return typed; // a form of it
    changed ||= best !== "";
    return best || typed;
  });
  return changed ? parts.join(" ") : "";
}

/**
 * Say how well the best result has the words: `exactly`, `nearly`, or only their beginnings, since Pagefind shortens what it doesn't know; `lost` if
 * a word was shortened to less than three letters.
 */
export async function fit(query, results) {
  if (!results.length) return "not";
  const { content, locations, excerpt, meta } = await results[0].data();
  const all = content.split(/\s+/);
  const here = [...locations.map((at) => all[at] ?? ""), meta.title, meta.names, meta.near, meta.told, meta.subjects, meta.alias, meta.named, meta.code].join(" ").toLocaleLowerCase();
  const words = query.toLocaleLowerCase().split(/\s+/);
  if (words.every((word) => here.includes(word))) return "exactly";
  const marks = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].map(([, said]) => said.toLocaleLowerCase());
  if (words.length === 1 && !marks.length && !here.includes(words[0].slice(0, 3))) return "lost";
  const cut = words.length === 1 && marks.length > 0 && !marks.some((said) => said.includes(words[0].slice(0, 4)));
  return cut ? "shortened" : "nearly";
}
