"""The reader's language: a respondent's page sets it, everything else is in English."""

from collections.abc import Callable

from flask import Flask, current_app, g, request
from flask_babel import Babel, get_locale, get_translations
from flask_login import current_user

from app.rendering.html import LANGUAGE_NAMES

LANGUAGES = {code: LANGUAGE_NAMES[code] for code in ("en", "pl", "ru", "ro", "it")}
"""Those that have our own words."""


def language_name(code: str) -> str:
    """A language as its speakers write it, also one in which our own words are English; its tag where we do not know it."""
    return LANGUAGE_NAMES.get(code, code)


def use_language(code: str) -> None:
    """Show this response in a language (a respondent's, from the interview)."""
    g.language = code


def reader_language() -> str:
    """The page's own language; staff pages exist in English alone."""
    return g.get("language") or "en"


def browser_language() -> str:
    """The language of ours that the Accept-Language header likes best."""
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def reader_time_zone() -> str | None:
    """The staff member's IANA zone, or None for UTC."""
    return getattr(current_user, "time_zone", None) if hasattr(current_app, "login_manager") else None


def translator() -> Callable[[str], str]:
    """Gettext of the response's language, looked up once: flask-babel looks the language up again at each text."""
    known: tuple[str, Callable[[str], str]] | None = g.get("translator")
    if known is None or known[0] != reader_language():
        known = g.translator = reader_language(), get_translations().gettext
    return known[1]


def init_languages(app: Flask) -> None:
    Babel(app, locale_selector=reader_language, timezone_selector=reader_time_zone)
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, get_locale=get_locale, language_name=language_name)
