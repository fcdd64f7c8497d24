// What the search shows: the results of a query, in the dialog that search.js opens. Loaded, with search-index.js, when the first key is typed.

const root = new URL("../../", import.meta.url);
const WORDS = {
  en: {
    none: "Nothing found.", narrowed: "Nothing found here.", everywhere: "Search everywhere", one: "1 result", many: (count) => `${count} results`,
    missing: "without", mean: "Did you mean",
    instead: (typed, meant) => `Nothing found for “${typed}”. These are for “${meant}”.`,
  },
  nb: {
    none: "Ingen treff.", narrowed: "Ingen treff her.", everywhere: "Søk overalt", one: "1 treff", many: (count) => `${count} treff`,
    missing: "uten", mean: "Mente du",
    instead: (typed, meant) => `Ingen treff på «${typed}». Dette er for «${meant}».`,
  },
};

/** Return what fills the dialog's filters, answers what is in its field, and shows more of the answer. */
export function begin({ dialog, input, code, area, tag, status, offer, list, more, scroll }, common, make, AT_ONCE, index) {
  const words = { ...common, ...WORDS[/^n[bn]/.test(document.documentElement.lang) ? "nb" : "en"] };
  let turn = 0;
  let shown = [];

  /** Fill the filters with what there is. */
  async function fill() {
    const known = await index.facts();
    for (const [select, values] of [[area, known.areas.filter(Boolean)], [tag, known.tags]]) {
      if (select.length === 1) select.append(...values.map((value) => make("option", { value }, value)));
    }
  }

  /** Offer something else to look for. */
  function propose(before, text, after, act) {
    const button = make("button", { type: "button" }, text);
    button.addEventListener("click", () => {
      act();
      input.focus();
      search();
    });
    offer.append(before, button, after);
  }

  /** Take the first letters of a line away, and the mark after them: an excerpt needn't repeat its title. */
  function cut(line, count) {
    const text = line.textContent;
    const rest = text.length - text.slice(count).replace(/^[\s.:]+/, "").length;
    const range = document.createRange();
    range.setStart(line, 0);
    const nodes = document.createNodeIterator(line, NodeFilter.SHOW_TEXT);
    for (let left = rest, node = nodes.nextNode(); node; left -= node.length, node = nodes.nextNode()) {
      if (left > node.length) continue;
      range.setEnd(node, left);
      break;
    }
    range.deleteContents();
  }

  /** Return the three headings under which most of what was looked for stands. */
  function best(parts) {
    const sum = ({ weighted_locations: all }) => all.reduce((before, { balanced_score: score }) => before + score, 0);
    return parts.map((part) => [sum(part), part]).sort(([one], [other]) => other - one).slice(0, 3).map(([, part]) => part);
  }

  /** Return a link to a page or a part of it, with a line of its text. */
  function entry(url, title, context, excerpt) {
    const link = make("a", { href: url }, make("span", { class: "site-search__title" }, title));
    if (context) link.append(make("span", { class: "site-search__context" }, context));
    const line = make("span", { class: "site-search__excerpt" });
    line.innerHTML = excerpt; // Pagefind's: the text escaped, with <mark> in it
    if (line.textContent.startsWith(title)) cut(line, title.length);
    link.append(line);
    return link;
  }

  /** Return a result: a snippet, or a page with some of its headings. */
  function item({ url, meta, excerpt, sub_results: parts }, missing) {
    if (meta.place !== undefined) {
      const context = [meta.page, meta.heading].filter(Boolean).join(" › ");
      const snippet = entry(new URL(meta.place, root).href, meta.title, context, excerpt);
      return make("li", { class: "site-search__code" }, lacking(snippet, missing));
    }
    const result = make("li", {}, lacking(entry(url, meta.title, meta.area, excerpt), missing));
    const headings = best(parts.filter((part) => part.url !== url));
    if (headings.length) {
      const under = ({ url: place, title, excerpt: line }) => make("li", {}, entry(place, title, "", line === excerpt ? "" : line));
      result.append(make("ul", {}, ...headings.map(under)));
    }
    return result;
  }

  /** Say on a result which of the words it doesn't have. */
  function lacking(link, missing) {
    if (missing.length) {
      link.append(make("span", { class: "site-search__missing" }, `${words.missing} `, ...missing.flatMap((word) => [make("s", {}, word), " "])));
    }
    return link;
  }

  /** Show more of the results. */
  async function show(count) {
    const mine = turn;
    const at = list.childElementCount;
    const items = await Promise.all(shown.slice(at, at + count).map(async (result) => item(await result.data(), result.missing)));
    if (mine !== turn) return;
    list.append(...items);
    more.hidden = list.childElementCount >= shown.length;
  }

  /** Say something, and show nothing. */
  function clear(text) {
    status.textContent = text;
    offer.replaceChildren();
    list.replaceChildren();
    more.hidden = true;
    shown = [];
  }

  /** Answer what is in the field. */
  async function search() {
    const { start, plain, lettered, found, meant, fit, forget } = index;
    turn += 1;
    const mine = turn;
    const query = input.value.trim();
    delete dialog.dataset.shown;
    if (!query) return clear(words.hint);
    const filters = { code: code.checked, area: area.value, tag: tag.value };
    try {
      start(code.checked);
      await fill();
      let looked = plain(query);
      let results = await found(looked, filters);
      for (const result of results.slice(0, AT_ONCE)) result.data(); // all at once, to be shown below
      // The words of the site are fetched only where they may help.
      let better = "";
      const fits = await fit(looked, results);
      if (fits !== "exactly" || results.length < AT_ONCE) {
        const letters = await lettered(looked);
        if (letters !== looked) results = await found(letters, filters);
        looked = letters;
        better = await meant(looked);
      }
      let told = "";
      if (better && (!results.length || fits === "shortened" || fits === "lost")) {
        results = await found(better, filters);
        if (results.length) told = words.instead(query, better);
      } else if (fits === "lost" && looked === plain(query)) results = [];
      const first = await Promise.all(results.slice(0, AT_ONCE).map(async (result) => ({ ...(await result.data()), missing: result.missing })));
      const typed = (told ? better : looked).toLocaleLowerCase().split(" ");
      const named = ({ meta }) => typed.every((word) => `${meta.title} ${meta.names ?? ""}`.toLocaleLowerCase().includes(word));
      const items = [...first.filter(named), ...first.filter((each) => !named(each))].map((each) => item(each, each.missing));
      if (mine !== turn) return;
      if (!results.length && !navigator.onLine) throw new Error("no network"); // Pagefind finds nothing in what it couldn't fetch
      const count = results.length === 1 ? words.one : words.many(results.length);
      const narrowed = filters.code || filters.area || filters.tag;
      clear(results.length ? [told, count].filter(Boolean).join(" ") : narrowed ? words.narrowed : words.none);
      shown = results;
      list.append(...items);
      scroll.scrollTop = 0;
      more.hidden = items.length >= shown.length;
      if (better && !told) propose(`${words.mean} `, better, "? ", () => (input.value = better));
      if (!results.length && narrowed) propose("", words.everywhere, "", () => ([code.checked, area.value, tag.value] = [false, "", ""]));
    } catch (error) {
      if (mine !== turn) return;
      clear(words.failed);
      console.warn(error);
      forget();
    }
    dialog.dataset.shown = query;
  }

  return { fill, search, show };
}
