"""Pages of a long list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from sqlalchemy import Connection, Select, func, select

SIZE = 50
FARTHEST = 100_000


@dataclass(frozen=True, slots=True)
class Page:
    """`items` of page `number` (1 is the first) of a list of `total`."""

    items: Sequence[Any]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def first_item(self) -> int:
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last_item(self) -> int:
        return self.first_item + len(self.items) - 1 if self.items else 0


def asked_page() -> int:
    """The page the address asks for (`?page=3`); 1 when it asks for none or for nonsense."""
    number = request.args.get("page", 1, type=int)
    return number if 1 <= number <= FARTHEST else 1


def paginate(conn: Connection, statement: Select[Any], number: int, size: int = SIZE) -> Page:
    """The rows of one page of an ordered statement; the last page when `number` lies beyond it."""
    total = conn.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    number = min(number, max(1, -(-total // size)))
    rows = conn.execute(statement.limit(size).offset((number - 1) * size)).all()
    return Page(rows, number, size, total)


def page_address(number: int) -> str:
    """The address of another page of the list shown, the rest of the query kept."""
    arguments = request.args.to_dict(flat=False) | (request.view_args or {}) | {"page": number}
    return url_for(str(request.endpoint), **arguments)


def init_paging(app: Flask) -> None:
    app.jinja_env.globals["page_address"] = page_address
