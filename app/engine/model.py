"""A compiled questionnaire: immutable, everything that can be known before an answer precomputed.

Values of answers and expressions are JSON scalars: numbers (int, float), text, bool, dates as ISO ``YYYY-MM-DD``
text (they sort as dates do), codes as text, and sets of codes as tuples in the order of the choices.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.engine.choices import ChoiceList
    from app.engine.question_type import QuestionType
    from app.engine.quotas import Quota

Value = str | int | float | bool | tuple[str, ...]
Env = dict[str, Any]
"""What expressions see: ``name -> value | None`` for each asked name; see app.engine.expressions.evaluate."""

DK, REFUSED = "dk", "refused"
SPECIALS = (DK, REFUSED)
Media = Mapping[str, Mapping[str, str]]
"""What is shown or played beside a text: image, audio or video -> language -> the name of a file of the workspace."""
CHANNELS = ("web", "sms", "phone", "field")
OFFERED, PROBED, HIDDEN = "offered", "probed", "hidden"
"""How don't know or refused is there: at once; once the question was left empty; not at all."""
LANGUAGES = ("en", "pl", "ru", "ro", "it")
"""Those our own words exist in; a questionnaire may be in any."""
LATE = "time limit"
"""The note (Answer.override) of an answer that passes because the page's time was over."""


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
    media: Media = field(default_factory=dict)
    columns: Mapping[str, str | None] = field(default_factory=dict)
    """What a ``choice_filter`` reads of it, by the env's key: ``{"|region": "north"}``."""
    synonyms: tuple[str, ...] = ()
    """Other words for it in a reply by SMS, whatever the language."""


@dataclass(frozen=True, slots=True)
class Grid:
    """What the questions of one matrix or constant sum share. ``rows``: their names, in order. ``total``: what they add up to.
    ``constraint``: the author's own of each, which theirs holds too."""

    name: str
    type: str
    label: Text
    hint: Text | None = None
    rows: tuple[str, ...] = ()
    randomize: str = ""
    total: int | float | None = None
    constraint: Expression | None = None
    media: Media = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A node of the questionnaire. ``kind`` is its type's object (app/engine/types). ``required`` is a bool or an
    expression; ``dont_know`` and ``refused`` say whether they are offered, as a text where the author words them.
    ``parameters``: what the type declares (min, max, step, …; ``low``/``high`` are Texts), defaults filled in.
    ``value_type``: its type in expressions. ``source``: where a hidden value comes from. ``page``: the name of its page.

    In a repeat each row has a question of its own: ``name`` is then ``age[2]`` and ``bare``, what expressions call it, ``age``."""

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
    bare: str = ""
    default: Expression | None = None
    choice_filter: Expression | None = None
    pool: "ChoiceList | None" = field(default=None, repr=False)
    """The list that the choices are shared from or filtered."""
    grid: Grid | None = None
    row: Text | None = None
    """Its label in the grid; ``label`` says it all."""
    beside: tuple[str, str] | None = None
    """Of a "please specify": the question and its choice."""
    repeats: tuple[str, ...] = ()
    media: Media = field(default_factory=dict)
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
        if self.pool is not None:
            return self.pool.by_name.get(name)
        return next((choice for choice in self.choices if choice.name == name), None)


Node = Question


@dataclass(frozen=True, slots=True)
class Page:
    """``randomize``: "", "yes" or "rotate", of its questions. ``shuffled``: it or a grid on it is. ``repeats``: those it stands in,
    the outermost first. ``limited``: a channel cannot ask one of its questions. ``time_limit``: seconds, then the web takes it
    as it is; ``more_time``: the person may ask for more."""

    name: str
    questions: tuple[Question, ...]
    title: Text | None = None
    relevant: Expression | None = None
    randomize: str = ""
    shuffled: bool = False
    repeats: tuple[str, ...] = ()
    limited: bool = False
    time_limit: int | None = None
    more_time: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """Pages, blocks and repeats under one condition, in an order of their own."""

    name: str
    parts: "tuple[Part, ...]"
    relevant: Expression | None = None
    randomize: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Parts that are asked once a row. ``count``: how many rows; None: ``more``, a page of one yes_no question, asks after each.

    ``inner``: the names asked inside. ``outer``: the keys of the env outside that the rows depend on. ``listed``: the names
    inside that something outside reads. ``nested``: whether a repeat stands inside."""

    name: str
    parts: "tuple[Part, ...]"
    title: Text | None
    relevant: Expression | None
    count: Expression | None
    least: int
    most: int
    more: Page | None = None
    outer: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    nested: bool = False


Part = Page | Block | Repeat


@dataclass(frozen=True, slots=True)
class Metric:
    """``kind``: nps, csat or ces; ``boxes``: the answers counted as favourable; ``direction``: "up" or "down"."""

    name: str
    kind: str
    question: str
    boxes: tuple[int | str, ...] = ()
    direction: str = "up"


@dataclass(frozen=True, slots=True)
class Write:
    """An answer that is written to the person's profile when the interview is complete. ``over``: "staff" where it replaces even
    what staff wrote afterwards, else ""."""

    question: str
    attribute: str
    over: str = ""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """``languages[0]`` is the default. ``basis``: anonymous, confidential or attributable. ``minutes``: how long.
    ``parts``: what is asked, in order; ``pages``: all pages of it. ``partial``: the questions whose answers make an
    unfinished interview partial. ``questions``: every node by name, hidden ones first, in the order asked. ``tree``: the
    definition it was compiled from."""

    name: str
    title: Text
    languages: tuple[str, ...]
    basis: str
    purpose: Text
    minutes: int
    outside: tuple[Question, ...]
    parts: tuple[Part, ...]
    pages: tuple[Page, ...]
    metrics: tuple[Metric, ...]
    partial: tuple[str, ...]
    questions: Mapping[str, Question]
    tree: Mapping[str, Any] = field(compare=False, repr=False)
    items: dict[Any, Any] = field(compare=False, repr=False, default_factory=dict)
    """What is worked out once: items put into words, the questions of a row (app.engine.showing, app.engine.walking)."""
    quotas: "tuple[Quota, ...]" = ()
    writes: tuple[Write, ...] = ()

    @property
    def shuffled(self) -> bool:
        """Whether pages, questions or rows are shown in an order of the interview's seed."""
        if "shuffled" not in self.items:
            parts = every(self.parts)
            self.items["shuffled"] = any(
                getattr(part, "randomize", "") or getattr(part, "shuffled", False) for part in parts
            )
        found: bool = self.items["shuffled"]
        return found

    def page(self, name: str) -> Page | None:
        """The page of that name, whichever row of it is meant."""
        bare = name.partition("[")[0]
        for page in self.pages:
            if page.name == bare:
                return page
        return None

    def question(self, name: str) -> Question | None:
        """The question of that name, or of a row's (``age[2]``)."""
        return self.questions.get(name.partition("[")[0])

    def repeats(self) -> "Sequence[Repeat]":
        """Every repeat, the outer before the inner."""
        return [part for part in every(self.parts) if isinstance(part, Repeat)]


def every(parts: "Sequence[Part]") -> "list[Part]":
    """All parts, at any depth, each before what is in it."""
    found: list[Part] = []
    for part in parts:
        found.append(part)
        if not isinstance(part, Page):
            found += every(part.parts)
            if isinstance(part, Repeat) and part.more:
                found.append(part.more)
    return found
