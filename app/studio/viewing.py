"""The whole draft as respondents and interviewers will see it, on every channel side by side."""

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import service as accounts
from app.studio.blueprint import Desk, bp, desk_of, may_read
from app.studio.preview import Frame, invitation, whole_preview

AT_ONCE = 25
"""Pages of a questionnaire that are shown together."""


@bp.get("/questionnaires/<questionnaire_id>/preview")
@may_read
def preview(questionnaire_id: str) -> ResponseReturnValue:
    """Web, mail, SMS and phone, in one language."""
    desk = desk_of(questionnaire_id)
    language, frame = asked_language(desk), frame_of(desk)
    begin = max(request.args.get("begin", 0, int), 0)
    pages, count = whole_preview(desk.tree, language, frame, begin, AT_ONCE) if desk.editable else ([], 0)
    message = invitation(desk.tree, language, frame) if pages and not begin else None
    return render_template(
        "studio/preview.html",
        desk=desk,
        language=language,
        pages=pages,
        message=message,
        total=len(desk.problems),
        begin=begin,
        starts=range(0, count, AT_ONCE),
        count=count,
        at_once=AT_ONCE,
    )


@bp.get("/questionnaires/<questionnaire_id>/preview/mail")
@may_read
def preview_mail(questionnaire_id: str) -> ResponseReturnValue:
    """The invitation's HTML."""
    desk = desk_of(questionnaire_id)
    message = invitation(desk.tree, asked_language(desk), frame_of(desk)) if desk.editable else None
    if message is None:
        abort(404)
    return mail_frame(message[1])


def mail_frame(html: str) -> Response:
    """A mail's HTML, for a frame of ours: it has its styles inline, which no other page may, loads nothing and runs nothing."""
    response = make_response(html)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-same-origin"
    )
    return response


def asked_language(desk: Desk) -> str:
    wanted = request.values.get("language", "")
    return wanted if wanted in desk.languages else desk.languages[0]


def frame_of(desk: Desk) -> Frame:
    """Who asks, as the workspace says."""
    workspace = accounts.workspace(desk.entry.workspace_id)
    return Frame(workspace.organisation, workspace.contact_line)
