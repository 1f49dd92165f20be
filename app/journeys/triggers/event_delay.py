"""`kind: event_delay`: some time after something happened to the customer (two hours after a delivery)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.core.problems import N_, Problem
from app.journeys.durations import duration
from app.journeys.triggers import Turn


class EventDelay:
    name = "event_delay"
    keys = ("event", "delay")

    def read(self, tree: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        problems = []
        event = tree.get("event")
        if not isinstance(event, str) or not event:
            problems.append(
                Problem(
                    "trigger_event",
                    N_("A trigger of this kind names the event it waits for."),
                    remedy=N_("Add a line such as: event: delivered"),
                    path="event",
                )
            )
        delay = duration(tree.get("delay", "0m"))
        if isinstance(delay, Problem):
            problems.append(delay.located(path="delay"))
            return {}, problems
        return {"event": event, "delay_seconds": int(delay.total_seconds())}, problems

    def turn(self, settings: Mapping[str, Any], event: Mapping[str, Any]) -> Turn | None:
        if event["kind"] != settings["event"]:
            return None
        # the event's own id makes the occurrence: two deliveries are two turns, one delivery reported twice is one
        return Turn(event["id"], event["at"] + timedelta(seconds=settings["delay_seconds"]))


KIND = EventDelay()
