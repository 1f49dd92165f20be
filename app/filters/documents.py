"""Values in a JSON column by key, typed as expressions have them; NULL where there is none."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Double, Numeric, Text, and_, case, cast, func, literal, select

from app.engine.expressions.history import LARGEST
from app.engine.model import SPECIALS
from app.filters.trees import Sql


@dataclass(frozen=True, slots=True)
class Document:
    """`column`: on PostgreSQL of type JSONB, on SQLite the text. A path is the keys, the outermost first."""

    column: Any
    dialect: str

    @property
    def _binary(self) -> bool:
        return self.dialect == "postgresql"

    def _at(self, path: tuple[str, ...]) -> Any:
        """The value as JSON (PostgreSQL), or as SQLite reads it."""
        return (
            self.column[path if len(path) > 1 else path[0]]
            if self._binary
            else func.json_extract(self.column, _path(path))
        )

    def _kind(self, path: tuple[str, ...]) -> Sql:
        kind = func.jsonb_typeof(self._at(path)) if self._binary else func.json_type(self.column, _path(path))
        return cast(kind, Text)

    def text(self, *path: str) -> Sql:
        return self._at(path).astext if self._binary else func.json_extract(self.column, _path(path), type_=Text)

    def number(self, *path: str) -> Sql:
        """Of a value that is a number where there is one."""
        return cast(self._at(path), Double)

    def boolean(self, *path: str) -> Sql:
        """Of a value that is true or false where there is one."""
        return (
            cast(self._at(path), Boolean)
            if self._binary
            else func.json_extract(self.column, _path(path), type_=Boolean)
        )

    def codes(self, *path: str) -> "DocumentCodes":
        """Of a value that is a list of texts where there is one."""
        return DocumentCodes(self, path)

    def has(self, key: str) -> Sql:
        return self._kind((key,)).is_not(None)

    def says(self, key: str, text: str) -> Sql:
        """Whether the value is this text."""
        return and_(self._kind((key,)) == ("string" if self._binary else "text"), self.text(key) == text)

    def small_number(self, key: str) -> Sql:
        """The number, of any value: NULL where it is none, or too large (history.LARGEST)."""
        if self._binary:
            exact = cast(self._at((key,)), Numeric)
            return case((self._kind((key,)) == "number", case((func.abs(exact) < LARGEST, cast(exact, Double)))))
        plain = cast(self._at((key,)), Double)
        return case((and_(self._kind((key,)).in_(("integer", "real")), func.abs(plain) < LARGEST), plain))


@dataclass(frozen=True, slots=True)
class DocumentCodes:
    """A list of texts as a set of codes (trees.Codes)."""

    document: Document
    path: tuple[str, ...]

    def has(self, code: Sql) -> Sql:
        if self.document._binary:
            return func.jsonb_exists(self.document._at(self.path), code, type_=Boolean)
        each = func.json_each(self.document.column, _path(self.path)).table_valued("value")
        found = select(literal(1)).select_from(each).where(each.c.value == code).exists()
        return case((self.document._kind(self.path).is_not(None), found))

    def size(self) -> Sql:
        """Don't know and refused are none."""
        at = self.document._at(self.path)
        length = func.jsonb_array_length(at) if self.document._binary else func.json_array_length(at)
        specials = [
            case((self.has(literal(each, Text)), literal(1.0, Double)), else_=literal(0.0, Double)) for each in SPECIALS
        ]
        return cast(length, Double) - specials[0] - specials[1]


def _path(keys: tuple[str, ...]) -> str:
    return "$" + "".join(f'."{key}"' for key in keys)
