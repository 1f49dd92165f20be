"""What comes from outside is read as its kind says, and every kind of event can be told. Pure, but for the words of a page."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.problems import Problem
from app.entries import GROUPS, Reading, entry, readings, reads
from app.events import News
from app.journeys import kinds

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs/timeline.md").read_text()
AT = datetime(2026, 11, 4, 12, tzinfo=UTC)


def news(kind, **data):
    return News("1", "w", kind, AT, "c", None, None, data)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(12, 12), (12.0, 12), ("12.50", 12.5), ("12,50", 12.5), ("-3", -3), (1e400, None), ("nan", None), ("1,234.50", None),
     (True, None), ("twelve", None), ([12], None)],
)  # fmt: skip
def test_amounts(given, kept):
    values, problems = kinds.read("transaction", {"amount": given, "currency": "pln"})
    assert (values["amount"] if not problems else None, values["currency"]) == (kept, "PLN")
    assert [(p.code, p.name) for p in problems] == ([] if kept is not None else [("event_value", "amount")])


def test_each_fault_is_told_with_its_field():
    values, problems = kinds.read("ticket", {"state": "lost", "subject": "x" * 501, "colour": ["red"]})
    assert sorted((p.code, p.name) for p in problems) == [
        ("event_field", "id"), ("event_value", "state"), ("event_value", "subject")]  # fmt: skip
    assert "one of: opened, answered, closed, reopened." in " ".join(p.text() for p in problems)
    assert values["colour"] == ["red"]
    assert [p.name for p in kinds.read("transaction", {"amount": 1, "currency": "XXQ"})[1]] == ["currency"]


def test_what_nobody_declared_is_kept_as_it_is():
    assert kinds.read("delivered", {"amount": "a lot"}) == ({"amount": "a lot"}, [])


def test_every_kind_can_be_told_with_and_without_data(app):
    """An erased person's events have no data."""
    with app.test_request_context():
        for kind in readings():
            told = entry(news(kind))
            assert told.text
            assert "%" not in told.text
            assert told.group in GROUPS
        sold = entry(news("customer.transaction", product="Kettle", amount=49.5, currency="EUR", profit=9, shelf="B"))
        assert sold.text == "Transaction: Kettle, €49.50."
        assert (sold.facts, sold.inside) == ([("Shelf", "B")], [("Profit", "€9.00")])
        closed = entry(news("customer.ticket", id="T-1", state="closed", agent="Ewa", subject="Leaks"))
        assert (closed.text, closed.facts) == ("Ticket T-1 was closed.", [("Subject", "Leaks"), ("Agent", "Ewa")])
        other = entry(news("customer.parcel_delivered", source="shop", item="Kettle"))
        assert (other.text, other.facts, other.group) == ("Parcel delivered.", [("Item", "Kettle")], "other")
        assert entry(news("case.taken")).text == "Case taken."


def test_a_kind_reads_once():
    with pytest.raises(ValueError, match="reads twice"):
        reads(Reading("contact.created", "profile", lambda data: ""))
    with pytest.raises(ValueError, match="no group"):
        reads(Reading("something.new", "nonsense", lambda data: ""))


def test_every_kind_that_is_published_about_a_contact_can_be_told(app):
    """Each event's name that stands in the code as a text (those of studies and questionnaires are nobody's)."""
    published = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
                "publish",
                "tell",
            ):
                published |= {
                    arg.value
                    for arg in node.args
                    if isinstance(arg, ast.Constant) and "." in str(arg.value) and " " not in arg.value
                }
    assert {"message.sent", "contact.merged", "interview.created"} <= published
    assert {kind for kind in published if not kind.startswith(("study.", "questionnaire."))} <= set(readings())


def test_every_kind_group_and_field_is_documented(app):
    fields = {f"`{field.name}`" for kind in kinds.KINDS for field in kind.fields}
    own = {f"`{kind.removeprefix('customer.')}`" for kind in readings() if kind != "customer.*"}
    missing = {word for word in fields | own if word not in DOCS} | {
        name for name in GROUPS.values() if name not in DOCS
    }
    assert missing == set()


def test_a_problem_says_what_to_write():
    (problem,) = kinds.read("site_visit", {})[1]
    assert isinstance(problem, Problem)
    assert problem.text() == "“page” is missing: an event of the kind “site_visit” needs it."
