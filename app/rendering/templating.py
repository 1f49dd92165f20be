"""The one Jinja environment of the respondents' pages and mails."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.core.problems import Problem
from app.rendering.english import ATTRIBUTES, marked, spoken, standard

Translate = Callable[[str], str]
"""Gettext: an English message id to the reader's language."""

ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def render(template: str, translate: Translate, language: str = "en", **values: Any) -> Markup:
    """A template's text, in ``language`` (BCP 47). In it ``_`` is gettext of Jinja's new style: ``_("Hello %(name)s", name=name)``
    escapes the name. Where the language has none of our words they are marked as English: what ``_`` gives, ``own(text)`` of a
    text that may be a standard one, ``says(problem)`` and ``remedy(problem)``. Where there is room for words alone
    (``bare=True``), ``english`` are the attributes of their element."""
    words = Words(translate, not spoken(language))
    text = ENVIRONMENT.get_template(template).render(
        _=words.gettext, own=words.own, says=words.says, remedy=words.remedy,
        english=ATTRIBUTES if words.foreign else "", **values,
    )  # fmt: skip
    return Markup(text)  # noqa: S704 - the template escaped what it was given


@dataclass(frozen=True, slots=True)
class Words:
    """Our words on a page. ``foreign``: its language has none, they are English."""

    translate: Translate
    foreign: bool

    def gettext(self, message: str, bare: bool = False, **params: Any) -> Markup:
        text = Markup(self.translate(message)) % params  # noqa: S704 - the catalogue is ours; % escapes the params
        return marked(text) if self.foreign and not bare else text

    def own(self, text: str) -> str:
        return marked(text) if self.foreign and text in standard() else text

    def says(self, problem: Problem) -> str:
        text = problem.text(self.translate)
        return marked(text) if self.foreign and not problem.authored else text

    def remedy(self, problem: Problem) -> str:
        text = problem.remedy_text(self.translate)
        return marked(text) if self.foreign and text else text


def say(translate: Translate, message: str, **params: Any) -> str:
    """A translated message id with ``{named}`` params filled in, as plain text."""
    return translate(message).format_map(params)
