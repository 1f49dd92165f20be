"""The kinds of event from outside that Canvass understands: their fields, how a value of each is read, and how they read on the
timeline. Any other kind is kept as it came, under its name.

To add a kind or a field, add it to KINDS, and to docs/timeline.md.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel.numbers import is_currency
from flask_babel import format_currency, format_decimal
from flask_babel import lazy_gettext as _l

from app.core.problems import N_, Problem
from app.entries import Data, Fact, Reading, reads, words_of

LONGEST = 500


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, str | int | float) and len(str(value)) <= LONGEST else None


def _number(value: Any) -> Any:
    """12, 12.5, "12.50" and "12,50"; nothing else, so that 1,234.50 is not taken for 1."""
    try:
        number = float(value.replace(",", ".")) if isinstance(value, str) else value
    except ValueError:
        return None
    good = isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
    return (int(number) if number == int(number) else number) if good else None


def _currency(value: Any) -> Any:
    code = str(value).strip().upper()
    return code if is_currency(code) else None


READERS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "text": (_text, N_("“{key}” must be a text of at most 500 characters.")),
    "number": (_number, N_("“{key}” must be a number, such as 1299.50.")),
    "currency": (_currency, N_("“{key}” must be a currency code, such as EUR or PLN.")),
}
"""How a field's value is read (None: it is none), and what is said of one that is none."""


@dataclass(frozen=True, slots=True)
class Field:
    """`type`: a key of READERS; `choices`: the only values it may have. `inside`: what interviewers are not shown."""

    name: str
    label: Any
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    inside: bool = False

    def read(self, value: Any) -> Any:
        """The value as it is kept, or a problem."""
        reader, message = READERS[self.type]
        read = reader(value)
        if self.choices:
            read = str(value).strip().lower()
            read = read if read in self.choices else None
            message = N_("“{key}” must be one of: {choices}.")
        if read is None:
            params = {"key": self.name, "choices": ", ".join(self.choices)}
            return Problem("event_value", message, params, name=self.name)
        return read


@dataclass(frozen=True, slots=True)
class Kind:
    """`sentences`: by the value of the field `by`, or one under "" for all. What a sentence does not name stands beside it."""

    name: str
    group: str
    fields: tuple[Field, ...]
    sentences: Mapping[str, Any]
    by: str = ""

    def read(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """The data with its declared fields read, everything else as it came; and what is wrong with it."""
        values, problems = dict(data), list[Problem]()
        for field in self.fields:
            if field.name in data:
                values[field.name] = field.read(data[field.name])
            elif field.required:
                message = N_("“{key}” is missing: an event of the kind “{kind}” needs it.")
                problems.append(
                    Problem("event_field", message, {"key": field.name, "kind": self.name}, name=field.name)
                )
        problems += [value for value in values.values() if isinstance(value, Problem)]
        return values, problems

    def sentence(self, data: Data) -> str:
        """The sentence that fits the data."""
        return str(self.sentences.get(data.get(self.by, ""), next(iter(self.sentences.values()))))

    def text(self, data: Data) -> str:
        return self.sentence(data) % {field.name: shown(field, data) or "–" for field in self.fields}

    def facts(self, data: Data) -> list[Fact]:
        known = {field.name for field in self.fields}
        return [*self._beside(data, inside=False), *others({k: v for k, v in data.items() if k not in known})]

    def inside(self, data: Data) -> list[Fact]:
        return self._beside(data, inside=True)

    def _beside(self, data: Data, inside: bool) -> list[Fact]:
        said = self.sentence(data)
        fields = [
            f
            for f in self.fields
            if f.inside == inside and f.name not in (self.by, "currency") and f"%({f.name})" not in said
        ]
        return [(str(f.label), text) for f in fields if (text := shown(f, data))]


def shown(field: Field, data: Data) -> str:
    """A value in the reader's way of writing; an amount with its currency. "" for none."""
    value = data.get(field.name)
    if value is None or field.type != "number" or isinstance(value, str):
        return "" if value is None else str(value)
    currency = data.get("currency") if field.name in ("amount", "profit") else None
    return format_currency(value, currency) if currency else format_decimal(value)


def others(data: Data) -> list[Fact]:
    """What came with an event that no kind declares."""
    return [
        (name.replace("_", " ").capitalize(), str(value))
        for name, value in data.items()
        if name not in ("kind", "source")
    ]


KINDS = (
    Kind(
        "transaction",
        "transactions",
        (
            Field("id", _l("Number")),
            Field("product", _l("Product")),
            Field("amount", _l("Amount"), "number", required=True),
            Field("currency", _l("Currency"), "currency", required=True),
            Field("profit", _l("Profit"), "number", inside=True),
        ),
        {"": _l("Transaction: %(product)s, %(amount)s.")},
    ),
    Kind(
        "ticket",
        "tickets",
        (
            Field("id", _l("Number"), required=True),
            Field("state", _l("State"), required=True, choices=("opened", "answered", "closed", "reopened")),
            Field("subject", _l("Subject")),
            Field("agent", _l("Agent")),
        ),
        {
            "opened": _l("Ticket %(id)s was opened."),
            "answered": _l("Ticket %(id)s was answered."),
            "closed": _l("Ticket %(id)s was closed."),
            "reopened": _l("Ticket %(id)s was opened again."),
        },
        by="state",
    ),
    Kind(
        "site_visit",
        "behaviour",
        (
            Field("page", _l("Page"), required=True),
            Field("seconds", _l("Seconds"), "number"),
            Field("referrer", _l("From")),
        ),
        {"": _l("Visited the site: %(page)s.")},
    ),
    Kind(
        "app_use",
        "behaviour",
        (
            Field("feature", _l("Feature"), required=True),
            Field("seconds", _l("Seconds"), "number"),
            Field("version", _l("Version")),
        ),
        {"": _l("Used the app: %(feature)s.")},
    ),
    Kind(
        "log",
        "behaviour",
        (Field("message", _l("Message"), required=True), Field("system", _l("System")), Field("level", _l("Level"))),
        {"": _l("Log: %(message)s")},
    ),
    Kind(
        "decision",
        "decisions",
        (
            Field("type", _l("Type"), required=True, choices=("price_change", "contract_change", "outage", "other")),
            Field("title", _l("Title"), required=True),
            Field("product", _l("Product")),
            Field("until", _l("Until")),
        ),
        {
            "other": _l("Decision: %(title)s"),
            "price_change": _l("Price change: %(title)s"),
            "contract_change": _l("Contract change: %(title)s"),
            "outage": _l("Outage: %(title)s"),
        },
        by="type",
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
DECISION = "decision"

for each in KINDS:
    reads(Reading(f"customer.{each.name}", each.group, each.text, facts=each.facts, inside=each.inside))
reads(Reading("customer.*", "other", lambda data: words_of(data["kind"].removeprefix("customer.")), facts=others))


def read(kind: str, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """An event's data as it is kept, and what is wrong with it; the data of a kind that nobody declared is taken as it is."""
    known = BY_NAME.get(kind)
    return known.read(data) if known else (dict(data), [])
