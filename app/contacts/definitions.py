"""Which attributes a workspace keeps: declared on a page or in YAML, checked against what is stored already."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy import Connection, Text, cast, delete, select

from app.accounts.service import audit
from app.contacts.attributes import TYPES, USUAL, Definition, attribute_name, read, yes_or_no
from app.contacts.models import AttributeRow, ContactRow
from app.core.problems import N_, Problem
from app.core.text import normalise
from app.db import reading, scoped, upsert, writing

MOST_CHOICES = 500
_LONGEST = 200


def declared(workspace_id: str) -> dict[str, Definition]:
    """The workspace's attributes by name, in their order."""
    with reading() as conn:
        rows = conn.execute(
            select(AttributeRow.__table__)
            .where(scoped(AttributeRow, workspace_id))
            .order_by(AttributeRow.position, AttributeRow.name)
        )
        return {row.name: Definition(row.name, row.type, row.label, dict(row.choices), row.personal) for row in rows}


def declare(workspace_id: str, wanted: Sequence[Definition], actor: str, now: datetime) -> list[Problem]:
    """Add attributes or change those of the same name; every problem, and then nothing was changed. New ones come last."""
    problems = [problem for each in wanted for problem in _problems(each)]
    with writing() as conn:
        before = declared(workspace_id)
        changed = [each for each in wanted if each != before.get(each.name)]
        if not problems:
            problems = _misfits(conn, workspace_id, changed)
        if problems:
            return problems
        order = list({**before, **{each.name: each for each in wanted}})
        for each in changed:
            _write(conn, workspace_id, each, order.index(each.name))
            was, will = _state(before.get(each.name)), _state(each)
            audit(conn, workspace_id, actor, "attribute.declared", "attribute", each.name, was, will, now)
    return []


def withdraw(workspace_id: str, name: str, actor: str, now: datetime) -> bool:
    """Take a declaration away; the values stay, as undeclared ones. False when there is none of that name."""
    with writing() as conn:
        before = declared(workspace_id).get(name)
        if before is None:
            return False
        conn.execute(delete(AttributeRow).where(scoped(AttributeRow, workspace_id), AttributeRow.name == name))
        audit(conn, workspace_id, actor, "attribute.withdrawn", "attribute", name, _state(before), None, now)
    return True


def _write(conn: Connection, workspace_id: str, each: Definition, position: int) -> None:
    key = {"workspace_id": workspace_id, "name": each.name}
    choices = [[code, label] for code, label in each.choices.items()]
    values = {
        "type": each.type,
        "label": each.label,
        "choices": choices,
        "personal": each.personal,
        "position": position,
    }
    same = ["workspace_id", "name"]
    conn.execute(
        upsert(conn, AttributeRow).values(**key, **values).on_conflict_do_update(index_elements=same, set_=values)
    )


def _state(one: Definition | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"type": one.type, "label": one.label, "choices": dict(one.choices), "personal": one.personal}


# --- what may be wrong ----------------------------------------------------------------------------


def _problems(one: Definition) -> Iterator[Problem]:
    if not one.name or attribute_name(one.name) != one.name:
        remedy = N_("Use small letters, digits and _, such as company_size.")
        yield Problem(
            "bad_attribute_name", N_("“{name}” is no name of an attribute."), {"name": one.name}, "name", remedy
        )
    if one.type not in TYPES:
        message, remedy = N_("{name}: there is no type {type}."), N_("Use one of: {types}.")
        params = {"name": one.name, "type": one.type, "types": ", ".join(TYPES)}
        yield Problem("unknown_attribute_type", message, params, "type", remedy)
    texts = [one.label, *one.choices, *one.choices.values()]
    if any(not text or len(text) > _LONGEST or isinstance(normalise(text), Problem) for text in texts):
        message = N_("{name}: its label, a choice’s code or label is empty or longer than 200 characters.")
        yield Problem("bad_attribute_label", message, {"name": one.name}, "label", N_("Write each of them."))
    if (one.type == "choice" and not one.choices) or len(one.choices) > MOST_CHOICES:
        message = N_("{name} needs choices, 500 at most.")
        yield Problem(
            "attribute_choices", message, {"name": one.name}, "choices", N_("Write a code and a label for each.")
        )


def _misfits(conn: Connection, workspace_id: str, wanted: Sequence[Definition]) -> list[Problem]:
    """Attributes whose stored values are not of the type they would have."""
    counts = {
        each.name: sum(isinstance(read(each, value), Problem) for value in _stored(conn, workspace_id, each.name))
        for each in wanted
    }
    message = N_("{count} contacts have a value of another kind under {name}.")
    remedy = N_("Correct those first, or choose another name.")
    return [
        Problem("attribute_values", message, {"count": count, "name": name}, "type", remedy)
        for name, count in counts.items()
        if count
    ]


def _stored(conn: Connection, workspace_id: str, name: str) -> Iterator[Any]:
    """Every value that a contact has under a name; in constant memory."""
    written = cast(ContactRow.attributes, Text).contains(f'"{name}":', autoescape=True)
    found = select(ContactRow.attributes).where(scoped(ContactRow, workspace_id), written)
    rows = conn.execute(found.execution_options(yield_per=1000))
    return (row.attributes[name] for row in rows if name in row.attributes)


# --- YAML -----------------------------------------------------------------------------------------


def from_yaml(text: str) -> list[Definition] | list[Problem]:
    """Definitions from `attributes: [{name, type, label, choices: {code: label}, personal}]`."""
    try:
        tree = yaml.load(text, yaml.BaseLoader)  # noqa: S506  texts alone: a choice may be called no
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        remedy = N_("Check indentation and quotes near the line.")
        return [
            Problem("bad_yaml", N_("The text is not YAML."), remedy=remedy, line=None if line is None else line + 1)
        ]
    entries = tree.get("attributes") if isinstance(tree, Mapping) else None
    if not isinstance(entries, list):
        return [_misshapen("attributes")]
    shaped = [_definition(entry, f"attributes[{n}]") for n, entry in enumerate(entries)]
    problems = [each for each in shaped if isinstance(each, Problem)]
    return problems or [each for each in shaped if isinstance(each, Definition)]


def _definition(entry: Any, path: str) -> Definition | Problem:
    keys = {"name", "type", "label", "choices", "personal"}
    choices = entry.get("choices", {}) if isinstance(entry, Mapping) else None
    if not isinstance(choices, Mapping) or not {"name", "type"} <= set(entry) <= keys:
        return _misshapen(path)
    personal = yes_or_no(str(entry.get("personal", "yes")))
    if personal is None:
        return _misshapen(f"{path}.personal")
    name = str(entry["name"])
    texts = {str(code): str(label) for code, label in choices.items()}
    return Definition(name, str(entry["type"]), str(entry.get("label", name)), texts, personal)


def _misshapen(path: str) -> Problem:
    remedy = N_(
        "Write a list under “attributes:”, each with name, type, and perhaps label, choices (code: label), personal."
    )
    return Problem("attributes_shape", N_("Attributes are not written so."), remedy=remedy, path=path)


def to_yaml(wanted: Mapping[str, Definition]) -> str:
    """What from_yaml reads."""
    entries = [{"name": each.name, **(_state(each) or {})} for each in wanted.values()]
    entries = [{key: value for key, value in entry.items() if value != {}} for entry in entries]
    text: str = yaml.safe_dump({"attributes": entries}, allow_unicode=True, sort_keys=False)
    return text


__all__ = ["USUAL", "Definition", "declare", "declared", "from_yaml", "to_yaml", "withdraw"]
