"""The consent statement: who asks, why, how long, that it is voluntary, what becomes of the answers, whom to ask, how to stop.

The elements are those of the AAPOR Code of Professional Ethics (I.A, disclosure to participants), articles 3-5 of the ICC/ESOMAR
Code and article 13 of the GDPR. One structure, four forms: web, sms, script (read aloud) and mail.
"""

from dataclasses import dataclass
from hashlib import sha256

from app.core.problems import N_
from app.rendering.templating import Translate, say

FORMS = ("web", "sms", "script", "mail")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a study promises. ``purpose``: in the reader's language, as in the definition ("to learn …"). ``basis``: anonymous,
    confidential or attributable. ``contact``: whom to ask, "" when unknown. ``interviewer``: who speaks, in a script."""

    organisation: str
    purpose: str
    minutes: int
    basis: str
    contact: str = ""
    interviewer: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """``name``: who, why, length, voluntary, basis, contact, stop or question."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """``version``: identifies form, language and wording; kept with the consent."""

    parts: tuple[Part, ...]
    language: str
    version: str

    @property
    def text(self) -> str:
        """All of it as running text."""
        return " ".join(part.text for part in self.parts)

    def part(self, name: str) -> str:
        """One element's text, "" where this form has none."""
        return next((part.text for part in self.parts if part.name == name), "")


WORDING = {
    "web": {
        "who": N_("{organisation} invites you to take part in this survey."),
        "why": N_("We are asking in order {purpose}."),
        "length": N_("It takes about {minutes} min."),
        "voluntary": N_("Taking part is voluntary. You may stop at any time, and nothing happens to you if you do."),
        "contact": N_("If you have questions, contact {contact}."),
        "stop": N_("To stop, close this page or choose “I do not want to take part”."),
    },
    "sms": {
        "who": N_("{organisation} asks you a few questions, about {minutes} min,"),
        "why": N_("in order {purpose}."),
        "voluntary": N_("Voluntary."),
        "contact": N_("Questions: {contact}."),
        "stop": N_("Reply STOP to end."),
    },
    "script": {
        "who": N_("Good day, my name is {interviewer}. I am speaking for {organisation}."),
        "why": N_("We are asking customers a few questions in order {purpose}."),
        "length": N_("It takes about {minutes} min."),
        "voluntary": N_("Taking part is voluntary. You may leave out any question and stop at any time."),
        "contact": N_("If you want to check who we are or have questions, you can reach us here: {contact}."),
        "stop": N_("If you would rather not take part now or ever, just tell me."),
        "question": N_("May we begin?"),
    },
    "mail": {
        "who": N_("{organisation} invites you to take part in a survey."),
        "why": N_("We are asking in order {purpose}."),
        "length": N_("It takes about {minutes} min."),
        "voluntary": N_("Taking part is voluntary, and you may stop at any time."),
        "contact": N_("If you have questions, contact {contact}."),
        "stop": N_("If you want no more invitations, use the link at the end of this message."),
    },
}
BASIS = {
    "anonymous": N_("Your answers are anonymous: they are kept without your name, and nobody can tell they are yours."),
    "confidential": N_(
        "Your answers are confidential: they are reported together with those of others, never with your name."
    ),
    "attributable": N_(
        "Your answers are kept together with your customer record, and {organisation} may contact you about them."
    ),
}
BASIS_SHORT = {
    "anonymous": N_("Answers are anonymous."),
    "confidential": N_("Answers are confidential."),
    "attributable": N_("Answers are kept with your customer record."),
}


def statement(terms: Terms, form: str, language: str, translate: Translate) -> Statement:
    """The statement in one of ``FORMS``. ``translate`` and the terms' purpose are of ``language``."""
    wording = dict(WORDING[form])
    stop = wording.pop("stop")
    question = wording.pop("question", "")
    contact = wording.pop("contact")
    wording["basis"] = (BASIS_SHORT if form == "sms" else BASIS)[terms.basis]
    if terms.contact:
        wording["contact"] = contact
    wording["stop"] = stop
    if question:
        wording["question"] = question
    params = {name: getattr(terms, name) for name in Terms.__slots__}
    parts = tuple(Part(name, say(translate, message, **params)) for name, message in wording.items())
    # The version is of the promise, not of who happened to read it out.
    fixed = params | {"interviewer": ""}
    promised = [say(translate, message, **fixed) for message in wording.values()]
    return Statement(parts, language, consent_version(form, language, promised))


def consent_version(form: str, language: str, texts: list[str]) -> str:
    """Identifies a wording: the first 16 hexadecimal digits of the SHA-256 of form, language and texts."""
    return sha256("\x1f".join([form, language, *texts]).encode()).hexdigest()[:16]
