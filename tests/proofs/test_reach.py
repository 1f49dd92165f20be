"""What the solver must find, and what it must leave alone."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.engine.expressions.functions import FUNCTIONS
from app.proofs.reach import prove
from app.proofs.witness import replay
from tests.engine.helpers import compiled

CHOICES = "choices: [{name: a, label: A}, {name: b, label: B}, {name: c, label: C}]"
ONE = f"type: single_choice, label: Q, {CHOICES}"
MANY = f"type: multiple_choice, label: Q, {CHOICES}"
TEN = "type: integer, label: Q, min: 0, max: 10"
ANY = "type: integer, label: Q"


def prove_pages(*pages: str, head: str = "") -> Any:
    """What is found in pages, each a list of questions in YAML's flow style."""
    text = "".join(f"\n  - {{name: p{number}, questions: [{page}]}}" for number, page in enumerate(pages, 1))
    q = compiled(f"{head}\npages:{text}\n")
    return q, prove(q, people=True)


def found(*pages: str, head: str = "") -> list[tuple[str, str]]:
    """(code, question or page), after looking at every sentence."""
    _, proof = prove_pages(*pages, head=head)
    assert all(finding.text() and finding.remedy_text() for finding in proof.findings)
    return [(finding.code, finding.name) for finding in proof.findings]


# --- the four that SurveyJS's linter misses ---------------------------------------------------------


def test_unreachable_by_way_of_another_question():
    first = "{name: q1, type: rating, max: 3, label: Q}"
    second = f"{{name: q2, {ONE}, relevant: q1 = 1}}"
    third = "{name: q3, type: text, label: Q, relevant: answered(q2) and q1 = 2}"
    assert found(first, second, third) == [("unreachable_question", "q3")]


def test_one_choice_at_most_against_two_together():
    limited = f"{{name: q1, {MANY}, constraint: count-selected(.) <= 1}}"
    both = "{name: q2, type: text, label: Q, relevant: \"selected(q1, 'a') and selected(q1, 'b')\"}"
    assert found(limited, both) == [("unreachable_question", "q2")]


@pytest.mark.parametrize("limits", ["min: 0, max: 10", "min: 0, max: 10, decimals: 1", "max: 10"])
def test_a_sum_out_of_reach(limits):
    kind = "decimal" if "decimals" in limits else "integer"
    a, b = (f"{{name: {name}, type: {kind}, label: Q, {limits}}}" for name in "ab")
    assert found(a, b, "{name: c, type: text, label: Q, relevant: a + b > 25}") == [("contradiction", "c")]
    assert found(a, b, "{name: c, type: text, label: Q, relevant: a + b = 20}") == []


# --- conditions -----------------------------------------------------------------------------------


def test_a_contradiction_and_what_is_always_true():
    first = f"{{name: q1, {ONE}, required: true}}"
    never = "{name: q2, type: text, label: Q, relevant: \"q1 = 'a' and q1 = 'b'\"}"
    always = "{name: q3, type: text, label: Q, relevant: \"q1 = 'a' or q1 != 'a'\"}"
    assert found(first, never, always) == [("contradiction", "q2"), ("always_true", "q3")]


def test_unknown_is_not_true():
    """Who may leave the first question empty is not always asked the second."""
    first = f"{{name: q1, {ONE}}}"
    second = "{name: q2, type: text, label: Q, relevant: \"q1 = 'a' or q1 != 'a'\"}"
    third = "{name: q3, type: text, label: Q, relevant: \"not(answered(q1)) and q1 != 'a'\"}"
    assert found(first, second, third) == [("contradiction", "q3")]


def test_dont_know_is_an_answer_of_choices_and_none_of_numbers():
    choice = f"{{name: q1, {ONE}, required: true}}"
    number = f"{{name: n1, {TEN}, required: true}}"
    condition = 'relevant: "dont-know({0}) and {0} != {1}"'
    text = "{name: t{}, type: text, label: Q, "
    first = "{name: t1, type: text, label: Q, " + condition.format("q1", "'a'") + "}"
    second = "{name: t2, type: text, label: Q, " + condition.format("n1", "3") + "}"
    assert text
    assert found(f"{choice}, {number}", f"{first}, {second}") == [("contradiction", "t2")]


def test_a_whole_page_is_reported_once():
    page = "{name: q2, type: text, label: Q}, {name: q3, type: text, label: Q}"
    q = compiled(
        f"pages: [{{name: p1, questions: [{{name: q1, {TEN}}}]}}, {{name: p2, relevant: q1 > 10, questions: [{page}]}}]"
    )
    assert [(finding.code, finding.name) for finding in prove(q).findings] == [("contradiction", "p2")]


def test_texts_dates_and_values_from_outside_may_be_anything():
    outside = "outside: [{name: tier, type: text, source: contact}, {name: since, type: date, source: contact}]"
    first = "{name: q1, type: text, label: Q}, {name: day, type: date, label: Q, max: '2020-12-31'}"
    conditions = [
        "tier = 'gold' and q1 = 'x' and contains(q1, 'y')",
        "string-length(q1) > 3 and regex(q1, '[a-z]+')",
        "since > '2019-01-01' and day < since",
        "day = '2020-06-01' or today() > day",
    ]
    rest = [f'{{name: t{n}, type: text, label: Q, relevant: "{condition}"}}' for n, condition in enumerate(conditions)]
    assert found(first, *rest, head=outside) == []
    late = "{name: t, type: text, label: Q, relevant: \"day > '2021-01-01'\"}"
    assert found(first, late) == [("contradiction", "t")]
    other = "{name: t, type: text, label: Q, relevant: \"q1 = 'x' and q1 = 'y'\"}"
    assert found(first, other) == [("contradiction", "t")]


def test_what_is_calculated_is_followed():
    a = f"{{name: a, {ANY}, min: 0}}"
    half = "{name: half, type: computed, calculation: 'if(a > 10, int(a / 2), 0)'}"
    assert found(a, f"{half}, {{name: t, type: text, label: Q, relevant: half > 0 and half < 5}}") == [
        ("contradiction", "t")
    ]
    assert found(a, f"{half}, {{name: t, type: text, label: Q, relevant: half >= 5 and half < 6}}") == []


# --- answers --------------------------------------------------------------------------------------


def test_choices_that_nobody_can_choose():
    first = f"{{name: q1, {ONE}, required: true}}"
    second = (
        "{name: q2, type: single_choice, label: Q, constraint: \". != 'z'\", choices: [{name: x, label: X, relevant: \"q1 = 'a'"
        " and q1 = 'b'\"}, {name: y, label: Y}, {name: z, label: Z}]}"
    )
    assert found(first, second) == [("contradiction", "q2"), ("unreachable_choice", "q2")]


def test_a_check_that_nothing_passes():
    _, proof = prove_pages(f"{{name: a, {TEN}, constraint: . > 10}}")
    assert [(finding.code, finding.severity) for finding in proof.findings] == [("impossible_constraint", "error")]
    assert list(proof.findings[0].witness) == ["a"]
    assert found(f"{{name: a, {TEN}}}", f"{{name: b, {TEN}, constraint: . > a and . < a}}") == [("contradiction", "b")]
    assert found(f"{{name: a, {TEN}, constraint: . >= 0}}") == [("idle_check", "a")]


def test_a_dead_end_names_who_is_stuck():
    first = f"{{name: age, {TEN}, required: true}}, {{name: owns, type: yes_no, label: Q, required: true}}"
    second = (
        "{name: q2, type: single_choice, label: Q, required: true, choices: [{name: x, label: X, relevant: age > 5},"
        " {name: y, label: Y, relevant: \"owns = 'no'\"}]}"
    )
    _, proof = prove_pages(first, second)
    (finding,) = proof.findings
    assert (finding.code, finding.name, finding.severity) == ("dead_end", "q2", "error")
    assert finding.witness["age"] <= 5
    assert finding.witness["owns"] != "no"
    assert f"age = {finding.witness['age']}" in str(finding)
    assert found(first, second.replace("required: true", "dont_know: true, required: true")) == []
    assert found(first, second.replace("required: true, ", "")) == []
    hidden = second.replace("required: true", "dont_know: true, required: true")
    assert found(first, hidden, head="dont_know: {web: hidden}") == [("dead_end", "q2")]


def test_a_check_that_some_cannot_pass_whatever_they_answer():
    first = f"{{name: a, {ONE}, required: true}}"
    second = "{name: b, type: rating, max: 3, label: Q, required: true, constraint: \". > 2 and a != 'b'\"}"
    _, proof = prove_pages(first, second)
    assert [(finding.code, finding.witness) for finding in proof.findings if finding.code == "narrow_constraint"] == [
        ("narrow_constraint", {"a": "b"})
    ]
    assert ("narrow_constraint", "b") not in found(f"{first}, {second}"), "on one page the first answer can be changed"


def test_everybody_has_a_witness_whom_the_engine_leads_there():
    first = f"{{name: a, {ANY}, min: 0}}, {{name: b, {MANY}}}"
    second = "{name: t, type: text, label: Q, relevant: \"a * 2 = 34 and selected(b, 'c') and count-selected(b) = 2\"}"
    q, proof = prove_pages(first, second)
    arrival = replay(q, proof.people["t"], "t")
    assert arrival
    assert arrival.state.answers["a"].value == 17


# --- blocks, repeats, exits, jumps, lists -----------------------------------------------------------


def in_parts(text: str) -> list[tuple[str, str]]:
    return [(finding.code, finding.name) for finding in prove(compiled(f"pages:{text}")).findings if finding.text()]


def test_nobody_comes_past_an_exit_that_takes_everybody():
    first = f"{{name: a, {TEN}, required: true}}"
    some = "{name: out, type: exit, relevant: a < 5}"
    rest = "{name: b, type: text, label: Q, relevant: a < 3}, {name: c, type: text, label: Q, relevant: a > 3}"
    assert found(f"{first}, {some}", rest) == [("unreachable_question", "b")]
    every = "{name: out, type: exit}"
    assert found(f"{first}, {every}", rest, rest.replace("name: b", "name: d").replace("name: c", "name: e")) == [
        ("unreachable_page", "p2")
    ]


def test_what_a_jump_leaves_out():
    pages = f"""
  - name: p1
    questions: [{{name: a, {TEN}, required: true}}, {{name: skip, type: jump, relevant: a < 5, to: p3}}]
  - name: p2
    questions: [{{name: b, type: text, label: Q, relevant: a < 5}}, {{name: c, type: text, label: Q, relevant: a > 5}}]
  - name: p3
    questions: [{{name: d, type: text, label: Q, relevant: a < 5}}]
"""
    assert in_parts(pages) == [("unreachable_question", "b")]


def test_blocks_and_the_rows_of_repeats():
    pages = f"""
  - name: p1
    questions: [{{name: size, {TEN}, required: true}}]
  - block: large
    relevant: size > 5
    pages:
      - name: p2
        questions: [{{name: b, type: text, label: Q, relevant: size < 3}}]
  - repeat: member
    count: size
    pages:
      - name: p3
        questions:
          - {{name: age, type: integer, label: Q, min: 0, max: 120, required: true}}
          - {{name: school, type: text, label: Q, relevant: age < 18 and age > 20}}
          - {{name: first, type: text, label: Q, relevant: position() = 1 and age > 3}}
  - name: p4
    questions:
      - {{name: old, type: text, label: Q, relevant: max(age) > 60 and member >= 2}}
      - {{name: many, type: text, label: Q, relevant: member > 10}}
"""
    assert in_parts(pages) == [
        ("unreachable_question", "b"),
        ("contradiction", "school"),
        ("contradiction", "many"),
    ]


def test_a_cascade_without_choices_for_some():
    pages = """
  - name: p1
    questions: [{name: region, type: single_choice, label: Q, required: true, choices: [{name: n, label: N}, {name: s, label: S}]}]
  - name: p2
    questions:
      - name: town
        type: single_choice
        label: Q
        required: true
        choice_filter: region = ${region}
        choices: [{name: x, label: X, values: {region: n}}, {name: y, label: Y, values: {region: e}}]
"""
    findings = prove(compiled(f"pages:{pages}")).findings
    assert [(finding.code, finding.name, finding.witness) for finding in findings] == [
        ("dead_end", "town", {"region": "s"}),
        ("unreachable_choice", "town", {}),
    ]


@pytest.mark.parametrize("length", [9, 900])
def test_a_list_of_any_length_without_an_entry_for_some(length):
    """Of a long list those that a filter treats alike are told apart together."""
    entries = ", ".join(f"{{name: c{n}, label: C, values: {{region: r{n % 3}}}}}" for n in range(length))
    regions = ", ".join(f"{{name: r{n}, label: R}}" for n in range(4))
    head = f"lists: [{{name: clinics, choices: [{entries}]}}]"
    region = f"{{name: region, type: single_choice, label: Q, required: true, choices: [{regions}]}}"
    clinic = (
        "{name: clinic, type: lookup, label: Q, required: true, choices: clinics, choice_filter: 'region = ${region}'}"
    )
    _, proof = prove_pages(region, clinic, head=head)
    assert [(f.code, f.name, f.witness) for f in proof.findings] == [("dead_end", "clinic", {"region": "r3"})]
    assert found(region.replace(", {name: r3, label: R}", ""), clinic, head=head) == []
    assert (
        found(region, clinic.replace("required: true", "relevant: \"region != 'r3'\", required: true"), head=head) == []
    )


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "ranking", "lookup"])
def test_nothing_is_carried_over(kind):
    liked = f"{{name: liked, {MANY}}}"
    best = f"{{name: best, type: {kind}, label: Q, required: true, choices: {{carry: liked, which: selected}}}}"
    assert found(liked, best) == [("dead_end", "best")]
    assert found(liked, best.replace("required", "relevant: count-selected(liked) > 0, required")) == []
    assert found(liked.replace("label: Q", "label: Q, required: true"), best) == []


def test_grids_and_a_constant_sum():
    pages = """
  - name: p1
    questions:
      - name: share
        type: constant_sum
        label: Q
        required: true
        total: 100
        rows: [{name: a, label: A}, {name: b, label: B}]
      - name: much
        type: text
        label: Q
        relevant: "${share__a} > 60 and ${share__b} > 60"
      - name: fine
        type: text
        label: Q
        relevant: "${share__a} > 60 and ${share__b} < 20"
"""
    assert in_parts(pages) == [("unreachable_question", "much")]


def test_a_filter_by_what_a_person_types_leaves_every_choice_within_reach():
    lists = """
lists:
  - name: town
    choices: [{name: t1, label: T, values: {region: north}}, {name: t2, label: T, values: {region: south}}]
"""
    typed, town = "{name: region, type: text, label: Q}", "{name: town, type: single_choice, label: Q, choices: town"
    assert found(typed, f"{town}, choice_filter: 'region = ${{region}}'}}", head=lists) == []
    limited = f"{town}, choice_filter: \"region = ${{region}} and region = 'north'\"}}"
    assert found(typed, limited, head=lists) == [("unreachable_choice", "town")]


def test_a_page_with_a_time_limit_lets_everybody_pass():
    page = f"questions: [{{name: a, {TEN}, required: true}}]"
    rest = "\n  - name: p2\n    questions: [{name: b, type: text, label: Q, relevant: 'not(answered(a))'}]\n"
    assert in_parts(f"\n  - {{name: p1, {page}}}{rest}") == [("unreachable_question", "b")]
    assert in_parts(f"\n  - {{name: p1, time_limit: 30, {page}}}{rest}") == []


def test_several_threads_prove_at_once():
    """The web process has several, and z3's default context is not made for that."""
    texts = [f"{{name: a, {TEN}, required: true, constraint: '. > {n}'}}" for n in range(6, 14)]
    definitions = [compiled(f"pages: [{{name: p, questions: [{text}]}}]") for text in texts]
    alone = [[str(finding) for finding in prove(q).findings] for q in definitions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: [str(finding) for finding in prove(q).findings], definitions * 10))
    assert together == alone * 10
    assert len(set(map(str, alone))) > 1


# --- every function of the language -----------------------------------------------------------------

ASKED = f"""
{{name: n, {TEN}}}, {{name: d, type: decimal, label: Q}}, {{name: t, type: text, label: Q}}, {{name: day, type: date, label: Q}},
{{name: at, type: datetime, label: Q}}, {{name: c, {ONE}}}, {{name: s, {MANY}}}
""".replace("\n", " ")
ARGUMENTS = {
    "bool": "n > 3", "number": "d", "text": "t", "date": "day", "datetime": "at", "code": "c", "set": "s",
    "name": "n", "any name": "n", "same": "d", "pattern": "'[a-z]+'", "form": "'%Y'",
}  # fmt: skip
RESULTS = {"bool": "{}", "same": "{} > 1", "number": "{} > 1", "text": "{} = 'x'", "code": "{} = 'a'"}
RESULTS |= {"date": "{} > '2020-01-01'", "datetime": "{} > '2020-01-01T10:00'", "time": "{} > '10:00'"}
OF_LISTS = ("count", "at", "join", "position")
"""Functions that stand in a repeat or read one."""


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in OF_LISTS])
def test_every_function_is_followed_or_may_be_anything(name):
    function = FUNCTIONS[name]
    wanted = [function.arguments[min(n, len(function.arguments) - 1)].split("|")[0] for n in range(function.least)]
    arguments = ["'a'" if name == "selected" and n else ARGUMENTS[type_] for n, type_ in enumerate(wanted)]
    call = f"{name}({', '.join(arguments)})"
    condition = RESULTS[function.result].format(call)
    findings = found(ASKED, f'{{name: q, type: text, label: Q, relevant: "{condition}"}}')
    expected = {"false": [("switched_off", "q")], "asked": [("always_true", "q")]}
    assert findings == expected.get(name, [])
