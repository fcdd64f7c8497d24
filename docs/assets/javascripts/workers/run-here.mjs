// Start Python, and run one snippet on it: the same under node, where `make proofs` has it, and in a reader's worker.

const FOLDER = "/snippets";

/** Return a function that runs a snippet; `program` is the text of run_here.py, `load` is Pyodide's `loadPyodide`. */
export const start = async (load, program, options = {}) => {
  // The seed that the runner gives, so that what depends on the order of a set prints what it printed there.
  const pyodide = await load({ ...options, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
  const scope = pyodide.toPy({ __name__: "run_here" });
  pyodide.runPython(program, { globals: scope, filename: "run_here.py" });
  const run = scope.get("run");
  return ({ main, files, recorded }) => {
    for (const [name, text] of Object.entries(files)) {
      const path = `${FOLDER}/${name}`;
      pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      pyodide.FS.writeFile(path, text);
    }
    return JSON.parse(run(`${FOLDER}/${main}`, recorded));
  };
};
