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
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.problems import N_, Problem
from app.db import reading, scoped, writing
from app.delivery import service
from app.delivery.models import MessageRow
from app.interviews import service as interviews

T = TypeVar("T")

BATCH = 50  # a transaction; another writer waits no longer than that takes
APART = timedelta(days=1)  # between two messages that invite the same person to the same interview


@dataclass(slots=True)
class Invited:
    """`queued`: messages on their way; `already`: people invited on this channel before; `blocked`: how many by reason; `unknown`:
    ids of no contact."""

    queued: int = 0
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
    """Make each contact's interview and queue its invitation by email or sms. Again with the same people changes nothing.

    A person who may not be contacted has an interview all the same, and a blocked message that says why. `limit`: stop after so
    many who were not invited before. `progress` is told how many were handled since it was told last.
    """
    problems = not_possible(study, channel, now)
    if problems:
        return problems
    done = Invited()
    for batch in batches(contact_ids):
        with writing():
            for contact_id in batch:
                if limit is None or done.new < limit:
                    _invite_one(workspace_id, study, contact_id, channel, occasion, now, done)
        progress(len(batch))
    after = {"channel": channel, "queued": done.queued, "blocked": done.blocked.total(), "already": done.already}
    with writing() as conn:
        accounts.audit(conn, workspace_id, actor, "study.invited", "study", study.id, None, after, now)
    return done


def _invite_one(
    workspace_id: str, study: Study, contact_id: str, channel: str, occasion: str, now: datetime, done: Invited
) -> None:
    contact = contacts.contact(workspace_id, contact_id)
    if contact is None:
        done.unknown.append(contact_id)
        return
    questionnaire = catalog.questionnaire(study.version_id or "")
    from_contact = {question.name for question in questionnaire.questions.values() if question.source == "contact"}
    known = {name: value for name, value in contact.attributes.items() if name in from_contact}
    interview, _ = interviews.create(
        workspace_id,
        study,
        contact_id=contact_id,
        occasion=occasion,
        now=now,
        outside=engine.read_outside(questionnaire, known)[0],
        language=contact.language if contact.language in questionnaire.languages else None,
        assigned_mode="sms" if channel == "sms" else "web",
    )
    if any(
        each.purpose == "invitation" and each.channel == channel
        for each in service.attempts_of(workspace_id, interview.id)
    ):
        done.already += 1
        return
    message_id = service.enqueue(
        workspace_id, channel=channel, purpose="invitation", interview_id=interview.id, now=now
    )
    made = service.attempt(workspace_id, message_id)
    if made and made.state == "blocked":
        done.blocked[made.reason or ""] += 1
    else:
        done.queued += 1


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
    if not study.accepts(now):
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
