"""States that a process keeps: always the one that is stored, and not more than fit."""

import pytest
from sqlalchemy import update

from app import engine
from app.db import reading, scoped, writing
from app.interviews import repository, service
from app.interviews.models import InterviewRow
from app.interviews.states import OVERHEAD, States, states
from tests.interviews.test_write_path import interview, send  # noqa: F401


def test_what_was_stored_is_there_without_being_read_again(workspace, interview, clock):
    taken = send(interview, "score", {"score": "9"}, clock).interview
    assert service.load(workspace, interview.id).state is taken.state


def test_a_lost_write_leaves_nothing(workspace, interview, clock):
    lost = []

    def lose():
        with writing():
            lost.append(send(interview, "score", {"score": "9"}, clock).interview)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lose()
    assert service.load(workspace, interview.id).state == interview.state
    stored = send(interview, "score", {"score": "9"}, clock).interview
    assert stored.revision == lost[0].revision
    assert service.load(workspace, interview.id).state is stored.state is not lost[0].state


def test_what_a_savepoint_takes_back_is_not_kept(workspace, interview, clock):
    with writing() as conn, conn.begin_nested() as savepoint:
        lost = send(interview, "score", {"score": "9"}, clock).interview
        savepoint.rollback()
    stored = send(interview, "score", {"score": "9"}, clock).interview
    assert stored.revision == lost.revision
    assert service.load(workspace, interview.id).state is stored.state is not lost.state


def test_what_another_process_wrote_is_seen(workspace, interview, clock):
    ours = send(interview, "score", {"score": "9"}, clock).interview
    theirs = engine.main_document(ours.state).replace('"value":9', '"value":2')
    with writing() as conn:
        its = scoped(InterviewRow, workspace), InterviewRow.id == interview.id
        conn.execute(update(InterviewRow).where(*its).values(revision=ours.revision + 1, document=theirs))
    assert service.load(workspace, interview.id).state.answers["score"].value == 2


def test_no_other_workspace_s_state_is_taken(workspace, interview, clock):
    stored = send(interview, "score", {"score": "9"}, clock).interview
    key = (workspace, interview.id, stored.revision, engine.main_document(stored.state))
    assert states.get(key) is stored.state
    assert states.get(("another", *key[1:])) is None
    with reading() as conn:
        assert repository.get(conn, "another", interview.id) is None


def test_the_ones_used_last_stay():
    kept = States(most=2 * OVERHEAD)
    first, second, third = made = {("w", name, 1, "{}"): engine.State(name, "en") for name in "abc"}
    for key in (first, second):
        kept.put(key, made[key])
    assert kept.get(first) is made[first]
    kept.put(third, made[third])
    assert [kept.get(key) is not None for key in made] == [True, False, True]
    assert kept.size == 2 * OVERHEAD
