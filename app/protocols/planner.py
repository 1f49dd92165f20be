"""What comes next for one person, and why nothing does. Pure: the protocol, what was sent, and facts in; one step out.

A step has begun when its invitation has gone (of calls: when there is a case). The next step waits its days from then, or from the
person's last answer; it does not wait for a step that failed (no address, came back). Days are days on the wall of the person's
zone, and messages come in their waking hours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.catalog.protocol import CONCURRENT, MODE_OF, PREFERRED, RANDOM, SENDING, Protocol, Step, drawn
from app.contacts.waking import next_awake

WAITING, GONE, LATE, FAILED = "waiting", "gone", "late", "failed"
"""What became of a message or a case: it is on its way; it went; it was left out as too late; it did not reach the person."""
APART = 1  # days between two messages to the same person


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, or a case (channel phone). `at`: when it went or failed. `reason`: why it failed."""

    channel: str
    purpose: str
    wave: int
    state: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be reached, as of now. `since`: when their protocol began. `zones`: where they may be. `over`: why nothing comes
    any more (a key of words.REASONS), "" while something may. `refusals`: channel -> why contacts say no. `mode`: in which they
    answered last; `active_at`: when, None for who has not begun."""

    study_id: str
    contact_id: str
    since: datetime
    zones: Sequence[str]
    over: str = ""
    preferred: str = ""
    refusals: Mapping[str, str] = field(default_factory=dict)
    sent: Sequence[Sent] = ()
    mode: str | None = None
    active_at: datetime | None = None

    def invitation(self, channel: str) -> Sent | None:
        """The last one on a channel."""
        return max(
            (s for s in self.sent if (s.channel, s.purpose) == (channel, "invitation")),
            key=lambda s: s.wave,
            default=None,
        )


@dataclass(frozen=True, slots=True)
class Next:
    """`due_at` may have passed."""

    channel: str
    purpose: str
    wave: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """`why`: a key of words.REASONS where there is no `next`. `others`: for each channel that is left out, why."""

    next: Next | None
    why: str = ""
    others: Mapping[str, str] = field(default_factory=dict)


def route(protocol: Protocol, study_id: str, contact_id: str, preferred: str) -> tuple[Step, ...]:
    """A person's own steps, in order. Where their preferred channel comes first, the waits stay in their places."""
    if protocol.mode == RANDOM:
        return (drawn(protocol.steps, study_id, contact_id),)
    if protocol.mode != PREFERRED:
        return protocol.steps
    ordered = sorted(protocol.steps, key=lambda step: step.channel != preferred)
    return tuple(
        replace(step, after_days=place.after_days) for step, place in zip(ordered, protocol.steps, strict=True)
    )


def assigned_channel(protocol: Protocol, study_id: str, contact_id: str, preferred: str) -> str:
    """The channel a person is assigned to; "" where they choose among all."""
    return "" if protocol.mode == CONCURRENT else route(protocol, study_id, contact_id, preferred)[0].channel


def plan(protocol: Protocol, person: Person, now: datetime) -> Plan:
    """The next thing to send, or the next case to make."""
    steps = route(protocol, person.study_id, person.contact_id, person.preferred)
    others = {step.channel: person.refusals[step.channel] for step in steps if step.channel in person.refusals}
    if protocol.mode == RANDOM:
        others |= {step.channel: "not_drawn" for step in protocol.steps if step not in steps}
    if person.over:
        return Plan(None, person.over, others)
    begins = _all_at_once if protocol.mode == CONCURRENT else _one_by_one
    following, current = begins(steps, person, others)
    candidates = [wave for step in current for wave in _wave(step, person, now)]
    if following:
        candidates = [following] if following.due_at <= now else [*candidates, following]
    chosen = min(candidates, key=lambda each: each.due_at, default=None)
    for step in steps:
        if chosen and step.channel != chosen.channel:
            others.setdefault(step.channel, "before" if person.invitation(step.channel) else "later")
    return Plan(chosen, "" if chosen else _why_nothing(person), others)


def _why_nothing(person: Person) -> str:
    states = {sent.state for sent in person.sent}
    return "on_its_way" if WAITING in states else "done" if states & {GONE, LATE} else "unreachable"


def _one_by_one(steps: Sequence[Step], person: Person, others: dict[str, str]) -> tuple[Next | None, list[Step]]:
    """The invitation that comes next, and the step in force."""
    base, waits, current = person.since, False, list[Step]()
    for step in steps:
        due = later(base, step.after_days, person.zones[0]) if waits else base
        invitation = person.invitation(step.channel)
        if invitation is None and step.channel not in person.refusals:
            return _invite(step, due, person), current
        if invitation is None:
            others[step.channel], base, waits = person.refusals[step.channel], due, False
        elif invitation.state == WAITING:
            return None, []
        elif invitation.state == FAILED:
            others[step.channel], base, waits = invitation.reason, invitation.at, False
        else:
            base, waits = max(invitation.at, person.active_at or invitation.at), True
            current = [step] if invitation.state == GONE else []
    return None, current


def _all_at_once(steps: Sequence[Step], person: Person, others: dict[str, str]) -> tuple[Next | None, list[Step]]:
    """The same where every step begins at once; who has begun is reminded by the way they answer, if that is a step."""
    following, current = None, list[Step]()
    for step in steps:
        invitation = person.invitation(step.channel)
        if invitation is None and step.channel in person.refusals:
            others[step.channel] = person.refusals[step.channel]
        elif invitation is None:
            following = following or _invite(step, person.since, person)
        elif invitation.state == FAILED:
            others[step.channel] = invitation.reason
        elif invitation.state == GONE:
            current.append(step)
    if person.active_at:
        current = [step for step in current if MODE_OF[step.channel] == person.mode][:1] or current[:1]
    return following, current


def _invite(step: Step, due: datetime, person: Person) -> Next:
    return Next(step.channel, "invitation", 0, _awake(step.channel, due, person))


def _wave(step: Step, person: Person, now: datetime) -> Iterator[Next]:
    """The next reminder of a step; of several that are overdue only the last."""
    if step.channel in person.refusals or step.channel not in SENDING:
        return
    invitation = person.invitation(step.channel)
    assert invitation is not None
    purpose, base = ("partial", person.active_at) if person.active_at else ("reminder", invitation.at)
    done = max((s.wave for s in person.sent if (s.channel, s.purpose) == (step.channel, purpose)), default=0)
    zone, last = person.zones[0], max(s.at for s in person.sent)
    upcoming = [
        Next(step.channel, purpose, number, _awake(step.channel, later(base, wave.after_days, zone), person))
        for number, wave in enumerate(step.waves(purpose), 1)
        if number > done
    ]
    overdue = [each for each in upcoming if each.due_at <= now]
    if upcoming:
        chosen = overdue[-1] if overdue else upcoming[0]
        apart = _awake(step.channel, later(last, APART, zone), person)
        yield replace(chosen, due_at=max(chosen.due_at, apart))


def later(at: datetime, days: int, zone: str) -> datetime:
    """The same time on the wall some days later (UTC). One that happens twice means the first; one that is left out, the one an
    hour after."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) + timedelta(days=days)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _awake(channel: str, at: datetime, person: Person) -> datetime:
    """Calls have hours of their own."""
    return next_awake(person.zones, at) if channel in SENDING else at
