"""Replies that answer what was asked: a question, who they are, which interview. One text goes back."""

from flask_babel import force_locale, gettext

from app import engine
from app.catalog import service as catalog
from app.channels.sms import channel, commands, conversations, several, starting
from app.channels.sms.turn import Turn, turn
from app.db import writing
from app.engine import keywords, patience
from app.events import publish
from app.interviews import service
from app.rendering import sms

TRIES = 3  # unreadable replies to who they are, or which interview: it may be a machine that answers each of our texts


def answer(about: Turn) -> str:
    """Apply a reply to the question that was asked; what the write path refuses is said in the same text as the question. A
    picture without words is no reply, least of all a skipped question."""
    body = about.text.body
    screen = service.screen(about.interview, "sms")
    if not body.strip() and isinstance(screen, engine.Screen):
        return _not_understood(about, screen)
    match _submit(about, body):
        case service.Accepted(interview=interview, next=following):
            _go_on(about, interview, following)
            return "answer"
        case service.Refused(screen=screen):
            return starting.begin(about.text, about.now) or _not_understood(about, screen)
        case service.HeldBy(held=held):
            return _held(about, held.interviewer)
        case service.Stale(interview=interview):
            about.say(channel.next_text(about.conversation, interview, about.study, about.name, about.now))
            return "late"
        case service.Finished(status=status):
            conversations.close(about.workspace_id, about.interview.id)
            kind = "complete" if status == "complete" else "closed"
            said = sms.confirmation(kind, gettext, organisation=about.study.organisation)
            about.say(_and_the_next(about, said), "confirmation")
            return "finished"
    raise AssertionError("submit returned something unknown")


def _submit(about: Turn, body: str) -> service.Outcome:
    submission = service.Submission(
        mode="sms",
        entry="sms",
        at=about.conversation.asked,
        raw={about.conversation.asked: body},
        revision=about.conversation.revision,
        consent=engine.Consent(True, channel.statement(about.study, about.interview).version, about.interview.language),
    )
    return service.submit(about.workspace_id, about.interview.id, submission, about.now)


def _go_on(about: Turn, interview: service.Interview, following: engine.Screen | engine.End) -> None:
    said = channel.next_text(about.conversation, interview, about.study, about.name, about.now)
    about.say(said if isinstance(following, engine.Screen) else _and_the_next(about, said))


def _and_the_next(about: Turn, said: str) -> str:
    """The conversation is over; where another one of the same numbers is open, its question follows in the same text."""
    for other in conversations.others(about.conversation, about.now):
        following = turn(about.text, other, about.now)
        if following is not None and not following.interview.finished:
            conversations.change(other, state=conversations.WAITING)
            with force_locale(following.interview.language):
                text = channel.next_text(other, following.interview, following.study, following.name, about.now)
            return f"{said}\n{text}"
    return said


def _not_understood(about: Turn, screen: engine.Screen) -> str:
    """The question again with help; at the last try what the questionnaire says, since this person and this question do not meet by
    text; then nothing, since it may be a machine that answers each of our texts."""
    rule = patience.patience(catalog.questionnaire(about.interview.version_id))
    tries = about.conversation.tries + 1
    if tries < rule.tries:
        about.say(channel.question_text(screen, about.interview, about.study, about.now))
    elif tries == rule.tries and rule.then == patience.END:
        conversations.close(about.workspace_id, about.interview.id)
        said = sms.confirmation("given_up", gettext, organisation=about.study.organisation)
        about.say(_and_the_next(about, said))
        return "given up"
    elif tries == rule.tries:
        if (
            rule.then == patience.SKIP and not screen.consent and _skipped(about)
        ):  # nobody agrees by what cannot be read
            return "skipped"
        about.say(sms.confirmation("web_only", gettext, url=about.link()))
    conversations.change(about.conversation, tries=tries)
    return "not understood"


def _skipped(about: Turn) -> bool:
    """Leave the question empty and go on; False where it must be answered."""
    done = _submit(about, "")
    if isinstance(done, service.Accepted):
        _go_on(about, done.interview, done.next)
    return isinstance(done, service.Accepted)


def _held(about: Turn, interviewer: bool) -> str:
    """Somebody else has the interview: the message is kept and not applied; they are told once."""
    token, organisation = about.interview.holder_token, about.study.organisation
    if about.conversation.told != token:
        if interviewer:
            about.say(sms.confirmation("assisted", gettext, organisation=organisation))
        else:
            about.say(sms.confirmation("link", gettext, organisation=organisation, url=about.link()))
        conversations.change(about.conversation, told=token)
    with writing() as conn:
        publish(
            conn,
            about.workspace_id,
            "message.held",
            {"channel": "sms", "body": about.text.body},
            about.now,
            contact_id=about.interview.contact_id,
            study_id=about.study.id,
            interview_id=about.interview.id,
        )
    return "held"


def identity(about: Turn) -> str:
    """1: they are the one asked; 2: they are not."""
    said = keywords.yes_or_no(about.text.body)
    if said is None:
        return _ask_again(about, sms.confirmation(
            "identity", gettext, organisation=about.study.organisation, name=channel.first_name(about.name)
        ))  # fmt: skip
    if not said:
        return commands.obey(about, "wrong_number")
    confirmed = service.record(about.workspace_id, about.interview.id, [], about.now, confirmed="sms")
    about.say(channel.next_text(about.conversation, confirmed, about.study, about.name, about.now))
    return "confirmed"


def which(about: Turn) -> str:
    """One of the interviews that are open; after too many other replies the newest."""
    wanted = several.chosen(about.conversation, about.text.body, about.now)
    if wanted is None and about.conversation.tries + 1 < TRIES:
        titles = [title for _, title in several.choices(about.conversation, about.now)]
        return _ask_again(about, sms.menu(titles, gettext, about.study.organisation))
    wanted = wanted or about.conversation
    several.settle(about.conversation, wanted, about.now)
    following = turn(about.text, wanted, about.now)
    assert following is not None
    with force_locale(following.interview.language):
        following.say(channel.next_text(wanted, following.interview, following.study, following.name, about.now))
    return "chosen"


def _ask_again(about: Turn, question: str) -> str:
    if about.conversation.tries + 1 < TRIES:
        about.say(question)
    conversations.change(about.conversation, tries=about.conversation.tries + 1)
    return "not understood"
