"""What messages cost, and how many of them are in which state."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from app.db import reading, scoped
from app.delivery.models import MessageRow


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a study's messages on a channel (study_id None: of none) in one currency. `unpriced`: those that were accepted and whose
    price nobody knows."""

    study_id: str | None
    channel: str
    currency: str | None
    amount: Decimal
    messages: int
    segments: int
    unpriced: int


def costs(workspace_id: str, study_id: str | None = None) -> list[Cost]:
    """Of every study, or of one; what was accepted counts, delivered or not: that is what providers bill."""
    row = MessageRow
    statement = (
        select(
            row.study_id, row.channel, row.currency, func.coalesce(func.sum(row.price), 0), func.count(),
            func.sum(row.segments), func.count() - func.count(row.price),
        )
        .where(scoped(row, workspace_id), row.provider_id.is_not(None))
        .group_by(row.study_id, row.channel, row.currency)
        .order_by(row.study_id, row.channel, row.currency)
    )  # fmt: skip
    if study_id:
        statement = statement.where(row.study_id == study_id)
    with reading() as conn:
        return [
            Cost(study, channel, currency, Decimal(amount or 0) / 1_000_000, *counts)
            for study, channel, currency, amount, *counts in conn.execute(statement)
        ]


def states(workspace_id: str) -> dict[str, int]:
    """How many messages are in each state that has any."""
    statement = select(MessageRow.state, func.count()).where(scoped(MessageRow, workspace_id))
    with reading() as conn:
        return dict(conn.execute(statement.group_by(MessageRow.state)).all())
