"""Pages of duplicates: who may be one person, both side by side, and what of whom is kept."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from app.contacts import definitions, duplicates, merging, service
from app.contacts.attributes import shown
from app.contacts.blueprint import STAFF, bp
from app.contacts.importing import explain
from app.contacts.profile_forms import KIND_NAMES
from app.ui.access import role
from app.ui.edge import now


@bp.get("/duplicates")
@role(*STAFF)
def duplicate_contacts() -> ResponseReturnValue:
    """Pairs that may be one person, all or those of one contact."""
    one = request.args.get("contact")
    pairs = duplicates.pairs(current_user.workspace_id, one)
    return render_template("contacts/duplicates.html", pairs=pairs, reasons=duplicates.REASONS)


@bp.route("/<contact_id>/merge/<other_id>", methods=["GET", "POST"])
@role(*STAFF)
def merge(contact_id: str, other_id: str) -> ResponseReturnValue:
    """Both side by side; the first is kept, and of what differs the choice is made here."""
    home, form = current_user.workspace_id, FlaskForm()
    kept, merged = (service.contact(home, each) or abort(404) for each in (contact_id, other_id))
    if kept.id == merged.id:
        abort(404)
    if form.validate_on_submit():
        take = [
            key.removeprefix("take-")
            for key, value in request.form.items()
            if key.startswith("take-") and value == "other"
        ]
        problem = merging.merge(home, kept.id, merged.id, take, current_user.id, now())
        if problem is None:
            flash(_("The two are one contact now."), "success")
            return redirect(url_for(".show", contact_id=kept.id))
        flash(explain(problem, _), "danger")
    rows = _rows(kept, merged)
    return render_template(
        "contacts/merge.html", form=form, kept=kept, merged=merged, rows=rows
    ), 422 if form.is_submitted() else 200


def _rows(kept: service.Contact, merged: service.Contact) -> list[tuple[str, str, str, str]]:
    """(name, label, value of one, value of the other) of what differs or only one has."""
    declared = definitions.declared(kept.workspace_id)
    labels = {"name": _("Name"), "kind": _("They are a"), "language": _("Language"), "time_zone": _("Time zone")}
    kinds = {each.id: str(KIND_NAMES[each.kind]) for each in (kept, merged)}
    rows = [
        (name, labels[name], *(kinds[each.id] if name == "kind" else getattr(each, name) for each in (kept, merged)))
        for name in merging.PLAIN
    ]
    for name in sorted({**kept.attributes, **merged.attributes}):
        one = declared.get(name)
        values = [each.attributes.get(name) for each in (kept, merged)]
        texts = ["" if value is None else shown(value, one, _("yes"), _("no")) for value in values]
        rows.append((name, one.label if one else name, texts[0], texts[1]))
    return [row for row in rows if row[2] != row[3]]
