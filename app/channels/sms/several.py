"""Two interviews on one number: the person is asked which."""

from datetime import datetime

from flask_babel import gettext

from app.catalog import service as catalog
from app.catalog.service import Study
from app.catalog.texting import texting
from app.channels.sms import conversations
from app.channels.sms.conversations import Conversation
from app.core.text import ascii_digits, fold
from app.engine.numerals import number_word
from app.interviews import service
from app.interviews.repository import Interview
from app.rendering import sms


def menu(conversation: Conversation, interview: Interview, study: Study, now: datetime) -> str:
    """Which of the open interviews? Notes that this is what the conversation asked."""
    conversations.asked(conversation, conversations.WHICH, interview.revision, now, texting(study.texting))
    titles = [title for _, title in choices(conversation, now)]
    return sms.menu(titles, gettext, study.organisation)


def choices(conversation: Conversation, now: datetime) -> list[tuple[Conversation, str]]:
    """The open interviews with their titles, in the order in which they are numbered from 1: the oldest first."""
    every = [conversation, *conversations.others(conversation, now)]
    every.sort(key=lambda each: (each is conversation, each.opened_at))
    return [(each, _title(each)) for each in every]


def chosen(conversation: Conversation, body: str, now: datetime) -> Conversation | None:
    """The one that a reply to the menu means, by number or title."""
    said, open_ = ascii_digits(body).strip(" .)\n"), choices(conversation, now)
    number = int(said) if said.isdecimal() and len(said) < 4 else number_word(body)
    if number is not None:
        return open_[number - 1][0] if 0 < number <= len(open_) else None
    return next((each for each, title in open_ if fold(title) == fold(body)), None)


def settle(conversation: Conversation, wanted: Conversation, now: datetime) -> None:
    """The one that was chosen waits for replies, the others until it is over."""
    for each, _ in choices(conversation, now):
        conversations.change(each, state=conversations.WAITING if each.id == wanted.id else conversations.QUEUED)


def _title(conversation: Conversation) -> str:
    interview = service.load(conversation.workspace_id, conversation.interview_id)
    return catalog.questionnaire(interview.version_id).title.plain(interview.language) if interview else ""
