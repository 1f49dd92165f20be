"""The forms of the contacts pages."""

from collections.abc import Mapping
from functools import cache

import phonenumbers
from babel.core import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.contacts.attributes import Definition
from app.contacts.csvfile import ENCODINGS
from app.contacts.permission import CHANNELS, REASONS
from app.ui.forms import choices

CHANNEL_NAMES = {
    "email": _l("Email"),
    "sms": _l("Text message"),
    "phone": _l("Call"),
    "field": _l("Visit"),
}
CLOSED_NAMES = {
    "all": _l("Everything"),
    "email": _l("Email"),
    "phone": _l("Texts and calls"),
    "sms": _l("Texts only"),
    "call": _l("Calls only"),
}
FIELD_NAMES = {
    "": _l("Leave out"),
    "external_id": _l("Customer’s id"),
    "name": _l("Name"),
    "given_name": _l("First name"),
    "family_name": _l("Last name"),
    "email": _l("Email"),
    "phone": _l("Telephone"),
    "language": _l("Language"),
    "time_zone": _l("Time zone"),
    "kind": _l("Prospect or customer"),
    "customer_since": _l("Customer since"),
    "account": _l("Account"),
    "account_role": _l("Role in the account"),
    "id": _l("Another id"),
    "consent_email": _l("Consent to email"),
    "consent_sms": _l("Consent to text messages"),
    "consent_phone": _l("Consent to calls"),
    "consent_field": _l("Consent to visits"),
    "consent_basis": _l("Legal basis"),
    "consent_source": _l("Where consent comes from"),
    "consent_purpose": _l("Purpose of consent"),
    "attr": _l("Attribute: text"),
    "int": _l("Attribute: whole number"),
    "number": _l("Attribute: number"),
    "bool": _l("Attribute: yes or no"),
    "date": _l("Attribute: date"),
}


def regions() -> list[SelectChoice]:
    """Countries by name in the reader's language, after "none"."""
    return choices({"": _("None: every number is written with +"), **_countries(str(get_locale()))})


@cache
def _countries(language: str) -> dict[str, str]:
    names = Locale.parse(language).territories
    found = [(code, names[code]) for code in phonenumbers.SUPPORTED_REGIONS if code in names]
    return dict(sorted(found, key=lambda each: each[1]))


class UploadForm(FlaskForm):
    file = FileField(_l("CSV or Excel file"), [FileRequired(_l("Choose a file."))])
    region = SelectField(_l("Country of numbers written without +"), choices=regions)
    encoding = SelectField(
        _l("Encoding"), choices=lambda: choices({"": _("Detect it"), **{name: name.upper() for name in ENCODINGS}})
    )


class ColumnsForm(FlaskForm):
    """What each column of a file means, in the order of the columns."""

    columns = FieldList(SelectField())
    region = SelectField(_l("Country of numbers written without +"), choices=regions)

    def offer(self, declared: Mapping[str, Definition]) -> "ColumnsForm":
        """Let a column be any field, or one of the declared attributes."""
        own = {f"attr:{name}": _("Attribute: %(label)s", label=each.label) for name, each in declared.items()}
        for column in self.columns:
            column.choices = choices({**FIELD_NAMES, **own})
        return self


class SuppressForm(FlaskForm):
    what = SelectField(_l("What must stop"), choices=choices(CLOSED_NAMES))
    reason = SelectField(
        _l("Reason"), choices=lambda: choices({code: _(text) for code, text in REASONS.items() if code != "erased"})
    )
    words = StringField(_l("Note"), [Length(max=500)])


class LiftForm(FlaskForm):
    note = StringField(_l("Why may they be contacted again?"), [InputRequired(_l("Say why.")), Length(max=500)])


class ConsentForm(FlaskForm):
    channel = SelectField(_l("Channel"), choices=choices({channel: CHANNEL_NAMES[channel] for channel in CHANNELS}))
    purpose = StringField(_l("Purpose"), [Length(max=40)], default="research")
    given = SelectField(_l("The person"), choices=choices({"yes": _l("gave consent"), "no": _l("withdrew consent")}))
    source = StringField(
        _l("How do we know?"), [InputRequired(_l("Say how we know: a call, a letter…")), Length(max=200)]
    )
