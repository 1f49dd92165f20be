"""When a person is awake: the window of local time in which they may be called or texted. Pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Window = tuple[time, time]
WAKING: Window = (time(8), time(21))


def day_window(zone: str, day: date, window: Window) -> tuple[datetime, datetime]:
    """Opening and closing of the window on a local day, as UTC instants.

    Where the clocks change and a wall time happens twice or never, the later reading opens and the earlier one closes, so
    that by either reading nobody is disturbed too early or too late. On such a day the window may be empty (opening >= closing).
    """
    opening, closing = (
        [datetime.combine(day, edge, ZoneInfo(zone)).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
        for edge in window
    )
    return max(opening), min(closing)


def next_awake(zones: Sequence[str], now: datetime, window: Window = WAKING) -> datetime:
    """The first instant from `now` on (UTC) inside the window (opening included, closing not) in every zone.

    When no instant of the next two days suits all zones (a toll-free American number may ring from Puerto Rico to Guam), the first
    at which most of them are inside. ValueError for no zone or a window that does not open before it closes.
    """
    if not zones or window[0] >= window[1]:
        raise ValueError("next_awake() needs a zone and a window that opens before it closes")
    now = now.astimezone(UTC)
    windows = [
        (index, *day_window(zone, now.astimezone(ZoneInfo(zone)).date() + timedelta(days=day), window))
        for index, zone in enumerate(zones)
        for day in range(-1, 4)
    ]
    # the number of zones awake grows only when a window opens
    moments = sorted({now, *(opening for _, opening, _ in windows if opening > now)})

    def awake(at: datetime) -> int:
        return len({zone for zone, opening, closing in windows if opening <= at < closing})

    return max(moments, key=lambda at: (awake(at), -at.timestamp()))
