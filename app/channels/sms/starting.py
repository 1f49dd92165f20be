"""A word that begins an interview: texted by anybody, known or not."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import force_locale, gettext

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.catalog.texting import WORD, best
from app.channels.sms import channel
from app.channels.sms.conversations import of
from app.channels.sms.turn import Text, turn
from app.contacts import service as contacts
from app.contacts.service import Contact
from app.delivery.invitations import interview_of
from app.rendering import sms

BEGUN = "begun"


def begin(text: Text, now: datetime) -> str | None:
    """Begin, or go on with, the interview of the study whose word this is; None where it is no study's."""
    word = text.body.strip()
    if not WORD.fullmatch(word):
        return None
    studies = [study for study in catalog.with_keywords() if study.accepts(now) and "sms" in study.channels]
    study = best(studies, word, text.our_number, lambda each: _tags(each.workspace_id, text.their_number))
    if study is None:
        return None
    person = _person(study, text, now)
    interview = interview_of(study, person, "sms", "", now)
    with force_locale(interview.language):
        said = channel.begin(interview, study, person, text.our_number, now) or sms.confirmation(
            "queued", gettext, organisation=study.organisation
        )
        about = turn(text, of(interview), now)
        assert about is not None
        about.say(said)
    return BEGUN


def _tags(workspace_id: str, number: str) -> Collection[str]:
    people = contacts.by_address(workspace_id, "sms", number)
    return people[0].attributes.get("tags", ()) if people else ()


def _person(study: Study, text: Text, now: datetime) -> Contact:
    """Whoever has the number in the study's workspace; somebody new where nobody has."""
    known = contacts.by_address(study.workspace_id, "sms", text.their_number)
    if known:
        return known[0]
    language = accounts.workspace(study.workspace_id).default_language
    stored = contacts.upsert(study.workspace_id, {"phone": text.their_number, "language": language}, "sms", now)
    assert not isinstance(stored, list), stored  # Twilio writes numbers in E.164
    made = contacts.contact(study.workspace_id, stored.contact_id)
    assert made is not None
    return made
