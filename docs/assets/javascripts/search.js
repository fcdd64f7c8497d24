// The search: a dialog on what search-index.js finds. Opened by its button, by `/` and by Ctrl-K.
// Nothing is fetched before the first key is typed; then what that query needs.
(() => {
  "use strict";

  const root = new URL("../../", document.currentScript.src);
  const address = new URL("search-index.js", document.currentScript.src).href;
  const button = document.querySelector("[data-search-open]");
  if (!button) return;

  const WORDS = {
    en: {
      search: "Search", close: "Close", code: "Snippets only", area: "Area", tag: "Tag", all: "All",
      hint: "Words in English or Norwegian, names from code, headers. Arrows choose, Enter opens, Escape closes.",
      wait: "Searching …", none: "Nothing found.", narrowed: "Nothing found here.", everywhere: "Search everywhere", one: "1 result", many: (count) => `${count} results`,
      more: "Show more", missing: "without", mean: "Did you mean", failed: "The search could not be loaded.",
      instead: (typed, meant) => `Nothing found for “${typed}”. These are for “${meant}”.`,
    },
    nb: {
      search: "Søk", close: "Lukk", code: "Bare kodebiter", area: "Område", tag: "Emne", all: "Alle",
      hint: "Norske og engelske ord, navn fra kode, hoder. Piltastene velger, Enter åpner, Escape lukker.",
      wait: "Søker …", none: "Ingen treff.", narrowed: "Ingen treff her.", everywhere: "Søk overalt", one: "1 treff", many: (count) => `${count} treff`,
      more: "Vis flere", missing: "uten", mean: "Mente du", failed: "Søket kunne ikke lastes.",
      instead: (typed, meant) => `Ingen treff på «${typed}». Dette er for «${meant}».`,
    },
  };
  const words = WORDS[/^n[bn]/.test(document.documentElement.lang) ? "nb" : "en"];
  const AT_ONCE = 5;

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
  const scroll = make("div", { class: "site-search__scroll" }, offer, list, more);
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
    scroll,
  );

  function open() {
    if (!dialog.isConnected) document.body.append(dialog);
    if (!dialog.open) dialog.showModal();
    input.select();
  }

  let tries = 0;
  const engine = () => import(tries ? `${address}?${tries}` : address); // a browser remembers that a module failed

  /** Fill the filters with what there is. */
  async function fill() {
    const { facts } = await engine();
    const known = await facts();
    for (const [select, values] of [[area, known.areas.filter(Boolean)], [tag, known.tags]]) {
      if (select.length === 1) select.append(...values.map((value) => make("option", { value }, value)));
    }
  }
  // Somebody may choose before typing.
  for (const filter of [area, tag]) {
    for (const event of ["pointerenter", "focus"]) filter.addEventListener(event, () => fill().catch(() => {}), { once: true });
  }

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

  let turn = 0;
  let shown = [];

  /** Show more of the results. */
  async function show(count) {
    const mine = turn;
    const at = list.childElementCount;
    const items = await Promise.all(shown.slice(at, at + count).map(async (result) => item(await result.data(), result.missing)));
    if (mine !== turn) return;
    list.append(...items);
    more.hidden = list.childElementCount >= shown.length;
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
      const { start, plain, lettered, found, meant, fit } = await engine();
      start(code.checked);
      await fill();
      let looked = plain(query);
      let results = await found(looked, filters);
      for (const result of results.slice(0, AT_ONCE)) result.data(); // all at once, to be shown below
      // The words of the site are fetched only where they may help.
      let better = "";
      const fits = await fit(looked, results);
      const cut = fits === "shortened";
      if (fits !== "exactly" || results.length < AT_ONCE) {
        const letters = await lettered(looked);
        if (letters !== looked) results = await found(letters, filters);
        looked = letters;
        better = await meant(looked);
      }
      let told = "";
      if (better && (!results.length || cut)) {
        results = await found(better, filters);
        if (results.length) told = words.instead(query, better);
      }
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
      tries += 1;
      engine().then(({ forget }) => forget(), () => {});
    }
    dialog.dataset.shown = query;
  }

  // Keys and events --------------------------------------------------------------------------------------------

  // Each key is answered at once; what is typed while an answer is on its way is asked when that has come.
  let busy = false;
  let again = false;
  let entered = false;
  async function ask() {
    again = busy;
    if (busy) return;
    busy = true;
    await search();
    busy = false;
    if (again) ask();
    else if (entered) list.querySelector("a")?.click();
    if (!again) entered = false;
  }
  input.addEventListener("input", () => {
    entered = false;
    if (input.value.trim() && !list.childElementCount) status.textContent = words.wait;
    ask();
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
    else entered = Boolean(input.value.trim()); // the answer is on its way
  });
  dialog.addEventListener("close", () => (entered = false));

  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the theme's keys turn the page
    if (event.key === "Escape") {
      event.preventDefault(); // else it only empties the field
      dialog.close();
      return;
    }
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) event.preventDefault();
    const stops = [input, ...offer.querySelectorAll("button"), ...list.querySelectorAll("a"), ...(more.hidden ? [] : [more])];
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
