"""Satisfied or not, shown as two smileys: the codes ``satisfied`` and ``dissatisfied``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.engine.question_type import ChoiceType, Labels


class CsatBinary(ChoiceType):
    name = "csat_binary"
    choices = "standard"
    parameters: ClassVar = {}

    def standard_choices(self, parameters: Mapping[str, Any]) -> Sequence[tuple[str, Labels]]:
        return [
            (
                "satisfied",
                {
                    "en": "Satisfied",
                    "pl": "Zadowolony(-a)",
                    "ru": "Доволен(-льна)",
                    "ro": "Mulțumit(ă)",
                    "it": "Soddisfatto/a",
                },
            ),
            (
                "dissatisfied",
                {
                    "en": "Dissatisfied",
                    "pl": "Niezadowolony(-a)",
                    "ru": "Недоволен(-льна)",
                    "ro": "Nemulțumit(ă)",
                    "it": "Insoddisfatto/a",
                },
            ),
        ]


TYPE = CsatBinary()
