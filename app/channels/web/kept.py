"""What was typed on a page that is not good yet, or that would end the interview, when the person goes back: it is not stored, and
travels in the hidden field `kept` of the forms they see until they are on that page again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from app import engine
from app.catalog import service as catalog
from app.channels.web.visit import Visit
from app.interviews.repository import Interview
from app.rendering.fields import read_form

FIELD = "kept"


def differs(screen: engine.Screen, typed: engine.Raw) -> bool:
    """Whether a page was sent with something else on it than is stored."""
    return any(
        _texts(typed.get(item.name, "")) != _texts(item.raw)
        or (typed.get(f"{item.name}__special") or None) != item.special
        for item in screen.items
    )


def is_stored(interview: Interview | None, at: str, sent: Mapping[str, Sequence[str]]) -> bool:
    """Whether a finished interview holds just what this form says: its button was pressed twice."""
    if interview is None or interview.status != "complete":
        return False
    questionnaire = catalog.questionnaire(interview.version_id)
    screen = engine.next_screen(questionnaire, replace(interview.state, status="open"), "web", at)
    return isinstance(screen, engine.Screen) and screen.at == at and not differs(screen, read_form(screen, sent))


def storable(visit: Visit, at: str, typed: engine.Raw, now: datetime) -> bool:
    """Whether what was typed is good and does not end the interview; before consent nothing is stored."""
    if visit.state.consent is None:
        return False
    taken = engine.answer(visit.questionnaire, visit.state, at, typed, "web", now)
    if not isinstance(taken, engine.Accepted):
        return False
    return isinstance(engine.next_screen(visit.questionnaire, taken.state, "web"), engine.Screen)


def pack(at: str, typed: engine.Raw) -> str:
    return urlencode({"": at, **{name: texts for name, texts in typed.items() if texts}}, doseq=True)


def restore(screen: engine.Screen, packed: str) -> tuple[engine.Screen, str]:
    """The page with what was typed on it before, where it is that page, and what is still to be kept."""
    fields = parse_qs(packed, keep_blank_values=True)
    if fields.pop("", []) != [screen.at]:  # no question's name is empty
        return screen, packed
    typed = {name: texts if len(texts) > 1 else texts[0] for name, texts in fields.items()}
    asked = {item.name for item in screen.items}
    gone = all(name.removesuffix("__special") in asked for name in typed)
    return engine.redisplay(screen, (), typed), "" if gone else packed


def _texts(raw: str | Sequence[str]) -> list[str]:
    return [text for text in ([raw] if isinstance(raw, str) else raw) if text]
