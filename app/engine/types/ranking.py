"""Choices put in order, the first one best: the value is their codes in that order."""

from collections.abc import Sequence
from random import Random
from typing import ClassVar

from app.core.problems import N_, Problem
from app.engine import replies
from app.engine.model import Choice, Question, Value
from app.engine.question_type import ChoiceType, Column, Parsed, not_an_option


class Ranking(ChoiceType):
    """``most``: how many are ranked, all unless told; fewer may be."""

    name = "ranking"
    value_type = "set"
    parameters: ClassVar = {**ChoiceType.parameters, "most": {"type": "integer", "minimum": 1, "maximum": 50}}

    def parse(self, question: Question, raw: str) -> Parsed:
        return self.parse_several(question, [raw])

    def parse_several(self, question: Question, raw: Sequence[str]) -> Parsed:
        """A code a rank, or the numbers of the options as an interviewer types them ("2 1 3")."""
        parts = [part for field in raw for part in field.replace(",", " ").split()]
        codes = [super(Ranking, self).parse(question, part) for part in parts]
        return self._ranked(question, [question.choice(str(code)) for code in codes])

    def parse_reply(self, question: Question, text: str, language: str) -> Parsed:
        return self._ranked(question, replies.several(question.choices, text, language) or [None])

    def _ranked(self, question: Question, chosen: Sequence[Choice | None]) -> Parsed:
        names = [choice.name for choice in chosen if choice]
        most = question.parameters.get("most", len(question.choices))
        if len(names) < len(chosen):
            return not_an_option(question)
        if len(set(names)) < len(names):
            return Problem("ranked_twice", N_("Give each option one place only."))
        if len(names) > most:
            return Problem("ranked_too_many", N_("Put at most {most} in order."), {"most": most})
        return tuple(names)

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        most = min(question.parameters.get("most", len(offered)), len(offered))
        return chance.sample(list(offered), chance.randint(min(1, most), most))

    def format(self, question: Question, value: Value, language: str) -> str:
        labels = {choice.name: choice.label.plain(language) for choice in question.choices}
        ranked = value if isinstance(value, tuple) else ()
        return ", ".join(f"{rank}. {labels.get(name, name)}" for rank, name in enumerate(ranked, 1))

    def typed(self, value: Value) -> list[str]:
        return list(value) if isinstance(value, tuple) else [str(value)]

    def columns(self, question: Question) -> tuple[Column, ...]:
        return tuple(
            Column(f"{question.name}__{choice.name}", "number", {}, choice.name) for choice in question.choices
        )

    def cell(self, question: Question, value: Value, column: Column) -> Value:
        """The choice's rank from 1; 0 where it has none."""
        return value.index(column.choice) + 1 if isinstance(value, tuple) and column.choice in value else 0

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        ranked = sorted((int(cell), c.name) for c, cell in zip(question.choices, cells, strict=True) if cell.isdigit())
        return tuple(name for rank, name in ranked if rank) or None


TYPE = Ranking()
