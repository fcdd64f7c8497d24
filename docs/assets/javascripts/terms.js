// The meaning of a term, from the link that leads to the glossary: on hover, on focus, and on the first touch; the second touch
// follows the link. It stays while the pointer is on it, and Escape closes it. Without this script the link leads to the glossary.
(() => {
  "use strict";

  const tip = document.createElement("div");
  tip.className = "term-meaning";
  tip.id = "term-meaning";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  let term = null;
  let timer = 0;

  function close() {
    clearTimeout(timer);
    term?.removeAttribute("aria-describedby");
    tip.hidden = true;
    term = null;
  }

  function place() {
    const box = [...term.getClientRects()].at(-1);
    const above = box.bottom + tip.offsetHeight + 12 > innerHeight && box.top > tip.offsetHeight + 12;
    tip.style.top = `${above ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`;
    tip.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8))}px`;
  }

  function show(link) {
    clearTimeout(timer);
    if (term === link) return;
    close();
    term = link;
    tip.textContent = link.dataset.meaning;
    if (!tip.isConnected) (document.querySelector("main") ?? document.body).append(tip); // within a landmark
    tip.hidden = false;
    link.setAttribute("aria-describedby", tip.id);
    place();
  }

  const later = (act, wait) => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  const linkAt = (event) => event.target.closest?.("a.term");
  let touched = null;

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkAt(event);
    if (link && !link.closest(".slipbox-preview")) later(() => show(link), 150);
    else if (tip.contains(event.target)) clearTimeout(timer);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType !== "touch" && (linkAt(event) || tip.contains(event.target))) later(close, 200);
  });
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event);
    if (link?.matches(":focus-visible")) show(link);
    else if (!touched) close();
  });
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch" ? linkAt(event) : null;
    if (!linkAt(event) && !tip.contains(event.target)) close();
  });
  document.addEventListener("click", (event) => {
    const link = linkAt(event);
    if (link && link === touched && term !== link) {
      event.preventDefault();
      show(link);
    }
    touched = null;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  // It goes with its term: the focus itself scrolls a term into view.
  const follow = () => {
    if (!term) return;
    const box = term.getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight) close();
    else place();
  };
  addEventListener("scroll", follow, { capture: true, passive: true });
  addEventListener("resize", follow);
})();
