"""What becomes several questions: the rows of a grid, and the text of an "other, please specify" (docs/decisions/0008)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.core.problems import N_
from app.engine.expressions import Symbol, all_of
from app.engine.model import Expression, Grid, Question, Text
from app.engine.structure import Path
from app.engine.types import TYPES

if TYPE_CHECKING:
    from app.engine.compiler import Compilation

SPECIFY = {
    "en": "Please specify",
    "pl": "Proszę podać",
    "ru": "Пожалуйста, уточните",
    "ro": "Vă rugăm să precizați",
    "it": "Specificare",
}


def grid_rows(run: "Compilation", head: Question, node: Mapping[str, Any], path: Path, own: Symbol) -> list[Question]:
    """The questions that a grid becomes. What it says once (checks, choices, options) holds for each row."""
    rows = [(index, row) for index, row in enumerate(node.get("rows", ())) if row and {"name", "label"} <= set(row)]
    names = tuple(f"{head.name}__{row['name']}" for _, row in rows)
    assert head.label is not None or run.problems
    total = head.parameters.get("total")
    randomize = node.get("randomize_rows") or ""
    grid = Grid(
        *(head.name, head.type, head.label or Text({}), head.hint, names),
        randomize="rotate" if randomize == "rotate" else "yes" if randomize else "",
        total=total,
        constraint=head.constraint,
        media=head.media,
    )
    kind = TYPES[head.kind.rows_of]
    shared = replace(head, type=kind.name, kind=kind, value_type=kind.value_type, grid=grid, hint=None, media={})
    found = []
    for (index, row), name in zip(rows, names, strict=True):
        below = (*path, "rows", index)
        label = run.text(row["label"], (*below, "label"), head.repeats)
        relevant = all_of(head.relevant, run.expression(row, "relevant", below, within=head.repeats))
        run.names[name] = own
        question = replace(shared, name=name, bare=name, label=_both(grid.label, label), row=label, relevant=relevant)
        if total is not None:
            question = _adding_up(run, question, names, total)
        if total is not None and row.get("relevant"):
            message, remedy = N_("A row of a constant sum cannot have a condition."), N_("Delete it.")
            run.report((*below, "relevant"), "not_allowed", message, remedy)
        found.append(replace(question, fixed=run.is_fixed(question)))
    for index, row in [(i, row) for i, row in rows if [r["name"] for _, r in rows].count(row["name"]) > 1]:
        message, remedy = N_("There are two called {name}."), N_("Rename one of them.")
        run.report((*path, "rows", index, "name"), "duplicate_name", message, remedy, name=row["name"])
    return found


def _both(head: Text, row: Text) -> Text:
    """Head and row as one text, for channels that ask a row at a time."""
    return Text({language: (*head.parts.get(language, ()), " – ", *row.parts[language]) for language in row.parts})


def _adding_up(run: "Compilation", row: Question, names: tuple[str, ...], total: int | float) -> Question:
    """The last row is checked against the others, and must be filled in once one of them is. Where a row is asked at a time
    nobody may come to a last row that cannot be right: each leaves to those after it what they can still make up."""
    place = names.index(row.name)
    earlier, rest = names[:place], len(names) - place - 1
    so_far = f"round({' + '.join([*(f'coalesce(${{{name}}}, 0)' for name in earlier), '.'])}, 6)"
    least, most = row.parameters["min"], row.parameters.get("max")
    given = (
        rest if row.required is not False or most is not None else 1
    )  # of those after it, how many are surely filled in
    checks = (
        [f"{so_far} <= {total - least * given - min(least, 0) * (rest - given)}"] if rest else [f"{so_far} = {total}"]
    )
    if rest and most is not None:
        checks.append(f"{so_far} >= {total - most * rest}")
    constraint = all_of(row.constraint, *(run.derive(check, row.repeats, Symbol("number")) for check in checks))
    required: bool | Expression = row.required
    if required is False and earlier and (not rest or most is not None):
        required = run.derive(" or ".join(f"answered(${{{name}}})" for name in earlier), row.repeats)
    return replace(row, constraint=constraint, required=required)


def specified(run: "Compilation", question: Question, node: Mapping[str, Any], path: Path) -> list[Question]:
    """A text for each choice that asks to be specified; it must be given where the question itself must be answered."""
    given = node.get("choices", ())
    entries = run.specifying(given) if isinstance(given, str) else [] if isinstance(given, Mapping) else given
    found = []
    for index, entry in enumerate(entries):
        if entry and entry.get("specify") and question.choice(str(entry.get("name"))):
            found.append(_text(run, question, entry, (*path, "choices", index, "specify")))
    return found


def _text(run: "Compilation", question: Question, entry: Mapping[str, Any], path: Path) -> Question:
    choice, name = str(entry["name"]), f"{question.name}__{entry['name']}__text"
    words = entry["specify"] if not isinstance(entry["specify"], bool) else {}
    label = run.text(words, path, question.repeats, None if words else run.ours(SPECIFY))
    run.names[name] = Symbol("text", repeats=question.repeats)
    kind = TYPES["text"]
    parameters = {key: schema["default"] for key, schema in kind.parameters.items() if "default" in schema}
    made = Question(
        *(name, "text", kind, question.page, "text"),
        label=label,
        relevant=run.derive(f"selected(${{{question.name}}}, '{choice}')", question.repeats),
        required=question.required if isinstance(question.required, bool) else False,
        parameters=parameters,
        bare=name,
        beside=(question.name, choice),
        repeats=question.repeats,
        asked=True,
        shown=True,
    )
    return replace(made, fixed=run.is_fixed(made))
