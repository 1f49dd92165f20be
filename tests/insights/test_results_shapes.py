"""Results of grids, rankings, times, long lists and repeats: what was answered is what they say, of so many people and rows."""

import pytest

from app.insights.results import results
from tests.insights.household import PEOPLE


@pytest.fixture
def three(household, answer):
    study = household()
    made = [answer(study, typed) for typed in PEOPLE]
    assert {interview.status for interview in made} == {"complete"}
    return study, made


def test_a_grid_is_one_table(three):
    made = results(three[0])
    asked = next(section for section in made.sections if not section.repeats)
    grids = {part.grid.name: part.questions for part in asked.parts if part.grid}
    assert list(grids) == ["rate", "spent", "notes"]
    table = made.grid(grids["rate"])
    assert (table.codes, table.apart) == (["good", "fair", "bad"], ["dk", "skipped"])
    assert [[row.bars[code].count for code in table.codes] + [row.n] for row in table.rows] == [
        [2, 0, 1, 3],
        [0, 0, 1, 1],
    ]
    assert [row.apart["dk"] for row in table.rows] == [0, 1]
    spent = made.grid(grids["spent"])
    assert [(row.n, row.numbers.mean.value, row.numbers.quartiles[1]) for row in spent.rows] == [
        (2, 30, 30),
        (2, 70, 70),
    ]


def test_a_ranking_says_who_came_first_and_the_mean_rank(three):
    ranked = {each.code: each for each in results(three[0]).ranking("best")}
    assert [(code, each.first, each.n) for code, each in ranked.items()] == [("a", 1, 3), ("b", 2, 2), ("c", 0, 1)]
    assert ranked["a"].mean.value == pytest.approx((2 + 3 + 1) / 3)
    assert (ranked["b"].mean.value, ranked["b"].share.value) == (1, pytest.approx(2 / 3))


def test_times_and_long_lists(three):
    made = results(three[0])
    assert made.spread("up") == ("06:30", "06:30", "07:30", "07:30", "09:00")
    assert made.spread("moved")[2] == "2020-05-01T10:00"
    town = made.distribution("town")
    assert ([(bar.code, bar.count) for bar in town.bars], town.rest) == ([("t3", 2), ("t9", 1)], 0)
    assert made.latest("news__other__text") == ["My neighbour"]


def test_a_row_is_an_answer_and_people_are_counted_beside(three):
    made = results(three[0])
    size = made.size(("member",))
    assert (size.n, size.mean.value, size.low, size.high) == (3, pytest.approx(4 / 3), 0, 3)
    assert made.rows == {("member",): {3: 1, 1: 1, 0: 1}, ("member", "job"): {1: 4}}
    age, work, hours = (made.tallies[name] for name in ("age", "work", "hours"))
    assert (age.answered, age.people[""], age.apart) == (3, 2, {"dk": 1})
    assert (work.pooled, work.people[""], work.apart) == ({"yes": 1, "no": 1}, 2, {"not_asked": 2})
    assert (hours.pooled, hours.apart) == ({38: 1}, {"not_asked": 3})
    assert [section.repeats for section in made.sections] == [(), ("member",), ("member", "job")]


def test_the_page_shows_each_shape(three, signed_in):
    study, _ = three
    page = signed_in("researcher").get(f"/results/{study.id}").text
    for words in (
        "How was …",
        "Mean rank",
        "Please say which",
        "My neighbour",
        "3 rows answered",
        "by 2 people",
        "Person",
        "07:30",
    ):
        assert words in page, words
    assert "Is there one" not in page


def test_open_answers_of_rows_are_listed(three, signed_in):
    study, _ = three
    page = signed_in("researcher").get(f"/results/{study.id}/answers/first").text
    assert [name in page for name in ("Ala", "Jan", "Ola", "Ewa")] == [True] * 4


def test_an_interview_is_shown_row_by_row(three, signed_in):
    _, (first, *_) = three
    page = signed_in("researcher").get(f"/results/interviews/{first.id}").text
    for words in (
        "Person 1",
        "Person 3",
        "Person 1 · Job",
        "the price",
        "2. Light",
        "Ala",
        "How old is this person?",
    ):
        assert words in page, words
    assert page.count("How was …") == 1


def test_in_an_anonymous_study_rows_of_one_person_tell_nothing(household, answer):
    study = household("anonymous")
    for typed in PEOPLE:
        answer(study, typed)
    made = results(study)
    assert made.size(("member",)) is None
    assert made.summary("age") is None
    assert made.spread("up") is None
    assert {bar.count for bar in made.distribution("work").bars} == {None}
    assert {each.first for each in made.ranking("best")} == {None}
    assert made.latest("news__other__text") == ()
    assert set(made.apart("work").values()) == {None}


def test_many_rows_of_few_people_are_hidden_where_many_people_are_not(household, answer):
    study = household("anonymous")
    rows = [f"[{row}]" for row in range(1, 10)]
    nine = {"size": "9", **{f"work{row}": "yes" for row in rows}, **{f"age{row}": "20" for row in rows},
            **{f"hours{row}[1]": "" for row in rows}}  # fmt: skip
    one = {"size": "1", "age[1]": "30", "work[1]": "no"}
    other = {"size": "1", "age[1]": "10"}
    for typed in (nine, *[one] * 6, *[other] * 5):
        answer(study, {"town": "t1", **typed, "bye": ""})
    made = results(study)
    assert made.tallies["work"].pooled == {"yes": 9, "no": 6}
    assert {bar.code: bar.count for bar in made.distribution("work").bars} == {"yes": None, "no": None}
    assert made.size(("member",)).n == 12


def test_words_of_few_people_are_not_listed_in_an_anonymous_study(household, answer, signed_in):
    study = household("anonymous")
    reader = signed_in("researcher")
    rows = {f"first[{row}]": f"Name {row}" for row in range(1, 7)} | {f"hours[{row}][1]": "" for row in range(1, 7)}
    answer(study, {"size": "6", **rows, "bye": ""})
    for search in ("", "?q=Name"):
        page = reader.get(f"/results/{study.id}/answers/first{search}").text
        assert ("Fewer than 5" in page, "Name 3" in page) == (True, False)


def test_what_is_still_open_is_named_by_its_question(household, answer, signed_in):
    begun = answer(household(), {"town": "t1", "up": "7:00", "size": "0"})
    page = signed_in("researcher").get(f"/results/interviews/{begun.id}").text
    assert "Anything else" in page
