"""When the next attempt is made. Pure: instants in, a window of instants out.

The three steps of the reference: after the delay and within the day's cap; the first instant inside local hours, without a
holiday, in the time slice that had the fewest attempts for its weight; without that balance where it leaves nothing for 72 h.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.contacts.waking import WAKING, day_window

SLICES = ("day", "evening", "weekend")
EVENING = time(17)
BALANCE = timedelta(hours=72)
HORIZON = 40  # days looked ahead, more than any holidays in a row
EARLY = timedelta(minutes=15)
GRACE = timedelta(minutes=15)
"""A hard appointment's case is offered this much before its time and kept for its interviewer this much after it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """``weights``: attempts wished per slice; their sum is the cap. ``per_day``: attempts on one local day. ``period``: from the
    first attempt to the last. ``first``: the slices of the first attempt."""

    weights: Mapping[str, int] = field(default_factory=lambda: {"day": 2, "evening": 3, "weekend": 2})
    weekday: tuple[time, time] = (time(9), time(20, 30))
    weekend: tuple[time, time] = (time(9), time(17))
    per_day: int = 2
    period: timedelta = timedelta(days=14)
    first: Collection[str] = ("evening", "weekend")
    holidays: Collection[date] = ()

    @property
    def cap(self) -> int:
        return sum(self.weights.values())


@dataclass(frozen=True, slots=True)
class Window:
    """The attempt may be made from ``at`` until ``until`` (not included; None: at any time from then on)."""

    at: datetime
    until: datetime | None


STANDARD = Rules()


def rules_of(slot_limits: Mapping[str, int]) -> Rules:
    """The standard rules with a study's own number of attempts per slice."""
    own = {name: limit for name, limit in slot_limits.items() if name in SLICES}
    return Rules(weights={**STANDARD.weights, **own})


def slice_of(at: datetime, zone: str) -> str:
    """The slice of an instant: weekday before 17:00, weeknight, weekend; local."""
    local = at.astimezone(ZoneInfo(zone))
    if local.weekday() >= 5:
        return "weekend"
    return "day" if local.time() < EVENING else "evening"


def exhausted(history: Sequence[datetime], next_at: datetime, rules: Rules = STANDARD) -> bool:
    """Whether no further attempt is due: the cap is reached or the period over. history: earlier attempts, oldest first."""
    return bool(history) and (len(history) >= rules.cap or next_at > history[0] + rules.period)


def next_call_at(
    earliest: datetime, zones: Sequence[str], history: Sequence[datetime] = (), rules: Rules = STANDARD
) -> Window:
    """The window of the next attempt. earliest: the end of the last one plus its delay, or a "not before". zones: where the
    person may be; the hours suit all of them where that is possible, else the first. history: earlier attempts."""
    wished = _wished(zones[0], history, rules)
    balanced = (w for name, w in _windows(earliest, zones, history, rules) if name in wished)
    window = next(balanced, None)
    if window is None or window.at > earliest + BALANCE:
        any_slice = next((w for _, w in _windows(earliest, zones, history, rules)), None)
        if any_slice is None and len(zones) > 1:
            return next_call_at(earliest, zones[:1], history, rules)
        window = any_slice
    if window is None:
        raise ValueError("the rules leave no hour to call")
    return window


def _wished(zone: str, history: Sequence[datetime], rules: Rules) -> set[str]:
    if not history:
        return set(rules.first)
    made = [slice_of(at, zone) for at in history]
    shares = {name: made.count(name) // weight for name, weight in rules.weights.items() if weight}
    return {name for name, share in shares.items() if share == min(shares.values())}


def _windows(
    earliest: datetime, zones: Sequence[str], history: Sequence[datetime], rules: Rules
) -> Iterator[tuple[str, Window]]:
    """(slice, window) that are open from `earliest` on, in order."""
    home = ZoneInfo(zones[0])
    start = earliest.astimezone(home).date()
    made = [at.astimezone(home).date() for at in history]
    for number in range(HORIZON):
        day = start + timedelta(days=number)
        if day in rules.holidays or made.count(day) >= rules.per_day:
            continue
        for name, hours in _slices(day, rules):
            opening, closing = day_window(zones[0], day, hours)
            for zone in zones[1:]:
                opening, closing = _common(opening, closing, zone, rules)
            opening = max(opening, earliest.astimezone(UTC))
            if opening < closing:
                yield name, Window(opening, closing)


def _slices(day: date, rules: Rules) -> list[tuple[str, tuple[time, time]]]:
    if day.weekday() >= 5:
        return [("weekend", rules.weekend)]
    return [("day", (rules.weekday[0], EVENING)), ("evening", (EVENING, rules.weekday[1]))]


def _common(opening: datetime, closing: datetime, zone: str, rules: Rules) -> tuple[datetime, datetime]:
    """The part of a window that lies inside the local hours of another zone too."""
    day = opening.astimezone(ZoneInfo(zone)).date()
    theirs = day_window(zone, day, rules.weekend if day.weekday() >= 5 else rules.weekday)
    return max(opening, theirs[0]), min(closing, theirs[1])


def local_instant(wall: str, zone: str) -> datetime | None:
    """The instant of a wall time ("2026-11-05T18:30") in a zone; the first one where the clocks go back, None for no time at all or
    one that the clocks skip."""
    try:
        naive = datetime.fromisoformat(wall)
    except ValueError:
        return None
    if naive.tzinfo is not None:
        return None
    instant = naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return instant if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == naive else None


def lawful(at: datetime, zones: Sequence[str]) -> bool:
    """Whether a call at this instant falls into the hours in which the law lets people be called, wherever the person may be."""
    return all(WAKING[0] <= at.astimezone(ZoneInfo(zone)).time() < WAKING[1] for zone in zones)


def rest_of_day(at: datetime, zones: Sequence[str]) -> datetime:
    """When the lawful hours of the local day of an instant end, wherever the person may be."""
    return min(day_window(zone, at.astimezone(ZoneInfo(zone)).date(), WAKING)[1] for zone in zones)
