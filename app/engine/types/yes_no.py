"""Yes or no: the codes ``yes`` and ``no``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.engine.question_type import ChoiceType, Labels


class YesNo(ChoiceType):
    name = "yes_no"
    choices = "standard"
    parameters: ClassVar = {}

    def standard_choices(self, parameters: Mapping[str, Any]) -> Sequence[tuple[str, Labels]]:
        return [
            ("yes", {"en": "Yes", "pl": "Tak", "ru": "Да", "ro": "Da", "it": "Sì"}),
            ("no", {"en": "No", "pl": "Nie", "ru": "Нет", "ro": "Nu", "it": "No"}),
        ]


TYPE = YesNo()
