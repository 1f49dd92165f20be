"""Compiling: every problem at once, each with its line; and nothing wrong with what is shipped."""

import re
from pathlib import Path

import pytest

from app import engine
from app.catalog import source
from tests.engine.helpers import HEAD, compiled, problems, problems_or_questionnaire

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parent.parent / "questionnaires").glob("*.yaml"))


def page(questions: str) -> str:
    return "pages:\n  - name: main\n    questions:\n" + "\n".join(
        f"      - {line}" for line in questions.strip().splitlines()
    )


def test_a_definition_with_mistakes_reports_each_with_its_line():
    text = (HERE / "definitions" / "mistakes.yaml").read_text()
    expected = [
        (number, code)
        for number, line in enumerate(text.splitlines(), 1)
        if number > 1 and (comment := re.search(r"# ([a-z_ ]+)$", line))
        for code in comment[1].split()
    ]
    found = engine.compile(*source.read(text, "mistakes.yaml"))
    assert isinstance(found, list)
    assert sorted((problem.line, problem.code) for problem in found) == sorted(expected)
    assert len(found) >= 20
    for problem in found:
        assert problem.file == "mistakes.yaml"
        assert problem.path
        assert problem.text()
        assert problem.remedy_text() or problem.code in ("wrong_type", "bad_range"), problem


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_definitions_compile(file):
    tree, marks = source.read(file.read_text(), file.name)
    result = engine.compile(tree, marks)
    assert isinstance(result, engine.Questionnaire), [str(problem) for problem in result]
    assert engine.compatible(result, result) == []


@pytest.mark.parametrize(
    ("questions", "codes"),
    [
        ("{name: a, type: text, label: A}", []),
        ("{name: a, type: text, label: A, min: 3}", ["unknown_key"]),
        ("{name: a, type: text, label: A, max_length: 0}", ["bad_range"]),
        ("{name: a, type: text, label: A, required: maybe}", ["unknown_name"]),
        ("{name: a, type: text, label: A, required: yes}", []),
        ("{name: a, type: text, label: A, required: 1}", ["type_mismatch"]),
        ("{name: a, type: text, label: [A]}", ["wrong_type"]),
        ("{name: and, type: text, label: A}", ["reserved_name"]),
        ("{name: a__b, type: text, label: A}", ["bad_name"]),
        ("{name: a, type: text}", ["missing_key"]),
        ("{type: text, label: A}", ["missing_key"]),
        ("{name: a}", ["missing_key"]),
        ("{name: a, type: [text], label: A}", ["unknown_type"]),
        ("just text", ["wrong_type"]),
        ("{name: a, type: date, label: A, min: 2026-02-30}", ["bad_date"]),
        ("{name: a, type: date, label: A, min: 2026-02-02, max: 2026-01-01}", ["bad_range"]),
        ("{name: a, type: rating, label: A, min: 5, max: 1}", ["bad_range"]),
        ("{name: a, type: rating, label: A, max: 5000}", ["bad_range"]),
        ("{name: a, type: yes_no, label: A, choices: [{name: maybe, label: M}]}", ["unknown_choice"]),
        ("{name: a, type: yes_no, label: A, choices: [{name: yes, label: Sure}]}", []),
        ("{name: a, type: single_choice, label: A, choices: [{name: x, label: X, exclusive: true}]}", ["not_allowed"]),
        ("{name: a, type: single_choice, label: A}", ["missing_key"]),
        ("{name: a, type: single_choice, label: A, choices: [{name: dk, label: X}]}", ["duplicate_choice"]),
        ("{name: a, type: computed, calculation: 1 + 1}", []),
        ("{name: a, type: computed, calculation: 1 + 'x'}", ["type_mismatch"]),
        ("{name: a, type: computed, calculation: 1 + a}", ["forward_reference"]),
        ("{name: a, type: integer, label: A, relevant: '${a} > 1'}", ["forward_reference"]),
        ("{name: a, type: integer, label: 'A ${a|x}'}", ["forward_reference"]),
        ("{name: a, type: integer, label: A, constraint: '${a} > 1', constraint_message: 'Not ${a|that}'}", []),
        (
            "{name: a, type: integer, label: A}\n{name: b, type: text, label: B, relevant: a > 1 and a}",
            ["type_mismatch"],
        ),
    ],
)
def test_questions(questions, codes):
    result = problems_or_questionnaire(page(questions))
    assert [problem.code for problem in result] == codes if codes else isinstance(result, engine.Questionnaire), result


@pytest.mark.parametrize(
    "tree", [None, [], "text", 3, {}, {"pages": None}, {"pages": [None]}, {"pages": [{"questions": [None]}]}]
)
def test_any_tree_gives_problems_not_exceptions(tree):
    found = engine.compile(tree)
    assert isinstance(found, list)
    assert all(problem.text() for problem in found)
    assert found


def test_did_you_mean():
    (problem,) = problems_or_questionnaire(page("{name: a, type: intger, label: A}"))
    assert problem.remedy_text() == "Did you mean integer?"


def test_an_expressions_problem_points_into_its_line():
    (problem,) = problems_or_questionnaire(page('{name: a, type: integer, label: A, constraint: ". > (3"}'), HEAD)
    line = (HEAD + page('{name: a, type: integer, label: A, constraint: ". > (3"}')).splitlines()[problem.line - 1]
    assert line[: problem.column - 1].endswith(". > (3")


def test_defaults_of_metrics_and_choices():
    q = compiled(
        """
metrics: [{name: m, kind: csat, question: c}, {name: e, kind: ces, question: e}, {name: s, kind: csat, question: s}]
"""
        + page(
            "{name: c, type: csat_5, label: C}\n{name: e, type: ces_7, label: E}\n{name: s, type: csat_binary, label: S}"
        )
    )
    assert [metric.boxes for metric in q.metrics] == [(4, 5), (5, 6, 7), ("satisfied",)]
    assert [choice.number for choice in q.questions["s"].choices] == [1, 2]
    assert [choice.number for choice in q.questions["c"].choices] == [1, 2, 3, 4, 5]


def test_numbers_of_choices():
    choices = "choices: [{name: 0, label: Zero}, {name: 7, label: Seven}]"
    q = compiled(page(f"{{name: a, type: single_choice, label: A, {choices}}}"))
    assert [choice.number for choice in q.questions["a"].choices] == [0, 7]


def test_duplicate_keys_and_unreadable_yaml():
    assert problems("pages: []\npages: []") == ["duplicate_key"]
    assert problems("pages: [") == ["bad_yaml"]
    assert problems("pages: \0") == ["bad_character"]
    assert problems(f"pages: {'9' * 5000}") == ["wrong_type"]
    assert problems("a: &a [*a]") == ["too_large"]
    assert problems("a: !!python/object:os.system {}") == ["missing_key", "unknown_key"]
    bomb = "\n".join(["a0: &a0 [1, 2]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)])
    assert problems(bomb) == ["too_large"]


TEXTS = page("{name: a, type: integer, label: A, min: 0, max: 9}\n{name: b, type: yes_no, label: B, relevant: a > 1}")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("label: A", "label: Other words"), None),
        (("a > 1", "(a)  >  1"), None),
        (("label: B", "label: B, hint: H"), None),
        (("a > 1", "a > 2"), "example.pages.main.questions.b.relevant"),
        (("max: 9", "max: 10"), "example.pages.main.questions.a.parameters.max"),
        (("name: b", "name: c"), "example.pages.main.questions"),
        (("type: yes_no", "type: csat_binary"), "example.pages.main.questions.b.type"),
    ],
)
def test_only_texts_may_change_in_a_live_study(change, path):
    found = engine.compatible(compiled(TEXTS), compiled(TEXTS.replace(*change)))
    assert (path in [problem.path for problem in found]) if path else found == []


PARTS = """
lists: [{name: l, choices: [{name: a, label: A}, {name: b, label: B}]}]
pages:
  - block: most
    pages:
      - name: p
        questions:
          - {name: g, type: matrix_single, label: Head, rows: [{name: r, label: Row}], choices: l}
          - {name: f, type: single_choice, label: F, choices: l, choice_filter: name = 'a'}
  - repeat: each
    title: Title
    pages: [{name: q, questions: [{name: n, type: integer, label: Number}]}]
"""


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("Head", "Words"), None),
        (("Row", "Words"), None),
        (("label: A", "label: Words"), None),
        (("Title", "Words"), None),
        (("Number", "Words"), None),
        (("name: r", "name: s"), "example.pages.most.pages.p.questions"),
        (("name: a,", "name: c,"), "example.pages.most.pages.p.questions.f.choices"),
        (("= 'a'", "= 'b'"), "example.pages.most.pages.p.questions.f.choice_filter"),
        (("title: Title", "most: 3"), "example.pages.each.most"),
        (("block: most", "block: few"), "example.pages"),
    ],
)
def test_nor_may_blocks_repeats_grids_and_lists(change, path):
    found = engine.compatible(compiled(PARTS), compiled(PARTS.replace(*change)))
    assert (path in [problem.path for problem in found]) if path else found == []


def test_a_language_may_be_added_not_taken():
    one = compiled(TEXTS)
    head = HEAD.replace("[en]", "[en, pl]").replace("Example}", "Example, pl: P}").replace("test}", "test, pl: T}")
    two = compiled(
        TEXTS.replace("label: A", "label: {en: A, pl: A}").replace("label: B", "label: {en: B, pl: B}"), head
    )
    assert engine.compatible(one, two) == []
    assert [problem.path for problem in engine.compatible(two, one)] == ["languages"]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_yaml_is_written_back_the_same(file):
    tree, _ = source.read(file.read_text())
    assert source.read(source.write(tree))[0] == tree
