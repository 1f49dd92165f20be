"""Decoded states of interviews, kept in this process: the next request neither reads the documents of a roster's rows nor walks
the route again, since a state remembers its route.

The revision fences writers off from each other, so under it and the document there is one state only. It is kept once it is
committed; a lost write leaves nothing.
"""

from collections import OrderedDict
from threading import Lock

from sqlalchemy import Connection

from app import engine
from app.db import once_committed

Key = tuple[str, str, int, str]
"""Workspace, interview, revision and main document."""

MOST = 50_000
"""Answers, of all the states together: some 50 MB."""
OVERHEAD = 10
"""What a state takes beside its answers, in answers."""


class States:
    """The states used last. ``most``: how many answers they may hold together."""

    def __init__(self, most: int = MOST) -> None:
        self.most, self.size = most, 0
        self._states: OrderedDict[Key, engine.State] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> engine.State | None:
        with self._lock:
            if key in self._states:
                self._states.move_to_end(key)
            return self._states.get(key)

    def put(self, key: Key, state: engine.State) -> None:
        with self._lock:
            if key in self._states:
                return
            self._states[key] = state
            self.size += _size(state)
            while self.size > self.most:
                _, gone = self._states.popitem(last=False)
                self.size -= _size(gone)

    def keep(self, conn: Connection, key: Key, state: engine.State) -> None:
        """Put a state that was read or written in a transaction, once that has committed. What a savepoint may still roll back is
        left out."""
        if not conn.in_nested_transaction():
            once_committed(lambda: self.put(key, state))


def _size(state: engine.State) -> int:
    return len(state.answers) + OVERHEAD


states = States()
