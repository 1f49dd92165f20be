"""Pages of what a workspace keeps about its contacts."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.forms import show_problems
from app.contacts import definitions
from app.contacts.attributes import USUAL, Definition
from app.contacts.blueprint import STAFF, bp
from app.contacts.profile_forms import TYPE_NAMES, AttributeForm, shown_choices, typed_choices
from app.ui.access import role
from app.ui.edge import now


@bp.route("/attributes/", methods=["GET", "POST"])
@role(*STAFF)
def attributes() -> ResponseReturnValue:
    """What is declared; one more."""
    form = AttributeForm()
    if form.validate_on_submit() and _declare(form):
        return redirect(url_for(".attributes"))
    declared = definitions.declared(current_user.workspace_id)
    usual = [each for each in USUAL if each.name not in declared]
    page = render_template(
        "contacts/attributes.html", declared=declared.values(), usual=usual, form=form, one=None, type_names=TYPE_NAMES
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/attributes/usual")
@role(*STAFF)
def usual_attributes() -> ResponseReturnValue:
    """Declare those of the usual ones that are not there."""
    declared = definitions.declared(current_user.workspace_id)
    for each in USUAL:
        named = Definition(each.name, each.type, _(each.label), each.choices, each.personal)
        if each.name not in declared:
            for problem in definitions.declare(current_user.workspace_id, [named], current_user.id, now()):
                flash(f"{problem.text(_)} {problem.remedy_text(_)}", "danger")
    return redirect(url_for(".attributes"))


@bp.route("/attributes/<name>", methods=["GET", "POST"])
@role(*STAFF)
def attribute(name: str) -> ResponseReturnValue:
    """Change one."""
    one = definitions.declared(current_user.workspace_id).get(name) or abort(404)
    form = AttributeForm(data={"name": one.name, "label": one.label, "type": one.type, "personal": one.personal,
                               "options": shown_choices(one.choices)})  # fmt: skip
    form.name.data = one.name
    if form.validate_on_submit() and _declare(form):
        return redirect(url_for(".attributes"))
    page = render_template("contacts/attributes.html", form=form, one=one)
    return page, 422 if form.is_submitted() else 200


@bp.post("/attributes/<name>/withdraw")
@role(*STAFF)
def withdraw_attribute(name: str) -> ResponseReturnValue:
    """Declare it no longer; the values stay."""
    if not definitions.withdraw(current_user.workspace_id, name, current_user.id, now()):
        abort(404)
    flash(_("%(name)s is no longer declared. The contacts keep their values.", name=name), "success")
    return redirect(url_for(".attributes"))


def _declare(form: AttributeForm) -> bool:
    made = Definition(
        (form.name.data or "").strip(),
        form.type.data,
        (form.label.data or "").strip(),
        typed_choices(form.options.data or ""),
        bool(form.personal.data),
    )
    problems = definitions.declare(current_user.workspace_id, [made], current_user.id, now())
    show_problems(form, problems)
    if not problems:
        flash(_("Saved."), "success")
    return not problems
