"""Interviews: routes, back, masking, checks, piping, channels."""

import pytest

from app import engine
from app.core.problems import Problem
from tests.engine.helpers import HEAD, NOW, begin, compiled, problems, refused, take

STORY = """
outside: [{name: product, type: text, source: event}]
partial: {answered: [score]}
pages:
  - name: score
    title: Score
    questions:
      - {name: hello, type: note, label: "About ${product|your order}."}
      - {name: score, type: nps, label: "How likely?", required: yes, sms: "0-10?", read_out: "From 0 to 10?"}
  - name: why
    relevant: "${score} <= 6"
    questions:
      - {name: why, type: long_text, label: "You said ${score|it}. Why?"}
  - name: topics
    questions:
      - name: topics
        type: multiple_choice
        label: Which?
        choices:
          - {name: price, label: Price}
          - {name: bug, label: Bug, relevant: "${score} < 9"}
          - {name: none, label: None, exclusive: true}
      - {name: which_price, type: integer, label: "How much?", relevant: "selected(${topics}, 'price')", required: yes,
         min: 0, warning: ". < 1000", warning_message: "Really ${which_price|that much}?"}
      - {name: dear, type: computed, calculation: "${which_price} > 100"}
  - name: bye
    questions: [{name: bye, type: note, label: "Thanks for ${score|your} points."}]
"""


@pytest.fixture(scope="module")
def q():
    return compiled(STORY)


def screen(q, state, channel="web", at=None):
    shown = engine.next_screen(q, state, channel, at)
    assert isinstance(shown, engine.Screen), shown
    return shown


def test_first_screen(q):
    state = engine.new_state(q, "seed", "de", {"product": "Lamp", "unknown": 1})
    first = screen(q, state)
    assert (first.at, first.title, first.language, first.first, first.can_go_back) == (
        "score",
        "Score",
        "en",
        True,
        None,
    )
    assert first.consent
    assert [item.label for item in first.items] == ["About Lamp.", "How likely?"]
    assert first.items[1].required
    assert [choice.name for choice in first.items[1].choices] == [str(n) for n in range(11)]
    assert first.items[1].parameters["low"] == "Not at all likely"
    assert not screen(q, begin(q)).consent
    assert screen(q, begin(q)).items[0].label == "About your order."


def test_an_answer_needs_consent_first(q):
    with pytest.raises(ValueError, match="consent"):
        engine.answer(q, engine.new_state(q, "s", "en"), "score", {"score": "1"}, "web", NOW)


def test_the_route_follows_the_answers_and_keeps_what_is_masked(q):
    state = take(q, begin(q), score="3")
    assert screen(q, state).items[0].label == "You said 3. Why?"
    state = take(q, state, why="Late")
    state = take(q, state, at="score", score="9")
    assert [node.name for node in engine.path(q, state)] == ["hello", "score", "topics", "dear", "bye"]
    assert "why" not in engine.values(q, state)
    assert state.answers["why"].value == "Late"
    assert screen(q, state).at == "topics"
    state = take(q, state, at="score", score="4")
    assert engine.values(q, state)["why"] == "Late"
    assert screen(q, state).at == "topics"
    assert screen(q, state).can_go_back == "why"
    assert screen(q, state, at="why").items[0].raw == "Late"


def test_a_question_that_appears_on_the_same_page_is_shown_next(q):
    state = take(q, begin(q), score="10")
    state = take(q, state, topics=["price"])
    again = screen(q, state)
    assert (again.at, [item.name for item in again.items]) == ("topics", ["topics", "which_price"])
    assert again.items[0].raw == ["price"]
    assert refused(q, state, topics=["price"]) == {"which_price": "required"}
    state = take(q, state, topics=["price"], which_price="5")
    assert engine.values(q, state)["dear"] is False


def test_a_question_that_the_browser_reveals_is_taken_at_once(q):
    state = take(q, begin(q), score="10")
    assert refused(q, state, topics=["price"], which_price="x") == {"which_price": "not_whole"}
    state = take(q, state, topics=["price"], which_price="7")
    assert screen(q, state).at == "bye"


def test_what_is_typed_off_the_route_is_kept_and_no_obstacle(q):
    state = take(q, begin(q), score="10")
    state = take(q, state, topics=["none"], which_price="x")
    assert "which_price" not in state.answers
    state = take(q, state, at="topics", topics=["none"], which_price="")
    assert "which_price" not in state.answers
    state = take(q, state, at="topics", topics=["none"], which_price="8")
    assert state.answers["which_price"].value == 8
    assert "which_price" not in engine.values(q, state)


def test_an_optional_question_left_empty_is_passed(q):
    state = take(q, begin(q), score="3")
    state = take(q, state)
    assert state.answers["why"].blank
    assert "why" in state.seen
    assert screen(q, state).at == "topics"


def test_required(q):
    assert refused(q, begin(q)) == {"score": "required"}
    assert refused(q, begin(q), score="") == {"score": "required"}


def test_a_screen_is_all_or_nothing_and_shows_what_was_typed(q):
    state = take(q, begin(q), score="10")
    state = take(q, state, topics=["price"])
    shown = screen(q, state)
    raw = {"topics": ["price", "none"], "which_price": "x"}
    outcome = engine.answer(q, state, "topics", raw, "web", NOW)
    assert isinstance(outcome, engine.Invalid)
    again = engine.redisplay(shown, outcome.problems, outcome.raw)
    assert again.items[0].raw == ["price", "none"]
    assert [choice.selected for choice in again.items[0].choices] == [True, True]
    assert [problem.code for problem in again.items[0].problems] == ["exclusive_choice"]
    assert again.items[1].raw == "x"
    assert engine.redisplay(shown, [Problem("general", "x")]).problems[0].code == "general"


def test_a_soft_check_warns_until_overridden(q):
    state = take(q, take(q, begin(q), score="10"), topics=["price"])
    raw = {"topics": ["price"], "which_price": "5000"}
    outcome = engine.answer(q, state, "topics", raw, "web", NOW)
    assert isinstance(outcome, engine.Warned)
    (problem,) = outcome.problems
    assert (problem.text(), problem.severity, outcome.raw) == ("Really 5000?", "warning", raw)
    bare = engine.answer(q, state, "topics", raw, "web", NOW, ["which_price"])
    assert isinstance(bare, engine.Accepted)
    assert bare.state.answers["which_price"].override == ""
    noted = engine.answer(q, state, "topics", raw, "web", NOW, {"which_price": "It was a castle."})
    assert isinstance(noted, engine.Accepted)
    assert noted.state.answers["which_price"].override == "It was a castle."
    again = engine.answer(q, noted.state, "topics", raw, "web", NOW)
    assert again == engine.Accepted(noted.state, ())


def test_an_answer_whose_choice_is_gone_is_asked_again(q):
    state = take(q, begin(q), score="8")
    state = take(q, state, topics=["bug"])
    state = take(q, state, at="score", score="9")
    again = screen(q, state)
    assert again.at == "topics"
    assert [choice.name for choice in again.items[0].choices] == ["price", "none"]
    assert engine.values(q, state)["topics"] is None
    assert refused(q, state, topics=["bug"]) == {"topics": "not_an_option"}
    state = take(q, state, at="score", score="8")
    assert engine.values(q, state)["topics"] == ("bug",)


def test_an_answer_whose_check_fails_after_a_change_is_asked_again():
    q = compiled(
        "pages: [{name: a, questions: [{name: low, type: integer, label: L}]}, {name: b, questions:"
        " [{name: high, type: integer, label: H, constraint: '. > low', constraint_message: 'Over ${low|it}, not ${high|that}'}]}]"
    )
    state = take(q, take(q, begin(q), low="1"), high="5")
    assert isinstance(engine.next_screen(q, state, "web"), engine.End)
    state = take(q, state, at="a", low="7")
    assert screen(q, state).at == "b"
    assert engine.values(q, state) == {"low": 7, "high": None}
    outcome = engine.answer(q, state, "b", {"high": "6"}, "web", NOW)
    assert [problem.text() for problem in outcome.problems] == ["Over 7, not 6"]


def test_a_stale_page_and_a_finished_interview_change_nothing(q):
    state = take(q, begin(q), score="3")
    state = take(q, state, at="score", score="9")
    outcome = engine.answer(q, state, "why", {"why": "typed"}, "web", NOW)
    assert isinstance(outcome, engine.Invalid)
    assert (outcome.problems[0].code, outcome.raw) == ("not_on_route", {"why": "typed"})
    state, _ = engine.inform(q, state, engine.Closed("quota_full"), NOW)
    assert engine.next_screen(q, state, "web") == engine.End("quota_full", "en")
    assert engine.answer(q, state, "score", {"score": "1"}, "web", NOW).problems[0].code == "interview_closed"


def test_one_question_a_screen_by_sms_and_on_the_phone(q):
    state = begin(q, "sms")
    first = screen(q, state, "sms")
    assert (first.at, [item.name for item in first.items]) == ("score", ["hello", "score"])
    assert first.items[1].sms == "0-10?"
    state = take(q, state, "sms", score="ten")
    assert state.answers["score"].wording == "0-10?"
    state = take(q, state, "sms", topics="1")
    assert screen(q, state, "phone").at == "which_price"
    state = take(q, state, "phone", which_price="7")
    end = engine.next_screen(q, state, "phone")
    assert isinstance(end, engine.End)
    assert (end.status, [note.label for note in end.notes]) == ("complete", ["Thanks for 10 points."])
    assert screen(q, state, "web").at == "bye"
    assert isinstance(engine.next_screen(q, take(q, state, "web"), "web"), engine.End)


def test_a_place_can_be_found_from_another_channel(q):
    state = take(q, begin(q), score="10")
    assert screen(q, state, "web", "which_price").at == "topics"
    state = take(q, state, topics=["price"], which_price="3")
    assert screen(q, state, "web", "which_price").at == "topics"
    assert screen(q, state, "sms", "topics").at == "topics"
    assert screen(q, state, "phone", "score").at == "score"
    assert screen(q, state, "web", "nowhere").at == "bye"


def test_answers_carry_how_they_were_given(q):
    outcome = engine.answer(q, begin(q), "score", {"score": "3"}, "web", NOW)
    answer = outcome.state.answers["score"]
    assert (answer.mode, answer.entry, answer.at) == ("web", "link", NOW.isoformat())
    assert answer.wording == "How likely?"
    assert answer.order == tuple(str(n) for n in range(11))
    assert [event["name"] for event in outcome.events] == ["hello", "score"]


def test_the_same_answer_again_changes_nothing(q):
    state = take(q, begin(q), score="3")
    assert engine.answer(q, state, "score", {"score": "3"}, "phone", NOW) == engine.Accepted(state, ())


def test_don_t_know_by_an_interviewer(q):
    state = take(q, begin(q, "phone"), "phone", score__special="dk")
    assert state.answers["score"].special == "dk"
    assert engine.values(q, state)["score"] is None
    assert screen(q, state, "phone").at == "topics"
    shown = screen(q, state, "phone", "score").items[1]
    assert (shown.special, shown.dk, shown.refused) == ("dk", "Don’t know", "Prefer not to say")
    assert screen(q, state, "web", "score").items[1].dk == ""


def test_don_t_know_in_the_author_s_words():
    q = compiled(
        "pages: [{name: p, questions: [{name: a, type: text, label: A, dont_know: Cannot recall, refused: yes}]}]"
    )
    shown = screen(q, begin(q)).items[0]
    assert (shown.dk, shown.refused) == ("Cannot recall", "Prefer not to say")
    assert take(q, begin(q), a__special="dk").answers["a"].special == "dk"
    assert take(q, begin(q), "sms", a="cannot recall.").answers["a"].special == "dk"
    assert take(q, begin(q), "sms", a="Wolę nie odpowiadać").answers["a"].special == "refused"


def test_completeness(q):
    state = begin(q)
    assert engine.completeness(q, state) == "break_off"
    state = take(q, state, score="9")
    assert engine.completeness(q, state) == "partial"
    assert engine.completeness(q, state, ["topics"]) == "break_off"
    assert engine.completeness(q, take(q, state, topics=["none"])) == "complete"


def test_random_order_is_of_the_interview_not_of_the_moment():
    choices = (
        ", ".join(f"{{name: c{n}, label: C{n}}}" for n in range(8)) + ", {name: none, label: None, exclusive: true}"
    )
    q = compiled(
        f"pages: [{{name: p, questions: [{{name: m, type: multiple_choice, label: M, randomize: true, choices: [{choices}]}}]}}]"
    )
    orders = set()
    for seed in "abcdef":
        state = engine.new_state(q, seed, "en")
        first, again = (screen(q, state, channel).items[0].choices for channel in ("web", "sms"))
        assert first == again
        assert first[-1].name == "none"
        assert {choice.number for choice in first} == set(range(1, 10))
        orders.add(tuple(choice.name for choice in first))
    assert len(orders) == 6


def test_facts(q):
    state = begin(q)
    state, (event,) = engine.inform(q, state, engine.Outside("product", "Sofa"), NOW)
    assert (event["kind"], state.outside) == ("outside", {"product": "Sofa"})
    assert screen(q, state).items[0].label == "About Sofa."
    with pytest.raises(ValueError, match="colour"):
        engine.inform(q, state, engine.Outside("colour", "red"), NOW)
    state, _ = engine.inform(q, state, engine.Language("it"), NOW)
    assert state.language == "en"
    state, _ = engine.inform(q, state, engine.Timeout("score"), NOW)
    declined, (event,) = engine.inform(q, state, engine.Declined("everything"), NOW)
    assert event["scope"] == "everything"
    assert engine.next_screen(q, declined, "sms") == engine.End("declined", "en")


def test_language():
    head = HEAD.replace("[en]", "[en, it]").replace("Example}", "Example, it: E}").replace("test}", "test, it: T}")
    q = compiled(
        "pages: [{name: p, questions: [{name: a, type: yes_no, label: {en: Right, it: Giusto}, refused: true}]}]",
        head,
    )
    state, _ = engine.inform(q, begin(q), engine.Language("it"), NOW)
    shown = screen(q, state).items[0]
    assert (shown.label, shown.choices[0].label, shown.refused) == ("Giusto", "Sì", "Preferisco non rispondere")
    assert take(q, state, "sms", a="SI").answers["a"].value == "yes"


@pytest.mark.parametrize(
    ("type_", "given", "value"),
    [
        ("text", "a", "a"), ("text", 3, "3"), ("number", "3.5", 3.5), ("integer", "4", 4), ("number", "x", None),
        ("date", "2026-01-02", "2026-01-02"), ("date", "2026-01-02T10:00:00Z", "2026-01-02"), ("date", "x", None),
        ("bool", "true", True), ("bool", False, False), ("bool", "maybe", None), ("text", "a\0", None),
        ("number", "nan", None), ("number", "1e999", None), ("number", 10**400, None), ("number", True, None),
    ],
)  # fmt: skip
def test_values_from_outside(type_, given, value):
    q = compiled(
        f"outside: [{{name: x, type: {type_}, source: event}}]\n"
        "pages: [{name: p, questions: [{name: a, type: text, label: A}]}]"
    )
    known, wrong = engine.read_outside(q, {"x": given})
    assert known.get("x") == value
    assert [problem.code for problem in wrong] == ([] if value is not None else ["wrong_type"])
    assert engine.new_state(q, "s", "en", {"x": given}).outside == known


def test_today_is_the_day_the_interview_started():
    q = compiled(
        "pages: [{name: p, questions: [{name: day, type: date, label: D, constraint: '. <= today()'},"
        " {name: t, type: computed, calculation: today()}]}]"
    )
    assert refused(q, begin(q), day="2026-04-06") == {"day": "constraint"}
    assert engine.values(q, take(q, begin(q), day="2026-04-05"))["t"] == "2026-04-05"


def test_helper_tells_problems():
    assert problems("pages: []") == ["empty_list"]
