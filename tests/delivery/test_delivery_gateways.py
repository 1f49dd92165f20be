"""Which gateway takes a message, how fast it may send, and what their file may say: pure; then failover with two real accounts."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.clock import FixedClock
from app.db import writing
from app.delivery import buckets, health, service, worker
from app.delivery.buckets import BURST, CLOSED, DOUBLES, Bucket
from app.delivery.gateway_file import read
from app.delivery.gateways import Gateway, Health, WarmUp, choose, gateways
from app.delivery.outcome import BACKOFF
from app.delivery.recovery import WINDOW, recover
from app.simulator.launch import RunningSimulator
from config import ConfigurationError
from tests.delivery.conftest import MAIL, NUMBER

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
A, B = Gateway("a", "sms", "twilio", weight=75), Gateway("b", "sms", "twilio", weight=25)


def row(**more: Any) -> dict[str, Any]:
    return {"id": "m", "channel": "sms", "attempts": 0, "provider": None, "pinned": False, **more}


def share(ways: list[Gateway], state: dict[str, Health], **more: Any) -> Counter[str]:
    """How often each is chosen, of 400 messages."""
    taken = [choose(ways, state, row(id=f"m{number}", **more), "+1", NOW) for number in range(400)]
    return Counter(way.name for way in taken if isinstance(way, Gateway))


def test_messages_are_shared_by_weight_and_health() -> None:
    assert 270 < share([A, B], {})["a"] < 330
    assert 170 < share([A, B], {"a": Health(33)})["a"] < 230
    assert share([A, B], {"a": Health(0)}) == {"b": 400}
    assert share([A], {"a": Health(0)}) == {"a": 400}  # rather than none


def test_the_same_attempt_takes_the_same_way() -> None:
    assert len({choose([A, B], {}, row(), "+1", NOW) for _ in range(5)}) == 1


def test_a_retry_takes_another_way_unless_it_may_have_arrived() -> None:
    assert share([A, B], {}, attempts=1, provider="a") == {"b": 400}
    assert share([A, B], {"b": Health(0)}, attempts=1, provider="a") == {"a": 400}
    assert share([A, B], {"a": Health(0)}, attempts=1, provider="a", pinned=True) == {"a": 400}
    assert choose([B], {}, row(attempts=1, provider="a", pinned=True), "+1", NOW) is None


def test_a_closed_gateway_is_waited_for_where_there_is_no_other() -> None:
    closed = {"a": Health(10, NOW + SECOND)}
    assert share([A, B], closed) == {"b": 400}
    assert choose([A], closed, row(), "+1", NOW) == NOW + SECOND
    assert choose([A], closed, row(), "+1", NOW + SECOND) == A


def test_a_number_is_used_by_its_own_account_alone() -> None:
    own = Gateway("own", "sms", "twilio", senders=("+48500",))
    assert choose([own], {}, row(), "+48500", NOW) == own
    assert choose([own], {}, row(), "+48501", NOW) is None


# --- buckets --------------------------------------------------------------------------------------


def test_a_bucket_lets_a_burst_pass_and_then_its_rate() -> None:
    bucket = Bucket("k", NOW, NOW)
    assert [bucket.take(1, NOW) for _ in range(10)] == [None] * 10
    assert bucket.take(1, NOW, urgent=True) == NOW + SECOND
    # each is told to come later than the one before, and then there is room
    assert [bucket.take(1, NOW) for _ in range(3)] == [NOW + number * SECOND for number in (1, 2, 3)]
    assert [bucket.take(1, NOW + number * SECOND) for number in (1, 2, 3)] == [None] * 3


def test_a_slow_rate_still_lets_one_pass() -> None:
    bucket = Bucket("k", NOW, NOW)
    assert bucket.take(1 / 60, NOW) is None
    assert bucket.take(1 / 60, NOW, urgent=True) == NOW + 60 * SECOND - BURST + 60 * SECOND


def test_a_text_of_three_segments_costs_three_tokens() -> None:
    bucket = Bucket("k", NOW, NOW)
    assert bucket.take(1, NOW) is None
    bucket.charge(2, 1, NOW)
    assert bucket.paid_until == NOW + 3 * SECOND


def test_too_fast_halves_the_rate_once_and_it_comes_back() -> None:
    bucket = Bucket("k", NOW, NOW)
    bucket.slow(NOW)
    bucket.slow(NOW + SECOND)  # of the same burst
    assert (bucket.speed(NOW), bucket.take(1, NOW)) == (0.5, NOW + CLOSED + 2 * SECOND)
    assert bucket.take(1, NOW + CLOSED) is None
    assert bucket.speed(NOW + DOUBLES) == 1


def test_a_new_address_is_warmed_up() -> None:
    way = Gateway("m", "email", "smtp", per_minute=600, warm_up=WarmUp(date(2026, 11, 3), (1440, 2880)))
    assert [way.rate(NOW + timedelta(days=days)) for days in (0, 1)] == [2 / 60, 10]


@pytest.mark.usefixtures("app")
def test_workers_share_a_bucket() -> None:
    key = buckets.key("smtp", "example.com")
    for expected in ([None] * 6, [None] * 4):
        with writing() as conn:
            (bucket,) = buckets.load(conn, [key], NOW).values()
            assert [bucket.take(1, NOW) for _ in expected] == expected
            buckets.save(conn, [bucket])
    with writing() as conn:
        assert buckets.load(conn, [key], NOW)[key].take(1, NOW) is not None


# --- the file -------------------------------------------------------------------------------------


def test_every_fault_of_the_file_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "gateways.yaml"
    file.write_text(
        "email:\n- {name: a, url: 'http://x'}\n- {name: a, url: 'smtp://x', wieght: 3}\nsms:\n- {name: b, account_sid: AC1}\n"
    )
    with pytest.raises(ConfigurationError) as caught:
        read(str(file))
    text = "\n".join(caught.value.problems)
    assert [each in text for each in ("smtp://", "name a is taken", "wieght", "auth_token is missing")] == [True] * 4


def test_secrets_come_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "gateways.yaml"
    file.write_text("email:\n- {name: a, url: $A_URL}\n")
    assert read(str(file), {"A_URL": "smtp://a"})["email"][0]["url"] == "smtp://a"


# --- with two accounts ----------------------------------------------------------------------------


@pytest.fixture
def two(app: Flask, sim: RunningSimulator, tmp_path: Path) -> Flask:
    """Two mail servers and two accounts; nobody listens at the second of each."""
    account = f"account_sid: {sim.account_sid}, auth_token: {sim.auth_token}"
    file = tmp_path / "gateways.yaml"
    file.write_text(
        f"email:\n- {{name: works, url: 'smtp://{sim.host}:{sim.smtp_port}', weight: 1}}\n"
        "- {name: broken, url: 'smtp://127.0.0.1:9', weight: 1000}\n"
        f"sms:\n- {{name: works-sms, {account}, api_base: '{sim.url}', weight: 1, unknown: resend}}\n"
        f"- {{name: broken-sms, {account}, api_base: 'http://127.0.0.1:9', weight: 1000}}\n"
    )
    app.config["GATEWAYS_FILE"] = str(file)
    assert len(gateways(app.config)) == 4
    return app


def found(workspace: str, message: str) -> service.Attempt:
    attempt = service.attempt(workspace, message)
    assert attempt is not None
    return attempt


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("channel", "to"), [("email", MAIL), ("sms", NUMBER)])
def test_what_one_cannot_take_the_other_takes_at_once(
    sim: RunningSimulator, workspace: str, clock: FixedClock, channel: str, to: str
) -> None:
    for number in range(6):
        service.enqueue(workspace, channel=channel, purpose="staff", to=to, text=f"Hello {number}", now=clock.now())
    for _ in range(2):  # a broken one may be found out when the first tick is just over
        worker.tick(channel, clock.now())
        clock.advance(5 * SECOND)
    sent = service.outbox(workspace, state="sent").items
    assert [attempt.provider for attempt in sent] == ["works-sms" if channel == "sms" else "works"] * 6
    assert len(sim.client.log("mail" if channel == "email" else "message")) == 6
    broken = health.states()["broken-sms" if channel == "sms" else "broken"]
    assert broken.share == 50  # one cause, counted once
    clock.advance(timedelta(minutes=2))
    assert health.heal(clock.now()) == 1
    assert health.states()["broken-sms" if channel == "sms" else "broken"].share == 60


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("accepted", [True, False])
def test_an_unknown_text_never_takes_another_way(
    sim: RunningSimulator, workspace: str, clock: FixedClock, accepted: bool
) -> None:
    """Its policy is to send again: not what the log shows, and through the same account."""
    with writing() as conn:
        for _ in range(8):
            health.fault(conn, "broken-sms", clock.now())
            clock.advance(timedelta(seconds=11))  # so that the first attempt goes where it works
    sim.client.behaviour(NUMBER, times=1, **({"drop": True} if accepted else {"code": 20500}))
    message = service.enqueue(workspace, channel="sms", purpose="turn", to=NUMBER, text="Hello", now=clock.now())
    worker.tick("sms", clock.now())
    assert (found(workspace, message).state, found(workspace, message).provider) == ("unknown", "works-sms")
    assert recover(clock.now() + timedelta(minutes=3)) == int(accepted)
    clock.advance(WINDOW + 10 * SECOND)
    recover(clock.now())
    assert found(workspace, message).state in (("sent", "delivered") if accepted else ("queued",))
    with writing() as conn:
        conn.execute(health.GatewayRow.__table__.delete())  # now the other one would be chosen
    worker.tick("sms", clock.now())
    assert found(workspace, message).provider == "works-sms"
    assert len(sim.client.log("message")) == 1


@pytest.mark.usefixtures("app")
def test_an_unknown_mail_waits_for_a_person(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    sim.client.behaviour(MAIL, drop=True, times=1)
    message = service.enqueue(workspace, channel="email", purpose="turn", to=MAIL, text="Hello", now=clock.now())
    worker.tick("email", clock.now())
    clock.advance(WINDOW + 10 * SECOND)
    assert (recover(clock.now()), recover(clock.now())) == (1, 0)
    assert found(workspace, message).state == "unknown"
    assert len(sim.client.mails()) == 1


@pytest.mark.usefixtures("app")
def test_a_refused_account_is_tried_from_time_to_time_and_nothing_fails(
    sim: RunningSimulator, workspace: str, clock: FixedClock
) -> None:
    sim.client.behaviour("*", code=20003)
    messages = [
        service.enqueue(workspace, channel="sms", purpose="turn", to=f"+4851234567{n}", text="Hello", now=clock.now())
        for n in range(3)
    ]
    for _ in range(len(BACKOFF) + 2):
        worker.tick("sms", clock.now())
        clock.advance(health.CLOSED + SECOND)
    assert health.states()["twilio"].problem == "20003"
    assert {found(workspace, message).state for message in messages} == {"queued"}
    sim.client.reset()
    worker.tick("sms", clock.now())
    assert {found(workspace, message).state for message in messages} == {"sent"}


@pytest.mark.usefixtures("app")
def test_a_domain_that_wants_less_is_left_alone_for_a_while(
    sim: RunningSimulator, workspace: str, clock: FixedClock
) -> None:
    sim.client.behaviour("a@example.com", code=421, text="4.7.0 too many")
    service.enqueue(workspace, channel="email", purpose="turn", to="a@example.com", text="Hello", now=clock.now())
    worker.tick("email", clock.now())
    waits = service.enqueue(workspace, channel="email", purpose="turn", to=MAIL, text="Hello", now=clock.now())
    other = service.enqueue(
        workspace, channel="email", purpose="turn", to="a@example.org", text="Hello", now=clock.now()
    )
    worker.tick("email", clock.now())
    assert (found(workspace, waits).reason, found(workspace, other).state) == ("rate", "sent")
    clock.advance(CLOSED + SECOND)
    worker.tick("email", clock.now())
    assert found(workspace, waits).state == "sent"
