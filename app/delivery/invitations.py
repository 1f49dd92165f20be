"""Inviting people to a study, and reminding those who have not finished."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app import engine
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.protocol import MODE_OF
from app.catalog.service import Study
from app.contacts import service as contacts
from app.contacts.permission import REFUSALS, Allowed
from app.core.problems import N_, Problem
from app.db import reading, scoped, writing
from app.delivery import service
from app.delivery.models import MessageRow
from app.interviews import service as interviews
from app.interviews.repository import Interview

T = TypeVar("T")

BATCH = 50  # a transaction; another writer waits no longer than that takes
NO_ADDRESS = ("no_endpoint", "bad_endpoint")
APART = timedelta(days=1)  # between two messages that invite the same person to the same interview


@dataclass(slots=True)
class Invited:
    """`queued`: messages on their way; `already`: people invited on this channel before; `blocked`: how many by reason;
    `instead`: how many of these have no number and were invited by mail; `unknown`: ids of no contact."""

    queued: int = 0
    instead: int = 0
    already: int = 0
    blocked: Counter[str] = field(default_factory=Counter)
    unknown: list[str] = field(default_factory=list)

    @property
    def new(self) -> int:
        return self.queued + self.blocked.total()


def invite(
    workspace_id: str,
    study: Study,
    contact_ids: Sequence[str],
    channel: str,
    now: datetime,
    *,
    occasion: str = "",
    limit: int | None = None,
    actor: str = "command",
    progress: Callable[[int], None] = lambda count: None,
) -> Invited | list[Problem]:
    """Make each contact's interview and queue its invitation by email or sms. Again with the same people changes nothing, except
    for those who may be contacted meanwhile.

    A person who may not be contacted has an interview all the same, and a blocked message that says why. `limit`: stop after so
    many who were not invited before. `progress` is told how many were handled since it was told last.
    """
    problems = not_possible(study, channel, now)
    if problems:
        return problems
    done = Invited()
    this = _Round(workspace_id, study, channel, occasion, actor, now, done)
    for batch in batches(contact_ids):
        with writing():
            for contact_id in batch:
                if limit is None or done.new < limit:
                    this.invite(contact_id)
        progress(len(batch))
    after = {"channel": channel, "queued": done.queued, "blocked": done.blocked.total(), "already": done.already}
    with writing() as conn:
        accounts.audit(conn, workspace_id, actor, "study.invited", "study", study.id, None, after, now)
    return done


@dataclass(frozen=True, slots=True)
class _Round:
    """One call of `invite`."""

    workspace_id: str
    study: Study
    channel: str
    occasion: str
    actor: str
    now: datetime
    done: Invited

    def invite(self, contact_id: str) -> None:
        contact = contacts.contact(self.workspace_id, contact_id)
        if contact is None:
            self.done.unknown.append(contact_id)
            return
        interview = interview_of(self.study, contact, self.channel, self.occasion, self.now)
        before = [
            each
            for each in service.attempts_of(self.workspace_id, interview.id)
            if (each.purpose, each.channel) == ("invitation", self.channel)
        ]
        if not before:
            self.queue(interview)
        elif self.may_now(before[-1], contact_id):
            service.again(self.workspace_id, before[-1].id, self.actor, self.now)
            self.done.queued += 1
        else:
            self.done.already += 1

    def queue(self, interview: Interview) -> None:
        """Invite on the round's channel; by SMS whoever has no number that works by mail, where the study sends any."""
        reason = self.blocked(interview, self.channel)
        if reason is None:
            self.done.queued += 1
            return
        self.done.blocked[reason] += 1
        mails = self.channel == "sms" and reason in NO_ADDRESS and "email" in self.study.channels
        if mails and self.blocked(interview, "email") is None:
            self.done.instead += 1

    def blocked(self, interview: Interview, channel: str) -> str | None:
        """Queue an invitation; why it is not sent, None where it is."""
        id = service.enqueue(
            self.workspace_id, channel=channel, purpose="invitation", interview_id=interview.id, now=self.now
        )
        made = service.attempt(self.workspace_id, id)
        return made.reason or "" if made and made.state == "blocked" else None

    def may_now(self, attempt: service.Attempt, contact_id: str) -> bool:
        """Whether contacts refused an invitation that they allow now: consent came later, an address was mended."""
        if attempt.state != "blocked" or attempt.reason not in REFUSALS:
            return False
        answer = contacts.may_contact(self.workspace_id, contact_id, self.channel, self.study.id)
        return isinstance(answer, Allowed)


def interview_of(study: Study, contact: contacts.Contact, channel: str, occasion: str, now: datetime) -> Interview:
    """The contact's interview of a study and an occasion; made where there is none, with what the contact's profile says, for the
    mode of the channel ("": for none)."""
    questionnaire = catalog.questionnaire(study.version_id or "")
    from_contact = {question.name for question in questionnaire.questions.values() if question.source == "contact"}
    known = {name: value for name, value in contact.attributes.items() if name in from_contact}
    return interviews.create(
        study.workspace_id,
        study,
        contact_id=contact.id,
        occasion=occasion,
        now=now,
        outside=engine.read_outside(questionnaire, known)[0],
        language=contact.language if contact.language in questionnaire.languages else None,
        assigned_mode=MODE_OF.get(channel),
    )[0]


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def not_possible(study: Study, channel: str, now: datetime) -> list[Problem]:
    """Why nobody can be invited to a study on a channel."""
    problems = []
    if study.basis == "anonymous":
        remedy = N_("Share its public link instead.")
        message = N_("An anonymous study keeps no key to a person, so nobody can be invited by name.")
        problems.append(Problem("anonymous_study", message, remedy=remedy))
    if not study.accepts(now):
        message, remedy = N_("The study {study} is not open."), N_("Open it first.")
        problems.append(Problem("study_not_open", message, {"study": study.name}, remedy=remedy))
    if channel not in ("email", "sms") or channel not in study.channels:
        message, remedy = (
            N_("The study {study} does not send by {channel}."),
            N_("Add the channel to the study, or choose another."),
        )
        problems.append(
            Problem("channel_not_in_study", message, {"study": study.name, "channel": channel}, "channel", remedy)
        )
    return problems


def everyone(workspace_id: str) -> list[str]:
    """The ids of all contacts."""

    def pages() -> Iterator[str]:
        number, last = 1, 1
        while number <= last:
            page = contacts.page(workspace_id, "", number, 1000)
            yield from (contact.id for contact in page.items)
            number, last = number + 1, page.last

    return list(dict.fromkeys(pages()))  # somebody added meanwhile moves the pages


# --- reminders ------------------------------------------------------------------------------------


def remind_all(now: datetime) -> int:
    """Queue the reminders that are due in every open study; returns how many."""
    return sum(
        remind(workspace.id, study, now)
        for workspace in accounts.workspaces()
        for study in catalog.studies(workspace.id)
    )


def remind(workspace_id: str, study: Study, now: datetime) -> int:
    """Queue what is due by `study.reminders` (days after the invitation was sent), for interviews that are not over, on the
    channel of the invitation. After a long stop one reminder goes out, not all that were missed; returns how many."""
    if not study.accepts(now) or study.protocol:  # a protocol has reminders of its own
        return 0
    count = 0
    for wave, days in sorted(enumerate(study.reminders, 1), reverse=True):
        due = _due(workspace_id, study.id, wave, now - timedelta(days=days), now)
        for batch in batches(list(due.items())):
            with writing():
                for interview_id, channel in batch:
                    service.enqueue(
                        workspace_id, channel=channel, purpose="reminder", wave=wave, interview_id=interview_id, now=now
                    )
            count += len(batch)
    return count


def _due(workspace_id: str, study_id: str, wave: int, invited_before: datetime, now: datetime) -> dict[str, str]:
    """Interview ids with the channel of their last invitation, where neither this reminder nor a later one exists."""
    later: Any = aliased(MessageRow)
    invited = MessageRow.interview_id == later.interview_id
    reminded = (later.purpose == "reminder") & (later.wave >= wave)
    lately = later.purpose.in_(("invitation", "reminder")) & (later.created_at > now - APART)
    statement = (
        select(MessageRow.interview_id, MessageRow.channel)
        .where(
            scoped(MessageRow, workspace_id),
            MessageRow.study_id == study_id,
            MessageRow.purpose == "invitation",
            MessageRow.state.in_(("sent", "delivered")),
            MessageRow.sent_at <= invited_before,
            MessageRow.over.is_(False),
            ~exists().where(later.workspace_id == workspace_id, invited, reminded | lately),
        )
        .order_by(MessageRow.sent_at)
    )
    with reading() as conn:
        return {row.interview_id: row.channel for row in conn.execute(statement)}
