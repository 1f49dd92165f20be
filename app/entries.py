"""How events read on the customer's timeline. Each package says so, with `reads`, for the kinds that it publishes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.problems import N_
from app.events import News

GROUPS = {
    "transactions": N_("Transactions"),
    "tickets": N_("Tickets"),
    "behaviour": N_("Site, app and logs"),
    "messages": N_("Messages, calls and visits"),
    "interviews": N_("Interviews"),
    "feedback": N_("What they wrote to us"),
    "decisions": N_("Decisions of the company"),
    "consent": N_("Consent and suppression"),
    "profile": N_("Profile"),
    "other": N_("Other events"),
}
"""What a reader of the timeline filters by; each has an icon (templates/customers/_icons.html)."""

Data = Mapping[str, Any]
Fact = tuple[str, str]  # label, value


@dataclass(frozen=True, slots=True)
class Reading:
    """How one kind of event reads, given its data. `text`: a sentence about the person, in the reader's language; `said`: their own
    words; `facts`: what else there is to know; `inside`: what interviewers are not shown, such as profit."""

    kind: str
    group: str
    text: Callable[[Data], str]
    said: Callable[[Data], str] = lambda data: ""
    facts: Callable[[Data], list[Fact]] = lambda data: []
    inside: Callable[[Data], list[Fact]] = lambda data: []


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is read."""

    news: News
    group: str
    text: str
    said: str
    facts: list[Fact]
    inside: list[Fact]

    def has(self, words: str) -> bool:
        """Whether a reader finds these words (in lower case) in it."""
        parts = [self.text, self.said, *(part for fact in self.facts for part in fact)]
        return words in "\n".join(map(str, parts)).casefold()


_readings: dict[str, Reading] = {}


def reads(reading: Reading) -> None:
    """Register how a kind reads; "shop.*", in the group "other", stands for all kinds that begin so and have no reading of their
    own. ValueError for a kind that has one, or an unknown group."""
    if reading.kind in _readings or reading.group not in GROUPS:
        raise ValueError(f"{reading.kind} reads twice, or {reading.group} is no group")
    _readings[reading.kind] = reading


def readings() -> Mapping[str, Reading]:
    """By kind."""
    return _readings


def reading(kind: str) -> Reading:
    """How a kind reads; one that nobody registered by its words ("case.taken": "Case taken.")."""
    return (
        _readings.get(kind)
        or _readings.get(f"{kind.partition('.')[0]}.*")
        or Reading(kind, "other", lambda data: words_of(kind))
    )


def words_of(kind: str) -> str:
    """The name of a kind as a sentence."""
    return kind.replace(".", " ").replace("_", " ").strip().capitalize() + "."


def entry(news: News) -> Entry:
    """An event in the reader's language. An erased person's events have no data: only what happened is left."""
    how = reading(news.kind)
    text = how.text({**news.data, "kind": news.kind})
    return Entry(news, how.group, text, how.said(news.data), how.facts(news.data), how.inside(news.data))


def kinds_in(groups: set[str]) -> tuple[set[str], bool]:
    """The registered kinds of some groups, and whether those that have no reading of their own belong to them too."""
    named = {each.kind for each in _readings.values() if each.group in groups and not each.kind.endswith(".*")}
    return named, "other" in groups
