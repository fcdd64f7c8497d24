// Run one snippet twice on one fresh interpreter, as a reader may, and print what came of it as JSON.
// Called by tools/proofs.py: node prove.mjs FOLDER-OF-PYODIDE, with {program, main, files, recorded} on standard input.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { start } from "../docs/assets/javascripts/workers/run-here.mjs";

const { loadPyodide } = await import(new URL("pyodide.mjs", pathToFileURL(`${process.argv[2]}/`)));
const asked = JSON.parse(readFileSync(0, "utf-8"));
const run = await start(loadPyodide, asked.program, { stdout: () => {}, stderr: () => {} });
process.stdout.write(JSON.stringify([run(asked), run(asked)]));
process.exit(0);
