"""Results of studies: the list, one study, its export."""

from collections.abc import Iterator
from contextvars import copy_context
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import engine
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.core.problems import N_
from app.db import writing
from app.delivery.reasons import explain
from app.delivery.views import STATE_NAMES
from app.insights import interview_view as interview_view  # its pages are on the same blueprint
from app.insights import words
from app.insights.archive import zipped
from app.insights.blueprint import bp as bp
from app.insights.blueprint import known_study, label, may_read
from app.insights.bundle import bundle
from app.insights.dispositions import NAMES
from app.insights.exports import EXPORTS
from app.insights.listing import open_answers, people
from app.insights.rates import eligible_share, group, outcomes
from app.insights.results import Filter, is_open, latest_score, results
from app.insights.small_cells import LEAST
from app.interviews.scan import count
from app.ui.access import role
from app.ui.edge import now
from app.ui.paging import asked_page

EXPORTERS = ("researcher", "manager", "admin")


@bp.get("")
@may_read
def index() -> ResponseReturnValue:
    """Every study that was opened, with its newest score."""
    home = current_user.workspace_id
    studies = [study for study in catalog.studies(home) if study.version_id and not study.practice]
    rows = [(study, count(home, study.id), latest_score(study)) for study in studies]
    return render_template("insights/index.html", rows=rows, words=words)


@bp.get("/<study_id>")
@may_read
def study(study_id: str) -> ResponseReturnValue:
    """The results of one study."""
    found = known_study(study_id)
    wanted, typed, problem = _filter(found)
    made = results(found, wanted)
    rates = made.rates
    return render_template(
        "insights/study.html", study=found, results=made, typed=typed, problem=problem, words=words, names=NAMES,
        group=group, is_open=is_open, rates=rates, e=eligible_share(outcomes(made.dispositions.elements())),
        states=STATE_NAMES, explain=lambda code: explain(code, _), label=label,
        exporter=bool(set(EXPORTERS) & set(current_user.roles)),
    ), 422 if problem else 200  # fmt: skip


def _filter(study: Study) -> tuple[Filter, dict[str, str], str]:
    """What the address asks for, as typed, and what is wrong with it. An anonymous study has no filters: two
    neighbouring periods would tell one person's answers."""
    typed = {name: request.args.get(name, "").strip() for name in ("since", "until", "mode")}
    if study.basis == "anonymous":
        return Filter(), dict.fromkeys(typed, ""), ""
    mode = typed["mode"] if typed["mode"] in engine.CHANNELS else ""
    try:
        since, until = (date.fromisoformat(typed[name]) if typed[name] else None for name in ("since", "until"))
    except ValueError:
        return Filter(mode=mode), typed, N_("Write dates as 2026-12-31.")
    zone = ZoneInfo(accounts.workspace(study.workspace_id).time_zone)
    begin = _midnight(since, zone) if since else None
    end = _midnight(until + timedelta(days=1), zone) if until and until < date.max else None
    return Filter(begin, end, mode), typed, ""


def _midnight(day: date, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone).astimezone(UTC) if day.year > 1 else None


@bp.get("/<study_id>/answers/<name>")
@may_read
def answers(study_id: str, name: str) -> ResponseReturnValue:
    """What people wrote, as they wrote it."""
    found = known_study(study_id)
    search = request.args.get("q", "").strip()[:200]
    question = results_question(found, name)
    if question is None:
        return redirect(url_for(".study", study_id=found.id))
    page, told = open_answers(found, name, search, asked_page())
    return render_template(
        "insights/answers.html",
        study=found,
        question=question,
        page=page,
        search=search,
        words=words,
        label=label,
        few=found.basis == "anonymous" and told < LEAST,
    )


def results_question(study: Study, name: str) -> engine.Question | None:
    """An open question of any version of the study."""
    for version_id in bundle(study).versions:
        question = catalog.questionnaire(version_id).questions.get(name)
        if question is not None and is_open(question):
            return question
    return None


@bp.get("/<study_id>/people")
@may_read
def everybody(study_id: str) -> ResponseReturnValue:
    """Who was asked, and what became of it."""
    found = known_study(study_id)
    disposition = request.args.get("disposition", "")
    disposition = disposition if disposition in NAMES else ""
    page = people(found, disposition, asked_page())
    return render_template(
        "insights/people.html", study=found, page=page, disposition=disposition, names=NAMES, words=words,
        contacts=interview_view.who(found, [case.row.contact_id for case in page.items]),
        states=STATE_NAMES, explain=lambda code: explain(code, _),
    )  # fmt: skip


@bp.post("/<study_id>/export")
@role(*EXPORTERS)
def export(study_id: str) -> ResponseReturnValue:
    """A ZIP of the data and its codebook, made while it is sent. It is a POST because it is written down who took them."""
    found, at = known_study(study_id), now()
    format_ = request.form.get("format", "csv")
    chosen = EXPORTS[format_ if format_ in EXPORTS else "csv"]
    with writing() as conn:
        after = {"format": chosen.name}
        accounts.audit(conn, found.workspace_id, current_user.id, "study.exported", "study", found.id, None, after, at)
    files = chosen.files(bundle(found), bool(request.form.get("bom")), lambda n: None)
    response = Response(_streamed(zipped(files, at)), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}-{at:%Y%m%d}.zip"'
    return response


def _streamed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, each made in the context of this request, whichever thread of the server asks for it."""
    context = copy_context()
    return iter(lambda: context.run(next, pieces, b""), b"")
