// A random note: the list of notes is fetched when the reader asks for one. Without script the link leads to the list.
(() => {
  "use strict";
  const away = (places) => places.filter((place) => place !== location.href.split("#")[0]);

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-slipbox-random]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const list = new URL(link.dataset.slipboxRandom, link.href);
    fetch(list)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then(({ notes }) => {
        const places = away(notes.map((note) => new URL(note.url || "./", list).href));
        location.assign(places[Math.floor(Math.random() * places.length)] ?? link.href);
      })
      .catch(() => location.assign(link.href));
  });
})();
