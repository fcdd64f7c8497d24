// Parse Mermaid diagrams with Mermaid itself. Usage: node mermaid.mjs mermaid.min.js < diagrams.json > verdicts.json
//
// The input is a list of texts; the output a list with, for each, null or {message, line}. Mermaid's parsers need no
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

const verdicts = [];
for (const text of JSON.parse(fs.readFileSync(0, "utf8"))) {
  try {
    await globalThis.mermaid.parse(text);
    verdicts.push(null);
  } catch (error) {
    const said = String(error.message ?? error);
    const line = error.hash?.loc?.first_line ?? Number(said.match(/line (\d+)/)?.[1] ?? 1);
    verdicts.push({ message: said.split("\n")[0], line });
  }
}
process.stdout.write(JSON.stringify(verdicts), () => process.exit(0));
