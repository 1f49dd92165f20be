"""Checking a tree against its schema: every departure is a problem, and what is sound is kept for the next checks."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.core.problems import N_
from app.engine.expressions.check import did_you_mean
from app.engine.schema import DEFS, LANGUAGE, PAGE, Schema, part_schema, question_schema
from app.engine.types import TYPES

Path = tuple[str | int, ...]
Report = Callable[..., None]
"""``report(path, code, message, remedy, **params)``"""

CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda node: isinstance(node, str),
    "integer": lambda node: isinstance(node, int) and not isinstance(node, bool),
    "number": lambda node: isinstance(node, (int, float)) and not isinstance(node, bool),
    "object": lambda node: isinstance(node, Mapping),
    "array": lambda node: isinstance(node, Sequence) and not isinstance(node, str),
}
WORDS = {"string": "text", "integer": "a whole number", "number": "a number", "object": "a mapping", "array": "a list"}


def kind_of(node: Any) -> str:
    """What a node is, in an author's words."""
    if node is None or isinstance(node, bool):
        return "nothing" if node is None else "true or false"
    return next((WORDS[type_] for type_, fits in CHECKS.items() if fits(node)), type(node).__name__)


class Structure:
    """``clean(schema, node, path)`` gives the node without what is wrong (None where nothing is left)."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def clean(self, schema: Schema, node: Any, path: Path) -> Any:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name == "question":
                return self._question(node, path)
            if name == "part":
                return self.clean(part_schema(node) if isinstance(node, Mapping) else PAGE, node, path)
            return self.clean(DEFS[name], node, path)
        if "anyOf" in schema:
            return self._any(schema["anyOf"], node, path)
        if "enum" in schema:
            return self._enum(schema["enum"], node, path)
        types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        if not any(CHECKS[type_](node) for type_ in types):
            message = N_("{where} must be {types}, not {found}.")
            wanted = " or ".join(WORDS[type_] for type_ in types)
            self.report(path, "wrong_type", message, "", where=last(path), types=wanted, found=kind_of(node))
            return None
        if types == ["object"]:
            return self._object(schema, node, path)
        if types == ["array"]:
            return self._array(schema, node, path)
        return self._scalar(schema, node, path)

    def _any(self, schemas: Sequence[Schema], node: Any, path: Path) -> Any:
        for schema in schemas:
            if _fits(schema, node):
                return self.clean(schema, node, path)
        return self.clean(schemas[-1], node, path)

    def _enum(self, allowed: Sequence[str | bool], node: Any, path: Path) -> Any:
        if isinstance(node, (str, bool)) and node in allowed:
            return {"yes": True, "no": False}.get(str(node), node) if True in allowed else node
        words = [str(word).lower() for word in allowed]
        close = did_you_mean(str(node), words)
        remedy = N_("Did you mean {close}?") if close else N_("Use one of: {allowed}.")
        message = N_("{where} cannot be {found}.")
        self.report(
            path, "not_allowed", message, remedy, where=last(path), found=node, close=close, allowed=", ".join(words)
        )
        return None

    def _scalar(self, schema: Schema, node: Any, path: Path) -> Any:
        text = str(node)
        if "pattern" in schema and (not re.search(schema["pattern"], text) or len(text) > schema.get("maxLength", 60)):
            message = N_("{where} cannot be {found}.")
            remedy = N_("Use at most 60 letters, digits and single underscores, beginning with a letter.")
            code = "bad_name"
            if schema["pattern"] == LANGUAGE:
                code, remedy = "unknown_language", N_("Write it as en, pl or pt-BR.")
            self.report(path, code, message, remedy, where=last(path), found=repr(node))
            return None
        least, most = schema.get("minimum", node), schema.get("maximum", node)
        if not isinstance(node, str) and not least <= node <= most:
            message = N_("{where} is {found}; it must lie between {min} and {max}.")
            self.report(
                path, "bad_range", message, "", where=last(path), found=node, min=least, max=schema.get("maximum", "…")
            )
            return None
        return node

    def _array(self, schema: Schema, node: Sequence[Any], path: Path) -> list[Any]:
        if len(node) < schema.get("minItems", 0):
            message = N_("{where} is empty.")
            self.report(path, "empty_list", message, N_("Add at least one."), where=last(path))
        return [self.clean(schema["items"], item, (*path, index)) for index, item in enumerate(node)]

    def _object(self, schema: Schema, node: Mapping[Any, Any], path: Path) -> dict[str, Any]:
        known = schema.get("properties")
        cleaned = {}
        for key, value in node.items():
            below = known.get(key) if known is not None else self._free_key(schema, key, path)
            if below is None:
                if known is not None:
                    self._unknown_key(key, known, path)
                continue
            value = self.clean(below, value, (*path, key))
            if value is not None:
                cleaned[key] = value
        for key in schema.get("required", ()):
            if key not in node:
                message = N_("{where} has no {key}.")
                self.report(path, "missing_key", message, N_("Add {key}."), where=last(path), key=key)
        return cleaned

    def _free_key(self, schema: Schema, key: Any, path: Path) -> Schema | None:
        """The schema of a value whose key is the author's: a language of a text, a column of a choice."""
        pattern = schema.get("propertyNames", {}).get("pattern", "")
        if re.search(pattern, str(key)):
            below: Schema = schema["additionalProperties"]
            return below
        message, remedy = N_("{found} is not a language tag (BCP 47)."), N_("Write it as en, pl or pt-BR.")
        self.report((*path, key), "unknown_language", message, remedy, found=key)
        return None

    def _unknown_key(self, key: Any, known: Mapping[str, Any], path: Path) -> None:
        close = did_you_mean(str(key), known)
        remedy = N_("Did you mean {close}?") if close else N_("Delete it; these are known: {known}.")
        message = N_("{key} is not known here.")
        self.report((*path, key), "unknown_key", message, remedy, key=key, close=close, known=", ".join(known))

    def _question(self, node: Any, path: Path) -> Any:
        """A question's schema depends on its type."""
        if not isinstance(node, Mapping):
            return self.clean({"type": "object"}, node, path)
        type_ = node.get("type")
        if type_ is None:
            message = N_("{where} has no {key}.")
            self.report(path, "missing_key", message, N_("Add {key}."), where=last(path), key="type")
            return {"name": node["name"]} if isinstance(node.get("name"), str) else None
        if not isinstance(type_, str) or type_ not in TYPES:
            close = did_you_mean(str(type_), TYPES.names())
            remedy = N_("Did you mean {close}?") if close else N_("The types are: {types}.")
            message = N_("There is no question type {type}.")
            params = {"type": type_, "close": close, "types": ", ".join(TYPES.names())}
            self.report((*path, "type"), "unknown_type", message, remedy, **params)
            return {"name": node["name"]} if isinstance(node.get("name"), str) else None
        return self.clean(question_schema(type_), node, path)


def _fits(schema: Schema, node: Any) -> bool:
    """Whether this is the alternative that was meant."""
    if "$ref" in schema:
        return _fits(DEFS[schema["$ref"].rpartition("/")[2]], node)
    if "anyOf" in schema:
        return any(_fits(alternative, node) for alternative in schema["anyOf"])
    if "enum" in schema:
        return isinstance(node, (str, bool)) and node in schema["enum"]
    types = schema["type"]
    return any(CHECKS[type_](node) for type_ in ([types] if isinstance(types, str) else types))


def last(path: Path) -> str:
    """The last words of a path, for messages: ``questions[2]``."""
    if not path:
        return "the definition"
    return f"{path[-2]}[{path[-1]}]" if isinstance(path[-1], int) and len(path) > 1 else str(path[-1])


def written(path: Path) -> str:
    """``pages[0].questions[2].label.pl``"""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
