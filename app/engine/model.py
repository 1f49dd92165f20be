"""A compiled questionnaire: immutable, everything that can be known before an answer precomputed.

Values of answers and expressions are JSON scalars: numbers (int, float), text, bool, dates as ISO ``YYYY-MM-DD``
text (they sort as dates do), codes as text, and sets of codes as tuples in the order of the choices.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.engine.question_type import QuestionType
    from app.engine.quotas import Quota

Value = str | int | float | bool | tuple[str, ...]
Env = dict[str, Any]
"""What expressions see: ``name -> value | None`` for each asked name; see app.engine.routing.walk."""

DK, REFUSED = "dk", "refused"
SPECIALS = (DK, REFUSED)
CHANNELS = ("web", "sms", "phone", "field")
OFFERED, PROBED, HIDDEN = "offered", "probed", "hidden"
"""How don't know or refused is there: at once; once the question was left empty; not at all."""
LANGUAGES = ("en", "pl", "ru", "ro", "it")


@dataclass(frozen=True, slots=True)
class Pipe:
    """``${name|fallback}`` inside a text."""

    name: str
    fallback: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text in every language of the questionnaire: ``{"en": ("Hello ", Pipe("name", "you"))}``."""

    parts: Mapping[str, tuple[str | Pipe, ...]]

    def source(self, language: str) -> str:
        """The text as the author wrote it, pipes included."""
        return "".join(p if isinstance(p, str) else f"${{{p.name}|{p.fallback}}}" for p in self.parts[language])

    def plain(self, language: str) -> str:
        """The text with every pipe's fallback: what it says outside an interview."""
        return "".join(p if isinstance(p, str) else p.fallback for p in self.parts[language])

    @property
    def piped(self) -> bool:
        return any(isinstance(part, Pipe) for parts in self.parts.values() for part in parts)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. ``tree``: JSON tree (lists: ``[operator, operand…]``); ``type``: number, text, bool, date,
    code or set; ``references``: the names it reads; ``evaluate(env)``: its value, None when unknown."""

    source: str
    tree: Any
    type: str
    references: frozenset[str]
    evaluate: Callable[[Env], Any] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """``number`` is what is typed on a phone keypad or in an SMS: the name itself where all names are whole
    numbers, else the position (from 1) in the definition, whatever is hidden or shuffled."""

    name: str
    label: Text
    number: int
    relevant: Expression | None = None
    exclusive: bool = False
    image: str = ""
    """The name of a file of the workspace (image_choice)."""


@dataclass(frozen=True, slots=True)
class Question:
    """A node of the questionnaire. ``kind`` is its type's object (app/engine/types). ``required`` is a bool or an
    expression; ``dont_know`` and ``refused`` say whether they are offered, as a text where the author words them.
    ``parameters``: what the type declares (min, max, step, …; ``low``/``high`` are Texts), defaults filled in.
    ``value_type``: its type in expressions. ``source``: where a hidden value comes from."""

    name: str
    type: str
    kind: "QuestionType" = field(compare=False, repr=False)
    page: str
    value_type: str
    label: Text | None = None
    hint: Text | None = None
    sms: Text | None = None
    read_out: Text | None = None
    interviewer: Text | None = None
    showcard: Text | None = None
    relevant: Expression | None = None
    required: bool | Expression = False
    required_message: Text | None = None
    constraint: Expression | None = None
    constraint_message: Text | None = None
    warning: Expression | None = None
    warning_message: Text | None = None
    calculation: Expression | None = None
    dont_know: bool | Text = False
    refused: bool | Text = False
    choices: tuple[Choice, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    policy: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The questionnaire's word on dk and refused: special -> channel -> offered, probed or hidden."""

    asked: bool = False
    """Whether a person answers it (not a note, a computed or a hidden value)."""
    shown: bool = False
    """Whether a person sees it."""
    conditional: bool = False
    """Whether a choice has a condition."""
    fixed: bool = False
    """Whether it looks the same in every interview: no piping, conditions or random order."""

    def format(self, value: Value, language: str) -> str:
        """The value as a person reads it."""
        return self.kind.format(self, value, language)

    def choice(self, name: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.name == name), None)


Node = Question


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    questions: tuple[Question, ...]
    title: Text | None = None
    relevant: Expression | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """``kind``: nps, csat or ces; ``boxes``: the answers counted as favourable; ``direction``: "up" or "down"."""

    name: str
    kind: str
    question: str
    boxes: tuple[int | str, ...] = ()
    direction: str = "up"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """``languages[0]`` is the default. ``basis``: anonymous, confidential or attributable. ``minutes``: how long.
    ``partial``: the questions whose answers make an unfinished interview partial. ``questions``: every node by name,
    hidden ones first, in the order asked. ``tree``: the definition it was compiled from."""

    name: str
    title: Text
    languages: tuple[str, ...]
    basis: str
    purpose: Text
    minutes: int
    outside: tuple[Question, ...]
    pages: tuple[Page, ...]
    metrics: tuple[Metric, ...]
    partial: tuple[str, ...]
    questions: Mapping[str, Question]
    tree: Mapping[str, Any] = field(compare=False, repr=False)
    items: dict[Any, Any] = field(compare=False, repr=False, default_factory=dict)
    """Items put into words once (app.engine.showing)."""
    quotas: "tuple[Quota, ...]" = ()

    def page(self, name: str) -> Page | None:
        for page in self.pages:
            if page.name == name:
                return page
        return None
