"""A study inside another site: one script line makes a frame that sizes itself.

    <script src="https://…/embed/TOKEN.js" async></script>

The host may add `data-customer="EXTERNAL-ID" data-expires="UNIX-SECONDS" data-signature="…"` to say who is signed in there (see
`customers`). Sampling (1 in N) and the re-show interval are kept in the host's own storage, so third-party cookies are not needed.
"""

import json
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for

from app.catalog import service as catalog
from app.catalog.service import Study
from app.channels.web import customers
from app.interviews import links, service
from app.interviews.links import Link
from app.ui.access import public
from app.ui.edge import now, signer

bp = Blueprint("embed", __name__)

SCRIPT_AGE = 300  # seconds a host's visitors may keep the script, so that closing a study shows soon


@bp.get("/embed/<token>.js")
@public
def script(token: str) -> Any:
    """The host page's script, with the study's sampling in it. A closed study's script shows nothing."""
    link, study = _study(token)
    settings = {
        "open": link.state == "good" and service.closed_reason(study, None, now()) is None,
        "frame": current_app.config["PUBLIC_URL"] + url_for("embed.frame", token=token),
        "oneIn": study.sample_one_in,
        "reshowDays": study.reshow_days,
        "key": f"canvass-{study.id[:8]}",
        "title": study.title,
    }
    # "<" is escaped so that no title can end the script it stands in
    text = render_template("web/embed.js", settings=json.dumps(settings).replace("<", "\\u003c"))
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = f"public, max-age={SCRIPT_AGE}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@bp.get("/embed/<token>")
@public
def frame(token: str) -> Any:
    """The frame's first page: the study, or the interview of the customer the host vouches for."""
    _, study = _study(token)
    parts = [request.args.get(name, "") for name in ("customer", "expires", "signature")]
    vouched = customers.SEPARATOR.join(parts) if parts[0] else None
    if vouched and customers.vouched_for(signer(), study.id, vouched, now()) is None:
        abort(
            403,
            description="The customer's signature is wrong or has expired: sign again with the study's embedding secret.",
        )
    return redirect(url_for("web.show", token=token, e="embed", k=vouched), 303)


def _study(token: str) -> tuple[Link, Study]:
    link = links.resolve(token, now())
    study = catalog.study(link.workspace_id, link.study_id) if link and link.interview_id is None else None
    if link is None or study is None:
        abort(404)
    return link, study
