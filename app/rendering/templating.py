"""The one Jinja environment of the respondents' pages and mails."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

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


def render(template: str, translate: Translate, **values: Any) -> Markup:
    """A template's text. In it ``_`` is gettext of Jinja's new style: ``_("Hello %(name)s", name=name)`` escapes the name;
    ``translate`` is the bare function, for Problem.text."""
    text = ENVIRONMENT.get_template(template).render(_=partial(_gettext, translate), translate=translate, **values)
    return Markup(text)  # noqa: S704 - the template escaped what it was given


def _gettext(translate: Translate, message: str, **params: Any) -> Markup:
    return Markup(translate(message)) % params  # noqa: S704 - the catalogue is ours; % escapes the params


def say(translate: Translate, message: str, **params: Any) -> str:
    """A translated message id with ``{named}`` params filled in, as plain text."""
    return translate(message).format_map(params)
