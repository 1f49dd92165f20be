"""What the names in ExpressionScript stand for in our definition."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.catalog.importers.limesurvey.survey import Question, Texts
from app.catalog.importers.names import Names

SGQA = re.compile(r"[0-9]+X[0-9]+X([0-9]+)(.*)", re.DOTALL)
FIELD = re.compile(r"Q([0-9]+)((?:_[SC][A-Za-z0-9]+)*)(#[01])?")
"""Since version 7: Q12_S34_S35 by the ids of question and parts, Q12_Cother."""
CONTACT = re.compile(r"TOKEN:(\w+)|(TOKEN|FIRSTNAME|LASTNAME|EMAIL|ATTRIBUTE_[0-9]+)", re.IGNORECASE)

MOST_CHARACTERS, AT_LEAST = 1_000_000, 50
"""Of all different expressions of a survey together; even the shortest counts for some."""


@dataclass(frozen=True)
class Variable:
    """One answer. ``name``: our question's, or "." in a check of it. ``kind``: "number", "text", "date", "time", "datetime", "code"
    (where ``choice`` is not empty, the one at that place of a ranking, from 0), or "chosen": whether ``choice`` is among those
    picked, which LimeSurvey holds as the one key of ``codes`` or nothing. ``codes``: their codes as ours; ``labels`` and
    ``values`` (of an assessment) by their codes."""

    name: str
    kind: str
    codes: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Texts] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    choice: str = ""
    computed: bool = False

    @property
    def source(self) -> str:
        """How an expression of ours reads it."""
        name = self.name if self.name == "." else f"${{{self.name}}}"
        if self.kind == "chosen":
            return f"selected({name}, '{self.choice}')"
        return f"selected-at({name}, {self.choice})" if self.choice else name


@dataclass
class Variables:
    """Those of the questions so far, by ``Q1_SQ001`` and by question id and suffix; and, of each question, all in their order
    with the codes of their parts. ``titles``: every question by its code, so that a later one can be told from an unknown one.
    ``contact``: our names of what was read about the person."""

    titles: Mapping[str, Question]
    by_code: dict[str, Variable] = field(default_factory=dict)
    by_id: dict[tuple[str, str], Variable] = field(default_factory=dict)
    of: dict[str, dict[str, Variable]] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    ids: dict[str, Question] = field(init=False)
    picks: Counter[str] = field(default_factory=Counter)
    """How many choices each multiple choice has."""
    left: int = MOST_CHARACTERS
    read: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ids = {question.qid: question for question in self.titles.values()}

    def declare(self, question: Question, variable: Variable, part: str = "") -> None:
        """The variable of a question's ``part`` ("" for the question itself), such as SQ001, SQ001_2 or SQ001#1."""
        code = f"{question.code}_{part.replace('#', '_')}" if part else question.code
        self.by_code.setdefault(code, variable)
        self.by_id.setdefault((question.qid, part), variable)
        if self.questions.get(question.code) is not question:
            # old surveys may have two of one code: the later one has its own parts
            self.questions[question.code], self.of[question.code] = question, {}
        self.of[question.code][part] = variable
        self.picks[variable.name] += variable.kind == "chosen"

    def spend(self, expression: str) -> bool:
        """Whether there is still room for an expression, so that no file can take hours."""
        if expression not in self.read:
            self.read.add(expression)
            self.left -= max(len(expression), AT_LEAST)
        return self.left >= 0

    def find(self, name: str) -> Variable | None:
        """The variable, of whichever spelling; None where there is none, or none yet."""
        coded = SGQA.fullmatch(name)
        if not coded:
            return self.by_code.get(name) or self._by_field(name)
        digits, rest = coded[1], coded[2]
        # 28852 may be question 2885 with the part 2
        for end in range(len(digits), 0, -1):
            found = self.by_id.get((digits[:end], digits[end:] + rest))
            if found:
                return found
        return None

    def _by_field(self, name: str) -> Variable | None:
        field = FIELD.fullmatch(name)
        question = self.ids.get(field[1]) if field else None
        if field is None or question is None:
            return None
        ids = {option.qid: option.code for option in question.subquestions}
        if question.type == "R":
            ids = {qid: str(place) for place, qid in enumerate(ids, 1)}
        pieces = field[2].split("_")[1:]
        part = "_".join(ids.get(piece[1:], "") for piece in pieces if piece[0] == "S")
        part += "".join(piece[1:] for piece in pieces if piece[0] == "C") + (field[3] or "")
        return self.by_id.get((question.qid, part))

    def comes_later(self, name: str) -> bool:
        """Whether a question that is not there yet has this name, or a part of it."""
        coded = SGQA.fullmatch(name)
        if coded:
            return any(coded[1][:end] in self.ids for end in range(1, len(coded[1]) + 1))
        parts = name.split("_")
        return any("_".join(parts[:end]) in self.titles for end in range(len(parts), 0, -1))

    def qid_of(self, name: str) -> Question | None:
        """The question that the variable is of."""
        coded = SGQA.fullmatch(name)
        parts = name.split("_")
        if coded:
            return self.ids.get(coded[1])
        return next(
            (self.titles[t] for e in range(len(parts), 0, -1) if (t := "_".join(parts[:e])) in self.titles), None
        )

    def contact_value(self, name: str) -> str | None:
        """Our name of the value about the person, None where it is none."""
        found = CONTACT.fullmatch(name)
        if not found:
            return None
        key = (found[1] or found[2]).lower()
        if key not in self.contact:
            self.contact[key] = self.names.take(key)
        return self.contact[key]

    def parts(self, code: str) -> Iterator[tuple[str, Variable]]:
        """The parts of a question, or the question itself where it has none."""
        yield from self.of.get(code, {}).items()
