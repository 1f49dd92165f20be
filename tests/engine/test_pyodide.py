"""The portable set (core, engine, rendering) imports nothing of the rest, and runs in Pyodide as it does in CPython."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import lark
import markupsafe
import pytest
import wtforms

from app.catalog import source

ROOT = Path(__file__).parent.parent.parent
PYODIDE = ROOT / "node_modules" / "pyodide"
PACKAGES = (jinja2, lark, markupsafe, wtforms)


@pytest.fixture(scope="module")
def tree() -> str:
    read = source.read((ROOT / "questionnaires" / "post_delivery.yaml").read_text())
    assert isinstance(read, tuple)
    return json.dumps(read[0])


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the portable set, what it may import, and the program; nothing else."""
    folder = tmp_path_factory.mktemp("portable")
    skip = shutil.ignore_patterns("__pycache__", "*.so")
    for package in PACKAGES:
        origin = Path(str(package.__file__)).parent
        shutil.copytree(origin, folder / origin.name, ignore=skip)
    for floor in ("core", "engine", "rendering"):
        shutil.copytree(ROOT / "app" / floor, folder / "app" / floor, ignore=skip)
    shutil.copy(ROOT / "app" / "__init__.py", folder / "app")
    shutil.copy(Path(__file__).parent / "portable.py", folder)
    return folder


@pytest.fixture(scope="module")
def in_cpython(tree: str, packages: Path) -> dict[str, object]:
    """What CPython says, with no site-packages: a forbidden import fails."""
    program = "import sys; sys.path.insert(0, sys.argv[1]); import portable; portable.main()"
    command = [sys.executable, "-S", "-P", "-c", program, str(packages)]
    return _result(command, tree)


def _result(command: list[str], tree: str) -> dict[str, object]:
    done = subprocess.run(command, input=tree, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    result: dict[str, object] = json.loads(done.stdout)
    return result


def test_the_portable_set_needs_nothing_else(in_cpython):
    state = json.loads(in_cpython["state"])
    assert state["answers"]["score"]["value"] == 3
    assert state["answers"]["score"]["mode"] == "field"


@pytest.mark.skipif(not PYODIDE.is_dir() or not shutil.which("node"), reason="needs node and npm ci")
def test_an_interview_in_pyodide_is_the_same_to_the_letter(in_cpython, tree, packages):
    node = shutil.which("node") or "node"
    command = [node, str(Path(__file__).parent / "portable.mjs"), str(PYODIDE), str(packages)]
    assert _result(command, tree) == in_cpython
