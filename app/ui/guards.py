"""Checks and headers that every request and response gets, whatever the view."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.exceptions import HTTPException

from app.core.problems import Problem
from app.core.text import normalise
from app.ui.access import access_of

HSTS = "max-age=31536000; includeSubDomains"


def init_guards(app: Flask) -> None:
    app.before_request(refuse_unreadable)
    app.before_request(refuse_other_media)
    app.after_request(secure)


def refuse_unreadable() -> None:
    """400 for bytes that are not UTF-8, NUL or a lone surrogate in the path, the query or a form."""
    try:
        path = request.environ.get("PATH_INFO", "").encode("latin-1").decode()
        query = unquote_to_bytes(request.query_string.replace(b"+", b" ")).decode()
        urlencoded = request.mimetype == "application/x-www-form-urlencoded"
        body = unquote_to_bytes(request.get_data()).decode() if urlencoded else ""
    except UnicodeError:
        abort(400, description="The request holds text that is not UTF-8.")
    fields = [] if urlencoded else list(request.form.values())
    texts = [path, query, body, *fields, *texts_of(posted_json())]
    # a multipart form's text arrives decoded, with U+FFFD for what was no UTF-8
    if any("\ufffd" in text for text in fields) or any(isinstance(normalise(text), Problem) for text in texts):
        abort(400, description="The request holds a character that cannot be stored.")


def posted_json() -> Any:
    """The JSON of the request; None where it is no JSON. 400 for a nesting that no reader follows."""
    if not request.is_json:
        return None
    try:
        return request.get_json(silent=True)
    except RecursionError:
        abort(400, description="The JSON is nested too deeply.")


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names included, however deep."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]


def refuse_other_media() -> None:
    """415 for a body whose media type the view does not take."""
    access = access_of(current_app, request.endpoint or "")
    if access is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if (request.content_length or request.mimetype) and request.mimetype not in access.accepts:
        abort(415, description=f"This address takes {', '.join(access.accepts)}.")


def allow_frames(*origins: str) -> None:
    """Let pages of these origins show this response in a frame; nobody may otherwise."""
    g.frame_ancestors = " ".join(origins)


def allow_forms(*origins: str) -> None:
    """Let the forms of this page lead on to these origins; a browser asks it of the redirect after a form as well."""
    g.form_action = " ".join(origins)


def allow_wasm() -> None:
    """Let this page run WebAssembly (the field interviewer's page only)."""
    g.wasm = True


def secure(response: Response) -> Response:
    """Content security policy, referrer, type sniffing, caching, transport."""
    scripts = "'self' 'wasm-unsafe-eval'" if g.get("wasm") else "'self'"
    forms = f"'self' {g.get('form_action', '')}".strip()
    framers = g.get("frame_ancestors") or "'none'"
    # a respondent's address holds a token: no site may learn it
    personal = "token" in (request.view_args or {})
    wanted = {
        "Content-Security-Policy": f"default-src 'self'; script-src {scripts}; img-src 'self' data:; object-src 'none'; "
        f"base-uri 'none'; form-action {forms}; frame-ancestors {framers}",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer" if personal else "same-origin",
        "Cache-Control": "no-store",
    }
    if request.is_secure:
        wanted["Strict-Transport-Security"] = HSTS
    own = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - its items are pairs
    response.headers.extend({name: value for name, value in wanted.items() if name.lower() not in own})
    return response


def wants_json() -> bool:
    """Whether the caller is a program: an address under /api or /webhooks, or an Accept header that prefers JSON."""
    if request.path.startswith(("/api/", "/webhooks/")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def status_of(error: Exception) -> int:
    """The status an error is answered with; 500 for a bug."""
    return (error.code or 500) if isinstance(error, HTTPException) else 500
