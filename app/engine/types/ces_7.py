"""Customer effort: agreement that it was easy, 1 to 7 (CES 2.0, CEB 2013); higher is easier."""

from typing import ClassVar

from app.engine.question_type import ScaleType


class Ces7(ScaleType):
    name = "ces_7"
    least, most = 1, 7
    low: ClassVar = {
        "en": "Strongly disagree",
        "pl": "Zdecydowanie się nie zgadzam",
        "ru": "Совершенно не согласен(-сна)",
        "ro": "Dezacord total",
        "it": "Fortemente in disaccordo",
    }
    high: ClassVar = {
        "en": "Strongly agree",
        "pl": "Zdecydowanie się zgadzam",
        "ru": "Полностью согласен(-сна)",
        "ro": "Acord total",
        "it": "Fortemente d’accordo",
    }


TYPE = Ces7()
