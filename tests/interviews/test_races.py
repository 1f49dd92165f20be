"""Several at once, in processes of their own with connections of their own, as in life."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import events
from app.channels.sms.models import Inbound
from app.db import reading, writing
from app.delivery.models import MessageRow
from app.interviews import channel, service
from app.journeys import service as journeys
from tests.interviews.conftest import open_study
from tests.interviews.test_write_path import interview  # noqa: F401
from tests.journeys.conftest import FILE
from tests.journeys.test_triggers import deliver
from tests.sms.conftest import OURS

PROGRAM = """
import json, sys
from datetime import datetime
from app.core.clock import FixedClock
from app.factory import create_app
from config import Testing
settings, at, threads = json.loads(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
app = create_app(Testing(settings), clock=FixedClock(at))
from threading import Barrier, Thread
from app import engine, events
from app.channels.sms import inbound
from app.channels.sms.inbound import Text
from app.interviews import holder, service
from app.journeys import service as journeys

def submit(workspace, interview_id, value, mode="web"):
    interview = service.load(workspace, interview_id)
    screen = service.screen(interview, mode)
    item = screen.items[0]
    sent = service.Submission(mode, mode, screen.at, {item.name: value}, interview.revision,
                              consent=engine.Consent(True, "v1", "en"))
    outcome = service.submit(workspace, interview_id, sent, at)
    return type(outcome).__name__ + (":" + outcome.status if isinstance(outcome, service.Finished) else "")

said = []
barrier = Barrier(threads)
def run(code):
    with app.app_context():
        barrier.wait()
        said.append(eval(code))
print("ready", flush=True)
codes = json.loads(sys.stdin.readline())
workers = [Thread(target=run, args=(code,)) for code in codes]
for worker in workers: worker.start()
for worker in workers: worker.join()
print(json.dumps(said), flush=True)
"""


@pytest.fixture
def at_once(settings, clock, tmp_path):
    """`at_once([code, …])`: run each at the same moment, in two processes; what each returned."""
    import json

    def run(codes):
        halves = [half for half in (codes[::2], codes[1::2]) if half]
        started = [
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, json.dumps(settings), clock.now().isoformat(), str(len(half))],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
            )
            for half in halves
        ]  # fmt: skip
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process, half in zip(started, halves, strict=True):
            process.stdin.write(json.dumps(half) + "\n")
            process.stdin.flush()
        said = []
        for process in started:
            said += json.loads(process.communicate(timeout=300)[0])
        assert len(said) == len(codes)
        return said

    return run


@pytest.fixture
def settings(settings):
    return settings | {"SMS_FROM": OURS}


def test_the_last_seat_of_many_at_once(workspace, clock, at_once):
    study = open_study(workspace, clock, "small", "csat_5", max_interviews=3)
    made = [service.create(workspace, study, now=clock.now())[0] for _ in range(24)]
    said = at_once([f"submit({workspace!r}, {each.id!r}, '5')" for each in made])
    assert sorted(said) == ["Accepted"] * 3 + ["Finished:quota_full"] * 21
    for each in made:
        assert service.replayed(workspace, each.id) == service.load(workspace, each.id).state


def test_the_same_page_sent_many_times_at_once_with_different_answers(workspace, interview, at_once):
    said = at_once([f"submit({workspace!r}, {interview.id!r}, {str(n)!r})" for n in range(8)])
    assert set(said) <= {"Accepted", "Stale"}
    stored = service.load(workspace, interview.id)
    assert service.replayed(workspace, interview.id) == stored.state
    assert stored.state.answers["score"].value in range(8)


def test_a_text_and_a_page_at_once_are_one_answer(workspace, interview, at_once):
    said = at_once(
        [f"submit({workspace!r}, {interview.id!r}, '3')", f"submit({workspace!r}, {interview.id!r}, '9', 'sms')"]
    )
    assert sorted(said) == ["Accepted", "HeldBy"] or sorted(said) == ["Accepted", "Stale"]


def test_one_interviewer_of_many_gets_it(workspace, interview, at_once):
    said = at_once(
        [
            f"type(holder.claim({workspace!r}, {interview.id!r}, 'phone', 'u{n}', at)).__name__"
            for n in range(8)
        ]
    )  # fmt: skip
    assert sorted(said) == ["Held"] * 7 + ["Holder"]


def test_a_text_that_comes_many_times_at_once_is_one(workspace, interview, person, clock, at_once):
    channel.get("sms").compose(workspace, interview.id, "invitation", clock.now())
    said = at_once([f"inbound.receive(Text('AC1', 'SM1', {OURS!r}, {person.phone!r}, '3'), at)"] * 6)
    assert sorted(said) == ["answer"] + ["repeated"] * 5
    with reading() as conn:
        assert conn.scalar(select(func.count()).select_from(Inbound)) == 1
        queued = select(func.count()).where(MessageRow.workspace_id == workspace, MessageRow.purpose == "turn")
        assert conn.scalar(queued) == 1


def test_news_is_delivered_once_by_many(workspace, clock, at_once):
    with writing() as conn:
        for _ in range(20):
            events.publish(conn, workspace, "interview.completed", {}, clock.now())
    said = at_once(["events.deliver(at)"] * 4)
    with reading() as conn:
        made = conn.scalar(
            select(func.count()).select_from(events.EventDelivery).where(events.EventDelivery.workspace_id == workspace)
        )
        attempts = conn.scalars(
            select(events.EventDelivery.attempts).where(events.EventDelivery.workspace_id == workspace)
        )
        assert set(attempts) <= {1}
    assert sum(said) == made


def test_a_turn_is_taken_once_by_many(workspace, study, person, clock, at_once):
    assert not isinstance(journeys.add_trigger(workspace, FILE, clock.now()), list)
    for number in range(6):
        deliver(workspace, person, clock, f"d-{number}")
    clock.advance(timedelta(hours=2))
    said = at_once(["journeys.tick(at)"] * 4)
    assert sum(said) == 6
    assert len(service.interviews_of(workspace, contact_id=person.id)) == 6
    assert len({i.occasion for i in service.interviews_of(workspace, contact_id=person.id)}) == 6
