"""The checks that need no solver, where findings stand, and what is said without z3."""

import subprocess
import sys
from pathlib import Path

import pytest

from app import proofs
from app.catalog.definition import check as read
from app.catalog.findings import findings
from app.proofs.messages import segments
from tests.engine.helpers import HEAD, compiled

ROOT = Path(__file__).resolve().parents[2]


def found(questions: str, channels: tuple[str, ...] = (), head: str = HEAD) -> list[tuple[str, str]]:
    """(code, path) of one page's findings, after looking at every sentence."""
    q = compiled(f"\npages: [{{name: p, questions: [{questions}]}}]", head)
    every = proofs.check(q, channels=channels, solver=False)
    assert all(finding.text() for finding in every)
    return [(finding.code, finding.path.removeprefix("pages[0].")) for finding in every]


def choice(*labels: str) -> str:
    named = ", ".join(f"{{name: c{n}, label: '{label}'}}" for n, label in enumerate(labels, 1))
    return f"{{name: a, type: single_choice, label: A, choices: [{named}]}}"


# --- conditions over missing answers --------------------------------------------------------------


def test_a_condition_that_may_be_unknown():
    optional, required = "{name: a, type: nps, label: A}", "{name: a, type: nps, label: A, required: true}"
    second = "{{name: b, type: text, label: B, relevant: '{}'}}".format
    assert found(f"{optional}, {second('a > 6')}") == [("may_be_unknown", "questions[1].relevant")]
    assert found(f"{optional}, {second('a != 6')}") == [("surprising_unknown", "questions[1].relevant")]
    assert found(f"{optional}, {second('not(a > 6)')}") == [("surprising_unknown", "questions[1].relevant")]
    assert found(f"{required}, {second('a != 6')}") == []
    assert found(f"{optional}, {second('answered(a) and a > 6')}") == []
    assert found(f"{optional}, {second('coalesce(a, 0) > 6')}") == []


def test_choices_that_depend_on_their_own_page():
    first = "{name: a, type: nps, label: A, required: true}"
    one = (
        "{name: b, type: single_choice, label: B, choices: [{name: x, label: X, relevant: a > 3}, {name: y, label: Y}]}"
    )
    every = one.replace("label: Y}", "label: Y, relevant: a < 3}")
    assert found(f"{first}, {one}") == [("same_page_choice", "questions[1].choices[0].relevant")]
    assert found(f"{first}, {every}") == [("same_page_choice", "questions[1].choices")]
    must = every.replace("label: B,", "label: B, required: true,")
    assert found(f"{first}, {must}") == [("same_page_dead_end", "questions[1].choices")]


# --- text messages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "code"), [("STOP!", "stop_word"), ("Cancel", "stop_word"), ("Info", "keyword"), ("English", "keyword")]
)
def test_labels_that_are_commands(label, code):
    assert found(choice(label, "Go on"), ("sms",)) == [(code, "questions[0].choices[0].label")]
    assert found(choice(label, "Go on"), ("web",)) == []
    q = compiled(f"\npages: [{{name: p, questions: [{choice(label, 'Go on')}]}}]")
    assert [f.severity for f in proofs.check(q, solver=False)] == ["warning" if code == "stop_word" else "note"]


def test_labels_are_looked_at_in_every_language():
    head = HEAD.replace("languages: [en]", "languages: [en, ru]").replace("{en: Example}", "{en: E, ru: Э}")
    head = head.replace("{en: to test}", "{en: to test, ru: чтобы}")
    label = "{en: End it, ru: Стоп}"
    question = f"{{name: a, type: single_choice, label: {{en: A, ru: А}}, choices: [{{name: x, label: {label}}}]}}"
    assert ("stop_word", "questions[0].choices[0].label") in found(question, ("sms",), head)


@pytest.mark.parametrize(
    ("labels", "clear"),
    [
        (("Good", "Good enough"), False),
        (("Other", "other!"), False),
        (("0 visits", "1 visit"), False),
        (("$3,000-$4,999", "$5,000-$6,999"), True),
        (("Very good", "Very bad"), True),
        (("1 visit", "2 visits"), True),
    ],
)
def test_replies_that_can_be_read_as_another_choice(labels, clear):
    assert ([code for code, _ in found(choice(*labels), ("sms",))] == []) is clear


def test_what_a_question_costs_by_sms():
    long = "{name: a, type: text, label: '" + "ż" * 300 + "'}"
    assert ("long_message", "questions[0].label") in found(long, ("sms",))
    assert ("long_message", "questions[0].label") not in found(long, ("web",))
    piped = "{name: a, type: single_choice, label: A, choices: [{name: x, label: '" + "x" * 200 + "'}]}"
    q = compiled(
        f"\npages: [{{name: p, questions: [{piped}]}},"
        " {name: r, questions: [{name: b, type: text, label: 'You said ${a|}'}]}]"
    )
    assert segments(q, q.questions["b"], "en", str) == 2, "the longest choice is piped in"


# --- channels, length, translations ---------------------------------------------------------------


def test_what_a_channel_cannot_ask():
    upload = "{name: a, type: file, label: A}"
    assert found(upload, ("web",)) == []
    assert found(upload, ("web", "phone")) == [("not_on_channel", "questions[0].type")]
    assert found(upload, ("sms",)) == [("degraded_on_channel", "questions[0].type")]
    q = compiled(f"\npages: [{{name: p, questions: [{upload}]}}]")
    (web, phone) = proofs.compatibility(q, ("web", "phone"))["a"]
    assert (web.level, web.what, phone.level) == ("full", "", "none")
    assert phone.what


def test_longer_than_people_are_told():
    questions = ", ".join(f"{{name: q{n}, type: long_text, label: How was it}}" for n in range(4))
    assert found(questions) == [("longer_than_said", "minutes")]
    assert found(questions, head=HEAD.replace("minutes: 1", "minutes: 3")) == []
    assert proofs.minutes(
        compiled("\npages: [{name: p, questions: [{name: a, type: text, label: Say a word}]}]"), "web"
    ) == pytest.approx((15 + 3 * 60 / 238) / 60)


def test_texts_that_are_not_translated():
    head = HEAD.replace("languages: [en]", "languages: [en, pl]\nuntranslated: default").replace(
        "{en: Example}", "{en: E, pl: P}"
    )
    head = head.replace("{en: to test}", "{en: to test, pl: aby}")
    there = "{name: a, type: text, label: {en: A, pl: A}}"
    missing = "{name: b, type: text, label: B, hint: {en: H}}"
    assert found(there, head=head) == []
    assert found(f"{there}, {missing}", head=head) == [("untranslated", "questions[1].label")]
    q = compiled(f"\npages: [{{name: p, questions: [{missing}]}}]", head)
    assert "into pl and are shown in en: 2 (of b)" in proofs.check(q, solver=False)[0].text()


def test_what_nobody_sees_needs_no_translation():
    head = HEAD.replace("languages: [en]", "languages: [en, pl]\nuntranslated: default").replace(
        "{en: Example}", "{en: E, pl: P}"
    )
    head = head.replace("{en: to test}", "{en: to test, pl: aby}")
    first = "{name: a, type: yes_no, label: {en: A, pl: A}}"
    never = "{name: b, type: text, label: B, relevant: \"a = 'yes' and a = 'no'\"}"
    q = compiled(f"\npages: [{{name: p, questions: [{first}]}}, {{name: r, questions: [{never}]}}]", head)
    assert [finding.code for finding in proofs.check(q, channels=("web",))] == ["contradiction", "may_be_unknown"]


# --- places, and life without the solver ----------------------------------------------------------


def test_each_finding_stands_at_its_line():
    text = (
        HEAD
        + "\npages:\n  - name: p\n    questions:\n      - name: a\n        type: integer\n        label: A\n        max: 10\n"
    )
    text += "        constraint: . > 10\n"
    (finding,) = [f for f in findings(read(text, "visit.yaml")) if f.code == "impossible_constraint"]
    assert (finding.file, finding.line, finding.column) == (
        "visit.yaml",
        text.splitlines().index("        constraint: . > 10") + 1,
        9,
    )
    assert finding.path == "pages[0].questions[0].constraint"
    assert finding.path.startswith("pages[0]")
    assert str(finding).startswith("visit.yaml:")


def test_without_the_solver_the_rest_still_runs(tmp_path):
    file = tmp_path / "visit.yaml"
    file.write_text(HEAD + "\npages: [{name: p, questions: [" + choice("Stop", "Go on") + "]}]\n")
    program = (
        "import sys; sys.modules['z3'] = None\n"
        "from app import proofs, engine\nfrom app.catalog import source\n"
        f"q = engine.compile(*source.read(open({str(file)!r}).read()))\n"
        "print([(f.code, f.text(), f.remedy_text()) for f in proofs.check(q, channels=('sms',))])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "not_proved" in done.stdout
    assert "canvass[proofs]" in done.stdout
    assert "stop_word" in done.stdout


SHIPPED = sorted((ROOT / "questionnaires").glob("*.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_questionnaires_give_no_alarm(file):
    q = compiled_file(file)
    assert [str(finding) for finding in proofs.check(q) if finding.severity != "note"] == []


def compiled_file(file: Path):
    definition = read(file.read_text("utf-8"), file.name)
    assert definition.questionnaire, [str(problem) for problem in definition.problems]
    return definition.questionnaire
