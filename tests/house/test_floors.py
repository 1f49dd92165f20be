"""The house's floors: what import-linter checks (pyproject.toml), and what it cannot see."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Each module of a folder, parsed."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def package(path: Path) -> str:
    """The package of the floors that a module of app/ belongs to."""
    return path.parts[1].removesuffix(".py")


def test_the_floors_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_app_itself_is_empty() -> None:
    """Importing app.engine must not load Flask."""
    assert (APP / "__init__.py").read_text() == ""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in trees(APP)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(alias.name == "app" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "app" and any(alias.name == "create_app" for alias in node.names))
    ]  # fmt: skip
    assert found == []


def test_no_package_reads_anothers_tables() -> None:
    """A package's models are imported by the package, and by app/models.py for the migrations."""
    found = [
        f"{path}:{node.lineno} imports {node.module}"
        for path, tree in trees(APP)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and foreign_models(path, node)
    ]
    assert found == []


def foreign_models(path: Path, node: ast.ImportFrom) -> bool:
    if path == Path("app/models.py"):
        return False
    names = [f"{node.module}.{alias.name}" for alias in node.names]
    owners = {m[1] for name in names if (m := re.match(r"app\.(\w+)\.(?:\w+\.)*models(\.|$)", name))}
    return bool(owners - {package(path)})


def test_no_relationship_crosses_packages() -> None:
    """A relationship() would load another package's rows behind its back; there is none at all."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in trees(APP)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "relationship"
    ]
    assert found == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = grimp.build_graph("app", cache_dir=None, exclude_type_checking_imports=True)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert [circle for module in sorted(imports) if (circle := circle_from(module, imports))] == []


def circle_from(start: str, imports: dict[str, set[str]]) -> list[str] | None:
    """A path from a module back to itself, if there is one."""
    seen, paths = set(), [[start]]
    for path in paths:  # grows as it goes
        for target in imports[path[-1]]:
            if target == start:
                return [*path, start]
            if target not in seen:
                seen.add(target)
                paths.append([*path, target])
    return None


INLINE = re.compile(
    r"<style\b|\sstyle=|<script(?![^>]*\ssrc=)|\son(click|change|submit|load|input|key\w+)=|javascript:", re.I
)


def test_no_page_has_inline_script_or_style() -> None:
    """The content security policy would refuse them. Mails are no pages: their clients know inline styles alone."""
    folders = [APP / "templates", APP / "rendering/templates"]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in folders
        for path in sorted(folder.rglob("*.html"))
        if "mail" not in path.relative_to(folder).as_posix()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if INLINE.search(line)
    ]
    assert found == []
