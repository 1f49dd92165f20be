"""Compiling choices: a question's own, its type's, those of a list, those of an earlier question."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.core.problems import N_
from app.engine.choices import ChoiceList
from app.engine.expressions import all_of
from app.engine.expressions.check import did_you_mean
from app.engine.media import compile_media
from app.engine.model import Choice, Expression, Question, Text
from app.engine.question_type import is_whole
from app.engine.structure import Path
from app.engine.types import TYPES

if TYPE_CHECKING:
    from app.engine.compiler import Compilation

Repeats = tuple[str, ...]
Chosen = tuple[tuple[Choice, ...], ChoiceList | None]
"""The choices, and the list they are shared from or filtered."""
LONG = 30
"""Choices from which on they are found by an index."""


def compile_lists(run: "Compilation", lists: Sequence[Any]) -> None:
    """The lists of a definition, into ``run.lists``."""
    for index, entry in enumerate(lists):
        path: Path = ("lists", index)
        if not entry or "name" not in entry:
            continue
        if entry["name"] in run.lists:
            message = N_("There are two called {name}.")
            run.report((*path, "name"), "duplicate_name", message, N_("Rename one of them."), name=entry["name"])
        if "choices" not in entry:
            message = N_("The list {name} has no choices; its file was not read.")
            remedy = N_("Put {file} beside the definition, or write the choices out.")
            params = {"name": entry["name"], "file": entry.get("file", "")}
            run.report(path, "empty_choices", message, remedy, **params)
        choices = _own(run, entry.get("choices", ()), "", (*path, "choices"), ())
        run.lists[entry["name"]] = pooled(choices)


def pooled(choices: tuple[Choice, ...]) -> ChoiceList:
    """A list whose every choice has every column, None where it says nothing."""
    keys = dict.fromkeys(key for choice in choices for key in choice.columns)
    columns = dict.fromkeys(keys)
    full = tuple([replace(c, columns={**columns, **c.columns}) for c in choices]) if keys else choices
    return ChoiceList(full, frozenset(key.removeprefix("|") for key in keys))


def compile_choices(
    run: "Compilation", node: Mapping[str, Any], parameters: Mapping[str, Any], path: Path, within: Repeats
) -> Chosen:
    kind, below, given = TYPES[node["type"]], (*path, "choices"), node.get("choices", ())
    if kind.choices == "none":
        return (), None
    if kind.choices == "standard":
        return _standard(run, node, parameters, below), None
    if isinstance(given, str):
        pool = _list(run, given, below)
        return pool.choices, pool
    if isinstance(given, Mapping):
        choices = _carried(run, given, node["type"], below, within)
    else:
        if "choices" in node and not given:
            message, remedy = N_("There are no choices."), N_("Add at least one with a name and a label.")
            run.report(below, "empty_choices", message, remedy)
        choices = _own(run, given, node["type"], below, within)
    if "choice_filter" not in node and len(choices) < LONG:
        return choices, None
    pool = pooled(choices)
    return pool.choices, pool


def _list(run: "Compilation", name: str, path: Path) -> ChoiceList:
    found = run.lists.get(name)
    if found is None:
        close = did_you_mean(name, run.lists)
        remedy = N_("Did you mean {close}?") if close else N_("Declare it under lists.")
        run.report(path, "unknown_list", N_("There is no list {name}."), remedy, name=name, close=close)
        return ChoiceList((), frozenset())
    return found


def _standard(
    run: "Compilation", node: Mapping[str, Any], parameters: Mapping[str, Any], path: Path
) -> tuple[Choice, ...]:
    """The type's own choices, in the author's words where there are any."""
    given = [entry for entry in node.get("choices", ()) if entry and "name" in entry]
    entries = {str(entry["name"]): (index, entry) for index, entry in enumerate(given)}
    standard = dict(TYPES[node["type"]].standard_choices(parameters))
    for name, (index, _) in entries.items():
        if name not in standard:
            close = did_you_mean(name, standard)
            remedy = N_("Did you mean {close}?") if close else N_("The choices are: {choices}.")
            message = N_("{type} has no choice {value}.")
            params = {"type": node["type"], "value": name, "close": close, "choices": ", ".join(standard)}
            run.report((*path, index, "name"), "unknown_choice", message, remedy, **params)
        if "media" in entries[name][1]:
            message = N_("The choices of {type} show nothing but their labels.")
            remedy = N_("Delete it, or make the question a single_choice.")
            run.report((*path, index, "media"), "not_allowed", message, remedy, type=node["type"])
    choices = []
    for position, (name, labels) in enumerate(standard.items(), 1):
        index, entry = entries.get(name, (0, {}))
        own_words = {language: labels.get(language, labels.get("en", name)) for language in run.languages}
        label = run.text(entry.get("label", {}), (*path, index, "label"), standard=own_words)
        number, synonyms = int(name) if is_whole(name) else position, tuple(entry.get("synonyms", ()))
        choices.append(Choice(name, label, number, synonyms=synonyms))
    return tuple(choices)


def _own(run: "Compilation", entries: Sequence[Any], type_: str, path: Path, within: Repeats) -> tuple[Choice, ...]:
    """The choices an author wrote. ``type_``: "" in a list, which questions of any type may share."""
    named = [str(entry["name"]) for entry in entries if entry and "name" in entry]
    numeric = all(map(is_whole, named))
    choices: dict[str, Choice] = {}
    for index, entry in enumerate(entries):
        if not entry or "name" not in entry:
            continue
        name, here = str(entry["name"]), (*path, index)
        if name in choices or name in ("dk", "refused"):
            message = N_("The choice {name} is there twice (dk and refused always are).")
            run.report((*here, "name"), "duplicate_choice", message, N_("Rename one of them."), name=name)
        if "label" not in entry:
            message = N_("{where} has no {key}.")
            run.report(here, "missing_key", message, N_("Add {key}."), where=f"choice {name}", key="label")
        exclusive = bool(entry.get("exclusive", False))
        if exclusive and type_ not in ("", "multiple_choice", "matrix_multiple"):
            message = N_("Only a choice of multiple_choice can be exclusive.")
            run.report((*here, "exclusive"), "not_allowed", message, N_("Delete it."))
        _check_image(run, entry, type_, here)
        label = run.text(entry["label"], (*here, "label"), within) if "label" in entry else Text({})
        relevant = run.expression(entry, "relevant", here, within=within)
        number = int(name) if numeric else len(choices) + 1
        columns = {f"|{key}": str(value) for key, value in {**entry.get("values", {}), "name": name}.items()}
        media = compile_media(run, entry, here)
        synonyms = tuple(entry.get("synonyms", ()))
        choices[name] = Choice(
            name, label, number, relevant, exclusive, entry.get("image", ""), media, columns, synonyms
        )
    return tuple(choices.values())


def _check_image(run: "Compilation", entry: Mapping[str, Any], type_: str, path: Path) -> None:
    kind, image = TYPES.get(type_), "image" in entry
    if kind is not None and image and not kind.images:
        message = N_("Only a choice of image_choice can have an image.")
        run.report((*path, "image"), "not_allowed", message, N_("Write it as media: {{image: …}}."))
    elif kind is not None and kind.images and "media" in entry:
        message = N_("A choice of image_choice shows its image alone.")
        run.report((*path, "media"), "not_allowed", message, N_("Delete it."))
    elif kind is not None and kind.images and not image:
        message, where = N_("{where} has no {key}."), f"choice {entry['name']}"
        run.report(path, "missing_key", message, N_("Add {key}."), where=where, key="image")


def _carried(
    run: "Compilation", given: Mapping[str, Any], type_: str, path: Path, within: Repeats
) -> tuple[Choice, ...]:
    """The choices of an earlier question: those that were picked there, those that were not, or all."""
    source = run.questions.get(given.get("carry", ""))
    if source is None or not source.choices or source.value_type not in ("code", "set"):
        message = N_("There is no earlier question {name} with choices.")
        run.report(
            (*path, "carry"), "unknown_name", message, N_("Name one that is asked before."), name=given.get("carry")
        )
        return ()
    which = given.get("which", "selected")
    carried = [
        replace(choice, relevant=all_of(choice.relevant, _picked(run, source, choice, which, within)), exclusive=False)
        for choice in source.choices
        if which != "selected" or not choice.exclusive
    ]
    return (*carried, *_own(run, given.get("also", ()), type_, (*path, "also"), within))


def _picked(run: "Compilation", source: Question, choice: Choice, which: str, within: Repeats) -> Expression | None:
    """The condition under which a choice is carried on."""
    picked = f"selected(${{{source.bare}}}, '{choice.name}')"
    if which == "all":
        return None
    return run.derive(picked if which == "selected" else f"not({picked})", within)
