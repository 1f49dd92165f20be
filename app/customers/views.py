"""The customer's page, and what is done from it: invite, put on the call list."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import profiles
from app.contacts import service as contacts
from app.contacts.blueprint import STAFF
from app.contacts.forms import CHANNEL_NAMES
from app.contacts.permission import Allowed
from app.contacts.profile_forms import KIND_NAMES
from app.contacts.service import Contact
from app.customers import lines
from app.customers.forms import CallForm, FilterForm, InviteForm
from app.customers.summary import Summary, summary
from app.delivery.invitations import invite as invite_by
from app.delivery.reasons import explain
from app.entries import GROUPS, reading
from app.fieldwork import service as fieldwork
from app.timeline import cursor
from app.ui.access import role
from app.ui.edge import now
from app.ui.forms import choices

bp = Blueprint("customers", __name__, url_prefix="/customers")


@bp.get("/<contact_id>")
@role(*STAFF, "interviewer")
def show(contact_id: str) -> ResponseReturnValue:
    """Everything about one person; somebody merged is shown as who they are now."""
    kept_id = profiles.merged_into(current_user.workspace_id, contact_id)
    if kept_id:
        return redirect(url_for(".show", contact_id=kept_id))
    contact, at, office = _found(contact_id), now(), _office()
    if not office and not fieldwork.at_hand(contact.workspace_id, contact.id, current_user.id, at):
        abort(403)
    about = summary(contact, at, office)
    studies = {study.id: study for study in catalog.studies(contact.workspace_id)}
    there = _there(about)
    names = {key: f"{_(name)} ({there[key]})" if key in there else _(name) for key, name in GROUPS.items()}
    form = FilterForm(request.args).offer(names, about.totals.products, studies)
    wanted, after = form.wanted(), cursor(request.args.get("after", ""))
    found, place = lines.page(lines.whose(contact, at), wanted, form.words, after, office)
    on, call_on = _open_studies(studies.values(), at, "email", "sms"), _open_studies(studies.values(), at, "phone")
    return render_template(
        "customers/show.html", contact=contact, about=about, form=form, lines=found, place=place, after=after, office=office,
        asked={name: values for name, values in request.args.to_dict(flat=False).items() if name in form},
        groups=GROUPS, channel_names=CHANNEL_NAMES, kind_names=KIND_NAMES, Allowed=Allowed, local=_local,
        invite=_offer(InviteForm(formdata=None), on), call=_offer(CallForm(formdata=None), call_on),
    )  # fmt: skip


def _there(about: Summary) -> dict[str, int]:
    """How many of their own events each group has."""
    counts: dict[str, int] = {}
    for kind, n in about.totals.kinds.items():
        group = reading(kind).group
        counts[group] = counts.get(group, 0) + n
    return counts


def _office() -> bool:
    """Whether the reader may know what people answer and what is earned by them: an interviewer asks without knowing."""
    return bool(set(STAFF) & set(current_user.roles))


def _found(contact_id: str) -> Contact:
    return contacts.contact(current_user.workspace_id, contact_id) or abort(404)


def _local(at: datetime) -> str:
    """A local time: its day and hour."""
    return format_datetime(at, "EEE HH:mm", locale=get_locale())


# --- what may be done -----------------------------------------------------------------------------


@bp.post("/<contact_id>/invite")
@role(*STAFF)
def invite(contact_id: str) -> ResponseReturnValue:
    """Invite them to a study by mail or text."""
    contact, at = _found(contact_id), now()
    form = _offer(InviteForm(), _open_studies(catalog.studies(contact.workspace_id), at, "email", "sms"))
    study = catalog.study(contact.workspace_id, form.study.data or "") if form.validate_on_submit() else None
    if study is None:
        return _refuse(contact)
    done = invite_by(contact.workspace_id, study, [contact.id], form.channel.data, at, actor=current_user.id)
    if isinstance(done, list):
        flash(" ".join(f"{each.text(_)} {each.remedy_text(_)}" for each in done), "danger")
    elif done.queued:
        flash(_("The invitation is on its way."), "success")
    elif done.instead:
        flash(_("They have no number that works: the invitation goes by mail."), "info")
    elif done.already:
        flash(_("They were invited to this before."), "info")
    for reason in [] if isinstance(done, list) or done.instead else done.blocked:
        flash(_("Not sent: %(reason)s", reason=explain(reason, _)), "danger")
    return redirect(url_for(".show", contact_id=contact.id))


@bp.post("/<contact_id>/call")
@role(*STAFF)
def call(contact_id: str) -> ResponseReturnValue:
    """Put them on the call list of a study."""
    contact, at = _found(contact_id), now()
    form = _offer(CallForm(), _open_studies(catalog.studies(contact.workspace_id), at, "phone"))
    study = catalog.study(contact.workspace_id, form.study.data or "") if form.validate_on_submit() else None
    if study is None:
        return _refuse(contact)
    added = fieldwork.add_cases(contact.workspace_id, study, "phone", [contact], at)
    if added.blocked:
        flash(_("They may not be called: the case is blocked."), "danger")
    elif added.new:
        flash(_("They are on the call list."), "success")
    else:
        flash(_("They are on this call list already."), "info")
    return redirect(url_for(".show", contact_id=contact.id))


def _refuse(contact: Contact) -> ResponseReturnValue:
    flash(_("Choose a study that is open."), "danger")
    return redirect(url_for(".show", contact_id=contact.id))


def _open_studies(studies: Iterable[Study], at: datetime, *channels: str) -> dict[str, str]:
    """Studies that can ask somebody by name now on one of the channels: id -> title."""
    return {
        study.id: study.title
        for study in studies
        if study.accepts(at)
        and study.basis != "anonymous"
        and not study.practice
        and set(channels) & set(study.channels)
    }


def _offer(form: Any, studies: dict[str, str]) -> Any:
    """The form with these studies to choose from."""
    form.study.choices = choices(studies)
    return form
