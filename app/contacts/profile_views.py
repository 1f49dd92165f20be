"""Pages that change one contact: profile and attributes, addresses, other ids."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.forms import show_problems
from app.contacts import definitions, editing, service
from app.contacts.blueprint import STAFF, bp
from app.contacts.importing import explain
from app.contacts.profile_forms import PREFIX, STATUS_NAMES, EndpointForm, IdForm, ProfileForm, profile_form, words
from app.core.problems import Problem
from app.ui.access import role
from app.ui.edge import now

FIELDS = ("name", "kind", "customer_since", "language", "time_zone")


def found(contact_id: str) -> service.Contact:
    return service.contact(current_user.workspace_id, contact_id) or abort(404)


@bp.route("/<contact_id>/edit", methods=["GET", "POST"])
@role(*STAFF)
def edit(contact_id: str) -> ResponseReturnValue:
    """Change the profile; what is wrong stands beside its field."""
    contact = found(contact_id)
    declared = definitions.declared(contact.workspace_id)
    since = contact.customer_since.date().isoformat() if contact.customer_since else ""
    shown = {**{name: getattr(contact, name) for name in FIELDS}, "customer_since": since}
    form = profile_form(declared, contact.attributes, shown)
    if form.validate_on_submit():
        fields = {name: (form[name].data or "").strip() for name in FIELDS}
        typed = form["attributes"].data
        before = words(declared, contact.attributes)
        attributes = {name: typed[PREFIX + name] for name, text in before.items() if typed[PREFIX + name] != text}
        problems = editing.edit(contact.workspace_id, contact.id, fields, attributes, current_user.id, now())
        if not problems:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", contact_id=contact.id))
        _show(form, problems)
    page = render_template("contacts/edit.html", contact=contact, form=form, declared=declared)
    return page, 422 if form.is_submitted() else 200


def _show(form: ProfileForm, problems: list[Problem]) -> None:
    """Problems beside their fields, those of attributes too."""
    inner: Any = form["attributes"]
    for problem in problems:
        if PREFIX + problem.name in inner.form:
            field = inner.form[PREFIX + problem.name]
            field.errors = [*field.errors, explain(problem, _)]
        else:
            show_problems(form, [problem])


@bp.post("/<contact_id>/endpoints")
@role(*STAFF)
def add_endpoint(contact_id: str) -> ResponseReturnValue:
    """Another address or number."""
    contact, form = found(contact_id), EndpointForm()
    problem: Problem | None = None
    if form.validate_on_submit():
        address, region = form.address.data or "", form.region.data or None
        problem = editing.add_endpoint(contact.workspace_id, contact.id, address, region, current_user.id, now())
    return _back(contact, [problem] if problem else [], form)


@bp.post("/<contact_id>/endpoints/<endpoint_id>")
@role(*STAFF)
def change_endpoint(contact_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Say that an address works, does not, is tried first, or is no longer theirs."""
    contact, to = found(contact_id), request.form.get("to", "")
    if to not in STATUS_NAMES or not editing.change_endpoint(
        contact.workspace_id, contact.id, endpoint_id, to, current_user.id, now()
    ):
        abort(404)
    return _back(contact, [])


@bp.post("/<contact_id>/ids")
@role(*STAFF)
def add_id(contact_id: str) -> ResponseReturnValue:
    """Another id by which somebody knows them."""
    contact, form, problems = found(contact_id), IdForm(), list[Problem]()
    if form.validate_on_submit():
        words = (form.scheme.data or "", form.value.data or "")
        problems = editing.add_id(contact.workspace_id, contact.id, *words, current_user.id, now())
    return _back(contact, problems, form)


@bp.post("/<contact_id>/ids/remove")
@role(*STAFF)
def remove_id(contact_id: str) -> ResponseReturnValue:
    """They are no longer known by that id."""
    contact = found(contact_id)
    words = (request.form.get("scheme", ""), request.form.get("value", ""))
    editing.remove_id(contact.workspace_id, contact.id, *words, current_user.id, now())
    return _back(contact, [])


def _back(
    contact: service.Contact, problems: list[Problem], form: EndpointForm | IdForm | None = None
) -> ResponseReturnValue:
    """To the contact's page, saying what is wrong or that it is saved."""
    errors = [error for each in (form.errors.values() if form else ()) for error in each]
    for text in [*errors, *(explain(problem, _) for problem in problems)]:
        flash(text, "danger")
    if not errors and not problems:
        flash(_("Saved."), "success")
    return redirect(url_for(".show", contact_id=contact.id))
