// Run a snippet on the page: its file, on a Python in a worker, both from this site and both fetched when it is asked for.

const workers = new URL("workers/", import.meta.url);
const MEGABYTES = "6.5";
const SECONDS = 60;

const english = {
  starting: (python) => `Starting Python in your browser: ${MEGABYTES} MB, the first time…`,
  running: "Running…",
  same: (told) => `The same as recorded, on Python ${told.python} in your browser, in ${told.milliseconds} ms`,
  differs: (told) => `Not what was recorded, on Python ${told.python} in your browser:`,
  changed: (told) => `Your version, on Python ${told.python} in your browser, in ${told.milliseconds} ms; not compared`,
  raised: (told) => `It ended with an error, on Python ${told.python} in your browser`,
  stopped: "Stopped",
  late: `Stopped: it took more than ${SECONDS} seconds`,
  failed: (why) => `It can't be run here: ${why}`,
  output: "Output, here",
  edit: "Edit it",
  file: (name) => `${name}, to be changed`,
  again: "Run this",
  stop: "Stop",
  close: "Close",
};

const norwegian = {
  starting: () => `Starter Python i nettleseren: ${MEGABYTES} MB, den første gangen…`,
  running: "Kjører…",
  same: (told) => `Det samme som ble tatt opp, på Python ${told.python} i nettleseren, på ${told.milliseconds} ms`,
  differs: (told) => `Ikke det som ble tatt opp, på Python ${told.python} i nettleseren:`,
  changed: (told) => `Din versjon, på Python ${told.python} i nettleseren, på ${told.milliseconds} ms; ikke sammenlignet`,
  raised: (told) => `Den endte med en feil, på Python ${told.python} i nettleseren`,
  stopped: "Stoppet",
  late: `Stoppet: det tok mer enn ${SECONDS} sekunder`,
  failed: (why) => `Den kan ikke kjøres her: ${why}`,
  output: "Utskrift, her",
  edit: "Endre den",
  file: (name) => `${name}, som kan endres`,
  again: "Kjør denne",
  stop: "Stopp",
  close: "Lukk",
};

const words = document.documentElement.lang === "nb" ? norwegian : english;

const make = (tag, { text, ...properties } = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
};

const read = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.text();
};

/** One snippet on a page: its panel, and the worker that its interpreter lives in. */
class Place {
  constructor(row) {
    this.row = row;
    this.name = row.dataset.snippet;
    this.python = new URL(`../pyodide/${row.dataset.runHere}/`, import.meta.url).href;
    this.file = new URL(row.querySelector("a[download]").href);
    this.top = new URL(this.file.href.slice(0, this.file.href.length - encodeURI(this.name).length));
    this.status = make("p", { className: "snippet-here__status" });
    this.status.setAttribute("role", "status");
    this.output = make("code");
    this.label = make("span", { className: "snippet-output__label", text: words.output });
    const block = make("pre", { tabIndex: 0 }, this.output);
    this.shown = make("div", { className: "snippet-output snippet-here__output", hidden: true }, this.label, block);
    this.stop = make("button", { type: "button", text: words.stop, hidden: true, onclick: () => this.end(words.stopped) });
    this.close = make("button", { type: "button", text: words.close, onclick: () => this.leave() });
    this.editor = make("textarea", { spellcheck: false, rows: 12 });
    this.editor.setAttribute("aria-label", words.file(this.name.split("/").at(-1)));
    this.editor.setAttribute("autocapitalize", "off");
    const again = make("button", { type: "button", text: words.again, onclick: () => this.run() });
    const edit = make("details", { className: "snippet-here__edit" }, make("summary", { text: words.edit }), this.editor, again);
    const bar = make("p", { className: "snippet-here__bar" }, this.stop, this.close);
    this.panel = make("div", { className: "snippet-here" }, this.status, this.shown, edit, bar);
    row.parentElement.append(this.panel);
  }

  /** Fetch what is run, once. */
  async fetched() {
    const beside = (this.row.dataset.files ?? "").split(" ").filter(Boolean);
    const all = [this.name, this.name.replace(/\.py$/, ".out"), ...beside];
    const texts = await Promise.all(all.map((name) => read(new URL(encodeURI(name), this.top))));
    [this.source, this.recorded] = texts;
    this.beside = Object.fromEntries(beside.map((name, index) => [name.replace(/^[^/]+\//, ""), texts[index + 2]]));
    this.editor.value = this.source;
  }

  async run() {
    this.panel.hidden = false;
    if (!this.stop.hidden) return;
    this.began = performance.now();
    this.status.textContent = this.worker ? words.running : words.starting();
    this.stop.hidden = false;
    try {
      this.worker ??= this.start();
      if (this.source === undefined) await this.fetched();
    } catch (error) {
      this.end(words.failed(error.message));
      return;
    }
    const main = this.name.replace(/^[^/]+\//, "");
    const files = { ...this.beside, [main]: this.editor.value };
    this.worker?.postMessage({ python: this.python, main, files, recorded: this.recorded });
  }

  start() {
    const worker = new Worker(new URL("python.mjs", workers), { type: "module" });
    worker.postMessage({ python: this.python }); // it starts while the files come
    worker.addEventListener("message", ({ data }) => this.hear(data));
    worker.addEventListener("error", (event) => this.end(words.failed(event.message ?? "")));
    return worker;
  }

  hear({ started, told, failed }) {
    if (started) {
      this.status.textContent = words.running;
      this.timer = setTimeout(() => this.end(words.late), SECONDS * 1000);
    } else if (failed) {
      this.end(words.failed(failed));
    } else {
      clearTimeout(this.timer);
      this.stop.hidden = true;
      this.show({ ...told, milliseconds: Math.max(1, Math.round(told.seconds * 1000)) });
    }
  }

  show(told) {
    const changed = this.editor.value !== this.source;
    const verdict = told.error ? "raised" : changed ? "changed" : told.same ? "same" : "differs";
    const { difference } = told;
    this.output.textContent = verdict === "differs" ? difference : [told.printed, told.error].filter(Boolean).join("");
    this.shown.hidden = this.output.textContent === "";
    this.status.textContent = words[verdict](told);
    this.panel.dataset.verdict = verdict;
    this.panel.dataset.took = String(Math.round(performance.now() - this.began));
  }

  /** End the interpreter, with all that runs on it. */
  end(why) {
    clearTimeout(this.timer);
    this.worker?.terminate();
    this.worker = undefined;
    this.stop.hidden = true;
    this.status.textContent = why;
    this.panel.dataset.verdict = "none";
  }

  leave() {
    this.end("");
    this.panel.hidden = true;
    this.row.querySelector("[data-runs]").focus();
  }
}

const places = new WeakMap();

/** Run the snippet of a row. */
export const run = (row) => {
  if (!places.has(row)) places.set(row, new Place(row));
  return places.get(row).run();
};
