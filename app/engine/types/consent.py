"""A statement to agree to, word for word: the codes ``yes`` and ``no``; when it was given is the answer's time."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.engine.question_type import ChoiceType, Labels


class Consent(ChoiceType):
    name = "consent"
    choices = "standard"
    parameters: ClassVar = {}

    def standard_choices(self, parameters: Mapping[str, Any]) -> Sequence[tuple[str, Labels]]:
        return [
            (
                "yes",
                {
                    "en": "I agree",
                    "pl": "Zgadzam się",
                    "ru": "Согласен (согласна)",
                    "ro": "Sunt de acord",
                    "it": "Accetto",
                },
            ),
            (
                "no",
                {
                    "en": "I do not agree",
                    "pl": "Nie zgadzam się",
                    "ru": "Не согласен (не согласна)",
                    "ro": "Nu sunt de acord",
                    "it": "Non accetto",
                },
            ),
        ]


TYPE = Consent()
