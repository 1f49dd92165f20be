"""The form of a study's settings."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Form,
    FormField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from app.catalog import service as catalog
from app.core.problems import Problem
from app.studio import texting_form
from app.studio.outline import UNASKED
from app.studio.texting_form import TextingForm
from app.studio.words import BASES
from app.ui.forms import CheckboxesField, choices

CHANNEL_LABELS = {
    "web": _l("Web link and embedding"),
    "email": _l("Email"),
    "sms": _l("Text message"),
    "phone": _l("Phone interview"),
    "field": _l("Face to face"),
}
SENDERS = {
    "email": _l("Sender of mails"),
    "sms": _l("Sender of text messages"),
    "phone": _l("Number shown on calls"),
}


class Lines(TextAreaField):
    """One value a line."""

    def _value(self) -> str:
        return "\n".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [line.strip() for line in (valuelist or [""])[0].splitlines() if line.strip()]


class Days(StringField):
    """Whole numbers such as 3, 7."""

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else ", ".join(map(str, self.data or ()))

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = [part for part in (valuelist or [""])[0].replace(",", " ").split() if part]
        self.data = [int(part) for part in parts if part.isdecimal()]
        if len(self.data) != len(parts):
            raise ValueError(_l("Write whole numbers of days, such as 3, 7."))


class SenderForm(Form):
    email = StringField(SENDERS["email"])
    sms = StringField(SENDERS["sms"])
    phone = StringField(SENDERS["phone"])


class PanelForm(Form):
    complete = StringField(_l("When they are done"))
    screened_out = StringField(_l("When they are screened out"))
    quota_full = StringField(_l("When no more like them are wanted"))
    declined = StringField(_l("When they decline"))
    panelist = StringField(_l("Value that tells panelists apart"))
    signed = BooleanField(_l("Links must carry the panel's signature"))
    signature = StringField(_l("Parameter of the signature"))
    at_once = BooleanField(_l("Send people back without a closing page"))


class WordingForm(Form):
    subject = StringField(_l("Subject of the invitation"))
    intro = TextAreaField(_l("First words of the invitation"))
    script = TextAreaField(_l("What the interviewer says first"))


class StudySettings(FlaskForm):
    """Everything but the wording, whose languages are known at run time; see `study_form`."""

    name = StringField(_l("Name"), [InputRequired(_l("Give it a name."))])
    title = StringField(_l("Title"))
    channels = CheckboxesField(_l("Channels"), choices=choices(CHANNEL_LABELS))
    basis = RadioField(_l("Basis"), choices=choices(BASES), validate_choice=False)
    organisation = StringField(_l("Who asks"))
    contact_line = StringField(_l("Whom to ask"))
    opens_at = DateTimeLocalField(_l("Opens"), [Optional()])
    closes_at = DateTimeLocalField(_l("Closes"), [Optional()])
    reminders = Days(_l("Reminders, days after the invitation"))
    link_days = IntegerField(_l("Days a link is good for"), [InputRequired(_l("Write a whole number."))])
    max_interviews = IntegerField(_l("Close after this many interviews"), [Optional()])
    sites = Lines(_l("Sites that may embed it"))
    sample_one_in = IntegerField(_l("Ask one visitor in"), [InputRequired(_l("Write a whole number."))])
    reshow_days = IntegerField(_l("Days before a visitor is asked again"), [InputRequired(_l("Write a whole number."))])
    partial = CheckboxesField(_l("Partial once these are answered"), validate_choice=False)
    senders = FormField(SenderForm, _l("Senders"))
    panel = FormField(PanelForm, _l("Panel"))
    texting = FormField(TextingForm, _l("Text messages"))
    manager_mail = BooleanField(_l("Mail the managers when somebody is dissatisfied"))
    practice = BooleanField(_l("For interviewers to practise on; counted nowhere"))


def study_form(
    tree: Mapping[str, Any] | None, languages: Sequence[str], study: catalog.Study | None, zone: str
) -> StudySettings:
    """The form, filled from a study where there is one. Instants are shown in the workspace's zone (IANA name)."""
    wording = type("AllWordings", (Form,), {code: FormField(WordingForm) for code in languages})
    form_class = type("StudyForm", (StudySettings,), {"wording": FormField(wording)})
    usual = {**catalog.DEFAULTS, "channels": ["web"], "texting": texting_form.shown({})}
    form: StudySettings = form_class(data=_data(study, zone) if study else usual)
    names = [q["name"] for q in catalog.questions(tree or {}) if q.get("name") and q.get("type") not in UNASKED]
    form.partial.choices = choices({name: name for name in names})
    if study:
        del form.name
    return form


def _data(study: catalog.Study, zone: str) -> dict[str, Any]:
    data = dict(study.settings)
    for key in ("opens_at", "closes_at"):
        moment: datetime | None = data[key]
        data[key] = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None
    codes = {*study.wording, *study.call_script}
    data["wording"] = {
        code: {**study.wording.get(code, {}), "script": study.call_script.get(code, "")} for code in codes
    }
    data["panel"] = {**study.panel.get("redirects", {}), "signature": catalog.SIGNATURE, **study.panel}
    data["texting"] = texting_form.shown(study.texting)
    data["partial"] = list(study.partial.get("answered", ()))
    return data


def settings_of(form: StudySettings, zone: str) -> dict[str, Any]:
    """What the form says, as a study's settings."""
    same = ("title", "basis", "organisation", "contact_line", "link_days", "max_interviews", "sample_one_in")
    settings = {key: form[key].data for key in (*same, "reshow_days", "manager_mail", "practice")}
    settings |= {key: (settings[key] or "").strip() for key in ("title", "organisation", "contact_line", "basis")}
    for key in ("opens_at", "closes_at"):
        local: datetime | None = form[key].data
        settings[key] = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if local else None
    settings["channels"] = tuple(form.channels.data or ())
    settings["reminders"] = tuple(form.reminders.data or ())
    settings["sites"] = tuple(catalog.origin(site) or site for site in form.sites.data or ())
    settings["partial"] = {"answered": form.partial.data} if form.partial.data else {}
    settings["senders"] = {channel: text.strip() for channel, text in form.senders.data.items() if (text or "").strip()}
    settings["panel"] = _panel(form.panel.data)
    settings["texting"] = texting_form.typed(form.texting.data)
    words = {code: {k: (v or "").strip() for k, v in data.items()} for code, data in form["wording"].data.items()}
    settings["wording"] = {
        code: {key: text[key] for key in ("subject", "intro") if text[key]}
        for code, text in words.items()
        if text["subject"] or text["intro"]
    }
    settings["call_script"] = {code: text["script"] for code, text in words.items() if text["script"]}
    return settings


def _panel(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says of the panel; {} where there is none."""
    texts = {key: (typed[key] or "").strip() for key in (*catalog.OUTCOMES, "panelist", "signature")}
    redirects = {outcome: texts[outcome] for outcome in catalog.OUTCOMES if texts[outcome]}
    said = {
        "redirects": redirects,
        "panelist": texts["panelist"],
        "signed": typed["signed"],
        "at_once": typed["at_once"],
    }
    found = {key: value for key, value in said.items() if value}
    if texts["signature"] not in ("", catalog.SIGNATURE):
        found["signature"] = texts["signature"]
    return found


def attach(form: StudySettings, problems: Sequence[Problem], say: Any) -> None:
    """Put each problem at its field, those without one at the form."""
    for problem in problems:
        text = f"{problem.text(say)} {problem.remedy_text(say)}".strip()
        if problem.name in form:
            field = form[problem.name]
            if isinstance(field, FormField):  # its own errors are a mapping: say it of the whole
                form.form_errors.append(text)
            else:
                field.errors = [*field.errors, text]
        else:
            form.form_errors.append(text)
