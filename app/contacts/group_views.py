"""Pages of accounts and households."""

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts import service as accounts
from app.accounts.forms import show_problems
from app.contacts import groups, service
from app.contacts.blueprint import STAFF, bp
from app.contacts.profile_forms import GroupForm, MemberForm
from app.ui.access import role
from app.ui.edge import now
from app.ui.paging import asked_page

SOURCE = "staff"


@bp.route("/accounts/", methods=["GET", "POST"])
@role(*STAFF)
def accounts_index() -> ResponseReturnValue:
    """Accounts and households, those a search finds; one more."""
    home, search = current_user.workspace_id, request.args.get("q", "")[:200]
    form, people = _form(GroupForm())
    if form.validate_on_submit():
        made = groups.make(
            home, form.kind.data, form.name.data or "", form.owner_id.data or None, current_user.id, now()
        )
        if isinstance(made, groups.Group):
            return redirect(url_for(".account", group_id=made.id))
        show_problems(form, made)
    page = groups.page(home, search, asked_page())
    html = render_template(
        "contacts/accounts.html", page=page, search=search, form=form, people=people, kinds=groups.KINDS
    )
    return html, 422 if form.is_submitted() else 200


@bp.route("/accounts/<group_id>", methods=["GET", "POST"])
@role(*STAFF)
def account(group_id: str) -> ResponseReturnValue:
    """One group: who looks after it, who belongs to it."""
    group = _found(group_id)
    form, people = _form(GroupForm(data={"name": group.name, "owner_id": group.owner_id or "", "kind": group.kind}))
    form.kind.data = group.kind
    if form.validate_on_submit():
        changed = replace(group, name=" ".join((form.name.data or "").split()), owner_id=form.owner_id.data or None)
        problems = groups.change(changed, current_user.id, now())
        if not problems:
            flash(_("Saved."), "success")
            return redirect(url_for(".account", group_id=group_id))
        show_problems(form, problems)
    return _page(group, form, MemberForm(formdata=None), people), 422 if form.is_submitted() else 200


@bp.post("/accounts/<group_id>/members")
@role(*STAFF)
def join_account(group_id: str) -> ResponseReturnValue:
    """Put a contact in, or change their role."""
    group, form = _found(group_id), MemberForm()
    if form.validate_on_submit():
        who = (form.who.data or "").strip()
        matches = service.known_as(group.workspace_id, who)
        if len(matches) == 1:
            groups.join(group.workspace_id, group.id, matches[0].id, form.role.data or "", SOURCE, now())
            return redirect(url_for(".account", group_id=group_id))
        none, several = _("No contact is known as “%(who)s”."), _("Several contacts are known as “%(who)s”.")
        form.who.errors = [(several if matches else none) % {"who": who}]
    settings, people = _form(GroupForm(formdata=None, data={"name": group.name, "owner_id": group.owner_id or ""}))
    return _page(group, settings, form, people), 422


@bp.post("/accounts/<group_id>/members/<contact_id>")
@role(*STAFF)
def leave_account(group_id: str, contact_id: str) -> ResponseReturnValue:
    """Take a contact out."""
    group = _found(group_id)
    groups.leave(group.workspace_id, group.id, contact_id, SOURCE, now())
    return redirect(url_for(".account", group_id=group_id))


def _form(form: GroupForm) -> tuple[GroupForm, dict[str, str]]:
    """With the staff of the workspace to choose from; and their names by id."""
    people = accounts.people(current_user.workspace_id)
    return form.offer(people), {each.id: each.name for each in people}


def _found(group_id: str) -> groups.Group:
    return groups.group(current_user.workspace_id, group_id) or abort(404)


def _page(group: groups.Group, form: GroupForm, member_form: MemberForm, people: dict[str, str]) -> str:
    members = groups.members(group.workspace_id, group.id)
    names = service.named(group.workspace_id, [each.contact_id for each in members])
    shown = [(each, names[each.contact_id]) for each in members if each.contact_id in names]
    return render_template(
        "contacts/account.html",
        group=group,
        form=form,
        member_form=member_form,
        members=shown,
        people=people,
        kinds=groups.KINDS,
    )
