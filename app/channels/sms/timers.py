"""Two timers of a conversation: nobody replied, and it is over. Each names the version of the conversation that it was set for; one
of an earlier version is ignored."""

from datetime import datetime

from app.channels.sms import conversations
from app.channels.sms.conversations import OPEN, QUEUED, WAITING
from app.db import writing
from app.delivery import service as delivery

STALE, EXPIRED, NUDGED = "stale", "expired", "nudged"


def tick(now: datetime, limit: int = 200) -> int:
    """Act on the timers that have run out, and let those come that waited for another one; returns how many were looked at."""
    ready = conversations.due(now, limit)
    for each in ready:
        fire(each.workspace_id, each.id, each.version, now)
    return len(ready) + _promote(now, limit)


def fire(workspace_id: str, conversation_id: str, version: int, now: datetime) -> str:
    """What a timer of that version leads to: the question once more, the end of the conversation, or nothing."""
    with writing() as conn:
        conversation = conversations.locked(conn, workspace_id, conversation_id)
        if conversation is None or conversation.version != version or conversation.state not in OPEN:
            return STALE
        if conversation.expires_at <= now:
            conversations.change(conversation, state=EXPIRED, reply_due_at=None)
            return EXPIRED
        if conversation.reply_due_at is None or conversation.reply_due_at > now:
            return STALE
        conversations.change(conversation, reply_due_at=None)
        interview_id = conversation.interview_id
        delivery.enqueue(workspace_id, channel="sms", purpose="nudge", interview_id=interview_id, now=now)
        return NUDGED


def _promote(now: datetime, limit: int) -> int:
    """Invite those whose turn has come because the interview before them ended elsewhere, or nobody answered it. The text opens
    their conversation again."""
    promoted, busy = 0, set[tuple[str, str, str]]()
    with writing():
        for each in conversations.queued(limit):
            numbers = (each.workspace_id, each.our_number, each.their_number)
            waits = any(other.state == WAITING for other in conversations.others(each, now))
            if waits or numbers in busy or each.state != QUEUED:
                continue
            busy.add(numbers)
            conversations.close(each.workspace_id, each.interview_id)
            interview_id = each.interview_id
            delivery.enqueue(
                each.workspace_id, channel="sms", purpose="invitation", wave=1, interview_id=interview_id, now=now
            )
            promoted += 1
    return promoted


TICKS = [("sms timers", 60, tick)]
