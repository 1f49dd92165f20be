"""Copy the browser packages that are served to app/static/vendor/, compress them, and write a manifest of their hashes.

Run by `make setup` after `npm ci`. The manifest maps each path to the SHA-256 of its content; app/ui/assets.py puts the
hash in the address, so that browsers may keep a file for ever.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app/static/vendor"

FILES = {
    "bootstrap": ["dist/css/bootstrap.min.css", "dist/js/bootstrap.bundle.min.js", "LICENSE"],
    "htmx.org": ["dist/htmx.min.js", "LICENSE"],
    "pyodide": ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"],
}
COMPRESSED = {".css", ".js", ".mjs", ".wasm", ".json"}


def copy_packages() -> None:
    for package, names in FILES.items():
        for name in names:
            source = MODULES / package / name
            if not source.exists():
                sys.exit(f"{source} is missing: run `make setup` again after deleting node_modules/")
            target = VENDOR / package / Path(name).name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def compile_styles(node: str) -> None:
    """The respondents' stylesheet: a part of govuk-frontend, in our colours."""
    source, target = ROOT / "app/static/canvass/respondent.scss", VENDOR / "canvass/respondent.css"
    target.parent.mkdir(parents=True, exist_ok=True)
    load_path = MODULES / "govuk-frontend/dist"
    command = [node, MODULES / "sass/sass.js", "--style=compressed", "--no-source-map", "--quiet-deps"]
    subprocess.run([*command, f"--load-path={load_path}", source, target], check=True)


def compress_and_list() -> None:
    manifest = {}
    for path in sorted(p for p in VENDOR.rglob("*") if p.is_file() and p.name != "manifest.json" and p.suffix != ".gz"):
        content = path.read_bytes()
        manifest[path.relative_to(VENDOR).as_posix()] = hashlib.sha256(content).hexdigest()
        if path.suffix in COMPRESSED:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    shutil.rmtree(VENDOR, ignore_errors=True)
    copy_packages()
    compile_styles(sys.argv[1] if len(sys.argv) > 1 else "node")
    compress_and_list()
    print(f"{len(list(VENDOR.rglob('*')))} files in {VENDOR.relative_to(ROOT)}")
