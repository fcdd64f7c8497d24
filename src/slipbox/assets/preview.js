// A card with the beginning of the page that a link leads to: on hover and on focus, never on touch.
(() => {
  "use strict";
  const links = "a.slipbox-link, .slipbox-graph a";
  const cut = "script, style:not(svg style), nav, .headerlink, .slipbox-line, .slipbox-backlinks, .slipbox-graph, .slipbox-embed-source, button, input";
  const pages = new Map();
  let card = null, link = null, timer = 0;

  const fetched = (url) => {
    if (!pages.has(url)) {
      pages.set(url, fetch(url).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
        .then((text) => new DOMParser().parseFromString(text, "text/html")));
    }
    return pages.get(url);
  };

  // The heading or block that the link names with what follows it, else the page from its beginning.
  function excerpt(page, url) {
    const content = page.querySelector("article") || page.querySelector("[role=main], main") || page.body;
    const id = decodeURIComponent(url.hash.slice(1));
    const target = id && page.getElementById(id);
    const parts = [];
    if (target) for (let next = target; next && parts.length < 6; next = next.nextElementSibling) parts.push(next.cloneNode(true));
    else for (const child of content.cloneNode(true).children) if (parts.length < 8) parts.push(child);
    const box = document.createElement("div");
    box.className = [...content.classList].filter((name) => /typeset|prose|markdown/.test(name)).join(" ");
    box.append(...parts);
    for (const gone of box.querySelectorAll(cut)) gone.remove();
    // A drawing's own styles and markers go by its ids: without them it is black.
    for (const each of box.querySelectorAll("[id]:not(svg, svg *)")) each.removeAttribute("id");
    for (const name of ["href", "src"]) {
      for (const each of box.querySelectorAll(`[${name}]`)) each.setAttribute(name, new URL(each.getAttribute(name), url).href);
    }
    for (const each of box.querySelectorAll("a, details, [tabindex]")) each.tabIndex = -1;
    return box;
  }

  function close() {
    clearTimeout(timer);
    card?.remove();
    card = link = null;
  }

  function place() {
    const box = link.getBoundingClientRect();
    const below = innerHeight - box.bottom > card.offsetHeight + 16 || box.top < card.offsetHeight + 16;
    card.style.top = `${below ? box.bottom + 8 : box.top - card.offsetHeight - 8}px`;
    card.style.left = `${Math.max(8, Math.min(box.left, innerWidth - card.offsetWidth - 8))}px`;
  }

  function show(target) {
    close();
    link = target;
    const url = new URL(target.href?.baseVal ?? target.href, location.href);
    if (url.origin !== location.origin || (url.pathname === location.pathname && !url.hash)) return;
    timer = setTimeout(() => {
      fetched(url.origin + url.pathname).then((page) => {
        if (link !== target) return;
        card = document.createElement("div");
        card.className = "slipbox-preview";
        card.setAttribute("aria-hidden", "true");
        card.lang = page.documentElement.lang;
        card.append(excerpt(page, url));
        card.addEventListener("pointerenter", () => clearTimeout(timer));
        card.addEventListener("pointerleave", () => { timer = setTimeout(close, 200); });
        document.body.append(card);
        place();
      }).catch(close);
    }, 350);
  }

  document.addEventListener("pointerover", (event) => {
    const found = event.pointerType !== "touch" && event.target.closest?.(links);
    if (found && found !== link && !found.closest(".slipbox-preview")) show(found);
  });
  document.addEventListener("pointerout", (event) => {
    if (link && event.target.closest?.(links) === link) { clearTimeout(timer); timer = setTimeout(close, 200); }
  });
  document.addEventListener("focusin", (event) => {
    const found = event.target.closest?.(links);
    if (found && found.matches(":focus-visible")) show(found); else if (!event.target.closest?.(".slipbox-preview")) close();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("pointerdown", (event) => { if (event.pointerType === "touch" || !event.target.closest?.(".slipbox-preview")) close(); });
  addEventListener("scroll", (event) => { if (card && !card.contains(event.target)) close(); }, { capture: true, passive: true });
})();
