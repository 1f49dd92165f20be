"""Texts that respondents would read in the first language because theirs is missing (``untranslated: default``)."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from app.core.problems import N_
from app.engine.schema import ASKED, SHOWN
from app.proofs.finding import Finding, found
from app.proofs.places import Tree, at, places

# A picture may do for every language: one that has none of its own lacks nothing.
WRITTEN = [key for key in SHOWN if key != "media"]
TEXTS = ("title", "purpose", "low", "high", "add", *WRITTEN, *(key for key in ASKED if key.endswith("_message")))
NAMED = 5
"""Questions and pages that are named."""
INSIDE = ("choices", "rows")


def untranslated(tree: Tree, languages: Sequence[str], unreachable: Set[str]) -> Iterator[Finding]:
    """One finding for each language that lacks texts which somebody can come to see, at the first of them."""
    if "untranslated" not in tree:
        return  # a missing text is a problem then
    lacking: dict[str, list[tuple[str, str]]] = {}
    for name, path in {"": (), **places(tree)}.items():
        node = at(tree, path)
        if name not in unreachable and isinstance(node, Mapping):
            for key, missing in _missing(node, languages):
                for language in missing:
                    lacking.setdefault(language, []).append((name, key))
    for language, texts in lacking.items():
        names = list(dict.fromkeys(name for name, _ in texts if name))
        params = {"language": language, "count": len(texts), "first": languages[0], "names": ", ".join(names[:NAMED])}
        params["more"] = " …" if len(names) > NAMED else ""
        message = N_("Texts are not translated into {language} and are shown in {first}: {count} (of {names}{more}).")
        yield found("untranslated", message, params, N_("Add them."), texts[0][0], path=texts[0][1])


def _missing(node: Tree, languages: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The languages that each text of a node lacks, by its key."""
    for key in TEXTS:
        lacking = _lacking(node[key], languages) if key in node else []
        if lacking:
            yield key, lacking
    for key in INSIDE:
        entries = node.get(key)
        for entry in entries if isinstance(entries, list) else ():
            lacking = _lacking(entry["label"], languages) if "label" in entry else []
            if lacking:
                yield f"{key}.{entry.get('name')}.label", lacking


def _lacking(text: Any, languages: Sequence[str]) -> list[str]:
    given = text if isinstance(text, Mapping) else {languages[0]: text}
    return [language for language in languages if language not in given]
