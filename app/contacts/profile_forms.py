"""The forms of a contact's profile, of attributes, of accounts and of a merge."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.contacts import groups
from app.contacts.attributes import Definition, shown
from app.contacts.forms import regions
from app.ui.forms import choices

KIND_NAMES = {"customer": _l("Customer"), "prospect": _l("Prospect")}
TYPE_NAMES = {
    "text": _l("Text"),
    "number": _l("Number"),
    "boolean": _l("Yes or no"),
    "date": _l("Date"),
    "choice": _l("One of several"),
    "tags": _l("Several words or choices"),
    "location": _l("Place on the map"),
}
HINTS = {
    "date": _l("For example 2026-03-29."),
    "tags": _l("With commas between them."),
    "location": _l("Latitude and longitude, for example 52.23, 21.01."),
}
STATUS_NAMES = {
    "first": _l("try this one first"),
    "good": _l("works"),
    "failed": _l("does not exist"),
    "landline": _l("takes no texts"),
    "former": _l("no longer theirs"),
}


class ProfileForm(FlaskForm):
    name = StringField(_l("Name"), [Length(max=200)])
    kind = SelectField(_l("They are a"), choices=choices(KIND_NAMES))
    customer_since = StringField(_l("Customer since"))
    language = StringField(_l("Language"), [Length(max=10)])
    time_zone = StringField(_l("Time zone"), [Length(max=64)])


PREFIX = "a_"  # before an attribute's name, which might be one of a form's own words


def words(declared: Mapping[str, Definition], attributes: Mapping[str, Any]) -> dict[str, str]:
    """What the fields of the attributes hold at first: of those declared, and of others that the person has."""
    names = [*declared, *sorted(attributes.keys() - declared.keys())]
    return {name: _typed(attributes.get(name)) for name in names}


def profile_form(
    declared: Mapping[str, Definition], attributes: Mapping[str, Any], values: Mapping[str, Any]
) -> ProfileForm:
    """The profile's form, with a field for each declared attribute and for each other that the person has."""
    at_first = words(declared, attributes)
    rows = {PREFIX + name: _attribute_field(declared.get(name, Definition(name, "text", name))) for name in at_first}
    inner = FormField(type("AttributesForm", (Form,), rows))
    form = type("FullProfileForm", (ProfileForm,), {"attributes": inner})
    made: ProfileForm = form(data={**values, "attributes": {PREFIX + name: text for name, text in at_first.items()}})
    return made


def _typed(value: Any) -> str:
    """A value as its field holds it: a choice by its code."""
    return "" if value is None else shown(value, None)


def _attribute_field(one: Definition) -> Field:
    if one.type == "boolean":
        return SelectField(one.label, choices=lambda: choices({"": "–", "yes": _("yes"), "no": _("no")}))
    if one.type == "choice":
        return SelectField(one.label, choices=lambda: choices({"": "–", **one.choices}))
    return StringField(one.label, description=HINTS.get(one.type, ""))


class EndpointForm(FlaskForm):
    address = StringField(_l("Email address or telephone number"), [InputRequired(_l("Write the address or number."))])
    region = SelectField(_l("Country of numbers written without +"), choices=regions)


class IdForm(FlaskForm):
    scheme = StringField(
        _l("Whose id"), [InputRequired(_l("Say whose id it is, such as rfid or loyalty.")), Length(max=40)]
    )
    value = StringField(_l("Id"), [InputRequired(_l("Write the id.")), Length(max=200)])


class AttributeForm(FlaskForm):
    name = StringField(_l("Name in files and conditions"), [InputRequired(_l("Give it a name.")), Length(max=60)])
    label = StringField(_l("Label"), [InputRequired(_l("Say what colleagues read.")), Length(max=200)])
    type = SelectField(_l("Type"), choices=choices(TYPE_NAMES))
    options = TextAreaField(_l("Choices"))
    personal = BooleanField(_l("Personal data"), default=True)


def typed_choices(text: str) -> dict[str, str]:
    """Lines `code: label`, or the code alone."""
    pairs = (line.partition(":") for line in text.splitlines() if line.strip())
    return {code.strip(): label.strip() or code.strip() for code, _colon, label in pairs}


def shown_choices(given: Mapping[str, str]) -> str:
    return "\n".join(f"{code}: {label}" for code, label in given.items())


class GroupForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(_l("Give it a name.")), Length(max=groups.LONGEST_NAME)])
    kind = SelectField(_l("Kind"), choices=lambda: choices({kind: _(text) for kind, text in groups.KINDS.items()}))
    owner_id = SelectField(_l("Looked after by"), validate_choice=False)

    def offer(self, people: Sequence[Any]) -> "GroupForm":
        """Let the owner be one of these."""
        self.owner_id.choices = choices({"": _("Nobody"), **{each.id: each.name for each in people}})
        return self


class MemberForm(FlaskForm):
    who = StringField(_l("Contact"), [InputRequired(_l("Say who: a customer’s id, an address or a number."))])
    role = StringField(_l("Role"), [Length(max=groups.LONGEST_ROLE)])
