"""Staff's pages of contacts: the list, one person, and what may be said to them."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.accounts.service import audit
from app.contacts import attribute_views as attribute_views  # the pages of these are on the same blueprint
from app.contacts import definitions, editing, groups, profiles, service
from app.contacts import group_views as group_views
from app.contacts import import_views as import_views
from app.contacts import merge_views as merge_views
from app.contacts import profile_views as profile_views
from app.contacts import segment_views as segment_views
from app.contacts import sentences as sentences  # says how what happens to a contact reads
from app.contacts.attributes import shown
from app.contacts.blueprint import STAFF as STAFF
from app.contacts.blueprint import bp as bp
from app.contacts.forms import CHANNEL_NAMES, CLOSED_NAMES, ConsentForm, LiftForm, SuppressForm
from app.contacts.permission import CHANNELS, REASONS, Allowed
from app.contacts.profile_forms import KIND_NAMES, STATUS_NAMES, EndpointForm, IdForm
from app.db import writing
from app.entries import entry
from app.events import timeline
from app.ui.access import role
from app.ui.edge import now
from app.ui.navigation import navigate_to
from app.ui.paging import asked_page

navigate_to("contacts.index", _l("Contacts"), 30)
LATELY = 10  # events beside the profile; the whole timeline is the customer's page


@bp.get("/")
@role(*STAFF)
def index() -> ResponseReturnValue:
    """Everybody, or those a search finds."""
    search = request.args.get("q", "")[:200]
    page = service.page(current_user.workspace_id, search, asked_page())
    return render_template("contacts/index.html", page=page, search=search)


@bp.get("/<contact_id>")
@role(*STAFF)
def show(contact_id: str) -> ResponseReturnValue:
    """One person: profile, permission, consent, suppressions, timeline; somebody merged is shown as who they are now."""
    kept_id = profiles.merged_into(current_user.workspace_id, contact_id)
    return redirect(url_for(".show", contact_id=kept_id)) if kept_id else _page(_found(contact_id))


@bp.post("/<contact_id>/suppress")
@role(*STAFF)
def suppress(contact_id: str) -> ResponseReturnValue:
    """Stop contacting the person, on every address."""
    contact, form, at = _found(contact_id), SuppressForm(), now()
    if not form.validate_on_submit():
        return _page(contact, suppress_form=form)
    words = {"channel": form.what.data, "reason": form.reason.data, "note": form.words.data or ""}
    with writing() as conn:
        service.suppress(contact.workspace_id, contact_id=contact.id, now=at, **words)
        audit(conn, contact.workspace_id, current_user.id, "contact.suppressed", "contact", contact.id, None, words, at)
    flash(_("Suppressed: %(what)s.", what=CLOSED_NAMES[form.what.data]), "success")
    return redirect(url_for(".show", contact_id=contact.id))


@bp.post("/<contact_id>/lift/<suppression_id>")
@role(*STAFF)
def lift(contact_id: str, suppression_id: str) -> ResponseReturnValue:
    """Lift a suppression, saying why."""
    contact, form, at = _found(contact_id), LiftForm(), now()
    was = {each.id: each for each in service.suppressions(contact.workspace_id, contact.id)}.get(suppression_id)
    if was is None:
        flash(_("That suppression is lifted already."), "info")
        return redirect(url_for(".show", contact_id=contact.id))
    if not form.validate_on_submit():
        return _page(contact, lift_form=form, lifting=suppression_id)
    with writing() as conn:
        service.lift_one(contact.workspace_id, contact.id, suppression_id, form.note.data or "", at)
        before = {"channel": was.channel, "reason": was.reason}
        after = {"note": form.note.data}
        audit(
            conn,
            contact.workspace_id,
            current_user.id,
            "contact.unsuppressed",
            "contact",
            contact.id,
            before,
            after,
            at,
        )
    flash(_("Lifted."), "success")
    return redirect(url_for(".show", contact_id=contact.id))


@bp.post("/<contact_id>/consent")
@role(*STAFF)
def consent(contact_id: str) -> ResponseReturnValue:
    """Record that the person gave or withdrew consent."""
    contact, form, at = _found(contact_id), ConsentForm(), now()
    if not form.validate_on_submit():
        return _page(contact, consent_form=form)
    words = {"channel": form.channel.data, "given": form.given.data, "source": form.source.data}
    with writing() as conn:
        home, channel, source = contact.workspace_id, form.channel.data, form.source.data or ""
        purpose = (form.purpose.data or "").strip() or "research"
        if form.given.data == "yes":
            service.give_consent(home, contact.id, channel, purpose, "consent", source, at)
        else:
            service.withdraw_consent(home, contact.id, channel, purpose, source, at)
        audit(conn, home, current_user.id, "contact.consent", "contact", contact.id, None, words, at)
    flash(_("Recorded."), "success")
    return redirect(url_for(".show", contact_id=contact.id))


def _attributes(contact: service.Contact) -> list[tuple[str, str, str]]:
    """(name, label, value as a person reads it), the declared ones first."""
    declared = definitions.declared(contact.workspace_id)
    order = [
        *(name for name in declared if name in contact.attributes),
        *sorted(contact.attributes.keys() - declared.keys()),
    ]
    labels = {name: each.label for name, each in declared.items()}
    return [
        (name, labels.get(name, name), shown(contact.attributes[name], declared.get(name), _("yes"), _("no")))
        for name in order
    ]


def _found(contact_id: str) -> service.Contact:
    return service.contact(current_user.workspace_id, contact_id) or abort(404)


def _page(
    contact: service.Contact,
    suppress_form: SuppressForm | None = None,
    lift_form: LiftForm | None = None,
    consent_form: ConsentForm | None = None,
    lifting: str = "",
) -> ResponseReturnValue:
    home = contact.workspace_id
    bad = suppress_form or lift_form or consent_form
    page = render_template(
        "contacts/contact.html",
        contact=contact,
        may={channel: service.may_contact(home, contact.id, channel) for channel in CHANNELS},
        Allowed=Allowed,
        consents=service.consents(home, contact.id)[::-1],
        suppressions=service.suppressions(home, contact.id, lifted=True)[::-1],
        history=[entry(news) for news in timeline(home, contact.id, LATELY)],
        suppress_form=suppress_form or SuppressForm(formdata=None),
        lift_form=lift_form or LiftForm(formdata=None),
        consent_form=consent_form or ConsentForm(formdata=None),
        lifting=lifting,
        attributes=_attributes(contact),
        origins=editing.origins(home, contact.id),
        ids=editing.external_ids(home, contact.id),
        groups=groups.groups_of(home, contact.id),
        group_kinds=groups.KINDS,
        kind_names=KIND_NAMES,
        status_names=STATUS_NAMES,
        endpoint_form=EndpointForm(formdata=None),
        id_form=IdForm(formdata=None),
        channel_names=CHANNEL_NAMES,
        closed_names=CLOSED_NAMES,
        reasons=REASONS,
    )
    return page, 422 if bad else 200
