"""A rating on a numeric scale of the author's size, 1 to 5 unless told."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.core.problems import N_, Problem
from app.engine.question_type import ScaleType, bad_range

LARGEST = 101
"""Points a person can still be shown at once."""


class Rating(ScaleType):
    name = "rating"
    least, most = 1, 5
    parameters: ClassVar = {
        "min": {"type": "integer", "default": 1},
        "max": {"type": "integer", "default": 5},
        **ScaleType.parameters,
    }

    def bad_parameters(self, parameters: Mapping[str, Any]) -> Problem | None:
        points = len(self.points(parameters))
        if points <= LARGEST:
            return bad_range(parameters)
        return Problem(
            "bad_range",
            N_("A scale of {points} points is too long; {most} are the most."),
            {"points": points, "most": LARGEST},
            remedy=N_("Ask for an integer instead."),
        )


TYPE = Rating()
