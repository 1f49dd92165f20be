"""The likelihood to recommend, 0 to 10 (Reichheld 2003): 0-6 detractors, 7-8 passives, 9-10 promoters."""

from typing import ClassVar

from app.engine.question_type import ScaleType


class Nps(ScaleType):
    name = "nps"
    low: ClassVar = {
        "en": "Not at all likely",
        "pl": "Bardzo mało prawdopodobne",
        "ru": "Совсем не вероятно",
        "ro": "Deloc probabil",
        "it": "Per niente probabile",
    }
    high: ClassVar = {
        "en": "Extremely likely",
        "pl": "Bardzo prawdopodobne",
        "ru": "Очень вероятно",
        "ro": "Foarte probabil",
        "it": "Molto probabile",
    }


TYPE = Nps()
