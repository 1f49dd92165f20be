"""Long lists of choices: shared, filtered by an expression, found by name at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.engine.expressions import Lookup, cell, lookups
from app.engine.model import Choice, Env, Expression

Index = Mapping[Any, tuple[Choice, ...]]


@dataclass(eq=False)
class ChoiceList:
    """``columns``: the names that a filter may read."""

    choices: tuple[Choice, ...]
    columns: frozenset[str]
    indexes: dict[tuple[str, str], Index] = field(default_factory=dict, repr=False)

    @cached_property
    def by_name(self) -> Mapping[str, Choice]:
        return {choice.name: choice for choice in reversed(self.choices)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChoiceList) and self.choices == other.choices

    __hash__ = object.__hash__

    def filtered(self, condition: Expression, env: Env) -> list[Choice]:
        """Those for which the condition holds, in their order. A column that must equal something is looked up, the rest tried."""
        scope = dict(env)
        found = []
        for choice in self._candidates(condition, env):
            scope.update(choice.columns)
            if condition.evaluate(scope) is True:
                found.append(choice)
        return found

    def _candidates(self, condition: Expression, env: Env) -> tuple[Choice, ...]:
        for lookup in lookups(condition):
            key = lookup.key(env)
            return () if key is None else self._index(lookup).get(key, ())
        return self.choices

    def _index(self, lookup: Lookup) -> Index:
        known = (lookup.column, lookup.type)
        if known not in self.indexes:
            found: dict[Any, list[Choice]] = {}
            for choice in self.choices:
                value = cell(choice.columns.get(f"|{lookup.column}"), lookup.type)
                if value is not None:
                    found.setdefault(value, []).append(choice)
            self.indexes[known] = {value: tuple(choices) for value, choices in found.items()}
        return self.indexes[known]
