"""What an interviewer's form sent, as the engine takes it. Pure but for Werkzeug's form."""

from werkzeug.datastructures import MultiDict

from app import engine
from app.rendering.fields import read_form
from app.rendering.item_fields import sent_as

NOTE = "override_note:"


def read(screen: engine.Screen, form: MultiDict[str, str]) -> engine.Raw:
    """Choices as on the web; a date, and a date with a time, is typed as one text."""
    raw = read_form(screen, form.to_dict(flat=False))
    for item in screen.items:
        if item.type in ("date", "datetime"):
            raw[item.name] = form.get(sent_as(item.name), "").strip()
    return raw


def overrides(form: MultiDict[str, str]) -> dict[str, str]:
    """The questions whose warnings the interviewer has checked with the person, and the note on each."""
    return {name: form.get(NOTE + name, "").strip()[:500] for name in form.getlist("override")}


def typed_in_words(questionnaire: engine.Questionnaire, form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """(question, what was typed for it), to show where it could not be stored."""
    return [
        (name, ", ".join(text for text in form.getlist(name) if text))
        for name in form
        if name in questionnaire.questions and any(form.getlist(name))
    ]
