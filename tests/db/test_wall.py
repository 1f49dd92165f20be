"""The wall: a statement that could reach another workspace's rows is refused before it runs, however it is written."""

import pytest
from sqlalchemy import (
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from app.db import UnscopedStatement, reading, scoped, upsert, writing
from app.events import Event, EventDelivery

WS = "w1"
OTHER = aliased(Event)
SUB = select(Event.id).where(scoped(Event, WS)).subquery()
JOINED = (Event.id == EventDelivery.event_id) & (Event.workspace_id == EventDelivery.workspace_id)

REFUSED = {
    "no predicate": select(Event.id),
    "or": select(Event.id).where(or_(scoped(Event, WS), Event.kind == "x")),
    "or deeper": select(Event.id).where(Event.kind == "x", or_(and_(scoped(Event, WS)), true())),
    "not": select(Event.id).where(not_(and_(scoped(Event, WS), Event.kind == "x"))),
    "other than": select(Event.id).where(Event.workspace_id != WS),
    "in": select(Event.id).where(Event.workspace_id.in_([WS, "w2"])),
    "itself": select(Event.id).where(Event.workspace_id == Event.workspace_id),
    "an expression": select(Event.id).where(func.coalesce(Event.workspace_id, WS) == WS),
    "in the columns only": select(Event.id, (Event.workspace_id == WS).label("mine")),
    "in the order only": select(Event.id).order_by(Event.workspace_id == WS),
    "in a case": select(Event.id).where(case((Event.workspace_id == WS, True), else_=True)),
    "in having": select(Event.kind).group_by(Event.kind).having(func.min(Event.workspace_id) == WS),
    "text": text("SELECT id FROM events"),
    "text in the where": select(Event.id).where(scoped(Event, WS), text("1 = 1 OR 1 = 1")),
    "text with columns": text("SELECT id FROM events").columns(Event.id),
    "one branch of a union": union_all(
        select(Event.id).where(scoped(Event, WS)), select(Event.id).where(Event.kind == "x")
    ),
    "an alias": select(OTHER.id).where(OTHER.kind == "x"),
    "an alias beside its table": select(OTHER.id).join(Event, Event.kind == OTHER.kind).where(scoped(Event, WS)),
    "a subquery": select(Event.id).where(scoped(Event, WS), Event.id.in_(select(Event.id).where(Event.kind == "x"))),
    "a scalar subquery": select(select(func.count(Event.id)).scalar_subquery()),
    "exists": select(literal(1)).where(exists().where(Event.kind == "x")),
    "a derived table": select(select(Event.id).where(Event.kind == "x").subquery().c.id),
    "a predicate outside a derived table": (
        lambda sub: select(sub.c.id).where(sub.c.workspace_id == WS)  # filtered late, but every row was read
    )(select(Event.id, Event.workspace_id).limit(10).subquery()),
    "a CTE": (lambda cte: select(cte.c.id))(select(Event.id).cte()),
    "one side of a join": select(Event.id).join(EventDelivery, Event.id == EventDelivery.event_id).where(
        scoped(Event, WS)
    ),
    "a join tied only by an outer join's condition": select(Event.id).outerjoin(
        EventDelivery, (Event.workspace_id == WS) & JOINED
    ),
    "update": update(Event).where(Event.id == "x").values(kind="y"),
    "update from": update(Event).where(scoped(Event, WS), Event.id == EventDelivery.event_id).values(kind="y"),
    "update from a subquery": update(Event)
    .where(scoped(Event, WS))
    .values(kind=select(EventDelivery.subscriber).limit(1).scalar_subquery()),
    "delete": delete(Event).where(or_(scoped(Event, WS), Event.id == "x")),
    "insert from select": insert(Event).from_select(["id"], select(Event.id)),
    "insert a subquery": insert(Event).values(id="1", kind=select(Event.kind).limit(1).scalar_subquery()),
}  # fmt: skip

TAKEN = {
    "bound": select(Event.id).where(Event.kind == "x", scoped(Event, WS)),
    "by a parameter": select(Event.id).where(Event.workspace_id == bindparam("w")),
    "the other way round": select(Event.id).where(bindparam("w") == Event.workspace_id),
    "through a join": select(Event.id).join(EventDelivery, JOINED).where(scoped(EventDelivery, WS)),
    "through an outer join": select(Event.id).outerjoin(EventDelivery, JOINED).where(scoped(Event, WS)),
    "an alias": select(OTHER.id).join(Event, Event.workspace_id == OTHER.workspace_id).where(scoped(Event, WS)),
    "correlated": select(Event.id).where(
        scoped(Event, WS),
        exists().where(EventDelivery.event_id == Event.id, EventDelivery.workspace_id == Event.workspace_id),
    ),
    "correlated in a column": select(
        Event.id,
        select(func.count(EventDelivery.event_id))
        .where(EventDelivery.event_id == Event.id, EventDelivery.workspace_id == Event.workspace_id)
        .scalar_subquery(),
    ).where(scoped(Event, WS)),
    "union": union_all(select(Event.id).where(scoped(Event, WS)), select(Event.id).where(scoped(Event, WS))),
    "derived": select(SUB.c.id).where(SUB.c.id == "x"),
    "update": update(Event).where(and_(scoped(Event, WS), and_(Event.id == "x"))).values(kind="y"),
    "delete": delete(Event).where(scoped(Event, WS)),
    "every workspace": select(Event.id).execution_options(every_workspace=True),
    "text of no table of ours": text("SELECT 1"),
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_it_is_refused(app, statement):
    for _ in range(2):  # a refusal is not remembered as checked
        with pytest.raises(UnscopedStatement), writing() as conn:
            conn.execute(statement)


@pytest.mark.parametrize("statement", TAKEN.values(), ids=TAKEN)
def test_it_runs(app, statement):
    params = {"w": WS} if any(name == "w" for name in statement.compile().params) else {}
    with writing() as conn:
        conn.execute(statement, params)
        conn.execute(statement, params)


def test_what_runs_for_every_workspace_once_is_still_refused_without_saying_so(app):
    statement = select(Event.id)
    with reading() as conn:
        conn.execute(statement, execution_options={"every_workspace": True})
        with pytest.raises(UnscopedStatement, match="events"):
            conn.execute(statement)


def test_raw_sql_says_that_it_spans_workspaces(app):
    with reading() as conn, pytest.raises(UnscopedStatement):
        conn.exec_driver_sql("SELECT id FROM events")


def test_an_upsert_is_an_insert(app, clock):
    row = {"id": "e1", "workspace_id": WS, "kind": "x", "at": clock.now(), "data": {}}
    with writing() as conn:
        conn.execute(upsert(conn, Event).values(row).on_conflict_do_update(index_elements=["id"], set_={"kind": "y"}))
