"""How a study talks by text message: what its setting `texting` says. Pure.

    {"several": "choose", "encoding": "allow", "price": 0.04, "reply_hours": 24, "session_hours": 72,
     "keywords": [{"word": "delivery", "number": "+15005550006", "include": "vip", "exclude": "asked"}]}

`several`: what happens when the person is still in another interview of the workspace on the same number. `encoding`: what
becomes of characters outside GSM-7. `price`: of a segment. `reply_hours`: after so long without a reply the question is asked once
more; `session_hours`: after so long no reply belongs to it any more. `keywords`: words that begin an interview; of several that
fit, the most particular.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from app.core.problems import N_, Problem
from app.core.text import fold
from app.engine.keywords import TWILIO_START, TWILIO_STOP, keyword, yes_or_no
from app.engine.numerals import number_word

NEWEST, IN_ORDER, CHOOSE = SEVERAL = ("newest", "in_order", "choose")
"""Replies belong to the newest interview; a new one waits for the one before; the person is asked which."""
DOWNGRADE, BLOCK, ALLOW = ENCODINGS = ("downgrade", "block", "allow")
"""Accents are dropped where that saves a segment; nothing outside GSM-7 is ever sent; everything is sent as it is written."""


class Asking(Protocol):
    """Of a study what is needed here."""

    @property
    def id(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def texting(self) -> Mapping[str, Any]: ...


S = TypeVar("S", bound=Asking)
WORD = re.compile(r"[^\W\d_][\w-]{1,29}")
LONGEST = 24 * 365
"""Hours of a timer."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that begins an interview: texted to ``number`` ("": any of ours), by somebody who has the tag ``include`` and not the
    tag ``exclude`` ("": anybody)."""

    word: str
    number: str = ""
    include: str = ""
    exclude: str = ""

    def score(self, word: str, number: str, tags: Collection[str]) -> int | None:
        """How particularly it is meant: 4 for the number, 2 for a tag wanted, 1 for one not wanted (RapidPro's weights). None
        where it is not."""
        meant = fold(self.word) == fold(word) and self.number in ("", number)
        if not meant or (self.include and self.include not in tags) or (self.exclude and self.exclude in tags):
            return None
        return 4 * bool(self.number) + 2 * bool(self.include) + bool(self.exclude)


@dataclass(frozen=True, slots=True)
class Texting:
    """The setting with its defaults."""

    several: str = NEWEST
    encoding: str = DOWNGRADE
    price: float = 0
    reply_hours: int = 0
    session_hours: int = 0
    keywords: tuple[Keyword, ...] = ()


def texting(setting: Mapping[str, Any]) -> Texting:
    """The setting as a value."""
    return Texting(**{**setting, "keywords": tuple(Keyword(**each) for each in setting.get("keywords", ()))})


def check_texting(setting: Mapping[str, Any], basis: str) -> list[Problem]:
    """What is wrong with the setting."""
    problems = list(_choices(setting))
    price = setting.get("price", 0)
    if not isinstance(price, int | float) or not 0 <= price < 1000:
        message, remedy = N_("{value} is no price of a segment."), N_("Write it such as 0.04.")
        problems.append(_problem("bad_price", message, remedy, value=price))
    hours = [setting.get(key, 0) for key in ("reply_hours", "session_hours")]
    if not all(isinstance(each, int) and 0 <= each <= LONGEST for each in hours):
        message, remedy = N_("{value} is out of range."), N_("Write a whole number from {low} to {high}.")
        params = {"value": ", ".join(map(str, hours)), "low": 0, "high": LONGEST}
        problems.append(_problem("out_of_range", message, remedy, **params))
    elif all(hours) and hours[0] >= hours[1]:
        message, remedy = (
            N_("The interview would be over before the question is asked again."),
            N_("Wait longer for it."),
        )
        problems.append(_problem("reply_after_session", message, remedy))
    words = setting.get("keywords", ())
    if words and basis == "anonymous":
        message = N_("A text message shows the number it comes from: an anonymous study cannot begin with one.")
        problems.append(_problem("keyword_anonymous", message, N_("Choose another basis, or delete the keywords.")))
    return problems + [problem for each in words for problem in _keyword(each)] + _twice(words)


def _choices(setting: Mapping[str, Any]) -> Iterator[Problem]:
    for key, known in (("several", SEVERAL), ("encoding", ENCODINGS)):
        if setting.get(key, known[0]) not in known:
            message, remedy = N_("{value} is none of the choices."), N_("Choose one of {known}.")
            yield _problem("unknown_setting", message, remedy, value=setting[key], known=", ".join(known))


def _keyword(given: Mapping[str, str]) -> Iterator[Problem]:
    word = given["word"]
    taken = keyword(word) or fold(word) in TWILIO_STOP | TWILIO_START or yes_or_no(word) is not None
    if not WORD.fullmatch(word) or taken or number_word(word) is not None:
        message = N_("{word} cannot begin an interview: it is no single word, or means something else in a reply.")
        yield _problem("bad_keyword", message, N_("Choose one word, such as SHOP."), word=word)


def _twice(words: Collection[Mapping[str, str]]) -> list[Problem]:
    keys = [key(Keyword(**each)) for each in words]
    message, remedy = N_("The keyword {word} is there twice."), N_("Delete one of them.")
    return [_problem("keyword_twice", message, remedy, word=each[0]) for each in {k for k in keys if keys.count(k) > 1}]


def key(given: Keyword) -> tuple[str, str, str, str]:
    """Two of them with the same key would both be meant, and neither more than the other."""
    return fold(given.word), given.number, given.include, given.exclude


def best(studies: Collection[S], word: str, number: str, tags: Callable[[S], Collection[str]]) -> S | None:
    """The study that the word means most particularly; of several alike the newest. None: it means none. ``tags``: the person's in
    the study's workspace."""
    scored = [
        (score, each.created_at, each.id, each)
        for each in studies
        for one in texting(each.texting).keywords
        if (score := one.score(word, number, tags(each))) is not None
    ]
    return max(scored)[-1] if scored else None


def collisions(mine: Mapping[str, Any], others: Collection[Mapping[str, Any]]) -> list[Problem]:
    """The keywords of a setting that an open study's has just so."""
    taken = {key(one) for each in others for one in texting(each).keywords}
    message = N_("The keyword {word} already begins another open study.")
    remedy = N_("Choose another word, or bind one of them to a number or a tag.")
    words = [one.word for one in texting(mine).keywords if key(one) in taken]
    return [_problem("keyword_taken", message, remedy, word=word) for word in words]


def _problem(code: str, message: str, remedy: str = "", **params: Any) -> Problem:
    return Problem(code, message, params, name="texting", remedy=remedy)
