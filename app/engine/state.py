"""The state of one interview: immutable, the same on every channel, the sum of its events."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from app.core import canonical
from app.engine.model import Questionnaire, Value

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """``value`` None and ``special`` None: seen and left empty. ``special``: "dk" or "refused". ``mode``, ``entry``: how it
    was given. ``at``: ISO 8601 instant in UTC. ``wording``: the label as shown; ``order``: the choices as shown. ``position``:
    the how-manyth question it was, where a questionnaire shuffles its pages, questions or rows; else 0.
    ``override``: the note with which a warning was overridden ("" for a bare override), None when there was none."""

    value: Value | None
    special: str | None = None
    mode: str = ""
    entry: str = ""
    at: str = ""
    wording: str = ""
    order: tuple[str, ...] = ()
    override: str | None = None
    position: int = 0
    text: canonical.Written | None = field(default=None, init=False, repr=False, compare=False)
    """It as canonical JSON, once written: a screen adds a few answers to many."""

    @property
    def blank(self) -> bool:
        return self.value is None and self.special is None

    def written(self) -> canonical.Written:
        """It as canonical JSON."""
        text = self.text
        if text is None:
            text = canonical.Written(canonical.dumps({name: getattr(self, name) for name in _PARTS}))
            object.__setattr__(self, "text", text)
        return text


_PARTS = tuple(each.name for each in fields(Answer) if each.name != "text")


Document = Mapping[str, Answer]
NONE: Document = {}
"""The answers of a row that has none yet: always the same object, so that it is seen not to have changed."""


class Answers(Mapping[str, Answer]):
    """All answers by name. Those of a repeat's rows (``age[2]``, ``cost[2][1]``) are kept by place (``[2]``, ``[2][1]``), so
    that an answer renews one row's document and the others stay the very same objects.

    ``main``: the answers outside repeats; ``rows``: place -> its answers, by full name."""

    __slots__ = ("main", "rows")

    def __init__(self, main: Document | None = None, rows: Mapping[str, Document] | None = None) -> None:
        self.main: Document = main or {}
        self.rows: Mapping[str, Document] = rows or {}

    def at(self, place: str) -> Document:
        """The answers of a place; ``""``: those outside repeats."""
        return self.rows.get(place, NONE) if place else self.main

    def get(self, key: str, default: Any = None) -> Any:
        return self.at(place_of(key)).get(key, default)

    def __getitem__(self, key: str) -> Answer:
        return self.at(place_of(key))[key]

    def __iter__(self) -> Iterator[str]:
        yield from self.main
        for document in self.rows.values():
            yield from document

    def __len__(self) -> int:
        return len(self.main) + sum(map(len, self.rows.values()))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Answers):
            return (self.main, self.rows) == (other.main, other.rows)
        return dict(self) == other

    __hash__ = None  # type: ignore[assignment]

    def adding(self, new: Document) -> "Answers":
        """These and the new ones."""
        if not any(key[-1] == "]" for key in new):
            return Answers({**self.main, **new}, self.rows)
        places: dict[str, dict[str, Answer]] = {}
        for key, answer in new.items():
            places.setdefault(place_of(key), {})[key] = answer
        main = {**self.main, **places.pop("", {})}
        rows = {**self.rows, **{place: {**self.at(place), **given} for place, given in places.items()}}
        return Answers(main, rows)


def place_of(name: str) -> str:
    """``[2][1]`` of ``cost[2][1]``; "" of a name outside repeats."""
    return name[name.index("[") :] if name[-1:] == "]" else ""


@dataclass(frozen=True, slots=True)
class Consent:
    """Fact: consent was given or denied. ``version``, ``language``: of the statement. ``scope``: what it covers."""

    given: bool
    version: str
    language: str
    scope: str = "study"


@dataclass(frozen=True, slots=True)
class Language:
    """Fact: the person changed the language."""

    code: str


@dataclass(frozen=True, slots=True)
class Timeout:
    """Fact: no reply in time. ``screen``: the ``at`` of the one that waited."""

    screen: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """Fact: a value from outside, of a question declared under ``outside``."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Declined:
    """Fact: the person declines. ``scope``: "study" or "everything"."""

    scope: str = "study"


@dataclass(frozen=True, slots=True)
class Session:
    """Fact: the interview goes on in this mode, entered this way; answers that follow carry both."""

    mode: str
    entry: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Fact: the interview is over. ``status``: complete, partial, quota_full, screened_out, expired…"""

    status: str


Fact = Consent | Language | Timeout | Outside | Declined | Session | Closed


@dataclass(frozen=True, slots=True)
class State:
    """``seed``: decides every random order. ``outside``: values from outside, as of creation or later facts.
    ``answers``: by question, off-route ones too (masked, never deleted). ``consent``: the last one recorded.
    ``mode``, ``entry``: of the current session. ``started``: ISO instant of the first event, what ``today()`` and
    ``now()`` read. ``status``: "open", "declined" or the status it was closed with."""

    seed: str
    language: str
    outside: Mapping[str, Value] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    consent: Consent | None = None
    mode: str = ""
    entry: str = ""
    started: str = ""
    status: str = "open"
    memo: Any = field(default=None, init=False, repr=False, compare=False)
    """The route, once computed (app.engine.routing): a state never changes, so neither does its route."""
    base: Any = field(default=None, init=False, repr=False, compare=False)
    """The route of the state this one comes from and the names answered since, until its own is asked for."""
    walked: Any = field(default=None, init=False, repr=False, compare=False)
    """Rows of repeats walked before, by this state or one it comes from (app.engine.repeats)."""

    @property
    def seen(self) -> frozenset[str]:
        """The questions and notes that were on an accepted screen, answered or left empty."""
        return frozenset(self.answers)


def answering(state: State, answers: Mapping[str, Answer], at: str) -> State:
    """The state with more answers, the first of them at the instant ``at``."""
    new = State(
        state.seed,
        state.language,
        state.outside,
        state.answers.adding(answers),
        state.consent,
        state.mode,
        state.entry,
        state.started or at,
        state.status,
    )
    object.__setattr__(new, "walked", state.walked)
    if state.memo is not None:
        bare = [name.partition("[")[0] for name in answers]
        object.__setattr__(new, "base", (*state.memo, bare))
    return new


def answered(name: str, answer: Answer) -> Event:
    """The event of an answer."""
    value = answer.value
    return {
        "kind": "answered",
        "name": name,
        "value": list(value) if isinstance(value, tuple) else value,
        "special": answer.special,
        "mode": answer.mode,
        "entry": answer.entry,
        "at": answer.at,
        "wording": answer.wording,
        "order": list(answer.order),
        "override": answer.override,
        "position": answer.position,
    }


def event(fact: Fact, state: State, now: datetime) -> Event:
    """The event of a fact: its fields, its kind, when, and in which session."""
    kind = type(fact).__name__.lower()
    return {"kind": kind, "mode": state.mode, "entry": state.entry, "at": now.isoformat(), **_fields(fact)}


def apply(q: Questionnaire, state: State, event: Event) -> State:
    """The state after one event: replaying all of an interview's events gives its state. Unknown kinds change nothing."""
    if not state.started:
        state = replace(state, started=event["at"])
    match event["kind"]:
        case "answered":
            return answering(state, {event["name"]: _answer(event)}, event["at"])
        case "consent":
            consent = Consent(event["given"], event["version"], event["language"], event["scope"])
            return replace(state, consent=consent)
        case "language":
            return replace(state, language=event["code"] if event["code"] in q.languages else state.language)
        case "outside":
            return replace(state, outside={**state.outside, event["name"]: event["value"]})
        case "session":
            return replace(state, mode=event["mode"], entry=event["entry"])
        case "declined":
            return replace(state, status="declined")
        case "closed":
            return replace(state, status=event["status"])
    return state


def _answer(document: Mapping[str, Any]) -> Answer:
    value = document["value"]
    return Answer(
        tuple(value) if isinstance(value, list) else value,
        document.get("special"),
        document.get("mode", ""),
        document.get("entry", ""),
        document.get("at", ""),
        document.get("wording", ""),
        tuple(document.get("order", ())),
        document.get("override"),
        document.get("position", 0),
    )


def to_json(state: State) -> str:
    """The state as canonical JSON (RFC 8785)."""
    document = _main(state)
    rows = {place: _document(answers) for place, answers in state.answers.rows.items()}
    return canonical.dumps(document | {"rows": rows} if rows else document)


def main_document(state: State) -> str:
    """Everything but the rows; ``places``: how many rows there are."""
    document = _main(state)
    count = len(state.answers.rows)
    return canonical.dumps(document | {"places": count} if count else document)


def joined(main: str, rows: Mapping[str, str]) -> str:
    """``main_document`` and the rows' documents as one text that ``from_json`` reads."""
    inside = ",".join(f"{json.dumps(place)}:{row}" for place, row in rows.items())
    return f'{main[:-1]},"rows":{{{inside}}}}}'


def row_document(answers: Document) -> str:
    """A row's answers as canonical JSON."""
    return canonical.dumps(_document(answers))


def _main(state: State) -> dict[str, Any]:
    document = _fields(state)
    del document["memo"], document["base"], document["walked"]
    document["answers"] = _document(state.answers.main)
    document["consent"] = _fields(state.consent) if state.consent else None
    return document


def _document(answers: Document) -> dict[str, Any]:
    return {name: answer.written() for name, answer in answers.items()}


def _fields(thing: Fact | State) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__slots__}


def from_json(text: str, rows: Mapping[str, str] | None = None) -> State:
    """The state that ``to_json`` wrote; ``from_json(to_json(state)) == state``. ``rows``: place -> its document, where they
    are kept apart. ValueError when one of them is missing."""
    document = json.loads(text)
    given = {place: json.loads(row) for place, row in rows.items()} if rows else document.pop("rows", {})
    if document.pop("places", len(given)) != len(given):
        raise ValueError("the documents of the rows are missing")
    document["answers"] = Answers(_answers(document["answers"]), {place: _answers(row) for place, row in given.items()})
    document["outside"] = {k: tuple(v) if isinstance(v, list) else v for k, v in document["outside"].items()}
    document["consent"] = Consent(**document["consent"]) if document["consent"] else None
    return State(**document)


def _answers(document: Mapping[str, Any]) -> dict[str, Answer]:
    return {name: _answer(answer) for name, answer in document.items()}
