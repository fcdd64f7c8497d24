// One interpreter in a thread of its own, for one snippet: started when it is first asked, kept to run it again.
import { start } from "./run-here.mjs";

let ready;

const open = async (address) => {
  const [{ loadPyodide }, program] = await Promise.all([
    import(new URL("pyodide.mjs", address)),
    fetch(new URL("run_here.py", import.meta.url)).then((answer) => answer.text()),
  ]);
  return start(loadPyodide, program, { indexURL: address });
};

self.addEventListener("message", async ({ data }) => {
  try {
    ready ??= open(data.python);
    const run = await ready;
    if (!data.main) return; // it was only to start
    self.postMessage({ started: true });
    self.postMessage({ told: run(data) });
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
});
