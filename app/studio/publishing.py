"""From the draft to interviews: try it, see what changes, publish, take it back."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import engine, proofs
from app.catalog import service as catalog
from app.db import writing
from app.files import service as files
from app.interviews import links, trials
from app.interviews import service as interviews
from app.studio.blueprint import (
    Desk,
    actor,
    bp,
    desk_of,
    flash_problems,
    may_read,
    may_write,
    place_of,
    problems_by_place,
    workspace_id,
)
from app.studio.difference import changes
from app.studio.outline import question_count
from app.ui.edge import now

TEST_DAYS = timedelta(days=7)
CHANNEL_NAMES = {"web": _l("Web"), "sms": _l("Text message"), "phone": _l("Phone"), "field": _l("Face to face")}
LEVELS = {
    "full": (_l("in full"), "success"),
    "degraded": (_l("with less"), "warning"),
    "link": (_l("by a link"), "info"),
    "none": (_l("not at all"), "danger"),
}
"""What a channel can do with a question, and the colour of its badge."""


@bp.get("/questionnaires/<questionnaire_id>/publish")
@may_read
def review(questionnaire_id: str) -> ResponseReturnValue:
    """What publishing would change, and what stands in the way."""
    desk = desk_of(questionnaire_id)
    known = catalog.versions(workspace_id(), questionnaire_id)
    is_draft = desk.working.status == "draft"
    problems = catalog.check_publishable(workspace_id(), desk.working) if is_draft else []
    channels = declared_channels(desk)
    found = catalog.findings(desk.definition, channels)
    q = desk.definition.questionnaire
    return render_template(
        "studio/publish.html",
        desk=desk,
        versions=known,
        problems=problems_by_place(desk.tree, problems),
        changes=changes(known[0].tree if known else None, desk.tree) if is_draft and desk.editable else [],
        question_count=question_count(desk.tree) if desk.editable else 0,
        is_draft=is_draft,
        warnings=[(place_of(desk.tree, each), each) for each in found if each.severity == "warning"],
        notes=[(place_of(desk.tree, each), each) for each in found if each.severity == "note"],
        missing=sorted(name for name in (engine.files_of(q) if q else ()) if files.named(workspace_id(), name) is None),
        support=proofs.compatibility(q, channels or engine.CHANNELS) if q else {},
        channels=[str(CHANNEL_NAMES[channel]) for channel in channels or engine.CHANNELS],
        levels=LEVELS,
        total=len(desk.problems),
    )


def declared_channels(desk: Desk) -> tuple[str, ...]:
    """The channels of the questionnaire's studies; () as long as there are none. A mail leads to the web page."""
    wanted = {"web" if name == "email" else name for study in desk.studies for name in study.channels}
    return tuple(channel for channel in engine.CHANNELS if channel in wanted)


@bp.post("/questionnaires/<questionnaire_id>/publish")
@may_write
def publish(questionnaire_id: str) -> ResponseReturnValue:
    """Publish what was shown; open studies go on with it."""
    desk_of(questionnaire_id)
    done = catalog.publish(
        workspace_id(), questionnaire_id, now=now(), actor=actor(), stamp=request.form.get("stamp", "")
    )
    if isinstance(done, list):
        flash_problems(done)
    else:
        flash(_("Version %(number)s is published.", number=done.number), "success")
    return redirect(url_for("studio.review", questionnaire_id=questionnaire_id))


@bp.post("/questionnaires/<questionnaire_id>/unpublish")
@may_write
def unpublish(questionnaire_id: str) -> ResponseReturnValue:
    """No study can be opened with it until it is published again."""
    desk_of(questionnaire_id)
    problems = catalog.unpublish(workspace_id(), questionnaire_id, now=now(), actor=actor())
    flash_problems(problems)
    if not problems:
        flash(_("It is no longer published. Answers given so far are kept."), "success")
    return redirect(url_for("studio.review", questionnaire_id=questionnaire_id))


@bp.post("/questionnaires/<questionnaire_id>/discard")
@may_write
def discard(questionnaire_id: str) -> ResponseReturnValue:
    """Throw the draft away and go back to what is published."""
    desk_of(questionnaire_id)
    if catalog.discard(workspace_id(), questionnaire_id, now=now(), actor=actor()):
        flash(_("The draft is gone; this is the published version."), "success")
    return redirect(url_for("studio.questionnaire", questionnaire_id=questionnaire_id))


@bp.post("/questionnaires/<questionnaire_id>/delete")
@may_write
def delete(questionnaire_id: str) -> ResponseReturnValue:
    """Delete a questionnaire that was never published, with its test interviews."""
    desk = desk_of(questionnaire_id)
    with writing():
        problems = catalog.check_deletable(workspace_id(), questionnaire_id)
        tried = catalog.trial_of(workspace_id(), questionnaire_id)
        if tried and not problems:
            trials.forget(workspace_id(), tried.id)
        problems = problems or catalog.delete_questionnaire(workspace_id(), questionnaire_id, now=now(), actor=actor())
    if problems:
        flash_problems(problems)
        return redirect(url_for("studio.review", questionnaire_id=questionnaire_id))
    flash(_("%(title)s is deleted.", title=desk.entry.title), "success")
    return redirect(url_for("studio.home"))


@bp.post("/questionnaires/<questionnaire_id>/try")
@may_write
def try_out(questionnaire_id: str) -> ResponseReturnValue:
    """A test interview of the draft as it stands; its answers count nowhere."""
    desk = desk_of(questionnaire_id)
    study = catalog.trial(workspace_id(), questionnaire_id, now=now(), actor=actor())
    if isinstance(study, list):
        flash(_("Mend the problems first, then try it out."), "danger")
        flash_problems(study[:3])
        return redirect(url_for("studio.questionnaire", questionnaire_id=questionnaire_id))
    link = trial_link(study, request.form.get("language") or None)
    return render_template("studio/try.html", desk=desk, study=study, link=link, total=0)


def trial_link(study: catalog.Study, language: str | None = None) -> str:
    """The address of a fresh interview marked as a test."""
    with writing():
        interview, _made = interviews.create(study.workspace_id, study, now=now(), is_test=True, language=language)
        token = links.mint(
            study.workspace_id,
            study.id,
            purpose="test",
            now=now(),
            expires_at=now() + TEST_DAYS,
            interview_id=interview.id,
            is_test=True,
        )
    return links.url(token)
