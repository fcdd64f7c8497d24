// The search: a dialog on what search-index.js finds. Opened by its button, by `/` and by Ctrl-K.
// Nothing is fetched before the first key is typed; then what that query needs.
(() => {
  "use strict";

  const root = new URL("../../", document.currentScript.src);
  const engine = new URL("search-index.js", document.currentScript.src);
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
      const { start, facts, plain, lettered, found, foundSome, meant, fit } = await import(engine);
      start(code.checked);
      const known = await facts();
      fill(area, known.areas.filter(Boolean));
      fill(tag, known.tags);
      let looked = plain(query);
      const several = /\s/.test(looked) && !query.includes('"');
      let results = await found(looked, filters);
      // The words of the site are fetched only where they may help.
      let better = "";
      const fits = await fit(looked, results);
      const cut = fits === "shortened";
      if (fits !== "exactly" || results.length < (several ? 1 : AT_ONCE)) {
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

  // Each key is answered at once; what is typed while an answer is on its way is asked when that has come.
  let busy = false;
  let again = false;
  async function ask() {
    again = busy;
    if (busy) return;
    busy = true;
    await search();
    busy = false;
    if (again) ask();
  }
  input.addEventListener("input", () => {
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
