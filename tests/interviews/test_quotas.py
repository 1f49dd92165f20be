"""Places in cells: reserved at screen-in, prolonged, moved, freed, taken, never more than wanted; soft quotas turn nobody away."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.audit import trail
from app.catalog import service as catalog
from app.db import reading, scoped
from app.interviews import quotas, repository, service, settling, targets
from app.interviews.models import Place
from tests.interviews.test_races import at_once  # noqa: F401
from tests.interviews.test_write_path import send

DEFINITION = """
questionnaire: drinks
title: {en: Drinks}
languages: [en]
basis: confidential
purpose: {en: to know what people drink}
minutes: 1
quotas:
  - name: sex
    cells:
      - {name: f, relevant: "${sex} = 'f'", target: WANTED}
      - {name: m, relevant: "${sex} = 'm'", target: 5}
  - name: drink
    kind: soft
    cells: [{name: tea, relevant: "${drink} = 'tea'", target: 1}]
pages:
  - name: who
    questions:
      - name: sex
        type: single_choice
        label: Are you
        choices: [{name: f, label: a woman}, {name: m, label: a man}, {name: x, label: neither}]
  - name: what
    questions:
      - {name: drink, type: text, label: What do you drink}
"""


@pytest.fixture
def opened(workspace, clock):
    """`opened(wanted=1, …)`: the study, with so many women wanted."""

    def make(wanted=1, **settings):
        assert not isinstance(
            catalog.publish_source(
                workspace, DEFINITION.replace("WANTED", str(wanted)), file="", now=clock.now(), actor="test"
            ),
            list,
        )
        made = catalog.open_study(workspace, "drinks", channels=["web", "sms", "phone"], now=clock.now(), **settings)
        assert isinstance(made, catalog.Study), made
        return made

    return make


def begin(study, clock, sex, mode="web", **settings):
    """A new interview that has said who they are; the outcome."""
    made, _ = service.create(study.workspace_id, study, now=clock.now(), **settings)
    return send(made, "who" if mode == "web" else "sex", {"sex": sex}, clock, mode=mode)


def finish(taken, clock, drink="milk", mode="web"):
    return send(taken.interview, "what" if mode == "web" else "drink", {"drink": drink}, clock, mode=mode)


def standing(study, clock):
    """(complete, under way) of each cell that has any."""
    found = {
        f"{q.name}.{cell.name}": (cell.complete, cell.under_way)
        for q in targets.standing(study, clock.now())
        for cell in q.cells
    }
    return {name: counts for name, counts in found.items() if counts != (0, 0)}  # fmt: skip


def events(interview):
    with reading() as conn:
        found = repository.events_of(conn, interview.workspace_id, interview.id)
    return [(event["quota"], event["cell"], event["full"]) for event in found if event["kind"] == "quota"]


def test_a_place_is_reserved_once_the_cell_is_known_and_taken_at_completion(opened, clock):
    study = opened()
    taken = begin(study, clock, "f")
    assert standing(study, clock) == {"sex.f": (0, 1)}
    assert finish(taken, clock).interview.status == "complete"
    assert standing(study, clock) == {"sex.f": (1, 0)}
    assert events(taken.interview) == [("sex", "f", False)]


@pytest.mark.parametrize("mode", ["web", "sms"])
def test_who_comes_when_the_cell_is_full_is_turned_away_on_every_channel(opened, clock, mode):
    study = opened()
    begin(study, clock, "f", mode="sms")
    full = begin(study, clock, "f", mode=mode)
    assert (type(full), full.status) == (service.Finished, "quota_full")
    stored = service.load(study.workspace_id, full.interview.id)
    assert (stored.status, stored.disposition) == ("quota_full", "4.8")
    assert stored.state.answers["sex"].value == "f"  # what showed it is kept
    assert events(stored) == [("sex", "f", True)]
    assert service.replayed(study.workspace_id, stored.id) == stored.state
    assert standing(study, clock) == {"sex.f": (0, 1)}
    assert isinstance(begin(study, clock, "m"), service.Accepted)
    assert isinstance(begin(study, clock, "x"), service.Accepted)


def test_a_reservation_expires_and_answers_prolong_it(opened, clock):
    study = opened()
    first = begin(study, clock, "f")
    clock.advance(quotas.RESERVED - timedelta(seconds=1))
    first = send(first.interview, "who", {"sex": "f"}, clock)  # the same again: still there
    clock.advance(timedelta(seconds=2))
    assert begin(study, clock, "f").status == "quota_full"
    clock.advance(quotas.RESERVED)
    assert standing(study, clock) == {}
    assert isinstance(begin(study, clock, "f"), service.Accepted)


def test_a_completion_after_expiry_goes_through_if_there_is_room(opened, clock):
    study = opened()
    taken = begin(study, clock, "f")
    clock.advance(timedelta(hours=20))
    assert finish(taken, clock).interview.status == "complete"
    assert standing(study, clock) == {"sex.f": (1, 0)}


def test_a_completion_after_expiry_finds_the_cell_full(opened, clock):
    study = opened()
    slow = begin(study, clock, "f")
    clock.advance(quotas.RESERVED + timedelta(seconds=1))
    finish(begin(study, clock, "f"), clock)
    assert finish(slow, clock).status == "quota_full"
    assert standing(study, clock) == {"sex.f": (1, 0)}
    assert events(slow.interview) == [("sex", "f", False), ("sex", "f", True)]


def test_a_changed_answer_moves_the_place(opened, clock):
    study = opened()
    taken = begin(study, clock, "f")
    moved = send(taken.interview, "who", {"sex": "m"}, clock)
    assert standing(study, clock) == {"sex.m": (0, 1)}
    assert isinstance(begin(study, clock, "f"), service.Accepted)  # the old place is free
    back = send(moved.interview, "who", {"sex": "f"}, clock)
    assert back.status == "quota_full"
    assert standing(study, clock) == {"sex.f": (0, 1)}


def test_an_answer_that_leads_out_of_every_cell_frees_the_place(opened, clock):
    study = opened()
    taken = begin(study, clock, "f")
    send(taken.interview, "who", {"sex": "x"}, clock)
    assert standing(study, clock) == {}


def test_declining_closing_and_leaving_free_the_place(opened, clock):
    study = opened(wanted=3)
    ids = [begin(study, clock, "f").interview.id for _ in range(3)]
    service.decline(study.workspace_id, ids[0], "study", "web", clock.now())
    service.close(study.workspace_id, ids[1], "screened_out", clock.now())
    assert standing(study, clock) == {"sex.f": (0, 1)}
    clock.advance(settling.LEFT_ALONE)
    settling.settle(clock.now())
    with reading() as conn:
        assert conn.execute(select(Place).where(scoped(Place, study.workspace_id))).all() == []


def test_a_soft_quota_records_and_turns_nobody_away(opened, clock):
    study = opened(wanted=3)
    last = [finish(begin(study, clock, "f"), clock, "tea") for _ in range(3)][-1]
    assert last.interview.status == "complete"
    assert standing(study, clock) == {"sex.f": (3, 0), "drink.tea": (3, 0)}
    assert events(last.interview)[-1] == ("drink", "tea", True)


def test_a_test_interview_reserves_nothing(opened, clock):
    study = opened()
    for _ in range(2):
        taken = begin(study, clock, "f", is_test=True)
        assert finish(taken, clock).interview.status == "complete"
    assert standing(study, clock) == {}


def test_the_limit_of_the_study_and_its_quotas_hold_together(opened, clock):
    study = opened(wanted=2, max_interviews=2)
    assert isinstance(begin(study, clock, "m"), service.Accepted)
    assert isinstance(begin(study, clock, "f"), service.Accepted)
    full = begin(study, clock, "f")
    assert full.status == "quota_full"
    assert events(full.interview) == [("", "", True)]


# --- targets --------------------------------------------------------------------------------------


def test_a_raised_target_lets_more_in_and_a_lowered_one_nobody_new(opened, clock):
    study = opened()
    begin(study, clock, "f")
    assert targets.set_target(study, "sex", "f", 2, now=clock.now(), actor="u1") is None
    second = begin(study, clock, "f")
    assert targets.set_target(study, "sex", "f", 0, now=clock.now(), actor="u1") is None
    assert begin(study, clock, "f").status == "quota_full"
    assert finish(second, clock).interview.status == "complete"  # who was under way keeps their place
    changes = [entry.changes() for entry in trail(study.workspace_id, action="study.quota").items]
    assert sorted(changes) == [[("sex: f", 1, 2)], [("sex: f", 2, 0)]]


@pytest.mark.parametrize(
    ("quota", "cell", "target", "code"),
    [("sex", "none", 1, "unknown_cell"), ("none", "f", 1, "unknown_cell"), ("sex", "f", -1, "out_of_range")],
)
def test_a_target_that_cannot_be(opened, clock, quota, cell, target, code):
    assert targets.set_target(opened(), quota, cell, target, now=clock.now(), actor="u1").code == code


# --- many at once ---------------------------------------------------------------------------------


def test_two_hundred_at_once_fill_a_cell_exactly(opened, workspace, clock, at_once):
    study = opened(wanted=20)
    made = [service.create(workspace, study, now=clock.now())[0] for _ in range(200)]
    said = at_once([f"submit({workspace!r}, {each.id!r}, 'f')" for each in made])
    assert Counter(said) == {"Accepted": 20, "Finished:quota_full": 180}
    in_time = [each for each in service.interviews_of(workspace, study_id=study.id) if each.status == "started"]
    said = at_once([f"submit({workspace!r}, {each.id!r}, 'milk')" for each in in_time])
    assert Counter(said) == {"Accepted": 20}
    assert standing(study, clock) == {"sex.f": (20, 0)}


def test_many_who_return_at_once_after_expiry_do_not_overfill(opened, workspace, clock, at_once):
    study = opened(wanted=40)
    slow = [begin(study, clock, "f").interview for _ in range(40)]
    assert targets.set_target(study, "sex", "f", 10, now=clock.now(), actor="u1") is None
    clock.advance(quotas.RESERVED + timedelta(seconds=1))
    said = at_once([f"submit({workspace!r}, {each.id!r}, 'milk')" for each in slow])
    assert Counter(said) == {"Accepted": 10, "Finished:quota_full": 30}
    assert standing(study, clock) == {"sex.f": (10, 0)}
