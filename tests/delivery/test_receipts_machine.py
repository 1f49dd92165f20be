"""Receipts as they may come: any, in any order, as often as one likes. A message's state only goes forward."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.core.clock import FixedClock
from app.db import writing
from app.delivery import receipts, service
from app.delivery.models import MessageRow
from app.delivery.states import before

RECEIPT = st.sampled_from(
    [
        *(
            (status, "")
            for status in ("accepted", "queued", "sending", "sent", "delivered", "read", "canceled", "nonsense")
        ),
        *(("undelivered", code) for code in ("30003", "30005", "30007", "")),
    ]
)
BEGINNINGS = st.sampled_from(["sending", "unknown", "sent"])


def underway(workspace: str, state: str, clock: FixedClock) -> str:
    """A text that was handed over, its sid perhaps not known."""
    message = service.enqueue(
        workspace, channel="sms", purpose="turn", to="+48601234567", text="How likely?", now=clock.now()
    )
    columns = {"state": state, "attempts": 1, "provider_id": f"SM{message}" if state == "sent" else None}
    with writing() as conn:
        conn.execute(
            update(MessageRow).where(MessageRow.workspace_id == workspace, MessageRow.id == message).values(**columns)
        )
    return message


def state_of(workspace: str, message: str) -> str:
    found = service.attempt(workspace, message)
    assert found is not None
    return found.state


@given(beginning=BEGINNINGS, said=st.lists(RECEIPT, min_size=1, max_size=8))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_receipts_leads_back(
    workspace: str, clock: FixedClock, beginning: str, said: list[tuple[str, str]]
) -> None:
    message = underway(workspace, beginning, clock)
    states = [beginning]
    for status, code in said:
        clock.advance(timedelta(seconds=1))
        receipts.receive(message, 1, f"SM{message}", status, code, clock.now())
        states.append(state_of(workspace, message))
    for earlier, following in pairwise(states):
        assert following == earlier or earlier in before(following), states
    first_end = next((state for state in states if state in ("delivered", "failed")), None)
    assert first_end is None or states[-1] == first_end, states


@given(beginning=BEGINNINGS, said=st.permutations(["queued", "sending", "sent", "delivered", "sent", "delivered"]))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_delivered_is_delivered_in_whatever_order_it_is_told(
    workspace: str, clock: FixedClock, beginning: str, said: list[str]
) -> None:
    message = underway(workspace, beginning, clock)
    for status in said:
        receipts.receive(message, 1, f"SM{message}", status, "", clock.now())
    assert state_of(workspace, message) == "delivered"
