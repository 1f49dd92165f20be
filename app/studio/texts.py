"""The texts of a definition, one by one: what a translator sees. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.studio.outline import Place, Tree, find, name_of, places

QUESTION_TEXTS = (
    "label", "hint", "required_message", "constraint_message", "warning_message",
    "sms", "read_out", "interviewer", "showcard", "low", "high",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextAt:
    """A text of the definition. ``where``: the names around it, for a person to find it by."""

    place: Place
    where: tuple[str, ...]
    key: str
    texts: Mapping[str, str]

    def missing(self, language: str) -> bool:
        return not str(self.texts.get(language) or "").strip()


def texts_of(tree: Tree) -> list[TextAt]:
    """Every text that the definition has in any language, in the order asked."""
    return [found for found in _all(tree) if any(not found.missing(language) for language in found.texts)]


def coverage(tree: Tree, languages: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Language -> (texts that are there, all texts)."""
    found = texts_of(tree)
    return {code: (sum(not text.missing(code) for text in found), len(found)) for code in languages}


def _all(tree: Tree) -> Iterator[TextAt]:
    yield from _at(tree, (), (), ("title", "purpose"))
    for place in places(tree):
        part = find(tree, place)
        name = name_of(part)
        yield from _at(tree, place, (name,), ("title", "add") if place[-2] == "pages" else QUESTION_TEXTS)
        for key in ("choices", "rows"):
            entries = part.get(key) if isinstance(part.get(key), list) else []
            for index, entry in enumerate(entries or []):
                where = (name, str(entry.get("name", "")))
                yield from _at(tree, (*place, key, index), where, ("label", "specify"))


def _at(tree: Tree, place: Place, where: tuple[str, ...], keys: tuple[str, ...]) -> Iterator[TextAt]:
    part: Any = find(tree, place)
    for key in keys:
        texts = part.get(key)
        if isinstance(texts, Mapping):
            yield TextAt((*place, key), where, key, {str(code): str(text or "") for code, text in texts.items()})
