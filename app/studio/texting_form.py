"""How a study texts: the part of its form, and what its texts cost at worst.

What is typed is kept as it is where it makes no sense: the catalog says what is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField, StringField, TextAreaField

from app import engine
from app.catalog.findings import gettext_of
from app.catalog.texting import Texting, texting
from app.core.segments import measure
from app.proofs.messages import longest, sent
from app.rendering import sms
from app.ui.forms import choices

SEVERAL = {
    "newest": _l("Replies belong to the newest; then it goes on with the other"),
    "in_order": _l("The new one waits until the other is over"),
    "choose": _l("The person is asked which one now"),
}
ENCODINGS = {
    "downgrade": _l("Drop accents and typographic marks where that saves a segment"),
    "allow": _l("Send everything as it is written"),
    "block": _l("Never send what the cheaper alphabet (GSM-7) does not have"),
}
BINDINGS = {"number": "number", "with": "include", "without": "exclude"}
"""How a line of the keywords binds one: ``SHOP number=+15005550006 with=vip without=asked``."""
TIMERS = ("reply_hours", "session_hours")


class TextingForm(Form):
    several = RadioField(_l("When somebody is still in another interview"), choices=choices(SEVERAL))
    encoding = RadioField(_l("Letters"), choices=choices(ENCODINGS))
    price = StringField(_l("Price of a segment"))
    reply_hours = StringField(_l("Ask once more after so many hours without a reply"))
    session_hours = StringField(_l("Stop waiting for a reply after so many hours"))
    keywords = TextAreaField(_l("Words that begin an interview"))


def shown(setting: Mapping[str, Any]) -> dict[str, Any]:
    """The setting as the form shows it."""
    ways = texting(setting)
    lines = [
        " ".join([one.word, *(f"{key}={value}" for key, name in BINDINGS.items() if (value := getattr(one, name)))])
        for one in ways.keywords
    ]
    numbers = {key: getattr(ways, key) or "" for key in ("price", *TIMERS)}
    return {"several": ways.several, "encoding": ways.encoding, **numbers, "keywords": "\n".join(lines)}


def typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """The setting that the form says: what is as usual is left out."""
    usual = Texting()
    said: dict[str, Any] = {key: _number(data[key]) for key in ("price", *TIMERS)}
    said |= {key: data[key] or getattr(usual, key) for key in ("several", "encoding")}
    said = {key: value for key, value in said.items() if value != getattr(usual, key)}
    words = [_keyword(line.split()) for line in (data["keywords"] or "").splitlines() if line.strip()]
    return said | ({"keywords": words} if words else {})


def _number(text: Any) -> int | float | str:
    plain = str(text or "0").strip().replace(",", ".")
    try:
        return int(plain) if plain.isdecimal() else float(plain)
    except ValueError:
        return plain


def _keyword(words: list[str]) -> dict[str, str]:
    bound = [word.partition("=") for word in words[1:]]
    if all(key in BINDINGS and value for key, _, value in bound):
        return {"word": words[0], **{BINDINGS[key]: value for key, _, value in bound}}
    return {"word": " ".join(words)}


@dataclass(frozen=True, slots=True)
class Cost:
    """What an interview's questions take in one language at worst, replies not counted: every question asked, each with all its
    choices and the longest that can be piped in. ``dearest``: the name of the longest. ``unicode``: how many need it."""

    language: str
    questions: int
    segments: int
    dearest: str
    most: int
    unicode: int
    price: float


def costs(q: engine.Questionnaire, setting: Mapping[str, Any]) -> list[Cost]:
    """One for each language of the questionnaire; none where nothing is asked by SMS."""
    ways, asked = texting(setting), sent(q)
    return [_cost(q, asked, language, ways) for language in q.languages] if asked else []


def _cost(q: engine.Questionnaire, asked: list[engine.Question], language: str, ways: Texting) -> Cost:
    translate = gettext_of(language)
    texts = [
        sms.encoded(longest(q, each, language, translate, first=each is asked[0]), ways.encoding) for each in asked
    ]
    measured = [measure(text) for text in texts]
    total, most = sum(count for *_, count in measured), max(count for *_, count in measured)
    dearest = next(each.name for each, (*_, count) in zip(asked, measured, strict=True) if count == most)
    unicode = sum(name == "UCS-2" for name, *_ in measured)
    return Cost(language, len(asked), total, dearest, most, unicode, total * ways.price)
