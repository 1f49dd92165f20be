"""Trigger kinds, one file each. A kind reads its part of a trigger file and says when an event makes someone's turn due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.core.problems import Problem
from app.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Turn:
    """Someone's turn: at `due_at`, once per `occurrence`."""

    occurrence: str
    due_at: datetime


class TriggerKind(Protocol):
    """`name`: the word after `kind:`. `keys`: what a file of this kind holds besides the common keys."""

    name: str
    keys: tuple[str, ...]

    def read(self, tree: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """The kind's settings as plain JSON, and what is wrong with them."""

    def turn(self, settings: Mapping[str, Any], event: Mapping[str, Any]) -> Turn | None:
        """The turn that a customer event (id, source, event_id, kind, at, data) makes; None: none."""


KINDS: Registry[TriggerKind] = Registry("trigger kind", "app.journeys.triggers", "KIND")
