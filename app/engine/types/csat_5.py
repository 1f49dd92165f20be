"""Satisfaction on five labelled points: 1 very dissatisfied to 5 very satisfied."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.question_type import Labels, ScaleType

POINTS: tuple[Labels, ...] = (
    {
        "en": "Very dissatisfied",
        "pl": "Bardzo niezadowolenie",
        "ru": "Совсем не доволен(-льна)",
        "ro": "Foarte nemulțumit(ă)",
        "it": "Molto insoddisfatto",
    },
    {
        "en": "Dissatisfied",
        "pl": "Niezadowolenie",
        "ru": "Не доволен(-льна)",
        "ro": "Nemulțumit(ă)",
        "it": "Insoddisfatto",
    },
    {
        "en": "Neither satisfied nor dissatisfied",
        "pl": "Ani zadowolenie, ani niezadowolenie",
        "ru": "Трудно сказать, ни то ни другое",
        "ro": "Nici mulțumit(ă), nici nemulțumit(ă)",
        "it": "Né soddisfatto né insoddisfatto",
    },
    {"en": "Satisfied", "pl": "Zadowolenie", "ru": "Доволен(-льна)", "ro": "Mulțumit(ă)", "it": "Soddisfatto"},
    {
        "en": "Very satisfied",
        "pl": "Bardzo duże zadowolenie",
        "ru": "Очень доволен(-льна)",
        "ro": "Foarte mulțumit(ă)",
        "it": "Molto soddisfatto",
    },
)


class Csat5(ScaleType):
    name = "csat_5"
    least, most = 1, 5
    low, high = POINTS[0], POINTS[4]

    def standard_choices(self, parameters: Mapping[str, Any]) -> Sequence[tuple[str, Labels]]:
        return [(str(point), labels) for point, labels in enumerate(POINTS, 1)]


TYPE = Csat5()
