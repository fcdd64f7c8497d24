// The search: a dialog for what search-index.js finds and search-results.js shows. Opened by its button, by `/` and by Ctrl-K.
// Nothing is fetched before the first key is typed; then what that query needs.
(() => {
  "use strict";

  const button = document.querySelector("[data-search-open]");
  if (!button) return;

  const WORDS = {
    en: {
      search: "Search", close: "Close", code: "Snippets only", area: "Area", tag: "Tag", all: "All",
      hint: "Words in English or Norwegian, names from code, headers. Arrows choose, Enter opens, Escape closes.",
      wait: "Searching …", more: "Show more", failed: "The search could not be loaded.",
    },
    nb: {
      search: "Søk", close: "Lukk", code: "Bare kodebiter", area: "Område", tag: "Emne", all: "Alle",
      hint: "Norske og engelske ord, navn fra kode, hoder. Piltastene velger, Enter åpner, Escape lukker.",
      wait: "Søker …", more: "Vis flere", failed: "Søket kunne ikke lastes.",
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

  // What answers is fetched with the first key. A browser remembers that a module failed, so a second try has another address.
  let tries = 0;
  let begun = null;
  const modules = () =>
    tries
      ? [import(`./search-results.js?${tries}`), import(`./search-index.js?${tries}`)]
      : [import("./search-results.js"), import("./search-index.js")];
  function answering() {
    begun ??= Promise.all(modules()).then(
      ([{ begin }, index]) => begin({ dialog, input, code, area, tag, status, offer, list, more, scroll }, words, make, AT_ONCE, index),
      (error) => {
        [begun, tries] = [null, tries + 1];
        throw error;
      },
    );
    return begun;
  }

  async function search() {
    const typed = input.value.trim();
    try {
      await (await answering()).search();
    } catch (error) {
      status.textContent = words.failed;
      console.warn(error);
      dialog.dataset.shown = typed;
    }
  }

  // Somebody may choose before typing.
  for (const filter of [area, tag]) {
    const fill = () => answering().then((answers) => answers.fill()).catch(() => {});
    for (const event of ["pointerenter", "focus"]) filter.addEventListener(event, fill, { once: true });
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
    await (await answering()).show(AT_ONCE);
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
