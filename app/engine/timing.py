"""Pages with a time limit: when it is over, the page is taken as it is."""

from datetime import datetime

from app.engine.interview import answer, next_screen
from app.engine.model import LATE, Questionnaire
from app.engine.outcome import Outcome
from app.engine.screen import Raw, Screen
from app.engine.state import State


def answer_late(q: Questionnaire, state: State, at: str, raw: Raw, channel: str, now: datetime) -> Outcome:
    """Take a screen whose time is over: what cannot be taken counts as left empty, nothing is required of it, and the answers
    say why (``override``)."""
    shown = next_screen(q, state, channel, at)
    names = [item.name for item in shown.items] if isinstance(shown, Screen) else []
    return answer(q, state, at, raw, channel, now, dict.fromkeys(names, LATE), late=True)
