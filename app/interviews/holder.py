"""Who may write an interview: one channel and actor at a time, for a while.

A phone or field interviewer claims explicitly and renews. A respondent claims by answering. An interviewer's claim is refused
shortly after the respondent was active elsewhere; a respondent who insists on the web takes over, and the interviewer's
fencing token is worth nothing from then on.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.db import writing
from app.interviews import repository
from app.interviews.repository import Holder, Interview

LEASE = timedelta(seconds=90)  # an interviewer's, renewed by a heartbeat of 15 s
SELF_SERVICE = timedelta(minutes=10)  # how long a respondent's last answer keeps other channels away
ASSISTED = frozenset({"phone", "field"})


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody else has the interview. `interviewer`: a colleague; else the respondent, on `channel`."""

    channel: str
    until: datetime
    interviewer: bool


def held(holder: Holder) -> Held:
    return Held(holder.channel, holder.expires_at, holder.channel in ASSISTED)


def blocker(interview: Interview, channel: str, token: int | None, now: datetime) -> Held | None:
    """Who keeps `channel` from writing at `now`. An assisted channel must hold, with its own token."""
    holder = interview.held_at(now)
    if channel in ASSISTED:
        if holder and holder.channel == channel and holder.token == token:
            return None
        return held(holder) if holder else Held(interview.state.mode or channel, now, False)
    if holder is None or holder.channel == channel:
        return None
    return held(holder)


def claim(workspace_id: str, interview_id: str, channel: str, actor: str, now: datetime) -> Holder | Held | None:
    """Take the interview for an interviewer (`actor`: the user's id). None: there is no such interview.

    The same actor claiming again gets a new token: a second tab takes the place of the first."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None:
            return None
        holder = interview.held_at(now)
        if holder and (holder.channel, holder.actor) != (channel, actor):
            return held(holder)
        fresh = Holder(channel, actor, interview.holder_token + 1, now + LEASE)
        repository.save(conn, interview, **columns(fresh))
        return fresh


def columns(holder: Holder) -> dict[str, Any]:
    """The holder as columns of `interviews`."""
    return {
        "holder_channel": holder.channel,
        "holder_actor": holder.actor,
        "holder_token": holder.token,
        "holder_expires_at": holder.expires_at,
    }


def self_service(interview: Interview, channel: str, now: datetime) -> Holder:
    """The claim a respondent makes by answering: a new fencing token when the channel changes."""
    holder = interview.held_at(now)
    if holder and holder.channel == channel:
        return replace(holder, expires_at=now + SELF_SERVICE)
    return Holder(channel, "respondent", interview.holder_token + 1, now + SELF_SERVICE)


def hand_to(workspace_id: str, interview_id: str, channel: str, now: datetime) -> None:
    """The person asked to go on by `channel` ("text me"): it has the interview from now on, whoever had it before."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is not None:
            fresh = Holder(channel, "respondent", interview.holder_token + 1, now + SELF_SERVICE)
            repository.save(conn, interview, **columns(fresh))


def renew(workspace_id: str, interview_id: str, token: int, now: datetime) -> bool:
    """An interviewer's heartbeat; False: the claim is lost (the respondent took over, or it expired)."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        holder = interview.held_at(now) if interview else None
        if interview is None or holder is None or holder.token != token:
            return False
        repository.save(conn, interview, holder_expires_at=now + LEASE)
        return True


def release(workspace_id: str, interview_id: str, token: int) -> bool:
    """Give the interview back; False when it was not held with this token any more."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None or interview.holder is None or interview.holder_token != token:
            return False
        repository.save(conn, interview, holder_channel=None, holder_actor=None, holder_expires_at=None)
        return True
