"""What the solver says of random definitions, held against random respondents."""

from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import engine
from app.proofs.reach import prove
from app.proofs.rehearsal import rehearse
from app.proofs.respondent import Respondent, counted
from app.proofs.witness import replay
from tests.proofs.checking import CheckingAuthor

PEOPLE = 2000
CODES = "abc"
TYPES = ("single_choice", "multiple_choice", "rating", "integer", "integer", "computed")
CONDITIONS = {
    "single_choice": ["{0} = 'a'", "{0} != 'b'", "{0} = 'b' or dont-know({0})", "not(answered({0}))"],
    "multiple_choice": [
        "selected({0}, 'a')",
        "count-selected({0}) > 2",
        "not(selected({0}, 'c'))",
        "count-selected({0}) = 1",
    ],
    "rating": ["{0} = 3", "{0} < 2", "{0} >= 2 and {0} != 2", "coalesce({0}, 3) = 3"],
    "integer": ["{0} > 3", "{0} <= 0", "{0} + {0} = 4", "{0} * 2 >= 9", "{0} % 2 = 1", "asked({0})"],
    "computed": ["{0}", "not({0})"],
}


@st.composite
def conditions(draw: st.DrawFn, earlier: list[tuple[str, str]]) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        name, type_ = draw(st.sampled_from(earlier))
        parts.append(draw(st.sampled_from(CONDITIONS[type_])).format(f"${{{name}}}"))
    return f" {draw(st.sampled_from(['and', 'and', 'or']))} ".join(parts)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Few answers and many conditions, so that much is ruled out."""
    earlier: list[tuple[str, str]] = []
    pages: list[dict[str, Any]] = []
    for number in range(draw(st.integers(3, 7))):
        type_ = draw(st.sampled_from(TYPES if earlier else TYPES[:5]))
        question: dict[str, Any] = {"name": f"q{number}", "type": type_}
        before = [
            known
            for known in earlier
            if known[0] not in {q["name"] for q in (pages or [{"questions": ()}])[-1]["questions"]}
        ]
        if type_ == "computed":
            question["calculation"] = draw(conditions(earlier))
        else:
            question |= {"label": "Q", "required": draw(st.booleans()), "dont_know": draw(st.booleans())}
        if type_.endswith("choice"):
            question["choices"] = [{"name": code, "label": code.upper()} for code in CODES]
            if before and draw(st.booleans()):
                question["choices"][0]["relevant"] = draw(conditions(before))
        if type_ == "rating":
            question["max"] = 3
        if type_ == "integer":
            question |= {"min": 0, "max": 5}
            question |= (
                {"constraint": draw(st.sampled_from([". < 3", ". > 1", ". != 2"]))} if draw(st.booleans()) else {}
            )
        if type_ == "multiple_choice" and draw(st.booleans()):
            question["constraint"] = "count-selected(.) <= 1"
        if earlier and draw(st.integers(0, 3)):
            question["relevant"] = draw(conditions(earlier))
        if not pages or draw(st.booleans()):
            pages.append({"name": f"p{number}", "questions": []})
        pages[-1]["questions"].append(question)
        earlier.append((f"q{number}", type_))
    return {
        "questionnaire": "any", "title": "Any", "languages": ["en"], "basis": "anonymous", "purpose": "p", "minutes": 1,
        "pages": pages,
    }  # fmt: skip


@given(definitions())
@settings(
    max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
def test_what_is_called_unreachable_is_never_reached_and_every_witness_arrives(tree):
    q = engine.compile(tree)
    assert isinstance(q, engine.Questionnaire), [str(problem) for problem in q]
    proof = prove(q, people=True)
    reached, picked = set[str](), set[tuple[str, str]]()
    for number in range(PEOPLE):
        channel = ("web", "phone")[number % 2]
        journey = Respondent(q, channel, Random(number)).answer_all()
        names, choices = counted(q, journey.state)
        reached |= set(names) | {node.name for node in engine.path(q, journey.state)}
        picked |= choices.keys()
    for finding in proof.findings:
        if finding.path == "relevant" and finding.code in ("contradiction", "unreachable_question"):
            assert finding.name not in reached, str(finding)
        if finding.path.startswith("choices.") and finding.code not in ("always_true", "always_met"):
            assert (finding.name, finding.path.removeprefix("choices.")) not in picked, str(finding)
        if finding.code in ("dead_end", "narrow_constraint"):
            assert finding.witness
    for name, somebody in proof.people.items():
        arrival = replay(q, somebody, name)
        assert arrival, (name, somebody)
        assert arrival.item.name == name
    assert reached <= set(proof.people) | {name for name, node in q.questions.items() if not node.asked}


@given(st.integers(0, 2**32), st.sampled_from(engine.CHANNELS))
@settings(max_examples=100, deadline=None)
def test_nobody_is_stuck_where_every_check_can_be_passed(number, channel):
    tree = CheckingAuthor(Random(number)).definition()
    q = engine.compile(tree)
    assert isinstance(q, engine.Questionnaire), [str(problem) for problem in q]
    assert rehearse(q, range(3), number, channel).stuck == {}, tree
