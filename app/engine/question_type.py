"""What a question type is: one object per file of app/engine/types, found by the registry.

A type says which parameters it takes (JSON Schema), how a web field, a reply by SMS and a key are read, what its value is
in expressions, how the value is shown and which columns it exports. Families of types live here; a file of the
folder is then a few lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from app.core.problems import N_, Problem
from app.core.text import ascii_digits
from app.engine import replies
from app.engine.model import CHANNELS, Choice, Question, Value
from app.engine.numerals import number_word

Parsed = Value | None | Problem
Labels = Mapping[str, str]
"""A text by language."""

TEXT_SCHEMA: Mapping[str, Any] = {"$ref": "#/$defs/text"}
FLAG_SCHEMA: Mapping[str, Any] = {"enum": [True, False, "yes", "no"]}
RANDOMIZE_SCHEMA: Mapping[str, Any] = {"enum": [True, False, "yes", "no", "rotate"]}
FULL, DEGRADED, LINK, NONE = "full", "degraded", "link", "none"
"""What a channel can do with a type: all of it, less of it, send the web page's address instead, nothing (it is left out)."""
NEEDS_SCREEN = Problem("needs_screen", N_("Please answer this one on the page that the link opens."))


SAMPLES = ("Yes, mostly.", "7", "Anna Kowalska", "I would like to hear from you sooner", "x", "42 Main Street")
"""What people write, for rehearsals."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export. ``type``: number, text or date. ``labels``: cell -> choice for value labels. ``choice``: the
    choice whose 0/1 or rank it holds (multiple choice, ranking), else ""."""

    name: str
    type: str
    labels: Mapping[Value, Choice]
    choice: str = ""


class QuestionType:
    """The family of types without an answer of their own, and the defaults of all others.

    ``asked``: a person answers it; ``shown``: a person sees it. ``choices``: "none", "own" (the author's, required) or
    "standard" (the type's, whose labels may be reworded). ``images``: each choice has one.
    ``value_type``: number, text, date, time, datetime, code or set.
    ``parameters``: their JSON Schemas; ``required_parameters``: those that must be given. ``channels``: what each of web, sms,
    phone and field can do with it (FULL, DEGRADED, LINK, NONE); ``degradations``: channel -> what is lost, where not FULL.
    ``rows_of``: of a grid, the type of the question that each of its rows becomes.
    """

    name: str = ""
    asked: bool = True
    shown: bool = True
    value_type: str = "text"
    choices: str = "none"
    rows_of: str = ""
    images: bool = False
    parameters: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    required_parameters: ClassVar[Sequence[str]] = ()
    channels: ClassVar[Mapping[str, str]] = dict.fromkeys(CHANNELS, FULL)
    degradations: ClassVar[Mapping[str, str]] = {}

    def standard_choices(self, parameters: Mapping[str, Any]) -> Sequence[tuple[str, Labels]]:
        """The names and labels of the type's own choices."""
        return ()

    def standard_texts(self) -> Mapping[str, Labels]:
        """The type's own wording of text parameters (end labels)."""
        return {}

    def bad_parameters(self, parameters: Mapping[str, Any]) -> Problem | None:
        """What is wrong with parameters that are each of the right type (a minimum above the maximum)."""
        return None

    def parse(self, question: Question, raw: str) -> Parsed:
        """The value of a form field that is not empty (NFC, no outer white space)."""
        return raw

    def parse_several(self, question: Question, raw: Sequence[str]) -> Parsed:
        """The value of a field given more than once (ticked boxes); of other fields the last counts."""
        return self.parse(question, raw[-1])

    def parse_reply(self, question: Question, text: str, language: str) -> Parsed:
        """The value of a reply by SMS that is not empty."""
        return self.parse(question, text)

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        """What somebody might type into the form's field: good in itself, whatever the question's checks say.

        ``offered``: the names of the choices shown; where there are none nothing can be typed."""
        return chance.choice(SAMPLES)[: question.parameters.get("max_length")]

    def format(self, question: Question, value: Value, language: str) -> str:
        """The value as a person reads it (piping, summaries)."""
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def typed(self, value: Value) -> str | list[str]:
        """The value as it would be typed into the form field."""
        return str(value)

    def columns(self, question: Question) -> tuple[Column, ...]:
        return (Column(question.name, self.value_type, {}),)

    def cell(self, question: Question, value: Value, column: Column) -> Value:
        """The value in one of ``columns``."""
        return value

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        """The value whose ``cell`` in each of ``columns`` was written as these texts; none of them is empty or a missing code."""
        return self.parse(question, cells[0])


class ChoiceType(QuestionType):
    """One of several: the value is a code."""

    value_type = "code"
    choices = "own"
    parameters: ClassVar = {"randomize": {**RANDOMIZE_SCHEMA, "default": False}}

    def parse(self, question: Question, raw: str) -> Parsed:
        choice = question.choice(raw) or next((c for c in question.choices if str(c.number) == raw), None)
        return choice.name if choice else not_an_option(question)

    def parse_reply(self, question: Question, text: str, language: str) -> Parsed:
        choice = replies.choice(question.choices, text, language)
        return choice.name if choice else not_an_option(question)

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        return chance.choice(offered) if offered else ""

    def format(self, question: Question, value: Value, language: str) -> str:
        choice = question.choice(str(value))
        return choice.label.plain(language) if choice else str(value)

    def columns(self, question: Question) -> tuple[Column, ...]:
        numeric = all(is_whole(choice.name) for choice in question.choices)
        labels: dict[Value, Choice] = {int(c.name) if numeric else c.name: c for c in question.choices}
        return (Column(question.name, "number" if numeric else "text", labels),)

    def cell(self, question: Question, value: Value, column: Column) -> Value:
        return int(str(value)) if column.type == "number" else value

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        (column,) = self.columns(question)
        named = {str(cell): choice.name for cell, choice in column.labels.items()}
        return named.get(cells[0]) or not_an_option(question)


class ScaleType(QuestionType):
    """A point of a numeric scale, shown as choices whose ends are labelled ``low`` and ``high``."""

    value_type = "number"
    choices = "standard"
    least: ClassVar[int] = 0
    most: ClassVar[int] = 10
    parameters: ClassVar = {"low": TEXT_SCHEMA, "high": TEXT_SCHEMA}
    low: ClassVar[Labels] = {}
    high: ClassVar[Labels] = {}

    def points(self, parameters: Mapping[str, Any]) -> range:
        return range(parameters.get("min", self.least), parameters.get("max", self.most) + 1)

    def standard_choices(self, parameters: Mapping[str, Any]) -> Sequence[tuple[str, Labels]]:
        return [(str(point), {}) for point in self.points(parameters)]

    def standard_texts(self) -> Mapping[str, Labels]:
        return {name: labels for name, labels in (("low", self.low), ("high", self.high)) if labels}

    def parse(self, question: Question, raw: str) -> Parsed:
        choice = question.choice(raw)
        return int(choice.name) if choice else out_of_scale(question)

    def parse_reply(self, question: Question, text: str, language: str) -> Parsed:
        choice = replies.choice(question.choices, text, language)
        return int(choice.name) if choice else out_of_scale(question)

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        return chance.choice(offered) if offered else ""

    def columns(self, question: Question) -> tuple[Column, ...]:
        return (Column(question.name, "number", {int(choice.name): choice for choice in question.choices}),)


class NumberType(QuestionType):
    """A number, optionally between ``min`` and ``max``. ``kind``: the JSON Schema type of the limits."""

    value_type = "number"

    def bad_parameters(self, parameters: Mapping[str, Any]) -> Problem | None:
        return bad_range(parameters)

    def number(self, question: Question, text: str) -> int | float | Problem:
        """The number written in ASCII digits, unchecked."""
        raise NotImplementedError

    def parse(self, question: Question, raw: str) -> Parsed:
        value = self.number(question, ascii_digits(raw))
        return value if isinstance(value, Problem) else self.within(question, value)

    def parse_reply(self, question: Question, text: str, language: str) -> Parsed:
        word = number_word(text)
        return self.parse(question, text if word is None else str(word))

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        return cell_number(cells[0])

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        """Mostly a small number; one of the limits now and then."""
        least, most = question.parameters.get("min"), question.parameters.get("max")
        low = least if least is not None else min(0, most or 0)
        high = most if most is not None else max(low, 0) + chance.choice((3, 20, 100, 10_000))
        steps = int((high - low) * 10 ** question.parameters.get("decimals", 0))
        between = low + (high - low) * chance.randint(0, steps) / max(steps, 1)
        return f"{chance.choice((low, high, *[between] * 6)):.{question.parameters.get('decimals', 0)}f}"

    def within(self, question: Question, value: int | float) -> Parsed:
        least, most = question.parameters.get("min"), question.parameters.get("max")
        if (least is None or value >= least) and (most is None or value <= most):
            return value
        if most is None:
            return Problem("out_of_range", N_("Enter a number of {min} or more."), {"min": least})
        if least is None:
            return Problem("out_of_range", N_("Enter a number of {max} or less."), {"max": most})
        return Problem("out_of_range", N_("Enter a number between {min} and {max}."), {"min": least, "max": most})


class FreeTextType(QuestionType):
    """Words in the respondent's own language, at most ``max_length`` characters."""

    value_type = "text"

    def parse(self, question: Question, raw: str) -> Parsed:
        most = question.parameters["max_length"]
        if len(raw) <= most:
            return raw
        return Problem(
            "too_long",
            N_("Use {max} characters or fewer; you wrote {length}."),
            {"max": most, "length": len(raw)},
        )


class GridType(QuestionType):
    """A head over rows, each of which becomes a question of its own (docs/decisions/0008)."""


class UnaskedType(QuestionType):
    """A node that no person answers: a note, a computed or a hidden value."""

    asked = False

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        match question.value_type:
            case "number":
                return cell_number(cells[0])
            case "bool":
                return cells[0] == "1"
            case "set":
                return tuple(cells[0].split())
        return cells[0]


def cell_number(text: str) -> int | float | Problem:
    """A number as an export wrote it."""
    try:
        value = float(text)
    except ValueError:
        return Problem("not_a_number", N_("Enter a number, for example 3.5."))
    return int(value) if value.is_integer() else value


def is_whole(text: str) -> bool:
    return text.lstrip("-").isascii() and text.lstrip("-").isdigit()


def bad_range(parameters: Mapping[str, Any]) -> Problem | None:
    """A minimum above the maximum (or equal, which leaves nothing to answer)."""
    least, most = parameters.get("min"), parameters.get("max")
    if least is None or most is None or least < most:
        return None
    return Problem(
        "bad_range",
        N_("The minimum {min} is not below the maximum {max}."),
        {"min": least, "max": most},
        remedy=N_("Swap or correct them."),
    )


def not_an_option(question: Question) -> Problem:
    """Which replies would have been one of the choices."""
    numbers = [choice.number for choice in question.choices]
    return Problem("not_an_option", N_("Choose one of the options: {options}."), {"options": spans(numbers)})


def out_of_scale(question: Question) -> Problem:
    numbers = [choice.number for choice in question.choices]
    return Problem(
        "out_of_range", N_("Enter a number between {min} and {max}."), {"min": min(numbers), "max": max(numbers)}
    )


def spans(numbers: Sequence[int]) -> str:
    """1, 2, 3, 7 as "1-3, 7"."""
    parts: list[list[int]] = []
    for value in sorted(numbers):
        if parts and value == parts[-1][1] + 1:
            parts[-1][1] = value
        else:
            parts.append([value, value])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
