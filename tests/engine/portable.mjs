// Runs tests/engine/portable.py in Pyodide: node portable.mjs <pyodide folder> <folder with the packages> < tree.json
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [pyodideFolder, packages] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodideFolder, "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: pyodideFolder + "/" });
pyodide.FS.mkdirTree("/portable");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: packages }, "/portable");
pyodide.globals.set("tree", readFileSync(0, "utf8"));
process.stdout.write(
  pyodide.runPython(`
import sys
sys.path.insert(0, "/portable")
import portable
portable.run(tree)
`),
);
