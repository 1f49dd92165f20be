"""Counting, scores and small cells: pure."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import engine
from app.insights import statistics
from app.insights.listing import window
from app.insights.scores import measure, score
from app.insights.small_cells import LEAST, hidden
from app.insights.tallies import Tally, distribution, tally
from tests.insights.test_export import SMALL, compiled

NPS = engine.Metric("nps", "nps", "score")
CES = engine.Metric("ces", "ces", "ease", (5, 6, 7))


def test_nps_of_the_reference():
    made = measure(NPS, {10: 30, 9: 20, 8: 30, 3: 20})
    assert made.parts == (20, 30, 50)
    assert made.estimate.value == 30
    assert (made.estimate.low, made.estimate.high) == pytest.approx((14.051, 44.201), abs=0.001)


def test_ces_of_the_reference_by_boxes_and_mean():
    made = measure(CES, {7: 40, 6: 30, 5: 15, 4: 8, 3: 4, 2: 2, 1: 1})
    assert made.estimate.value == pytest.approx(0.85)
    assert made.mean.value == pytest.approx(5.84)
    assert made.parts == (15, 85)


def test_csat_of_choices_counts_its_boxes():
    metric = engine.Metric("csat", "csat", "q", ("satisfied",))
    made = measure(metric, {"satisfied": 81, "dissatisfied": 182})
    assert (round(made.estimate.low, 4), round(made.estimate.high, 4)) == (0.2553, 0.3662)
    assert made.mean is None


def test_a_score_shows_its_mix_of_modes():
    question = compiled(SMALL).questions["score"]
    found = Tally(question, {"web": Counter({9: 3}), "phone": Counter({0: 1})}, 4)
    made = score(NPS, found, guarded=False)
    assert [(mode, n, each.estimate.value) for mode, n, each in made.modes] == [("phone", 1, -100), ("web", 3, 100)]
    assert made.pooled.estimate.value == 50


def test_without_answers_there_is_no_score():
    assert measure(NPS, {}) is None
    assert measure(CES, {}) is None


# --- counting -------------------------------------------------------------------------------------


def state(q, answers):
    given = {name: engine.Answer(value, special, "web") for name, (value, special) in answers.items()}
    return engine.State("s", "en", answers=engine.Answers(given), started="2026-11-04T12:00:00+00:00")


def test_each_answer_counts_once_and_only_on_the_route():
    q, found = compiled(SMALL), {}
    for answers in (
        {"score": (3, None), "reasons": (("price", "staff"), None), "words": (None, None)},
        {"score": (9, None), "reasons": (("price",), None), "words": ("Fine", None)},  # reasons left the route
        {"score": (None, "dk")},
        {"score": (2, None), "reasons": (None, "refused")},
    ):
        tally(found, q, state(q, answers))
    assert found["score"].pooled == {3: 1, 9: 1, 2: 1}
    assert found["score"].apart == {"dk": 1}
    assert found["reasons"].pooled == {"price": 1, "staff": 1}
    assert (found["reasons"].answered, found["reasons"].apart) == (1, {"not_asked": 2, "refused": 1})
    assert (found["words"].answered, found["words"].apart) == (1, {"skipped": 1, "not_asked": 2})
    shown = distribution(found["reasons"])
    assert [(bar.code, bar.count, bar.estimate.value) for bar in shown.bars] == [("price", 1, 1), ("staff", 1, 1)]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=12))
def test_no_small_count_is_shown_or_can_be_reckoned(counts):
    gone = hidden(counts)
    assert all(place in gone for place, n in enumerate(counts) if 0 < n < LEAST)
    shown = [n for place, n in enumerate(counts) if place not in gone]
    rest = sum(counts) - sum(shown)
    # what is left over is nothing, or is made up of several counts and many people, or is all there is
    assert rest == 0 or (len(gone) > 1 and rest >= LEAST) or not any(shown)


def test_an_anonymous_score_does_not_tell_the_counts_that_are_hidden():
    question = compiled(SMALL).questions["score"]
    few = Tally(question, {"web": Counter({10: 20, 8: 3, 2: 6})}, 29)
    assert score(NPS, few, guarded=True).pooled is None  # three passives
    enough = Tally(question, {"web": Counter({10: 20, 8: 7, 2: 6, 1: 1}), "phone": Counter({9: 1})}, 35)
    made = score(NPS, enough, guarded=True)
    assert made.pooled.parts == (7, 7, 21)
    assert [(mode, n, each) for mode, n, each in made.modes] == [("phone", 1, None), ("web", 34, None)]
    counts = {
        bar.code: bar.count for bar in distribution(enough, lambda code: (int(code) >= 7) + (int(code) >= 9)).bars
    }
    # the detractors' total is known, so the six who said 2 would tell the one who said 1
    assert (counts["1"], counts["2"], counts["8"], counts["9"], counts["10"]) == (None, None, 7, None, None)


# --- numbers and pages ----------------------------------------------------------------------------


def test_summary_of_a_number():
    made = statistics.summary({18: 1, 30: 2, 40: 1, 90: 1})
    assert (made.n, made.low, made.quartiles, made.high) == (5, 18, (30, 30, 40), 90)
    assert statistics.quantile({1: 1, 2: 1, 3: 1, 4: 1}, 0.25) == 1.75  # R: quantile(1:4, .25)
    assert statistics.summary({7: 1}).mean is None
    assert statistics.summary({}) is None


def test_a_page_of_an_iterator():
    page = window(lambda: iter(range(7)), 2, size=3)
    assert (page.items, page.total, page.last) == ([3, 4, 5], 7, 3)
    assert window(lambda: iter(range(7)), 9, size=3).items == [6]
    assert window(lambda: iter(()), 1).items == []
