"""The researcher's home and the way to a new questionnaire. The other pages register themselves by being imported."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField

from app.catalog import service as catalog
from app.catalog import source
from app.studio import editor as editor
from app.studio import explaining as explaining
from app.studio import importing as importing
from app.studio import mail_preview as mail_preview
from app.studio import publishing as publishing
from app.studio import source_page as source_page
from app.studio import studies as studies
from app.studio import translations as translations
from app.studio import viewing as viewing
from app.studio.blueprint import Desk, actor, free_name, may_read, may_write, workspace_id
from app.studio.blueprint import bp as bp
from app.studio.outline import question_count
from app.ui.edge import now
from app.ui.forms import choices

BLANK = """\
questionnaire: {name}
title: {{en: ""}}
languages: [en]
basis: attributable
purpose: {{en: ""}}
minutes: 2
pages:
  - name: page_1
    questions: []
"""


class NewForm(FlaskForm):
    """``base``: the name of a shipped template, "own:<id>" for a copy of one's own, "" for an empty one."""

    base = RadioField(_l("Begin with"), default="")
    name = StringField(_l("Name"))


@bp.get("/")
@may_read
def home() -> ResponseReturnValue:
    """The questionnaires and the studies."""
    desks = [Desk(entry, catalog.working(workspace_id(), entry.id)) for entry in catalog.questionnaires(workspace_id())]
    return render_template("studio/home.html", desks=desks, studies=catalog.studies(workspace_id()))


@bp.route("/questionnaires/new", methods=["GET", "POST"])
@may_write
def new() -> ResponseReturnValue:
    """Begin a questionnaire: from a shipped one, from one's own, or empty."""
    own = catalog.questionnaires(workspace_id())
    form = NewForm()
    shipped = {template.name: template.title for template in catalog.offered()}
    mine = {f"own:{entry.id}": entry.title for entry in own}
    form.base.choices = choices({"": _("An empty questionnaire")} | shipped | mine)
    if request.method == "GET":
        form.base.data = request.args.get("base", "")
        form.name.data = free_name(form.base.data)
    elif form.validate():
        name = (form.name.data or "").strip() or free_name(form.base.data)
        begun = _begun(form.base.data, name)
        lists = catalog.held_by(lambda: [begun.tree])
        made = catalog.create(workspace_id(), name, _renamed(begun, name), lists=lists, now=now(), actor=actor())
        if isinstance(made, catalog.Entry):
            flash(_("Your draft is ready. Nothing is published yet."), "success")
            return redirect(url_for("studio.questionnaire", questionnaire_id=made.id))
        form.name.errors = [" ".join((problem.text(_), problem.remedy_text(_))) for problem in made]
    templates = catalog.offered()
    page = render_template("studio/new.html", form=form, templates=templates, own=own, question_count=question_count)
    return page, 422 if form.errors else 200


def _begun(base: str, name: str) -> catalog.Definition:
    """The definition to begin with."""
    if base.startswith("own:"):
        return catalog.recheck(catalog.working(workspace_id(), base.removeprefix("own:")))
    template = catalog.template(base)
    if template is None:
        return catalog.check(BLANK.format(name=name))
    return catalog.check(template.source, lists=catalog.held_by(lambda: [template.tree]))


def _renamed(begun: catalog.Definition, name: str) -> str:
    """Its text under a new name."""
    if begun.tree is None or begun.tree.get("questionnaire") == name:
        return begun.text
    return source.write({**begun.tree, "questionnaire": name}, begun.text)
