"""The pages of a study: its settings, its links, opening and closing."""

from datetime import timedelta

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.interviews import links, targets
from app.studio.blueprint import (
    actor,
    bp,
    flash_problems,
    is_researcher,
    may_read,
    may_write,
    remedy,
    say,
    workspace_id,
)
from app.studio.publishing import trial_link
from app.studio.study_form import CHANNEL_LABELS, StudySettings, attach, settings_of, study_form
from app.studio.texting_form import Cost, costs
from app.ui.edge import now, signer

LINK_LIFE = timedelta(days=3650)
"""Of a link on a poster or in a site: the study says when it takes interviews, and its dates may move."""


@bp.route("/studies/new", methods=["GET", "POST"])
@may_write
def new_study() -> ResponseReturnValue:
    """Prepare a study with one of the questionnaires."""
    entry = catalog.entry(workspace_id(), request.args.get("questionnaire", ""))
    if entry is None:
        return render_template("studio/choose.html", questionnaires=catalog.questionnaires(workspace_id()))
    form, zone = _form(entry.id, None)
    if request.method == "GET":
        _suggest(form, entry)
    elif form.validate():
        name = (form.name.data or "").strip()
        settings = settings_of(form, zone)
        made = catalog.create_study(
            workspace_id(), name, questionnaire=entry.name, now=now(), actor=actor(), **settings
        )
        if isinstance(made, catalog.Study):
            flash(_("The study is ready. It is not open yet."), "success")
            return redirect(url_for("studio.study", study_id=made.id))
        attach(form, made, _)
    failed = request.method == "POST"
    return render_template(
        "studio/study_form.html", form=form, entry=entry, study=None, zone=zone
    ), 422 if failed else 200


@bp.get("/studies/<study_id>")
@may_read
def study(study_id: str) -> ResponseReturnValue:
    """One study."""
    return _page(_study(study_id))


@bp.route("/studies/<study_id>/settings", methods=["GET", "POST"])
@may_write
def study_settings(study_id: str) -> ResponseReturnValue:
    """Change its settings."""
    found = _study(study_id)
    form, zone = _form(found.questionnaire_id, found)
    if form.validate_on_submit():
        done = catalog.change_study(workspace_id(), study_id, settings_of(form, zone), now=now(), actor=actor())
        if isinstance(done, catalog.Study):
            flash(_("Saved."), "success")
            return redirect(url_for("studio.study", study_id=study_id))
        attach(form, done, _)
    entry = catalog.entry(workspace_id(), found.questionnaire_id)
    status = 422 if request.method == "POST" else 200
    return render_template("studio/study_form.html", form=form, entry=entry, study=found, zone=zone), status


@bp.post("/studies/<study_id>/open")
@may_write
def open_study(study_id: str) -> ResponseReturnValue:
    """Let interviews begin."""
    found = _study(study_id)
    done = catalog.open_study(workspace_id(), found.name, now=now(), actor=actor())
    if isinstance(done, list):
        flash_problems(done)
    else:
        flash(_("The study is open."), "success")
    return redirect(url_for("studio.study", study_id=study_id))


@bp.post("/studies/<study_id>/close")
@may_write
def close_study(study_id: str) -> ResponseReturnValue:
    """Let no more interviews begin."""
    _study(study_id)
    catalog.close_study(workspace_id(), study_id, now(), actor())
    flash(_("The study is closed."), "success")
    return redirect(url_for("studio.study", study_id=study_id))


@bp.post("/studies/<study_id>/link")
@may_write
def make_link(study_id: str) -> ResponseReturnValue:
    """A new link: for anybody (public), for other sites (embed), or one test interview. It is shown this once."""
    found, purpose = _study(study_id), request.form.get("purpose", "")
    if purpose not in ("public", "embed", "test") or found.version_id is None:
        abort(400)
    if purpose == "test":
        return _page(found, purpose, trial_link(found))
    token = links.mint(workspace_id(), found.id, purpose=purpose, now=now(), expires_at=now() + LINK_LIFE)
    return _page(found, purpose, links.url(token) if purpose == "public" else token)


@bp.post("/studies/<study_id>/targets")
@may_write
def change_targets(study_id: str) -> ResponseReturnValue:
    """How many are wanted of each cell from now on; a field is called `quota/cell`."""
    found, changed = _study(study_id), 0
    for quota in targets.standing(found, now()):
        for cell in quota.cells:
            typed = request.form.get(f"{quota.name}/{cell.name}", str(cell.target)).strip()
            wanted = int(typed) if typed.isdecimal() and len(typed) < 12 else -1
            problem = targets.set_target(found, quota.name, cell.name, wanted, now=now(), actor=actor())
            if problem:
                flash(f"{quota.name}, {cell.name}: {say(problem)} {remedy(problem)}", "danger")
            changed += not problem and wanted != cell.target
    if changed:
        flash(_("The targets are changed. Who is under way keeps their place."), "success")
    return redirect(url_for("studio.study", study_id=study_id))


def _page(found: catalog.Study, made: str = "", link: str = "") -> str:
    version = catalog.version(workspace_id(), found.version_id) if found.version_id else None
    return render_template(
        "studio/study.html",
        study=found,
        entry=catalog.entry(workspace_id(), found.questionnaire_id),
        version=version,
        newest=catalog.newest_published(workspace_id(), found.questionnaire_id),
        channels=CHANNEL_LABELS,
        made=made,
        link=link,
        public_url=current_app.config["PUBLIC_URL"],
        secret=links.embed_secret(signer(), found.id) if made == "embed" and is_researcher() else "",
        panel_key=links.panel_secret(signer(), found.id) if found.panel and is_researcher() else "",
        quotas=targets.standing(found, now()),
        costs=_costs(found),
        now=now(),
    )


def _costs(found: catalog.Study) -> list[Cost]:
    """What its text messages take at worst, where it sends any and can be answered."""
    if "sms" not in found.channels or found.version_id is None:
        return []
    return costs(catalog.questionnaire(found.version_id), found.texting)


def _study(study_id: str) -> catalog.Study:
    found = catalog.study(workspace_id(), study_id)
    if found is None or found.trial:
        abort(404)
    return found


def _form(questionnaire_id: str, found: catalog.Study | None) -> tuple[StudySettings, str]:
    tree = catalog.working(workspace_id(), questionnaire_id).tree
    zone = accounts.workspace(workspace_id()).time_zone
    return study_form(tree, catalog.languages(tree), found, zone), zone


def _suggest(form: StudySettings, entry: catalog.Entry) -> None:
    """What most studies with this questionnaire would say."""
    workspace = accounts.workspace(workspace_id())
    tree = catalog.working(workspace_id(), entry.id).tree or {}
    taken = {found.name for found in catalog.studies(workspace_id())}
    names = (entry.name if number == 1 else f"{entry.name}-{number}" for number in range(1, 10_000))
    form.name.data = next(name for name in names if name not in taken)
    form.title.data, form.basis.data = entry.title, tree.get("basis", "")
    form.organisation.data, form.contact_line.data = workspace.organisation, workspace.contact_line
    form.partial.data = list((tree.get("partial") or {}).get("answered") or ())
