"""One event as a program or a CSV row gives it: whose, what, when, with an id of the sender's own.

Usually it is one customer's; a decision of the company may concern many (`audience`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from app.contacts import csvfile, groups, segments
from app.contacts import service as contacts
from app.core.problems import N_, Problem
from app.core.text import normalise
from app.db import writing
from app.events import EVERYONE
from app.journeys import kinds, service
from app.journeys.service import Received

OWN = ("event_id", "kind", "at", "source", "external_id", "email", "phone", "audience")
LIMITS = {"event_id": 120, "kind": 51, "source": 60}  # on the timeline a kind is "customer." and this, 60 in all
FUTURE = timedelta(minutes=5)  # how far ahead a sender's clock may be


def take(workspace_id: str, given: Mapping[str, Any], zone: str, now: datetime) -> Received | list[Problem]:
    """Take one event, or say everything that is wrong with it. `zone`: the IANA zone of a wall time without an offset.

    Keys: event_id, kind, at (ISO 8601; now if absent), source, and external_id, email or phone for the customer, or an audience
    (everyone, account: NAME, segment: NAME); the rest is data, read as journeys.kinds says.
    """
    problems: list[Problem] = []
    texts = {key: _text(given, key, problems) for key in OWN}
    at = _instant(texts["at"], zone, now)
    if isinstance(at, Problem):
        problems.append(at)
    for key in ("event_id", "kind"):
        if not texts[key]:
            remedy = N_("Give each event an id of your own and what happened, such as: delivered.")
            problems.append(Problem("event_field", N_("“{key}” is missing."), {"key": key}, name=key, remedy=remedy))
    audience = _audience(workspace_id, texts, problems) if texts["audience"] else None
    contact_id = None if texts["audience"] else _contact(workspace_id, texts, problems)
    data, wrong = kinds.read(texts["kind"], _data(given, problems))
    problems += wrong
    if problems or isinstance(at, Problem):
        return problems
    return service.receive(
        workspace_id,
        source=texts["source"] or "api",
        event_id=texts["event_id"],
        kind=texts["kind"],
        contact_id=contact_id,
        audience=audience,
        at=at,
        data=data,
        now=now,
    )


def _data(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """What is kept with the event as it came; a text that no database can store is a problem."""
    data = {str(key): value for key, value in given.items() if key not in OWN and value not in (None, "")}
    texts = [*data, *(value for value in data.values() if isinstance(value, str))]
    problems += [bad for text in texts if isinstance(bad := normalise(text), Problem)]
    return data


def _text(given: Mapping[str, Any], key: str, problems: list[Problem]) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        problems.append(Problem("event_text", N_("“{key}” must be a text."), {"key": key}, name=key))
        return ""
    text = normalise(str(value).strip())
    if isinstance(text, Problem):
        problems.append(text)
        return ""
    if len(text) > LIMITS.get(key, 320):
        message = N_("“{key}” is longer than {limit} characters.")
        problems.append(Problem("event_long", message, {"key": key, "limit": LIMITS.get(key, 320)}, name=key))
    return text


def _instant(text: str, zone: str, now: datetime) -> datetime | Problem:
    if not text:
        return now
    try:
        at = datetime.fromisoformat(text)
        at = (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter: an offset that leads out of the years 1 to 9999
        remedy = N_("Write it as 2026-11-04T14:30:00+01:00.")
        return Problem("event_time", N_("“{text}” is no date and time."), {"text": text}, name="at", remedy=remedy)
    if at > now + FUTURE:
        return Problem("event_future", N_("“{text}” has not happened yet."), {"text": text}, name="at")
    return at


def _audience(workspace_id: str, texts: Mapping[str, str], problems: list[Problem]) -> str | None:
    """Whom a decision concerns, as events.Event keeps it."""
    if texts["kind"] != kinds.DECISION:
        message = N_("Only a decision has an audience; every other event is one customer’s.")
        problems.append(Problem("event_audience", message, name="audience"))
    scheme, _colon, name = texts["audience"].partition(":")
    if scheme.strip().lower() == "everyone":
        return EVERYONE
    finders = {"account": groups.account, "segment": segments.segment_named}
    finder = finders.get(scheme.strip().lower())
    found = finder(workspace_id, name.strip()) if finder else None
    if found and not isinstance(found, Problem):
        return found.audience
    message = N_("“{audience}” is no audience that is known.")
    remedy = N_("Write everyone, or account: or segment: and its name.")
    problems.append(Problem("event_audience", message, {"audience": texts["audience"]}, name="audience", remedy=remedy))
    return None


def _contact(workspace_id: str, texts: Mapping[str, str], problems: list[Problem]) -> str | None:
    if texts["external_id"]:
        found = contacts.by_external_id(workspace_id, texts["external_id"])
        if found:
            return found.id
    matches: set[str] = set()
    for channel in ("email", "phone"):
        if texts[channel]:
            matches |= {contact.id for contact in contacts.by_address(workspace_id, channel, texts[channel])}
    if len(matches) == 1:
        return matches.pop()
    if matches:
        message = N_("More than one customer has this address.")
        problems.append(Problem("event_ambiguous", message, remedy=N_("Give the external_id as well.")))
    else:
        message = N_("No customer is known by this external_id, email or phone.")
        problems.append(Problem("event_contact", message, remedy=N_("Import the customer first.")))
    return None


@dataclass
class Report:
    """What became of a file of events. `bad`: line number, row, problems."""

    new: int = 0
    repeated: int = 0
    bad: list[tuple[int, dict[str, str], list[Problem]]] = field(default_factory=list)


def import_csv(
    workspace_id: str,
    stream: BinaryIO,
    zone: str,
    now: datetime,
    source: str = "csv",
    progress: Callable[[int], None] = lambda done: None,
) -> Report | Problem:
    """Take a CSV of events in whatever encoding and delimiter, good rows in and bad rows reported; commits every 200 rows so that
    interviews can go on. A Problem: the file as a whole cannot be read."""
    file = csvfile.open_csv(stream)
    if isinstance(file, Problem):
        return file
    report = Report()
    rows = iter(file)
    while chunk := list(islice(rows, 200)):
        with writing():
            for line, cells in chunk:
                if isinstance(cells, Problem):
                    report.bad.append((line, {}, [cells]))
                    continue
                row = dict(zip(file.headers, cells, strict=True))
                _count(report, line, row, take(workspace_id, {"source": source, **row}, zone, now))
        progress(len(chunk))
    file.close()
    return report


def _count(report: Report, line: int, row: dict[str, str], taken: Received | list[Problem]) -> None:
    if isinstance(taken, list):
        report.bad.append((line, row, taken))
    elif taken.new:
        report.new += 1
    else:
        report.repeated += 1
