"""The questionnaires that come with Canvass: templates to start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.catalog.definition import check, title
from app.catalog.list_files import beside

FOLDER = Path(__file__).resolve().parents[2] / "questionnaires"


@dataclass(frozen=True, slots=True)
class Template:
    """``title``: in the definition's default language; ``source``: its YAML."""

    name: str
    title: str
    source: str
    tree: Mapping[str, Any]


@cache
def load_shipped(folder: Path = FOLDER) -> tuple[Template, ...]:
    """The templates by name. One that does not compile is a bug: ValueError with its problems."""
    templates = []
    for file in sorted(folder.glob("*.yaml")):
        definition = check(file.read_text("utf-8"), str(file.relative_to(folder.parent)), beside(file))
        if definition.questionnaire is None or definition.tree is None:
            raise ValueError("\n".join(map(str, definition.problems)))
        tree = definition.tree
        templates.append(Template(definition.questionnaire.name, title(tree), definition.text, tree))
    return tuple(templates)


def offered() -> tuple[Template, ...]:
    """The templates that a researcher may begin from: not the one that ``bench/`` measures with."""
    return tuple(each for each in load_shipped() if each.name != "bench_five_pages")


def template(name: str) -> Template | None:
    """The shipped template of that name."""
    return next((found for found in load_shipped() if found.name == name), None)
