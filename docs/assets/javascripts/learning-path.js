// The learning path: ticks for what the reader has finished. They stay in this browser; nothing is sent anywhere.
// Without this script the map and the tables read as they are.
(() => {
  "use strict";

  const KEY = "learning-path.finished";
  const rows = [...document.querySelectorAll("[data-path-table] tr[data-stop]")];

  /** Return the names of what is finished; none where the browser keeps nothing. */
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return new Set(Array.isArray(kept) ? kept.filter((name) => typeof name === "string") : []);
    } catch {
      return new Set();
    }
  };

  const write = (finished) => {
    try {
      if (finished.size > 0) localStorage.setItem(KEY, JSON.stringify([...finished].sort()));
      else localStorage.removeItem(KEY);
    } catch {
      // A browser that keeps nothing still shows the ticks until the page is left.
    }
  };

  let finished = read();
  const ticks = new Map();

  const status = document.createElement("p");
  status.className = "learning-path__status";
  status.setAttribute("role", "status");
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "learning-path__forget";
  forget.textContent = "Forget what I have finished";

  /** Say how far the reader is, and what can be read next: all that it needs is finished. */
  const tell = () => {
    const written = rows.filter((row) => !("planned" in row.dataset));
    const done = written.filter((row) => finished.has(row.dataset.stop));
    const next = written.filter(
      (row) =>
        !finished.has(row.dataset.stop) &&
        (row.dataset.needs ?? "").split(" ").every((need) => need === "" || finished.has(need)),
    );
    const names = next.map((row) => row.dataset.number).join(", ");
    status.textContent = `${done.length} of ${written.length} pages finished.` + (names ? ` Ready to begin: ${names}.` : "");
    forget.hidden = done.length === 0;
  };

  const show = () => {
    for (const [name, tick] of ticks) tick.checked = finished.has(name);
    for (const stop of document.querySelectorAll(".learning-path__stop[data-stop]")) {
      const done = finished.has(stop.dataset.stop);
      stop.toggleAttribute("data-finished", done);
      const title = stop.querySelector("title");
      const number = stop.querySelector(".learning-path__number");
      number.textContent = number.textContent.replace(/ ✓$/, "") + (done ? " ✓" : "");
      title.textContent = title.textContent.replace(/, finished$/, "") + (done ? ", finished" : "");
    }
    tell();
  };

  for (const row of rows) {
    if ("planned" in row.dataset) continue;
    const link = row.querySelector("a");
    const tick = document.createElement("input");
    tick.type = "checkbox";
    tick.setAttribute("aria-label", `Finished: ${link.textContent}`);
    tick.addEventListener("change", () => {
      if (tick.checked) finished.add(row.dataset.stop);
      else finished.delete(row.dataset.stop);
      write(finished);
      show();
    });
    ticks.set(row.dataset.stop, tick);
    link.before(tick, " ");
  }

  forget.addEventListener("click", () => {
    finished = new Set();
    write(finished);
    show();
    ticks.values().next().value?.focus();
  });

  // Another tab of this site may tick as well.
  window.addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) {
      finished = read();
      show();
    }
  });

  document.querySelector("[data-path-table]")?.before(status, forget);
  show();
})();
