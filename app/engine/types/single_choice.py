"""One of the author's choices."""

from app.engine.question_type import ChoiceType


class SingleChoice(ChoiceType):
    name = "single_choice"


TYPE = SingleChoice()
