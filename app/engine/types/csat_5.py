"""Satisfaction on five labelled points: 1 very dissatisfied to 5 very satisfied."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.question_type import Labels, ScaleType

POINTS: tuple[Labels, ...] = (
    {
        "en": "Very dissatisfied",
        "pl": "Bardzo niezadowolony(-a)",
        "ru": "Очень недоволен(-льна)",
        "ro": "Foarte nemulțumit(ă)",
        "it": "Molto insoddisfatto/a",
    },
    {
        "en": "Dissatisfied",
        "pl": "Niezadowolony(-a)",
        "ru": "Недоволен(-льна)",
        "ro": "Nemulțumit(ă)",
        "it": "Insoddisfatto/a",
    },
    {
        "en": "Neither satisfied nor dissatisfied",
        "pl": "Ani zadowolony(-a), ani niezadowolony(-a)",
        "ru": "Ни доволен(-льна), ни недоволен(-льна)",
        "ro": "Nici mulțumit(ă), nici nemulțumit(ă)",
        "it": "Né soddisfatto/a né insoddisfatto/a",
    },
    {"en": "Satisfied", "pl": "Zadowolony(-a)", "ru": "Доволен(-льна)", "ro": "Mulțumit(ă)", "it": "Soddisfatto/a"},
    {
        "en": "Very satisfied",
        "pl": "Bardzo zadowolony(-a)",
        "ru": "Очень доволен(-льна)",
        "ro": "Foarte mulțumit(ă)",
        "it": "Molto soddisfatto/a",
    },
)


class Csat5(ScaleType):
    name = "csat_5"
    least, most = 1, 5
    low, high = POINTS[0], POINTS[4]

    def standard_choices(self, parameters: Mapping[str, Any]) -> Sequence[tuple[str, Labels]]:
        return [(str(point), labels) for point, labels in enumerate(POINTS, 1)]


TYPE = Csat5()
