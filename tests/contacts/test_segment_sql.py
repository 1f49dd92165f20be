"""SQL and the evaluator agree on every contact, for any expression; on SQLite, and on PostgreSQL in the suite's second run."""

import random
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.contacts import definitions, groups, segment_reading, service
from app.contacts.attributes import Definition
from app.db import writing
from app.engine.model import Expression
from app.events import publish

DECLARED = [
    Definition("age", "number", "Age"),
    Definition("spend", "number", "Spend"),
    Definition("vip", "boolean", "VIP"),
    Definition("joined", "date", "Joined"),
    Definition("plan", "choice", "Plan", {"gold": "Gold", "free": "Free"}),
    Definition("city", "text", "City"),
    Definition("tags", "tags", "Tags"),
    Definition("needs", "tags", "Needs", {"price": "Price", "speed": "Speed"}),
    Definition("place", "location", "Place"),
]
VALUES = {
    "age": [0, 17, 42, -3, 2.5], "spend": [0.1, 0.2, 1e14, 99.95, 0], "vip": [True, False],
    "joined": ["2026-11-04", "2024-02-29", "1987-01-31", "0001-01-01", "9999-12-31"], "plan": ["gold", "free"],
    "city": ["Łódź", "Zgierz", "ąb", "", "a_%'\"\\b", "😀x"], "tags": [["vip"], ["a", "vip"], [], ["dk"], ['"', "x,y"]],
    "needs": [["price"], ["price", "speed"]], "place": [{"lat": 52.2, "lon": 21.0}],
}  # fmt: skip
DATA = [{"profit": 10.5}, {"profit": -0.1, "product": "tea"}, {"profit": "7"}, {"product": "tea"}, {"profit": True},
        {"profit": 1e300, "product": 5}, {"profit": 0.2, "product": ["tea"]}, {"profit": 3, "product": None}]  # fmt: skip
KINDS = ("customer.transaction", "customer.delivered", "ticket.opened", "transaction")


def people(workspace: str, now: datetime) -> list[str]:
    """Sixty contacts of every sort: with and without each value, consent, account, event."""
    assert definitions.declare(workspace, DECLARED, "test", now) == []
    dice, ids = random.Random(4), []
    for n in range(60):
        attributes = {name: dice.choice(values) for name, values in VALUES.items() if dice.random() < 0.7}
        fields = {"external_id": f"C-{n}", "language": dice.choice(["pl", "en", ""]), "kind": dice.choice(["prospect", "customer"]),
                  "attributes": attributes, "account": dice.choice(["", "Acme", "Łódź Ltd"])}  # fmt: skip
        stored = service.upsert(workspace, fields, "test", now - timedelta(days=n % 3))
        assert isinstance(stored, service.Stored), stored
        ids.append(stored.contact_id)
        for step in range(dice.randrange(3)):
            say = dice.choice([service.give_consent, None])
            at = now - timedelta(hours=dice.choice([1, 2, 3]))
            if say:
                say(workspace, ids[-1], "email", "research", "consent", f"test {step}", at)
            else:
                service.withdraw_consent(workspace, ids[-1], "email", "research", "test", at)
        with writing() as conn:
            for _ in range(dice.randrange(6)):
                at = now - dice.choice(
                    [timedelta(days=30), timedelta(days=29.9), timedelta(days=400), timedelta(0), timedelta(days=-1)]
                )
                publish(conn, workspace, dice.choice(KINDS), dice.choice(DATA), at, contact_id=ids[-1])
    home = groups.make(workspace, "household", "Nowak", None, "test", now)
    assert isinstance(home, groups.Group), home
    for contact_id in ids[::4]:
        groups.join(workspace, home.id, contact_id, "", "test", now)
    return ids


NUMBERS = st.sampled_from(
    ["age", "spend", "place_lat", "0", "1", "2.5", "30", "1000", "count-selected(tags)", "string-length(city)", "year-of(joined)",
     "month-of(joined)", "day-of(joined)", "count-events('delivered')", "count-events('transaction', 30)",
     "count-events('transaction', 365, 'product', 'tea')", "count-events('transaction', 365, 'profit')",
     "events-sum('transaction', 'profit', 365)", "events-sum('transaction', 'profit')", "last-value('transaction', 'profit')",
     "count-non-empty(age, tags, city)", "count-selected(account)"]
)  # fmt: skip
DATES = st.sampled_from(
    [
        "joined",
        "added",
        "customer_since",
        "today()",
        "'2026-10-05'",
        "last-event('transaction')",
        "last-event('ticket.opened')",
    ]
)
TEXTS = st.sampled_from(["city", "language", "'Łódź'", "'ą'", "''", "'%'"])
CODES = st.sampled_from(["plan", "kind"])
SETS = st.sampled_from(["tags", "account", "household", "coalesce(tags, account)", "if(vip, tags, account)"])
WORDS = st.sampled_from(["'vip'", "'Acme'", "'x,y'", "'dk'"])


@st.composite
def numbers(draw: st.DrawFn, depth: int = 2) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(NUMBERS)
    a, b = draw(numbers(depth - 1)), draw(numbers(depth - 1))
    shape = draw(st.sampled_from(["({a} + {b})", "({a} - {b})", "({a} * {b})", "({a} / {b})", "-{a}", "abs({a})", "min({a}, {b})",
                                  "max({a}, {b})", "coalesce({a}, {b})", "({d} - {e})"]))  # fmt: skip
    return shape.format(a=a, b=b, d=draw(dates(0)), e=draw(dates(0)))


@st.composite
def dates(draw: st.DrawFn, depth: int = 1) -> str:
    plain = draw(DATES)
    return (
        plain
        if depth == 0 or plain.startswith("'") or draw(st.booleans())
        else f"({plain} {draw(st.sampled_from('+-'))} {draw(numbers(1))})"
    )


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth and draw(st.integers(0, 2)):
        shape = draw(
            st.sampled_from(
                [
                    "({a} and {b})",
                    "({a} or {b})",
                    "not({a})",
                    "if({a}, {b}, {c})",
                    "coalesce({a}, {b})",
                    "({a}) = ({b})",
                ]
            )
        )
        return shape.format(a=draw(conditions(depth - 1)), b=draw(conditions(depth - 1)), c=draw(conditions(depth - 1)))
    compare = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
    simple = st.sampled_from(
        ["vip", "true", "consent_email", "consent_sms", "answered(tags)", "answered(age)", "answered(account)"]
    )
    return draw(
        st.one_of(
            simple,
            st.tuples(numbers(), numbers()).map(f" {compare} ".join),
            st.tuples(dates(), dates()).map(f" {compare} ".join),
            st.tuples(TEXTS, TEXTS).map(f" {compare} ".join),
            st.tuples(CODES, st.sampled_from(["'gold'", "'prospect'"]))
            .filter(lambda p: (p[0] == "plan") == (p[1] == "'gold'"))
            .map(" != ".join),
            st.tuples(SETS, WORDS).map(lambda pair: f"selected({', '.join(pair)})"),
            st.tuples(st.sampled_from(["contains", "starts-with", "ends-with"]), TEXTS, TEXTS).map(
                lambda t: f"{t[0]}({t[1]}, {t[2]})"
            ),
        )
    )


def test_sql_and_the_evaluator_agree_on_every_contact(workspace: str, now: datetime) -> None:
    people(workspace, now)
    declared = definitions.declared(workspace)
    everybody = segment_reading.ids(workspace, understood("true", declared), now)

    @settings(max_examples=60)
    @given(conditions())
    def agree(source: str) -> None:
        expression = understood(source, declared)
        envs = segment_reading.facts(workspace, expression, everybody, now)
        held = [key for key in everybody if expression.evaluate(envs[key]) is True]
        assert segment_reading.ids(workspace, expression, now) == held, source

    agree()


def understood(source: str, declared: dict[str, Definition]) -> Expression:
    found = segment_reading.understood(source, declared)
    assert isinstance(found, Expression), (source, [str(each) for each in found])
    return found
