"""The forms of the accounts pages. Rules live in the verbs; a form says what is missing and keeps what was typed."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Length, Optional

from app.accounts.keys import SCOPES
from app.core.problems import Problem
from app.ui.forms import CheckboxesField, choices
from app.ui.languages import LANGUAGES

ROLE_NAMES = {
    "researcher": _l("Researcher"),
    "interviewer": _l("Interviewer"),
    "supervisor": _l("Supervisor"),
    "manager": _l("Manager"),
    "admin": _l("Administrator"),
}
ROLE_HINTS = {
    "researcher": _l("Designs questionnaires, opens studies, reads results"),
    "interviewer": _l("Interviews on the phone and face to face"),
    "supervisor": _l("Assigns work to interviewers and checks it"),
    "manager": _l("Reads results and follows up with customers"),
    "admin": _l("Manages people, API keys and the workspace"),
}


def needed(message: Any) -> list[Any]:
    return [DataRequired(message=message)]


class SignInForm(FlaskForm):
    email = EmailField(_l("E-mail address"), needed(_l("Enter your e-mail address.")))
    password = PasswordField(_l("Password"), needed(_l("Enter your password.")))
    next = HiddenField()


class ForgotForm(FlaskForm):
    email = EmailField(_l("E-mail address"), needed(_l("Enter your e-mail address.")))


class NewPasswordForm(FlaskForm):
    password = PasswordField(_l("New password"), needed(_l("Enter a new password.")))


class OwnPasswordForm(FlaskForm):
    current = PasswordField(_l("Current password"), needed(_l("Enter your current password.")))
    password = PasswordField(_l("New password"), needed(_l("Enter a new password.")))


class ProfileForm(FlaskForm):
    name = StringField(_l("Name"), [*needed(_l("Enter your name.")), Length(max=100)])
    language = SelectField(_l("Language"), needed(_l("Choose a language.")), choices=choices(LANGUAGES))


class PersonForm(FlaskForm):
    name = StringField(_l("Name"), [*needed(_l("Enter the person's name.")), Length(max=100)])
    email = EmailField(_l("E-mail address"), needed(_l("Enter the person's e-mail address.")))
    roles = CheckboxesField(_l("Roles"), needed(_l("Choose at least one role.")), choices=choices(ROLE_NAMES))
    language = SelectField(_l("Language"), needed(_l("Choose a language.")), choices=choices(LANGUAGES))


class KeyForm(FlaskForm):
    name = StringField(_l("Name"), [*needed(_l("Name the program that will use the key.")), Length(max=100)])
    scopes = CheckboxesField(
        _l("What the key may do"), choices=lambda: choices({scope: _(text) for scope, text in SCOPES.items()})
    )
    expires_on = DateField(_l("Last day"), [Optional()])


class WorkspaceForm(FlaskForm):
    name = StringField(_l("Name"), [*needed(_l("Enter a name.")), Length(max=100)])
    organisation = StringField(_l("Organisation"), [*needed(_l("Enter the organisation's name.")), Length(max=200)])
    contact_line = StringField(_l("Contact"), [Length(max=300)])
    default_language = SelectField(_l("Language"), needed(_l("Choose a language.")), choices=choices(LANGUAGES))
    time_zone = SelectField(
        _l("Time zone"), choices=lambda: [SelectChoice(zone) for zone in sorted(available_timezones())]
    )


class AuditFilterForm(FlaskForm):
    """Sent by GET: it changes nothing, so it carries no token."""

    class Meta:
        csrf = False

    actor = SelectField(_l("Who"), [Optional()])
    action = SelectField(_l("Action"), [Optional()])
    subject = SelectField(_l("About"), [Optional()])
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("To"), [Optional()])

    def offer(self, actors: dict[str, str], names: dict[str, str], actions: list[str], kinds: list[str]) -> None:
        """Fill the choices. `names`: of subjects by id."""
        subject = self.subject.data
        one = {subject: names.get(subject, subject)} if subject else {}  # one thing's history, by a link
        everything = {"": _("All")}
        self.actor.choices = choices(everything | actors)
        self.action.choices = choices(everything | dict(zip(actions, actions, strict=True)))
        self.subject.choices = choices(everything | one | dict(zip(kinds, kinds, strict=True)))


def show_problems(form: FlaskForm, problems: Iterable[Problem]) -> None:
    """Put each problem at its field, or at the form when it has none."""
    for problem in problems:
        text = " ".join(filter(None, (problem.text(_), problem.remedy_text(_))))
        if problem.name in form:
            form[problem.name].errors = [*form[problem.name].errors, text]
        else:
            form.form_errors.append(text)
