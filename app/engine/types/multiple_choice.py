"""Any number of the author's choices; an exclusive one ("none of these") stands alone."""

from collections.abc import Sequence
from random import Random

from app.core.problems import N_, Problem
from app.engine import replies
from app.engine.model import Question, Value
from app.engine.question_type import ChoiceType, Column, Parsed, not_an_option


class MultipleChoice(ChoiceType):
    name = "multiple_choice"
    value_type = "set"

    def parse(self, question: Question, raw: str) -> Parsed:
        return self.parse_several(question, [raw])

    def parse_several(self, question: Question, raw: Sequence[str]) -> Parsed:
        """The ticked boxes of a form, or the numbers of the options as an interviewer types them ("1 3")."""
        picked = []
        for part in (part for field in raw for part in field.replace(",", " ").split()):
            name = super().parse(question, part)
            if isinstance(name, Problem):
                return name
            picked.append(name)
        return self._together(question, picked)

    def parse_reply(self, question: Question, text: str, language: str) -> Parsed:
        picked = replies.several(question.choices, text, language)
        if picked is None:
            return not_an_option(question)
        return self._together(question, [choice.name for choice in picked])

    def _together(self, question: Question, names: Sequence[object]) -> Parsed:
        chosen = [choice for choice in question.choices if choice.name in names]
        exclusive = next((choice for choice in chosen if choice.exclusive), None)
        if exclusive and len(chosen) > 1:
            return Problem(
                "exclusive_choice",
                N_("Option {number} cannot be combined with another one."),
                {"number": exclusive.number},
            )
        return tuple(choice.name for choice in chosen) or None

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        """Some of the choices, or an exclusive one alone."""
        picked = chance.sample(list(offered), chance.randint(min(1, len(offered)), len(offered)))
        alone = [choice.name for choice in question.choices if choice.exclusive and choice.name in picked]
        return alone[:1] or picked

    def format(self, question: Question, value: Value, language: str) -> str:
        chosen = value if isinstance(value, tuple) else ()
        return ", ".join(choice.label.plain(language) for choice in question.choices if choice.name in chosen)

    def typed(self, value: Value) -> list[str]:
        return list(value) if isinstance(value, tuple) else [str(value)]

    def columns(self, question: Question) -> tuple[Column, ...]:
        return tuple(
            Column(f"{question.name}__{choice.name}", "number", {}, choice.name) for choice in question.choices
        )

    def cell(self, question: Question, value: Value, column: Column) -> Value:
        return int(isinstance(value, tuple) and column.choice in value)

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        return tuple(c.name for c, cell in zip(question.choices, cells, strict=True) if cell == "1") or None


TYPE = MultipleChoice()
