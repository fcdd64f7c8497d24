// Parse Mermaid diagrams with Mermaid itself. Usage: node mermaid.mjs mermaid.min.js < diagrams.json > verdicts.json
//
// The input is a list of texts; the output a line for each: null or {message, line}. Mermaid's parsers need no
// browser, but its bundle expects the names of one: they are given objects that do nothing.
import fs from "node:fs";
import vm from "node:vm";

const nothing = () =>
  new Proxy(function () {}, {
    get(_, key) {
      if (key === Symbol.toPrimitive) return () => "";
      if (key === "nodeType") return 9;
      if (key === "createNodeIterator") return () => ({ nextNode: () => null });
      if (key === "innerHTML" || key === "outerHTML") return "";
      if (key === "then") return undefined;
      return nothing();
    },
    apply: nothing,
    construct: nothing,
    set: () => true,
    has: () => true,
  });

Object.assign(globalThis, {
  window: globalThis,
  document: nothing(),
  Element: class {},
  NodeFilter: {},
  addEventListener() {},
  location: { href: "", search: "", hash: "" },
});
vm.runInThisContext(fs.readFileSync(process.argv[2], "utf8"), { filename: "mermaid.min.js" });

// Mermaid counts lines without those that it takes out first: front matter, comments, and what is empty before them.
function counted(text) {
  const lines = text.split("\n");
  const end = /^---\s*$/.test(lines[0]) ? lines.findIndex((line, at) => at && /^---\s*$/.test(line)) : -1;
  const kept = [];
  const empty = (at) => !lines[at].replace(/%%\{.*?\}%%/, "").trim();
  for (let at = end + 1; at < lines.length; at++) {
    if (!/^\s*%%(?!\{)/.test(lines[at])) kept.push(at);
    else while (kept.length && empty(kept.at(-1))) kept.pop();
  }
  while (kept.length && empty(kept[0])) kept.shift();
  return kept;
}

for (const text of JSON.parse(fs.readFileSync(0, "utf8"))) {
  let verdict = null;
  try {
    await globalThis.mermaid.parse(text);
  } catch (error) {
    const said = String(error.message ?? error).trim() || "it does not say why";
    const line = error.hash?.loc?.first_line ?? Number(said.match(/line (\d+)/)?.[1] ?? 1);
    const at = counted(text)[line - 1] ?? text.trimEnd().split("\n").length - 1;
    const [first, ...rest] = said.split("\n");
    const expected = rest.findLast((each) => /^(?:Expecting|Unrecognized)/.test(each)) ?? "";
    verdict = { message: `${first.replace(/:$/, "").replace(/ on line \d+/, "")}${expected && `: ${expected}`}`.slice(0, 300), line: at + 1 };
  }
  fs.writeSync(1, `${JSON.stringify(verdict)}\n`); // at once: whoever waits knows which one takes too long
}
process.exit(0);
