"""What the functions over a contact's history mean, frozen: each row is source, value. Do not change a row; add rows."""

from datetime import UTC, datetime, timedelta

import pytest

from app.engine.expressions import parse
from app.engine.expressions.history import SEGMENT, Happening
from app.engine.model import Expression

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)


def bought(days: float, **data: object) -> Happening:
    return Happening("customer.transaction", NOW - timedelta(days=days), data)


ENV = {
    "now()": NOW.isoformat(),
    "history()": [
        bought(1, profit=0.1, product="tea"), bought(2, profit=0.2), bought(40, profit=5, product="tea"), bought(3, profit="9"),
        bought(4, profit=True, product=None), bought(30), bought(-1, profit=1000),  # in the future: not yet
        Happening("ticket.opened", NOW - timedelta(days=10), {}), Happening("contact.updated", NOW, {}),
    ],
}  # fmt: skip
ROWS = [
    ("count-events('transaction')", 6), ("count-events('customer.transaction')", 6), ("count-events('nothing')", 0),
    ("count-events('transaction', 30)", 4),  # an event exactly 30 days ago is outside
    ("count-events('transaction', 31)", 5), ("count-events('transaction', 999999999)", 6),
    ("count-events('transaction', 30, 'product')", 2), ("count-events('transaction', 30, 'product', 'tea')", 1),
    ("events-sum('transaction', 'profit')", 5.3), ("events-sum('transaction', 'profit', 30)", 0.3),
    ("events-sum('nothing', 'profit')", 0), ("events-sum('transaction', 'product')", 0),
    ("last-event('transaction')", "2026-11-03"), ("last-event('nothing')", None),
    ("last-event('ticket.opened') < today() - 9", True), ("last-event('nothing') < today()", None),
    ("last-value('transaction', 'profit')", 0.1), ("last-value('transaction', 'product')", None),
]  # fmt: skip
PROBLEMS = [
    ("count-events(transaction)", "type_mismatch", 14), ("count-events('')", "type_mismatch", 14),
    ("count-events('a', '3')", "type_mismatch", 19), ("events-sum('a', 'b c')", "type_mismatch", 17),
    ("count-events('a') = 'x'", "type_mismatch", 21), ("regex('a', 'b')", "unknown_function", 1),
]  # fmt: skip


@pytest.mark.parametrize(("source", "value"), ROWS)
def test_a_function_means(source: str, value: object) -> None:
    found = parse(source, {}, functions=SEGMENT)
    assert isinstance(found, Expression), found
    assert found.evaluate(ENV) == value


@pytest.mark.parametrize(("source", "code", "column"), PROBLEMS)
def test_what_is_wrong_is_told_with_its_place(source: str, code: str, column: int) -> None:
    found = parse(source, {}, functions=SEGMENT)
    assert isinstance(found, list)
    assert (found[0].code, found[0].column) == (code, column)


def test_a_questionnaire_knows_nothing_of_it() -> None:
    found = parse("count-events('a') > 0", {})
    assert isinstance(found, list)
    assert found[0].code == "unknown_function"
