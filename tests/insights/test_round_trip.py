"""A question of every type, grids and repeats in repeats: answered through the write path, exported, read back."""

from random import Random

import pytest

from app import engine
from app.catalog import service as catalog
from app.engine.question_type import NONE
from app.engine.types import TYPES
from app.insights.table import SKIPPED, fields, reason, sheets
from app.interviews import service as interviews
from app.proofs.respondent import Respondent
from tests.insights.conftest import CONSENT, open_study, table
from tests.insights.test_export import exported

CHOICES = "choices: [{name: a, label: Apple}, {name: b, label: Banana, specify: Which}, {name: c, label: Cherry}]"
ROWS = "rows: [{name: r, label: R}, {name: s, label: S}]"
OWN = {
    **dict.fromkeys(("single_choice", "lookup"), CHOICES),
    **dict.fromkeys(("multiple_choice", "ranking"), CHOICES),
    "image_choice": "choices: [{name: 1, label: Apple, image: a.png}, {name: 2, label: Banana, image: b.png}]",
    **dict.fromkeys(("matrix_single", "matrix_multiple"), f"{ROWS}, choices: fruit"),
    **dict.fromkeys(("matrix_number", "matrix_text", "constant_sum"), ROWS),
    "computed": "calculation: 1 + 1",
    "hidden": "source: link",
    "exit": "relevant: 1 > 2",
    "jump": "relevant: 1 > 2, to: last",
}
TYPE_NAMES = [name for name in TYPES.names() if TYPES[name].channels["web"] != NONE]


def of_each_type(mark):
    """A question of each type, `mark` at the end of their names."""
    made = []
    for name in TYPE_NAMES:
        shown = "" if name in ("computed", "hidden", "jump") else f", label: About {name}"
        special = ", dont_know: yes, refused: yes" if TYPES[name].asked else ""
        own = f", {OWN[name]}" if name in OWN else ""
        made.append(f"{{name: {name}_{mark}, type: {name}{shown}{special}{own}}}")
    return ", ".join(made)


NO_JUMP = [name for name in TYPE_NAMES if name != "jump"]
DEFINITION = f"""\
questionnaire: every
title: Every type
languages: [en]
basis: attributable
purpose: to learn
minutes: 5
lists: [{{name: fruit, choices: [{{name: a, label: Apple}}, {{name: b, label: Banana}}]}}]
pages:
  - {{name: main, questions: [{of_each_type("main")}]}}
  - {{name: many, questions: [{{name: size, type: integer, label: How many, min: 0, max: 2, required: yes}}]}}
  - repeat: member
    count: ${{size}}
    pages:
      - {{name: person, questions: [{of_each_type("row").replace("to: last", "to: after")}]}}
      - repeat: visit
        most: 2
        pages: [{{name: seen, questions: [{{name: where, type: text, label: Where, refused: yes}}]}}]
      - {{name: after, questions: [{{name: old, type: text, label: Old}}]}}
  - {{name: last, questions: [{{name: end, type: note, label: Bye}}]}}
"""


def interviewed(study, questionnaire, number, clock):
    """An interview that a random person finishes."""
    person = Respondent(questionnaire, "web", Random(number)).answer_all()
    assert person.status == "complete", person.stuck
    made, _ = interviews.create(study.workspace_id, study, now=clock.now(), outside={"hidden_main": "x"})
    while isinstance(screen := interviews.screen(made, "web"), engine.Screen):
        raw = {}
        for item in screen.items:
            answer, kind = person.state.answers.get(item.name) or engine.Answer(None), TYPES[item.type]
            raw |= {f"{item.name}__special": answer.special} if answer.special else {}
            raw |= {item.name: kind.typed(answer.value)} if answer.value is not None else {}
        sent = interviews.Submission(
            mode="web", entry="link", at=screen.at, raw=raw, revision=made.revision, consent=CONSENT
        )
        taken = interviews.submit(study.workspace_id, made.id, sent, clock.now())
        assert isinstance(taken, interviews.Accepted), taken
        made = taken.interview
    return made


def read_back(files, questionnaire):
    """interview's id -> place -> name -> the value, or (reason,); a question that was not asked is missing."""
    codes = {(row["file"], row["name"]): row["missing"] for row in table(files["codebook.csv"])}
    found = {}
    for sheet in sheets([(1, questionnaire)]):
        file = f"{sheet.name}.csv"
        for row in table(files[file]):
            place = "".join(f"[{row[number]}]" for number in sheet.numbers)
            answers = found.setdefault(row["interview__id"], {}).setdefault((sheet.repeats, place), {})
            for question in {field.question.name: field.question for field in sheet.fields}.values():
                names = [column.name for column in question.kind.columns(question)]
                cells = [row[name] for name in names]
                missing = [part.partition(" = ") for part in codes[file, names[0]].split(" | ")]
                why = {code: reason for reason, _, code in missing}.get(cells[0])
                if why:
                    answers[question.name] = (why,)
                elif any(cells):
                    answers[question.name] = question.kind.from_cells(
                        question, [cell.removeprefix("'") for cell in cells]
                    )
    return found


def held(questionnaire, state):
    """The same of what is stored."""
    exported_questions = {field.question.name for sheet in sheets([(1, questionnaire)]) for field in sheet.fields}
    rows = [((), "", engine.values(questionnaire, state))]
    rows += [(row.repeats, row.place, row.values) for row in engine.rows(questionnaire, state)]
    found = {}
    for repeats, place, values in rows:
        answers = found.setdefault((repeats, place), {})
        for name in exported_questions & values.keys():
            why = reason(questionnaire.questions[name], state, place)
            if values[name] is not None or why:
                answers[name] = values[name] if values[name] is not None else (why,)
    return found


def test_what_is_stored_is_exported_and_read_back_the_same(workspace, clock):
    published = catalog.publish_source(workspace, DEFINITION, now=clock.now())
    assert isinstance(published, catalog.Version), [str(problem) for problem in published]
    study, questionnaire = open_study(workspace, clock, "every", "every"), catalog.questionnaire(published.id)
    made = [interviewed(study, questionnaire, number, clock) for number in range(8)]
    files = exported(study)
    assert list(files) == ["survey.csv", "member.csv", "visit.csv", "codebook.csv"]
    again = read_back(files, questionnaire)
    states = {each.id: interviews.load(workspace, each.id).state for each in made}
    assert again == {key: held(questionnaire, state) for key, state in states.items()}
    answered = {(name, place != "") for rows in again.values() for (_, place), row in rows.items() for name in row}
    columns = {field.question.name for sheet in sheets([(1, questionnaire)]) for field in sheet.fields}
    assert columns - {name for name, _ in answered} == {"hidden_row"}, "a value from outside has no row"
    special = {value for rows in again.values() for row in rows.values() for value in row.values()}
    assert {("dk",), ("refused",), (SKIPPED,)} <= special


@pytest.mark.parametrize("name", [name for name in TYPE_NAMES if TYPES[name].asked])
def test_every_asked_type_has_columns(name):
    questionnaire = catalog.check(DEFINITION).questionnaire
    for repeat, mark in (("", "main"), ("member", "row")):
        names = {field.question.name.partition("__")[0] for field in fields([(1, questionnaire)], repeat)}
        assert f"{name}_{mark}" in names
