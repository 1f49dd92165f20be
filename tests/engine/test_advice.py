from app import engine
from tests.engine.helpers import compiled


def codes(questions: str, head: str = "") -> list[tuple[str, str]]:
    q = compiled(f"{head}\npages: [{{name: p, questions: [{questions}]}}]")
    return [
        (problem.code, problem.path) for problem in engine.advise(q) if problem.text() and problem.severity == "warning"
    ]


def test_a_condition_that_may_be_unknown():
    optional = "{name: a, type: nps, label: A}"
    required = "{name: a, type: nps, label: A, required: true}"
    assert codes(f"{optional}, {{name: b, type: text, label: B, relevant: a > 6}}") == [("may_be_unknown", "p.b")]
    assert codes(f"{required}, {{name: b, type: text, label: B, relevant: a > 6}}") == []
    assert codes(f"{optional}, {{name: b, type: text, label: B, relevant: 'answered(a) and a > 6'}}") == []
    assert codes(f"{optional}, {{name: b, type: text, label: B, relevant: 'coalesce(a, 0) > 6'}}") == []


def test_a_choice_that_stops_the_sender():
    assert codes(
        "{name: a, type: single_choice, label: A, choices: [{name: x, label: STOP!}, {name: y, label: Go on}]}"
    ) == [("stop_word", "p.a.x")]


def test_a_choice_that_depends_on_its_own_page():
    first = "{name: a, type: nps, label: A, required: true}"
    choices = "choices: [{name: x, label: X, relevant: a > 3}, {name: y, label: Y}]"
    assert codes(f"{first}, {{name: b, type: single_choice, label: B, {choices}}}") == [("same_page_choice", "p.b.x")]
