"""Answers that the demo's customers give: drawn from plausible distributions, sent through the write path screen by screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app import engine
from app.interviews import holder, service
from app.interviews.repository import Holder, Interview

MOODS = {"good": 55, "fair": 27, "bad": 18}
# weights of a question's choices, in their order
POINTS: Mapping[str, Mapping[str, Sequence[int]]] = {
    "nps": {
        "good": (0, 0, 0, 0, 0, 0, 0, 1, 5, 9, 12),
        "fair": (0, 0, 0, 0, 0, 2, 3, 8, 7, 1, 0),
        "bad": (3, 2, 2, 4, 3, 4, 2, 0, 0, 0, 0),
    },
    "ces_7": {"good": (0, 0, 0, 1, 3, 8, 9), "fair": (0, 1, 3, 5, 5, 2, 1), "bad": (5, 6, 4, 2, 1, 0, 0)},
    "csat_binary": {"good": (24, 1), "fair": (7, 3), "bad": (1, 9)},
}


@dataclass(frozen=True, slots=True)
class Respondent:
    """Somebody who answers: how they feel, what they write (`words`: mood -> language -> sentences) and the dice."""

    mood: str
    words: Mapping[str, Mapping[str, Sequence[str]]]
    dice: Random

    def answers(self, item: engine.Item, mode: str, language: str) -> str | list[str]:
        """What they enter for a question: codes on a page, numbers in an SMS."""
        codes = [choice.number if mode == "sms" else choice.name for choice in item.choices]
        if item.type == "multiple_choice":
            regular = [code for code, choice in zip(codes, item.choices, strict=True) if not choice.exclusive]
            picked = [str(code) for code in self.dice.sample(regular, self.dice.choice((1, 1, 2, 2, 3)))]
            return " ".join(picked) if mode == "sms" else picked
        if codes:
            return str(self.dice.choices(codes, POINTS.get(item.type, {}).get(self.mood))[0])
        if self.mood == "bad" or self.dice.random() < 0.5:
            return self.dice.choice(self.words[self.mood][language])
        return "skip" if mode == "sms" else ""


def fill_in(
    interview: Interview,
    who: Respondent,
    mode: str,
    entry: str,
    start: datetime,
    consent: str,
    screens: int | None = None,
) -> None:
    """Answer from `start` on, one screen after the other until the end, or only so many `screens` (a break-off).
    `consent`: the version of the statement they read."""
    at = start
    shown = service.screen(interview, mode)
    while isinstance(shown, engine.Screen) and screens != 0:
        raw: dict[str, Any] = {item.name: who.answers(item, mode, interview.language) for item in shown.items}
        given = engine.Consent(True, consent, interview.language)
        token = _claim(interview, mode, at) if mode in holder.ASSISTED else None
        submission = service.Submission(mode, entry, shown.at, raw, interview.revision, token=token, consent=given)
        outcome = service.submit(interview.workspace_id, interview.id, submission, at)
        if not isinstance(outcome, service.Accepted):
            raise RuntimeError(f"the demo's answer to {shown.at} was not taken: {outcome}")
        interview, shown = outcome.interview, outcome.next
        at += timedelta(seconds=who.dice.randint(6, 60))
        screens = None if screens is None else screens - 1


def _claim(interview: Interview, mode: str, at: datetime) -> int:
    claim = holder.claim(interview.workspace_id, interview.id, mode, "demo", at)
    if not isinstance(claim, Holder):
        raise RuntimeError(f"the demo's interviewer cannot have the interview: {claim}")
    return claim.token
