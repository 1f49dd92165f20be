"""Error pages: what happened and what to do, as a page or as problem details (RFC 9457); never a trace."""

from typing import Any

from flask import Flask, g, jsonify, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.ui.guards import status_of, wants_json
from app.ui.languages import browser_language, use_language


def texts(status: int) -> tuple[str, str]:
    """Title and advice for a status, in the reader's language."""
    known = {
        400: (_("This request cannot be read"), _("Go back and send the form again. Nothing was changed.")),
        401: (_("Please sign in"), _("This page needs you to sign in first.")),
        403: (_("You may not do this"), _("Your role does not include this page. Ask an administrator if it should.")),
        404: (_("Page not found"), _("Check the address, or open the link in your message again.")),
        405: (_("This address does not work that way"), _("Go back and use the buttons on the page.")),
        409: (
            _("Somebody else changed this"),
            _("Load the page again to see the newest state, then repeat your change."),
        ),
        410: (_("This page is gone"), _("The link is no longer in use.")),
        413: (_("That is too large"), _("Send a smaller file or a shorter text.")),
        415: (
            _("This kind of content is not accepted"),
            _("Send the form from its page, or read the API's description."),
        ),
        429: (_("Too many requests"), _("Wait a minute, then try again.")),
    }
    fault = (_("Something went wrong on our side"), _("It has been recorded. Try again in a few minutes."))
    return known.get(status, fault if status >= 500 else (_("This request was refused"), ""))


def show(error: Exception) -> Any:
    """The response for an HTTP error or, with status 500, for a bug (Flask has logged its trace)."""
    if isinstance(error, HTTPException) and error.response is not None:
        return error.response
    status = status_of(error)
    if "language" not in g:
        use_language(browser_language())
    title, advice = texts(status)
    if wants_json():
        said = isinstance(error, HTTPException) and error.description != type(error).description
        detail = error.description if said and isinstance(error, HTTPException) else advice
        body = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "request_id": g.get("request_id"),
        }
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    else:
        page = render_template(
            "ui/error.html", title=title, advice=advice, status=status, request_id=g.get("request_id")
        )
        response = Flask.response_class(page)
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name not in ("Content-Type", "Content-Length"):
                response.headers[name] = value
    response.status_code = status
    return response


def init_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(500, show)
