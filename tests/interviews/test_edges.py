"""Where the write path could lose, double or overrun something."""

import logging
from datetime import timedelta

import pytest

from app import engine
from app.interviews import holder, quotas, service, settling
from tests.interviews.conftest import open_study
from tests.interviews.test_write_path import CONSENT, _complete, _fill, interview, send  # noqa: F401


def test_a_study_never_has_more_completes_than_seats(workspace, clock):
    """A reservation that ran out may have gone to somebody else, who is done before the first comes back."""
    study = open_study(workspace, clock, "small", "post_delivery", max_interviews=1)
    first, second = (service.create(workspace, study, now=clock.now())[0] for _ in range(2))
    slow = send(first, "score", {"score": "9"}, clock)
    clock.advance(quotas.RESERVED + timedelta(seconds=1))
    assert isinstance(_complete(second, clock), service.Accepted)
    late = send(slow.interview, slow.next.at, _fill(slow.next), clock)
    assert (type(late), late.status) == (service.Finished, "quota_full")
    assert [i.status for i in service.interviews_of(workspace, study_id=study.id)] == ["quota_full", "complete"]


def test_a_seat_that_ran_out_and_nobody_took_is_still_theirs(workspace, clock):
    study = open_study(workspace, clock, "small", "post_delivery", max_interviews=1)
    first, second = (service.create(workspace, study, now=clock.now())[0] for _ in range(2))
    slow = send(first, "score", {"score": "9"}, clock)
    clock.advance(quotas.RESERVED + timedelta(seconds=1))
    again = send(slow.interview, slow.next.at, _fill(slow.next), clock)
    assert isinstance(again, service.Accepted)
    assert send(second, "score", {"score": "9"}, clock).status == "quota_full"


def test_who_comes_back_is_under_way_again_without_the_earlier_disposition(workspace, study, interview, clock):
    send(interview, "score", {"score": "5"}, clock)
    clock.advance(settling.LEFT_ALONE)
    settling.settle(clock.now())
    left = service.load(workspace, interview.id)
    back = send(left, "score", {"score": "6"}, clock).interview
    assert (back.status, back.disposition) == ("started", None)
    assert service.load(workspace, interview.id) == back


def test_one_interview_that_cannot_be_settled_keeps_no_other_back(workspace, study, clock, caplog):
    stuck, fine = (service.create(workspace, study, now=clock.now())[0] for _ in range(2))
    for each in (stuck, fine):
        send(each, "score", {"score": "5"}, clock)
        clock.advance(timedelta(minutes=1))
    _damage(workspace, stuck.id)
    clock.advance(settling.LEFT_ALONE)
    with caplog.at_level(logging.CRITICAL):
        assert settling.settle(clock.now()) == 1
    assert service.load(workspace, fine.id).status == "partial"


def test_nothing_is_recorded_once_it_is_over(interview, clock):
    done = _complete(interview, clock).interview
    after = service.record(done.workspace_id, done.id, [engine.Language("ro")], clock.now(), confirmed="sms")
    assert (after.language, after.revision, after.confirmed) == (done.language, done.revision, ())


def test_a_claim_is_no_longer_good_at_the_very_instant_it_ends(interview, clock):
    claim = holder.claim(interview.workspace_id, interview.id, "phone", "u", clock.now())
    clock.advance(holder.LEASE - timedelta(microseconds=1))
    assert holder.renew(interview.workspace_id, interview.id, claim.token, clock.now())
    clock.advance(holder.LEASE)
    assert not holder.renew(interview.workspace_id, interview.id, claim.token, clock.now())
    fenced = send(interview, "score", {"score": "1"}, clock, mode="phone", token=claim.token)
    assert isinstance(fenced, service.HeldBy)


def test_a_second_tab_of_the_interviewer_takes_the_place_of_the_first(interview, clock):
    first = holder.claim(interview.workspace_id, interview.id, "phone", "u", clock.now())
    second = holder.claim(interview.workspace_id, interview.id, "phone", "u", clock.now())
    assert isinstance(send(interview, "score", {"score": "1"}, clock, mode="phone", token=first.token), service.HeldBy)
    assert not holder.release(interview.workspace_id, interview.id, first.token)
    taken = send(interview, "score", {"score": "1"}, clock, mode="phone", token=second.token)
    assert isinstance(taken, service.Accepted)
    assert holder.release(interview.workspace_id, interview.id, second.token)
    released = send(interview, "score", {"score": "2"}, clock, mode="phone", token=second.token)
    assert isinstance(released, service.HeldBy)


@pytest.mark.parametrize("at", ["", "nowhere", "score?", "x" * 5000, "score__special"])
def test_a_page_that_is_none_is_stale(interview, clock, at):
    stale = send(interview, at, {"score": "1"}, clock)
    assert isinstance(stale, service.Stale)
    assert service.load(interview.workspace_id, interview.id).state.consent is None


def _damage(workspace, interview_id):
    from sqlalchemy import update

    from app.db import scoped, writing
    from app.interviews.models import InterviewRow

    with writing() as conn:
        conn.execute(
            update(InterviewRow)
            .where(scoped(InterviewRow, workspace), InterviewRow.id == interview_id)
            .values(document="{}")
        )
