"""How a draft will look on each channel, as far as it can be shown: a missing text falls back to the default language, a piped
answer to its fallback, and routing is left out. Pure but for the translation of the frame around the questions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app import engine, proofs
from app.catalog.service import languages, pages_of
from app.core.segments import measure
from app.delivery import mail_html
from app.rendering import consent, html, mail, script, sms
from app.studio.outline import Place, Tree, find, kind_of
from app.ui.assets import asset

PIPE = re.compile(r"\$\{[^{}|]*(?:\|([^{}]*))?\}")
ROUTING = ("relevant", "constraint", "warning", "choice_filter", "time_limit")
"""Left out so that every page can be shown."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Who seems to ask."""

    organisation: str
    contact: str


def without_pipes(text: str) -> str:
    """A text with the fallback in place of each piped answer."""
    return PIPE.sub(lambda match: match[1] or "…", str(text))


def shown(tree: Tree, language: str) -> engine.Questionnaire | None:
    """The definition in one language with everything on the route; None while that does not compile either."""
    compiled = engine.compile(_simple(tree, language))
    return None if isinstance(compiled, list) else compiled


def _simple(tree: Tree, language: str) -> dict[str, Any]:
    default = languages(tree)[0]

    def plain(node: Any) -> Any:
        if isinstance(node, Mapping):
            if node and all(key in languages(tree) for key in node):
                text = str(node.get(language) or node.get(default) or "…")
                return {language: without_pipes(text)}
            return {key: plain(value) for key, value in node.items() if key not in ROUTING}
        return [plain(item) for item in node] if isinstance(node, list) else node

    simple = {**plain(tree), "languages": [language], "metrics": [], "pages": []}
    for key in ("partial", "quotas", "writes"):
        simple.pop(key, None)
    for page in pages_of(tree.get("pages") or []):
        questions = [_question(plain(question), language) for question in page.get("questions") or []]
        questions = [question for question in questions if question.get("type") not in ("exit", "jump")]
        if questions:
            simple["pages"].append({**plain(page), "questions": questions})
    for key in ("title", "purpose"):
        simple[key] = simple.get(key) or {language: "…"}
    return simple


def _question(question: dict[str, Any], language: str) -> dict[str, Any]:
    if question.get("type") not in ("computed", "hidden"):
        question["label"] = question.get("label") or {language: "…"}
    choices = question.get("choices") if isinstance(question.get("choices"), list) else []
    for choice in (*(choices or []), *(question.get("rows") or [])):
        if "label" in choice:
            choice["label"] = choice["label"] or {language: "…"}
    return question


@dataclass(frozen=True, slots=True)
class Sms:
    """A message as it is sent, with what it costs. ``most``: its segments with all choices and the longest answers filled in."""

    text: str
    encoding: str
    units: int
    segments: int
    most: int


@dataclass(frozen=True, slots=True)
class Channels:
    """One page or question as each channel shows it. ``web``: a whole document. ``at``: the question meant, "" for the page."""

    web: str
    sms: tuple[Sms, ...]
    scripts: tuple[script.Script, ...]
    at: str = ""


def question_preview(tree: Tree, place: Place, language: str, frame: Frame) -> Channels | None:
    """The question (or page) at a place on web, SMS and phone; None while it cannot be shown, or is not shown at all."""
    part = find(tree, place)
    kind = kind_of(place, part)
    page = find(tree, place[:-2]) if kind == "question" else part if kind == "page" else None
    if page is None or part is None:
        return None
    q = shown(tree, language)
    compiled = q.page(str(page.get("name"))) if q else None
    if q is None or compiled is None:
        return None
    wanted = [question.name for question in compiled.questions]
    if kind == "question":
        wanted = [name for name in wanted if name.partition("__")[0] == part.get("name")]
    if not wanted:
        return None
    channels = _channels(q, compiled.name, wanted, frame, asks_consent=False, whole=_whole(tree, language))
    return replace(channels, at=wanted[0]) if kind == "question" else channels


def whole_preview(tree: Tree, language: str, frame: Frame, begin: int, many: int) -> tuple[list[Channels], int]:
    """As many pages from ``begin`` (0: the first) on every channel, and how many pages there are; none while the definition
    cannot be shown. A long one is shown in parts: each page is a document and a walk through the whole."""
    q = shown(tree, language)
    if q is None:
        return [], 0
    pages = q.pages[begin : begin + many]
    whole = _whole(tree, language)
    shots = [
        _channels(q, page.name, [question.name for question in page.questions], frame, True, whole) for page in pages
    ]
    return shots, len(q.pages)


def _whole(tree: Tree, language: str) -> engine.Questionnaire | None:
    """The definition with all that can be filled in; None while it does not compile, or lacks the language."""
    compiled = engine.compile(tree)
    return None if isinstance(compiled, list) or language not in compiled.languages else compiled


def _channels(
    q: engine.Questionnaire,
    page: str,
    names: list[str],
    frame: Frame,
    asks_consent: bool,
    whole: engine.Questionnaire | None,
) -> Channels:
    language = q.languages[0]
    with force_locale(language):
        messages, scripts = [], []
        for name in names:
            text = _screen(q, "sms", name, asks_consent)
            if text is not None:
                message = sms.thrifty(sms.text(text, _, _statement(q, "sms", frame)))
                question = whole.question(name) if whole else None
                most = proofs.segments(whole, question, language, _) if whole and question else 0
                messages.append(Sms(message, *measure(message), most))
            spoken = _screen(q, "phone", name, asks_consent)
            if spoken is not None:
                scripts.append(script.script(spoken, _, _statement(q, "script", frame)))
        return Channels(_web(q, page, frame, asks_consent), tuple(messages), tuple(scripts))


def _web(q: engine.Questionnaire, page: str, frame: Frame, asks_consent: bool) -> str:
    screen = _screen(q, "web", page, asks_consent)
    if screen is None:
        return ""
    language, title = q.languages[0], q.title.source(q.languages[0])
    context = html.Context("", title, frame.organisation, frame.contact, statement=_statement(q, "web", frame))
    shell = html.Shell(title, language, frame.organisation, asset("vendor/canvass/respondent.css"), embedded=True)
    return html.document(html.page(screen, context, _), shell, _)


def _screen(q: engine.Questionnaire, channel: str, at: str, asks_consent: bool) -> engine.Screen | None:
    """The screen as it comes after consent, but for the first, which may ask for it."""
    state = engine.new_state(q, "preview", q.languages[0])
    first = engine.next_screen(q, state, channel)
    if asks_consent and isinstance(first, engine.Screen) and first.at == at:
        return first
    agreed = engine.Consent(True, "preview", q.languages[0])
    state, _events = engine.inform(q, state, agreed, datetime(2000, 1, 1, tzinfo=UTC))
    screen = engine.next_screen(q, state, channel, at)
    return screen if isinstance(screen, engine.Screen) and screen.at == at else None


def _statement(q: engine.Questionnaire, form: str, frame: Frame) -> consent.Statement:
    purpose = q.purpose.source(q.languages[0])
    terms = consent.Terms(frame.organisation, purpose, q.minutes, q.basis, frame.contact, "…")
    return consent.statement(terms, form, q.languages[0], _)


def invitation(tree: Tree, language: str, frame: Frame) -> tuple[mail.Content, str, str] | None:
    """The invitation by mail: its content, its HTML and its text; None while the definition cannot be shown."""
    q = shown(tree, language)
    if q is None:
        return None
    with force_locale(language):
        screen = engine.next_screen(q, engine.new_state(q, "preview", language), "web")
        item = screen.items[0] if isinstance(screen, engine.Screen) else None
        content = _mail(q, item, frame, "#")
        return content, mail_html.html(content), mail.text(_mail(q, item, frame, "https://…"), _)


def _mail(q: engine.Questionnaire, item: engine.Item | None, frame: Frame, link: str) -> mail.Content:
    return mail.content(
        "invitation",
        _,
        statement=_statement(q, "mail", frame),
        organisation=frame.organisation,
        contact=frame.contact,
        link=link,
        unsubscribe=link,
        item=item,
        option_links={choice.name: link for choice in item.choices} if item else {},
    )
