// Keys for the whole site: g the graph, j and k the next and the previous page, ? this help. The search has its own two
// (search.js). None acts while somebody writes, and all single keys can be put off (WCAG 2.2, success criterion 2.1.4).
(() => {
  "use strict";

  const OFF = "keys.off";
  const root = new URL("../../", document.currentScript.src);
  const norwegian = document.documentElement.lang.startsWith("n");
  const words = norwegian
    ? {
        title: "Taster",
        close: "Lukk",
        off: "Bruk enkelttaster",
        told: "Ctrl og K, piltastene og Escape virker uansett.",
        keys: [
          ["/", "Søk; også Ctrl og K"],
          ["g", "Grafen over alle notater"],
          ["j", "Neste side"],
          ["k", "Forrige side"],
          ["?", "Denne hjelpen"],
          ["Esc", "Lukk det som er åpent"],
        ],
        cards: [
          ["␣", "Kort: vis svaret"],
          ["1–4", "Kort: gi karakter"],
        ],
      }
    : {
        title: "Keyboard shortcuts",
        close: "Close",
        off: "Use single keys",
        told: "Ctrl and K, the arrow keys and Escape work either way.",
        keys: [
          ["/", "Search; Ctrl and K too"],
          ["g", "The graph of all notes"],
          ["j", "Next page"],
          ["k", "Previous page"],
          ["?", "This help"],
          ["Esc", "Close what is open"],
        ],
        cards: [
          ["␣", "Cards: show the answer"],
          ["1–4", "Cards: grade it"],
        ],
      };

  const isOff = () => {
    try {
      return localStorage.getItem(OFF) !== null;
    } catch {
      return false;
    }
  };

  /** Return an element with a text, or with children. */
  const make = (tag, ...children) => {
    const made = document.createElement(tag);
    made.append(...children);
    return made;
  };

  // The help -----------------------------------------------------------------------------------------------------

  let dialog = null;

  /** Make the dialog, and load how it looks; both at its first use. */
  async function build() {
    dialog = make("dialog");
    dialog.className = "site-keys md-typeset";
    const title = make("h2", words.title);
    title.id = "site-keys";
    dialog.setAttribute("aria-labelledby", title.id);
    const rows = make("tbody");
    const shown = document.querySelector("[data-card]") ? [...words.keys, ...words.cards] : words.keys;
    for (const [key, what] of shown) {
      const head = make("th", make("kbd", key));
      head.scope = "row";
      rows.append(make("tr", head, make("td", what)));
    }
    const table = make("table", rows);
    table.className = "site-keys__table";
    const used = document.createElement("input");
    used.type = "checkbox";
    used.checked = !isOff();
    used.addEventListener("change", () => {
      try {
        if (used.checked) localStorage.removeItem(OFF);
        else localStorage.setItem(OFF, "yes");
      } catch {
        used.checked = true; // a browser that keeps nothing keeps the keys
      }
    });
    const close = make("button", words.close);
    close.type = "button";
    close.addEventListener("click", () => dialog.close());
    dialog.append(title, table, make("p", make("label", used, ` ${words.off}`), make("br"), words.told), close);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL("assets/stylesheets/keys.css", root).href;
    const loaded = new Promise((done) => {
      sheet.addEventListener("load", done);
      sheet.addEventListener("error", done);
    });
    document.head.append(sheet);
    document.body.append(dialog);
    await loaded;
  }

  async function help() {
    if (!dialog) await build();
    if (!dialog.open) dialog.showModal();
  }

  // Who has no keyboard, or has put the keys off, finds the help at the page's foot.
  const foot = document.querySelector(".md-footer");
  if (foot) {
    const button = make("button", words.title);
    button.type = "button";
    button.className = "site-keys-button";
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-keyshortcuts", "?");
    button.addEventListener("click", help);
    foot.append(button);
  }

  // The keys -----------------------------------------------------------------------------------------------------

  const follow = (link) => link?.click();
  const acts = new Map([
    ["g", () => location.assign(new URL("graph/", root))],
    ["j", () => follow(document.querySelector("a.md-footer__link--next"))],
    ["k", () => follow(document.querySelector("a.md-footer__link--prev"))],
    ["?", help],
  ]);
  const single = new Set([...acts.keys(), "/", "f", "s", "n", "p", ".", ","]); // the theme's and the search's too

  const writes = (target) =>
    target.closest?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

  // Before all others: a key that is off is nobody's.
  addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !single.has(event.key)) return;
      if (writes(event.target) || document.querySelector("dialog[open]")) return;
      if (isOff()) event.stopImmediatePropagation();
      else if (acts.has(event.key)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        acts.get(event.key)();
      }
    },
    { capture: true },
  );
})();
