// How the page behaves: palette, drawer, contents that follow. It takes the place of the theme's own script, which is
// eight times as long and measures every block of code by itself. The page reads and navigates without it.
(() => {
  "use strict";

  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  // What was done is said where a screen reader hears it, and shown for a moment.

  const told = $(".md-dialog");
  const words = told && $(".md-dialog__inner", told);
  words?.setAttribute("role", "status");
  let timer = 0;
  function tell(text) {
    if (!told) return;
    words.textContent = text;
    told.classList.add("md-dialog--active");
    clearTimeout(timer);
    timer = setTimeout(() => {
      told.classList.remove("md-dialog--active");
      words.textContent = "";
    }, 2500);
  }

  // Palette: the system's, until the reader turns it.

  const turn = $("[data-palette]");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function wear(scheme) {
    // Written only if it is another one: every element's style hangs on it.
    if (document.body.dataset.mdColorScheme !== scheme) document.body.dataset.mdColorScheme = scheme;
    turn?.setAttribute("aria-pressed", String(scheme === "slate"));
  }
  const chosen = () => {
    try {
      return localStorage.getItem("palette");
    } catch {
      return null;
    }
  };
  wear(chosen() ?? (dark.matches ? "slate" : "default"));
  dark.addEventListener("change", () => wear(chosen() ?? (dark.matches ? "slate" : "default")));
  turn?.addEventListener("click", () => {
    const scheme = document.body.dataset.mdColorScheme === "slate" ? "default" : "slate";
    wear(scheme);
    try {
      localStorage.setItem("palette", scheme);
    } catch {
      // a browser that keeps nothing turns this page only
    }
  });

  // The drawer is a checkbox, which opens and closes without a script. With one the focus goes in, and Escape closes.

  const drawer = $("#__drawer");
  drawer?.addEventListener("change", () => {
    if (!drawer.checked) return;
    const stops = $$(".md-sidebar--primary :is(a[href], label[tabindex='0'])");
    stops.find((each) => each.checkVisibility({ visibilityProperty: true }))?.focus({ preventScroll: true });
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer?.checked) return;
    drawer.checked = false;
    drawer.focus();
  });

  // A label that the keyboard reaches acts as the button that it looks like. In the drawer the level that it stood on is gone then, and
  // the focus goes to the one that is seen.

  const menu = $(".md-sidebar--primary");
  menu?.addEventListener("keydown", (event) => {
    if (!event.target.matches("label[tabindex='0']") || !(event.key === "Enter" || event.key === " ")) return;
    event.preventDefault();
    event.target.control?.click();
  });
  menu?.addEventListener("change", ({ target }) => {
    const level = target.parentElement;
    const way = $(target.checked ? ":scope > nav > .md-nav__title" : ":scope > label, :scope > div > a", level);
    if (drawer.checked) way?.focus({ preventScroll: true });
  });

  // The contents follow the text. One look at the headings a frame, and nothing is written unless another one is read now.

  const links = $$(".md-sidebar--secondary a.md-nav__link");
  const places = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const list = $(".md-sidebar--secondary .md-sidebar__scrollwrap");
  const contents = $(".site-contents");
  contents?.addEventListener("click", (event) => {
    if (event.target.closest("a")) contents.open = false;
  });
  const top = $(".md-top");
  let current = -1;
  let before = scrollY;
  let waiting = false;
  function follow() {
    waiting = false;
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle]?.getBoundingClientRect().top ?? 0) <= 96) low = middle + 1;
      else high = middle;
    }
    if (top) top.hidden = !(scrollY > 800 && scrollY < before);
    before = scrollY;
    const now = low - 1;
    if (now === current) return;
    links[current]?.classList.remove("md-nav__link--active");
    links[current]?.removeAttribute("aria-current");
    current = now;
    const link = links[current];
    link?.classList.add("md-nav__link--active");
    link?.setAttribute("aria-current", "location");
    if (link && list && list.scrollHeight > list.clientHeight) {
      list.scrollTo({ top: link.offsetTop - list.clientHeight / 2 });
    }
  }
  addEventListener(
    "scroll",
    () => {
      if (!waiting) requestAnimationFrame(follow);
      waiting = true;
    },
    { passive: true },
  );
  requestAnimationFrame(follow);
  top?.addEventListener("click", () => {
    scrollTo({ top: 0 });
    $("a.md-logo")?.focus({ preventScroll: true });
  });

  // A block that scrolls can be reached by the keyboard. They are measured when nothing else is to be done, a few at a time: a long page
  // has a hundred of them.

  // What is out of sight is not laid out (content-visibility), so it is reckoned: a drawing by its width, code by its lines.
  const spills = (block) => {
    if (block.scrollWidth > block.clientWidth || block.scrollHeight > block.clientHeight + 1) return true;
    const told = (name) => parseFloat(block.style.getPropertyValue(name)) || 0;
    if (told("--wide")) return 0.75 * told("--wide") > block.clientWidth;
    if (!told("--rows")) return false;
    const { fontSize, lineHeight, paddingLeft } = getComputedStyle(block);
    const columns = Math.min(88, Math.max(...block.textContent.split("\n").map((line) => line.length)));
    const width = 0.6 * parseFloat(fontSize) * columns + 2 * parseFloat(paddingLeft);
    return width > block.clientWidth || told("--rows") * parseFloat(lineHeight) > block.clientHeight;
  };

  const idle = window.requestIdleCallback ?? ((act) => setTimeout(() => act({ timeRemaining: () => 8 }), 16));
  let round = 0;
  function mark() {
    round += 1;
    const mine = round;
    const blocks = $$(
      "article pre:not(.snippet-foot pre) > code, .md-typeset__scrollwrap, .diagram, div.arithmatex, .site-around > section",
    );
    const some = (deadline) => {
      if (mine !== round) return;
      let overdue = deadline.didTimeout ? 20 : 0; // a busy machine has no idle time
      do {
        const block = blocks.shift();
        if (!block) return;
        const scrolls = spills(block);
        if (scrolls !== (block.tabIndex === 0)) {
          if (scrolls) block.tabIndex = 0;
          else block.removeAttribute("tabindex");
        }
      } while (deadline.timeRemaining() > 4 || --overdue > 0);
      idle(some, { timeout: 500 });
    };
    idle(some, { timeout: 500 });
  }
  let resized = 0;
  addEventListener("load", () => document.fonts.ready.then(mark));
  addEventListener("resize", () => {
    clearTimeout(resized);
    resized = setTimeout(mark, 200);
  });

  // Sets of tabs with the same labels move together, here and on the next page; what the reader clicked stays where it is.

  const label = (input) => input.labels[0]?.textContent.trim();
  function choose(word, except) {
    for (const input of $$(".tabbed-set > input")) if (input !== except && label(input) === word) input.checked = true;
  }
  addEventListener("change", ({ target }) => {
    if (!target.matches(".tabbed-set > input")) return;
    const before = target.labels[0].getBoundingClientRect().top;
    choose(label(target), target);
    scrollBy(0, target.labels[0].getBoundingClientRect().top - before);
    try {
      localStorage.setItem("tab", label(target));
    } catch {
      // a browser that keeps nothing chooses for this page only
    }
  });
  try {
    const last = localStorage.getItem("tab");
    if (last) choose(last);
  } catch {
    // nothing was kept
  }

  // A tab, and a folded part, that the address names.

  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.name?.startsWith("__tabbed_")) named.checked = true;
  const folded = named?.closest("details:not([open])");
  if (folded) folded.open = true;

  globalThis.site = { tell };
})();
