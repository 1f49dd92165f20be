"""What a respondent's request holds: the visit it belongs to, what was typed, and the way on from it."""

from datetime import datetime
from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app import engine
from app.catalog import service as catalog
from app.channels.web import files
from app.channels.web.visit import Visit, open_visit
from app.db import reading
from app.rendering.fields import read_form
from app.ui.edge import now
from app.ui.guards import allow_forms, allow_frames
from app.ui.languages import browser_language, use_language


def visit_of(token: str, moment: datetime, language: str | None = None, nonce: str | None = None) -> Visit:
    asked = language or request.values.get("lang") or browser_language()
    given = request.values
    with reading():  # one snapshot for all that a visit is made of
        said = given.get("arrived", request.query_string.decode(errors="replace"))
        visit = open_visit(
            token, moment, language=asked, entry=given.get("e"), nonce=nonce, vouched=given.get("k"), query=said
        )
    if visit is None:
        abort(404)
    use_language(visit.language)
    if visit.entry == "embed" and visit.study.sites:
        allow_frames(*visit.study.sites)
    if visit.study.panel.get("at_once"):  # a browser asks this of redirects after a form, too
        addresses = visit.study.panel.get("redirects", {}).values()
        allow_forms(*sorted(filter(None, set(map(catalog.origin, addresses)))))
    return visit


def typed_in(visit: Visit) -> engine.Raw:
    """What the form holds for its page, as the engine reads it; as it stands where the page is not on the route any more."""
    at, sent = request.form.get("at", ""), request.form.to_dict(flat=False)
    screen = visit.screen(at)
    if isinstance(screen, engine.Screen) and screen.at == at:
        return read_form(screen, files.put_in(visit, screen, sent, request.files, now()))
    known = visit.questionnaire.question
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in sent.items() if known(name)}


def onwards(visit: Visit, **query: str | None) -> Response:
    carried: dict[str, Any] = {**{name: request.values.get(name) for name in ("e", "k")}, **query}
    return redirect(url_for("web.show", token=visit.link.token, **carried), 303)
