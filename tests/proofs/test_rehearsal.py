"""Random respondents."""

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from flask import Flask

from app import engine
from app.core.problems import Problem
from app.engine.types import TYPES
from app.proofs.guessing import matching
from app.proofs.rehearsal import rehearse, rehearse_all
from app.proofs.report import as_json, lines
from tests.engine.helpers import HEAD, compiled

FORM = """
pages:
  - name: first
    questions:
      - {name: owns, type: yes_no, label: Q, required: true}
      - {name: code, type: text, label: Q, required: true, constraint: "regex(., '[A-Z]{2}[0-9]{4}')"}
      - {name: a, type: integer, label: Q, min: 0, max: 100, required: true}
      - {name: b, type: integer, label: Q, min: 0, max: 100, required: true, constraint: ". + a = 100"}
  - name: second
    relevant: owns = 'yes'
    questions:
      - {name: which, type: multiple_choice, label: Q, choices: [{name: x, label: X}, {name: y, label: Y}, {name: z, label: Z, exclusive: true}]}
      - {name: never, type: text, label: Q, relevant: "owns = 'no'"}
"""  # noqa: E501
STUCK = """
pages:
  - name: p
    questions: [{name: age, type: integer, label: Q, min: 0, max: 99, required: true}]
  - name: r
    questions:
      - name: job
        type: single_choice
        label: Q
        required: true
        choices: [{name: x, label: X, relevant: age > 50}]
"""


def nobody_waits(_done: int) -> None:
    """No progress is shown."""


@pytest.mark.parametrize("channel", engine.CHANNELS)
def test_people_answer_what_is_asked_and_keep_to_the_checks(channel):
    q = compiled(FORM)
    tally = rehearse(q, range(60), 1, channel)
    assert tally.statuses == {"complete": 60}
    assert set(tally.paths) == {("owns", "code", "a", "b"), ("owns", "code", "a", "b", "which")}
    report = as_json(q, tally)
    assert report["never_asked"] == ["never"]
    assert report["never_chosen"] == {}
    assert report["asked"]["owns"] == 1
    assert 0.3 < report["asked"]["which"] < 0.7
    assert report["length"]["web"]["screens"]["median"] in (1, 2)
    assert report["length"]["sms"]["messages"]["p95"] == 5
    assert report["length"]["sms"]["segments"]["median"] >= 4
    assert report["length"]["phone"]["minutes"]["median"] > 0


TEN = "choices: [" + ", ".join(f"{{name: {name}, label: {name.upper()}}}" for name in "abcdefghij") + "]"
ROWS = "rows: [{name: u, label: U}, {name: v, label: V}, {name: w, label: W}]"
PASSABLE = {
    "shares": f"type: constant_sum, {ROWS}",
    "looked up": f"type: lookup, {TEN}",
    "a link": "type: file",
    "most of ten": f"type: multiple_choice, {TEN}, constraint: count-selected(.) >= 8",
    "of age": "type: date, constraint: today() - . > 6570 and today() - . < 6600",
    "a length": "type: text, constraint: string-length(.) = 37",
    "two words": "type: text, constraint: \"contains(., 'zz') and ends-with(., 'qq')\"",
    "computed": "type: integer, constraint: . = c + 1",
}


@pytest.mark.parametrize("channel", engine.CHANNELS)
@pytest.mark.parametrize("question", PASSABLE.values(), ids=PASSABLE)
def test_whoever_can_pass_a_check_passes_it_also_in_a_repeat(question, channel):
    q = compiled(
        f"""
pages:
  - repeat: r
    count: 2
    pages:
      - name: p
        questions:
          - {{name: a, type: integer, label: Q, required: true, min: 100, max: 999}}
          - {{name: c, type: computed, calculation: a * 2}}
          - {{name: n, label: Q, required: true, {question}}}
"""
    )
    assert rehearse(q, range(20), 1, channel).statuses == {"complete": 20}


def test_the_same_seed_gives_the_same_people_on_any_number_of_processes():
    q = compiled(FORM)
    alone, together = (as_json(q, rehearse_all(q, 250, 7, "web", number, nobody_waits)) for number in (1, 2))
    assert alone == together
    assert as_json(q, rehearse(q, range(250), 8, "web")) != alone


def test_a_screen_that_cannot_be_passed_is_reported_with_what_led_there():
    q = compiled(STUCK)
    tally = rehearse(q, range(40), 1, "web")
    assert set(tally.statuses) == {"complete", "stuck"}
    (stuck,) = as_json(q, tally)["stuck"]
    assert (stuck["screen"], stuck["people"], stuck["problems"]) == ("r", tally.statuses["stuck"], {"job": "required"})
    assert stuck["answers"]["age"] <= 50
    assert any(line.startswith("stuck at r") and "age = " in line for line in lines(q, tally))


def test_rows_of_a_repeat_and_exits():
    q = compiled(
        """
pages:
  - name: start
    questions:
      - {name: size, type: integer, label: Q, min: 0, max: 3, required: true}
      - {name: none, type: exit, relevant: size = 0, status: screened_out}
  - repeat: member
    count: size
    pages: [{name: who, questions: [{name: age, type: integer, label: Q, min: 0, max: 99, required: true}]}]
  - name: end
    questions: [{name: total, type: computed, calculation: sum(age)}, {name: more, type: text, label: Q}]
"""
    )
    tally = rehearse(q, range(80), 1, "web")
    assert set(tally.statuses) == {"complete", "screened_out"}
    assert set(tally.paths) == {("size",), ("size", "age", "more")}
    assert max(tally.lengths["web"].screens) == 5


@pytest.mark.parametrize(
    "kind", [kind for kind in TYPES if kind.asked and not kind.rows_of], ids=lambda kind: kind.name
)
def test_what_every_type_offers_is_good(kind):
    """A contract of all question types."""
    image = ", image: x.png" if kind.images else ""
    extra = f", choices: [{{name: x, label: X{image}}}, {{name: y, label: Y{image}}}]" if kind.choices == "own" else ""
    q = compiled(f"pages: [{{name: p, questions: [{{name: a, type: {kind.name}, label: A{extra}}}]}}]")
    question, chance = q.questions["a"], Random(1)
    if set(kind.channels.values()) == {"none"}:
        return  # no channel asks it
    for _ in range(100):
        raw = kind.sample(question, [choice.name for choice in question.choices], chance)
        parts = [raw] if isinstance(raw, str) else raw
        assert not isinstance(kind.parse_several(question, parts), Problem), raw


@pytest.mark.parametrize("pattern", ["[0-9]{10}", "^(ab|c+)d?$", "[^a-z]+x", r"\d{2}-\w{1,3}", "", "a*"])
def test_texts_that_match_a_pattern(pattern):
    from app.engine.expressions.functions import matches

    chance = Random(3)
    for _ in range(50):
        text = matching(pattern, chance)
        assert text is not None
        assert matches(text, pattern), text


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["canvass", *words])


def test_the_command(app: Flask, tmp_path: Path):
    good, bad, stuck = (tmp_path / f"{name}.yaml" for name in ("good", "bad", "stuck"))
    good.write_text(HEAD + FORM)
    bad.write_text("title: x")
    stuck.write_text(HEAD + STUCK)
    said = run(app, "rehearse", str(good), "-n", "30", "--processes", "1")
    assert said.exit_code == 0, said.output
    assert "30 people: complete: 30" in said.output
    assert "never asked: never" in said.output
    report = json.loads(run(app, "rehearse", str(good), "-n", "30", "--report", "json", "--channel", "phone").stdout)
    assert (report["people"], report["ends"]) == (30, {"complete": 30})
    assert run(app, "rehearse", str(stuck), "-n", "30").exit_code == 1
    assert run(app, "rehearse", str(bad), "-n", "30").exit_code == 1


def test_check_counts_notes_and_blocks(app: Flask, tmp_path: Path):
    stuck, good = tmp_path / "stuck.yaml", tmp_path / "good.yaml"
    stuck.write_text(HEAD + STUCK)
    good.write_text(HEAD + FORM)
    blocked = run(app, "check", str(stuck))
    assert blocked.exit_code == 1
    assert "[dead_end]" in blocked.output
    assert "age = " in blocked.output
    assert "docs/findings.md#dead_end" in blocked.output
    assert f"{stuck}: blocked" in blocked.output
    table = run(app, "check", str(good), "--channels", "web,sms")
    assert "owns: web: full, sms: full" in table.output
    assert run(app, "check", str(good), "--channels", "web,smoke").exit_code == 2
