"""Registries: the members of a kind are the modules of a folder. To add a member, add a file."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """What a member must have."""

    @property
    def name(self) -> str: ...


Member = TypeVar("Member", bound=Named)


class Registry(Generic[Member]):
    """Members found in the modules (or packages) of ``package``, each exposing one as ``attribute``.

    Loaded at first use, in the order of module names. Modules without the attribute are helpers and are skipped.
    A duplicate name is a ValueError. ``kind`` names the members in messages ("question type").
    """

    def __init__(self, kind: str, package: str, attribute: str) -> None:
        self.kind, self.package, self.attribute = kind, package, attribute
        self._members: dict[str, Member] | None = None

    def _load(self) -> dict[str, Member]:
        if self._members is None:
            members: dict[str, Member] = {}
            folder = importlib.import_module(self.package)
            for info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda info: info.name):
                module = importlib.import_module(f"{self.package}.{info.name}")
                member = getattr(module, self.attribute, None)
                if member is None:
                    continue
                if member.name in members:
                    raise ValueError(f"Two {self.kind}s are named {member.name!r}: rename the one in {module.__name__}")
                members[member.name] = member
            self._members = members
        return self._members

    def __getitem__(self, name: str) -> Member:
        """The member of that name; KeyError when there is none."""
        return self._load()[name]

    def get(self, name: str) -> Member | None:
        return self._load().get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._load()

    def __iter__(self) -> Iterator[Member]:
        return iter(self._load().values())

    def __len__(self) -> int:
        return len(self._load())

    def names(self) -> list[str]:
        return list(self._load())
