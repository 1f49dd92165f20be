"""A number on a line between two ends. Nothing is chosen until the person chooses it."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from app.core.problems import N_, Problem
from app.engine.model import Question
from app.engine.question_type import DEGRADED, FULL, TEXT_SCHEMA, NumberType, Parsed, cell_number

AS_NUMBER = N_("Asked as a number; the line is not seen.")


class Slider(NumberType):
    name = "slider"
    parameters: ClassVar = {
        "min": {"type": "number", "default": 0},
        "max": {"type": "number", "default": 100},
        "step": {"type": "number", "default": 1},
        "low": TEXT_SCHEMA,
        "high": TEXT_SCHEMA,
    }
    channels: ClassVar = {"web": FULL, "sms": DEGRADED, "phone": DEGRADED, "field": DEGRADED}
    degradations: ClassVar = {"sms": AS_NUMBER, "phone": AS_NUMBER, "field": AS_NUMBER}

    def bad_parameters(self, parameters: Mapping[str, Any]) -> Problem | None:
        if 0 < parameters["step"] <= parameters["max"] - parameters["min"]:
            return None
        return super().bad_parameters(parameters) or Problem(
            "bad_range",
            N_("A step of {step} does not fit between {min} and {max}."),
            dict(parameters),
            remedy=N_("Use a step above 0 that is not wider than the scale."),
        )

    def number(self, question: Question, text: str) -> int | float | Problem:
        return cell_number(text.replace(",", ".") if re.fullmatch(r"[+-]?\d{1,15}([.,]\d{1,10})?", text) else "")

    def within(self, question: Question, value: int | float) -> Parsed:
        least, step = question.parameters["min"], question.parameters["step"]
        if (Decimal(str(value)) - Decimal(str(least))) % Decimal(str(step)):
            return Problem(
                "off_step", N_("Enter a number in steps of {step}, from {min}."), {"step": step, "min": least}
            )
        return super().within(question, value)

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        least, most, step = (Decimal(str(question.parameters[key])) for key in ("min", "max", "step"))
        return str(least + step * chance.randint(0, int((most - least) / step)))


TYPE = Slider()
