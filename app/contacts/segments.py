"""Segments: saved, named conditions over contacts, and who is in them."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.accounts.service import audit
from app.contacts import definitions, segment_reading
from app.contacts.segment_models import SegmentRow
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.core.text import normalise
from app.db import reading, scoped, upsert, writing
from app.engine.model import Expression

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
LONGEST = 4000
"""Characters of an expression."""


@dataclass(frozen=True, slots=True)
class Segment:
    """name: small letters, digits, _; unique in the workspace. source: the expression."""

    id: str
    workspace_id: str
    name: str
    source: str
    created_at: datetime
    changed_at: datetime

    @property
    def audience(self) -> str:
        """How an event names those in it (events.Event)."""
        return f"segment:{self.id}"


_COLUMNS = [getattr(SegmentRow, name) for name in Segment.__slots__]


def segments(workspace_id: str, *where: Any) -> list[Segment]:
    """The workspace's segments, by name."""
    with reading() as conn:
        mine = select(*_COLUMNS).where(scoped(SegmentRow, workspace_id), *where)
        return [Segment(**row._mapping) for row in conn.execute(mine.order_by(SegmentRow.name))]


def segment(workspace_id: str, segment_id: str) -> Segment | None:
    return next(iter(segments(workspace_id, SegmentRow.id == segment_id)), None)


def segment_named(workspace_id: str, name: str) -> Segment | Problem:
    """The segment of that name, or the problem that names those there are."""
    found = segments(workspace_id, SegmentRow.name == name)
    if found:
        return found[0]
    names = ", ".join(each.name for each in segments(workspace_id)) or "–"
    message, remedy = N_("There is no segment {name}."), N_("There are: {names}.")
    return Problem("no_segment", message, {"name": name, "names": names}, "segment", remedy)


def understood(workspace_id: str, source: str) -> Expression | list[Problem]:
    """An expression over the workspace's contacts, or everything wrong with it; a problem's column is its place."""
    text = normalise(source.strip())
    if isinstance(text, Problem):
        return [text]
    if len(text) > LONGEST:
        message, remedy = N_("The expression has more than {most} characters."), N_("Use several segments.")
        return [Problem("long_segment", message, {"most": LONGEST}, "source", remedy)]
    return segment_reading.understood(text, definitions.declared(workspace_id))


def save(
    workspace_id: str, name: str, source: str, actor: str, now: datetime, segment_id: str | None = None
) -> Segment | list[Problem]:
    """Make a segment, or change the one of that id; every problem, and then nothing was stored."""
    with writing() as conn:
        before = segment(workspace_id, segment_id) if segment_id else None
        problems = _name_problems(workspace_id, name, segment_id)
        expression = understood(workspace_id, source)
        if isinstance(expression, list):
            return [*problems, *expression]
        if problems:
            return problems
        made = Segment(
            segment_id or new_id(), workspace_id, name, expression.source, before.created_at if before else now, now
        )
        values = {"name": made.name, "source": made.source, "changed_at": now}
        row = upsert(conn, SegmentRow).values(asdict(made))
        conn.execute(
            row.on_conflict_do_update(index_elements=["id"], set_=values, where=scoped(SegmentRow, workspace_id))
        )
        was = {"name": before.name, "source": before.source} if before else None
        audit(
            conn,
            workspace_id,
            actor,
            "segment.saved",
            "segment",
            made.id,
            was,
            {"name": name, "source": made.source},
            now,
        )
    return made


def _name_problems(workspace_id: str, name: str, segment_id: str | None) -> list[Problem]:
    if not NAME.fullmatch(name):
        remedy = N_("Use small letters, digits and _, beginning with a letter, such as gold_customers.")
        return [Problem("segment_name", N_("“{name}” is no name of a segment."), {"name": name}, "name", remedy)]
    if any(each.id != segment_id for each in segments(workspace_id, SegmentRow.name == name)):
        remedy = N_("Choose another name, or change that one.")
        return [Problem("segment_taken", N_("There is a segment {name} already."), {"name": name}, "name", remedy)]
    return []


def remove(workspace_id: str, segment_id: str, actor: str, now: datetime) -> bool:
    """Forget a segment. False: there is none."""
    with writing() as conn:
        before = segment(workspace_id, segment_id)
        if before is None:
            return False
        conn.execute(delete(SegmentRow).where(scoped(SegmentRow, workspace_id), SegmentRow.id == segment_id))
        was = {"name": before.name, "source": before.source}
        audit(conn, workspace_id, actor, "segment.removed", "segment", segment_id, was, None, now)
    return True


def people(workspace_id: str, name: str, now: datetime) -> list[str] | list[Problem]:
    """The ids of the contacts in the segment of a name, or why they cannot be told."""
    found = segment_named(workspace_id, name)
    if isinstance(found, Problem):
        return [found]
    expression = understood(workspace_id, found.source)
    return expression if isinstance(expression, list) else segment_reading.ids(workspace_id, expression, now)


def contains(workspace_id: str, name: str, contact_id: str, now: datetime) -> bool:
    """Whether a contact is in the segment of a name; False where the segment is gone or cannot be read any more."""
    found = segment_named(workspace_id, name)
    expression = None if isinstance(found, Problem) else understood(workspace_id, found.source)
    return isinstance(expression, Expression) and segment_reading.holds(workspace_id, expression, contact_id, now)
