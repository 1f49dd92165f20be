"""What each gate says to which facts, and how their verdicts are weighed."""

from datetime import UTC, datetime, timedelta

import pytest

from app.delivery.gates import GATES, Facts, judge
from app.delivery.providers import PROVIDERS
from app.delivery.purposes import PURPOSES
from app.delivery.reasons import REASONS, explain
from app.delivery.states import STATES
from tests.product import ROOT

NOW = datetime(2026, 11, 4, 22, tzinfo=UTC)
MORNING = NOW + timedelta(hours=9)
SUPPRESSED = ("suppressed", "")
NO_CONSENT = ("no_consent", "")

CASES = [
    # purpose, facts, code (None: it passes)
    ("invitation", {}, None),
    ("invitation", {"has_contact": False}, "no_contact"),
    ("invitation", {"refusal": NO_CONSENT}, "no_consent"),
    ("invitation", {"refusal": SUPPRESSED}, "suppressed"),
    ("invitation", {"study_shut": "closed"}, "study_shut"),
    ("invitation", {"interview_finished": "complete"}, "answered"),
    ("invitation", {"waking_at": MORNING}, "quiet_hours"),
    ("invitation", {"waking_at": NOW}, None),
    ("invitation", {"room_at": MORNING}, "rate"),
    ("reminder", {"interview_finished": "declined"}, "answered"),
    # asked for by the person: at any hour and without consent given before, but not after STOP
    ("resume", {"refusal": NO_CONSENT}, None),
    ("resume", {"refusal": SUPPRESSED}, "suppressed"),
    ("resume", {"waking_at": MORNING}, None),
    ("handover", {"interview_finished": "complete"}, "answered"),
    ("turn", {"refusal": NO_CONSENT}, None),
    ("turn", {"refusal": ("consent_withdrawn", "")}, "consent_withdrawn"),
    ("turn", {"interview_finished": "complete"}, None),  # the thanks
    ("turn", {"study_shut": "closed"}, None),  # "this study is closed"
    ("turn", {"room_at": MORNING}, "rate"),
    ("confirmation", {"refusal": SUPPRESSED}, None),
    ("staff", {"has_contact": False}, None),
]


@pytest.mark.parametrize(("purpose", "given", "code"), CASES)
def test_gates(purpose: str, given: dict[str, object], code: str | None) -> None:
    verdict = judge(Facts(PURPOSES[purpose], **({"has_contact": True} | given)), NOW).verdict  # type: ignore[arg-type]
    assert (verdict and verdict.code) == code


def test_a_block_outweighs_a_postponement() -> None:
    facts = Facts(PURPOSES["invitation"], has_contact=True, refusal=SUPPRESSED, waking_at=MORNING)
    verdict = judge(facts, NOW).verdict
    assert verdict is not None
    assert (verdict.code, verdict.until) == ("suppressed", None)


def test_the_longest_postponement_counts() -> None:
    soon = NOW + timedelta(seconds=30)
    facts = Facts(PURPOSES["invitation"], has_contact=True, waking_at=MORNING, room_at=soon)
    judgement = judge(facts, NOW)
    assert judgement.verdict is not None
    assert judgement.verdict.until == MORNING
    assert judgement.verdicts == {
        "consent": "pass", "study": "pass", "answered": "pass", "quiet_hours": "quiet_hours", "rate": "rate", "full": "pass",
            "late": "pass",
    }  # fmt: skip


def test_every_gate_is_asked_in_an_order_of_its_own() -> None:
    assert len({gate.order for gate in GATES}) == len(GATES) == 7


def test_every_verdict_has_words() -> None:
    assert {code for _, _, code in CASES if code} <= set(REASONS)
    assert explain(None) == ""


def test_every_member_is_documented() -> None:
    page = (ROOT / "docs/delivery.md").read_text()
    members = [*GATES.names(), *PROVIDERS.names(), *STATES, *PURPOSES]
    assert [name for name in members if name not in page] == []
