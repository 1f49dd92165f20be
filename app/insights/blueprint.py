"""The blueprint of results, and what its pages share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, abort
from flask_babel import format_datetime, format_decimal
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.insights.labels import said
from app.ui.access import role
from app.ui.languages import reader_language
from app.ui.navigation import navigate_to

bp = Blueprint("insights", __name__, url_prefix="/results")
navigate_to("insights.index", _l("Results"), 40)

STAFF = ("researcher", "supervisor", "manager", "admin")
may_read: Callable[..., Any] = role(*STAFF)


def known_study(study_id: str) -> Study:
    """A study of the reader's workspace that has results; 404 for others."""
    found = catalog.study(current_user.workspace_id, study_id)
    if found is None or found.practice or found.trial or found.version_id is None:
        abort(404)
    return found


@bp.app_template_filter("percent")
def percent(share: float) -> str:
    """0.4567 as "45.7 %", in the reader's way of writing numbers."""
    return f"{format_decimal(100 * share, '0.0')}\u00a0%"


@bp.app_template_filter("tenth")
def tenth(value: float) -> str:
    """A number with one decimal."""
    return format_decimal(value, "0.0")


@bp.app_template_filter("decimal")
def decimal(value: float) -> str:
    """A number with two decimals at the most."""
    return format_decimal(value, "0.##")


@bp.app_template_filter("isotime")
def isotime(text: str) -> str:
    """An ISO 8601 instant in the reader's zone and way of writing."""
    return format_datetime(datetime.fromisoformat(text), "short")


bp.add_app_template_filter(zip, "zip")


@bp.app_template_filter("boxed")
def boxed(code: str, question: engine.Question) -> str:
    """An answer as a definition names it: a point of a scale by its number, a choice in its own words."""
    return code if question.value_type == "number" else label(question, code)


def label(question: engine.Question, code: str = "") -> str:
    """A question, or one of its choices, in the reader's language where it is worded in it."""
    choice = question.choice(code)
    text = choice.label if choice else question.label
    if text is None or (code and choice is None):
        return code or question.name
    return said(question, choice, readable(text)) if choice else worded(text)


def worded(text: engine.Text) -> str:
    """A text in the reader's language where it is worded in it."""
    return text.plain(readable(text))


def readable(text: engine.Text) -> str:
    """The reader's language, or the first that a text is in."""
    language = reader_language()
    return language if language in text.parts else next(iter(text.parts), language)


bp.add_app_template_filter(worded)
