// The search: a dialog on indexes that Pagefind made (hooks/search.py). Opened by its button, by `/` and by Ctrl-K.
// Nothing of the index is fetched before the first key is typed; then what that query needs.
(() => {
  "use strict";

  const root = new URL("../../", document.currentScript.src);
  const folder = new URL("search/", root);
  const button = document.querySelector("[data-search-open]");
  if (!button) return;

  const WORDS = {
    en: {
      search: "Search", close: "Close", code: "Snippets only", area: "Area", tag: "Tag", all: "All",
      hint: "Words in English or Norwegian, names from code, headers. Arrows choose, Enter opens, Escape closes.",
      wait: "Searching …", none: "Nothing found.", one: "1 result", many: (count) => `${count} results`,
      more: "Show more", some: "With some of the words", mean: "Did you mean", failed: "The search could not be loaded.",
      instead: (typed, meant) => `Nothing found for “${typed}”. These are for “${meant}”.`,
    },
    nb: {
      search: "Søk", close: "Lukk", code: "Bare kodebiter", area: "Område", tag: "Emne", all: "Alle",
      hint: "Norske og engelske ord, navn fra kode, hoder. Piltastene velger, Enter åpner, Escape lukker.",
      wait: "Søker …", none: "Ingen treff.", one: "1 treff", many: (count) => `${count} treff`,
      more: "Vis flere", some: "Med noen av ordene", mean: "Mente du", failed: "Søket kunne ikke lastes.",
      instead: (typed, meant) => `Ingen treff på «${typed}». Dette er for «${meant}».`,
    },
  };
  const words = WORDS[/^n[bn]/.test(document.documentElement.lang) ? "nb" : "en"];
  const RANKING = { pageLength: 0.1, termFrequency: 0.8, metaWeights: { title: 8, names: 8, alias: 0.8, page: 1, area: 0, tags: 2 } };
  const AT_ONCE = 5;
  // Words that say nothing of a page; they count only where there is nothing else.
  const EMPTY = new Set(
    "a an and are as at by do does for how i in is it of on or the to what when why with av de den det en er et for hva hvem hvordan hvorfor i med og om på som til".split(" "),
  );

  // The indexes ------------------------------------------------------------------------------------------------

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
      return results.map(({ id, score, data }) => ({ id, score, data: () => this.ask("getData", data) }));
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
  const facts = (code) => file(code ? "snippets.json" : "pages.json", (answer) => answer.json());
  const vocabulary = () =>
    file("words.gz", async (answer) => {
      const text = await new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).text();
      return text.split(" ");
    });

  /** Return the share of the words that stand, in some form, in a page's title and other names. */
  function named(asked, names) {
    const own = names.match(/[\p{L}\d]{2,}/gu) ?? [];
    const alike = (one, other) => {
      const least = Math.max(3, Math.ceil(Math.max(one.length, other.length) * 0.6));
      return one === other || (one.length >= least && one.slice(0, least) === other.slice(0, least));
    };
    return asked.filter((word) => own.some((each) => alike(word, each))).length / (asked.length || 1);
  }

  /** Return what the indexes hold for a query and pass the filters, the best first. */
  async function found(query, { code, area, tag }) {
    const languages = code ? ["zxx"] : ["en", "nb"];
    const lists = await Promise.all(languages.map((language) => opened(language).search(query)));
    const known = await facts(code);
    const asked = query.toLocaleLowerCase().match(/[\p{L}\d]{2,}/gu) ?? [];
    return lists
      .flat()
      .filter(({ id }) => {
        const [of, , ...tags] = known.pages[id] ?? [];
        return (!area || known.areas[of] === area) && (!tag || tags.some((each) => known.tags[each] === tag));
      })
      .map((result) => ({ ...result, score: result.score * (1 + 2 * named(asked, known.pages[result.id]?.[1] ?? "")) }))
      .sort((one, other) => other.score - one.score);
  }

  /** Return what holds some of several words: each result's score is the sum over the words. */
  async function foundSome(query, filters) {
    const sums = new Map();
    for (const list of await Promise.all(query.split(/\s+/).map((word) => found(word, filters)))) {
      const best = list[0]?.score || 1;
      for (const result of list) {
        const sum = (sums.get(result.id)?.score ?? 0) + result.score / best;
        sums.set(result.id, { ...result, score: sum });
      }
    }
    return [...sums.values()].sort((one, other) => other.score - one.score);
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

  /** Return a word as it is typed on a keyboard without æ, ø and å; there are two ways. */
  const folds = (word) => [
    word.replace(/æ/g, "ae").replace(/ø/g, "o").replace(/å/g, "a"),
    word.replace(/æ/g, "ae").replace(/ø/g, "oe").replace(/å/g, "aa"),
  ];

  /** Return what is looked for: without empty words, and with the letters that a keyboard doesn't have. */
  async function asked(query) {
    if (query.includes('"')) return query;
    const all = await vocabulary();
    const known = new Set(all);
    const typed = query.split(/[\s/:=()<>,;]+/).filter(Boolean);
    const full = typed.filter((word) => !EMPTY.has(word.toLocaleLowerCase()));
    return (full.length ? full : typed)
      .map((word) => {
        const low = word.toLocaleLowerCase();
        if (known.has(low) || !/^[a-z]{4,}$/.test(low)) return word;
        return all.find((each) => /[æøå]/.test(each) && folds(each).includes(low)) ?? word;
      })
      .join(" ");
  }

  /** Return the query with its unknown words put right, empty if each is known or nothing is near. */
  async function meant(query) {
    const all = await vocabulary();
    const known = new Set(all);
    let changed = false;
    const parts = query.split(/\s+/).map((typed) => {
      const word = typed.toLocaleLowerCase();
      if (!/^[\p{L}-]{4,}$/u.test(word) || known.has(word) || all.some((each) => each.startsWith(word))) return typed;
      const most = word.length < 6 ? 1 : 2;
      let best = "";
      let least = most + 1;
      for (const each of all) {
        const steps = distance(word, each, least - 1);
        if (steps < least) [best, least] = [each, steps];
      }
      changed ||= best !== "";
      return best || typed;
    });
    return changed ? parts.join(" ") : "";
  }

  /** Say whether the best result has only the beginning of the one word: Pagefind shortens what it doesn't know. */
  async function shortened(word, results) {
    if (/\s/.test(word) || !results.length) return false;
    const { excerpt } = await results[0].data();
    const marks = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].map(([, said]) => said.toLocaleLowerCase());
    return marks.length > 0 && !marks.some((said) => said.includes(word.toLocaleLowerCase().slice(0, 4)));
  }

  // The dialog -------------------------------------------------------------------------------------------------

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const input = make("input", {
    type: "search", class: "site-search__input", "aria-label": words.search, placeholder: words.search, autofocus: "",
    autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search",
  });
  const close = make("button", { type: "button", class: "site-search__close", "aria-label": words.close }, "×");
  const code = make("input", { type: "checkbox" });
  const area = make("select", {}, make("option", { value: "" }, words.all));
  const tag = make("select", {}, make("option", { value: "" }, words.all));
  const status = make("p", { class: "site-search__status", role: "status" }, words.hint);
  const offer = make("p", { class: "site-search__offer" });
  const list = make("ol", { class: "site-search__results", "aria-label": words.search });
  const more = make("button", { type: "button", class: "site-search__more" }, words.more);
  const dialog = make(
    "dialog", { class: "site-search md-typeset", "aria-label": words.search },
    make("form", { class: "site-search__form", role: "search" }, input, close),
    make(
      "div", { class: "site-search__filters" },
      make("label", {}, code, ` ${words.code}`),
      make("label", {}, `${words.area} `, area),
      make("label", {}, `${words.tag} `, tag),
    ),
    status,
    make("div", { class: "site-search__scroll" }, offer, list, more),
  );

  function open() {
    if (!dialog.isConnected) document.body.append(dialog);
    if (!dialog.open) dialog.showModal();
    input.select();
  }

  /** Fill a filter with what there is. */
  function fill(select, values) {
    if (select.length > 1) return;
    for (const value of values) select.append(make("option", { value }, value));
  }

  /** Return a link to a page or a part of it, with a line of its text. */
  function entry(url, title, context, excerpt) {
    const link = make("a", { href: url }, make("span", { class: "site-search__title" }, title));
    if (context) link.append(make("span", { class: "site-search__context" }, context));
    const line = make("span", { class: "site-search__excerpt" });
    line.innerHTML = excerpt; // Pagefind's: the text escaped, with <mark> in it
    link.append(line);
    return link;
  }

  function item({ url, meta, excerpt, sub_results: parts }) {
    if (meta.place !== undefined) {
      const context = [meta.page, meta.heading].filter(Boolean).join(" › ");
      return make("li", { class: "site-search__code" }, entry(new URL(meta.place, root).href, meta.title, context, excerpt));
    }
    const result = make("li", {}, entry(url, meta.title, meta.area, excerpt));
    const headings = parts.filter((part) => part.url !== url).slice(0, 3);
    if (headings.length) {
      result.append(make("ul", {}, ...headings.map((part) => make("li", {}, entry(part.url, part.title, "", part.excerpt)))));
    }
    return result;
  }

  let turn = 0;
  let shown = [];

  async function show(count) {
    const mine = turn;
    const batch = shown.slice(list.querySelectorAll(":scope > li:not([role])").length).slice(0, count);
    const items = await Promise.all(batch.map(async (result) => [result, item(await result.data())]));
    if (mine !== turn) return;
    for (const [result, element] of items) {
      if (result.first) list.append(make("li", { class: "site-search__part", role: "presentation" }, words.some));
      list.append(element);
    }
    more.hidden = list.querySelectorAll(":scope > li:not([role])").length >= shown.length;
  }

  function clear(text) {
    status.textContent = text;
    offer.replaceChildren();
    list.replaceChildren();
    more.hidden = true;
    shown = [];
  }

  async function search() {
    turn += 1;
    const mine = turn;
    const query = input.value.trim();
    delete dialog.dataset.shown;
    if (!query) return clear(words.hint);
    const filters = { code: code.checked, area: area.value, tag: tag.value };
    try {
      const known = await facts(code.checked);
      fill(area, known.areas.filter(Boolean));
      fill(tag, known.tags);
      const looked = await asked(query);
      const several = /\s/.test(looked) && !query.includes('"');
      let results = await found(looked, filters);
      const better = await meant(looked);
      let told = "";
      if (better && (!results.length || (await shortened(looked, results)))) {
        results = await found(better, filters);
        if (results.length) told = words.instead(query, better);
      }
      const whole = results.length;
      if (several && whole < AT_ONCE) {
        const have = new Set(results.map(({ id }) => id));
        const some = (await foundSome(told ? better : looked, filters)).filter(({ id }) => !have.has(id)).slice(0, 30);
        if (some.length && whole) some[0].first = true;
        results = [...results, ...some];
      }
      if (mine !== turn) return;
      clear("");
      shown = results;
      if (better && !told) {
        const change = make("button", { type: "button" }, better);
        change.onclick = () => {
          input.value = better;
          input.focus();
          search();
        };
        offer.append(`${words.mean} `, change, "?");
      }
      await show(AT_ONCE);
      if (mine !== turn) return;
      const count = shown.length === 1 ? words.one : words.many(shown.length);
      status.textContent = shown.length ? [told, count].filter(Boolean).join(" ") : words.none;
    } catch (error) {
      if (mine !== turn) return;
      clear(words.failed);
      console.warn(error);
    }
    dialog.dataset.shown = query;
  }

  // Keys and events --------------------------------------------------------------------------------------------

  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim() && !list.childElementCount) status.textContent = words.wait;
    timer = setTimeout(search, 150);
  });
  for (const filter of [code, area, tag]) filter.addEventListener("change", search);
  more.addEventListener("click", async () => {
    const before = list.querySelectorAll("a").length;
    await show(AT_ONCE);
    list.querySelectorAll("a")[before]?.focus();
  });
  more.hidden = true;
  close.addEventListener("click", () => dialog.close());
  button.addEventListener("click", open);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest?.("a[href]")) dialog.close();
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (dialog.dataset.shown === input.value.trim()) list.querySelector("a")?.click();
  });

  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the theme's keys turn the page
    if (event.key === "Escape") {
      event.preventDefault(); // else it only empties the field
      dialog.close();
      return;
    }
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) event.preventDefault();
    const stops = [input, ...offer.querySelectorAll("button"), ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      stops[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
    } else if (at > 0 && (event.key.length === 1 || event.key === "Backspace") && event.key !== " ") {
      if (!event.ctrlKey && !event.metaKey && !event.altKey) input.focus();
    }
  });

  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    const slash = event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!slash && !(event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    open();
  });
})();
