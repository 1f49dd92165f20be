"""What a rehearsal showed, as data and as lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.engine.model import Questionnaire
from app.proofs.rehearsal import Tally

PATHS = 20
"""Paths that are written out, the commonest first."""
NAMES = 12
"""Questions of a path that are named in a line."""


def as_json(q: Questionnaire, tally: Tally) -> dict[str, Any]:
    """The whole report. Shares are of the people; lengths are medians and 95th percentiles."""
    return {
        "questionnaire": q.name,
        "people": tally.people,
        "ends": dict(sorted(tally.statuses.items())),
        "paths": [{"share": round(n / tally.people, 4), "questions": list(path)} for path, n in common_paths(tally)],
        "different_paths": len(tally.paths),
        "asked": {name: round(tally.asked[name] / tally.people, 4) for name in asked_names(q)},
        "never_asked": never_asked(q, tally),
        "never_chosen": never_chosen(q, tally),
        "stuck": [
            {"screen": screen, "people": count, "problems": dict(example.problems), "answers": dict(example.answers)}
            for screen, (_, count, example) in sorted(tally.stuck.items())
        ],
        "length": {
            channel: {
                "screens": _spread(length.screens),
                "minutes": _spread(length.minutes),
                **(
                    {"messages": _spread(length.screens), "segments": _spread(length.segments)}
                    if channel == "sms"
                    else {}
                ),
            }
            for channel, length in tally.lengths.items()
        },
    }


def lines(q: Questionnaire, tally: Tally) -> Iterator[str]:
    """The same for a person to read."""
    report = as_json(q, tally)
    ends = ", ".join(f"{status}: {count}" for status, count in report["ends"].items())
    yield f"{report['people']} people: {ends}"
    yield f"{report['different_paths']} different paths; the commonest:"
    for path in report["paths"][:5]:
        names = path["questions"]
        more = f" … ({len(names)} questions)" if len(names) > NAMES else ""
        yield f"  {path['share']:7.2%}  {' '.join(names[:NAMES])}{more}"
    if report["never_asked"]:
        yield f"never asked: {', '.join(report['never_asked'])}"
    for name, choices in report["never_chosen"].items():
        yield f"never chosen in {name}: {', '.join(choices)}"
    for stuck in report["stuck"]:
        wrong = ", ".join(f"{name}: {code}" for name, code in stuck["problems"].items())
        said = ", ".join(f"{name} = {value}" for name, value in stuck["answers"].items())
        yield f"stuck at {stuck['screen']} ({stuck['people']} people; {wrong}) after {said or 'nothing'}"
    for channel, length in report["length"].items():
        screens, minutes = length["screens"], length["minutes"]
        sms = f", {length['segments']['median']:g} segments" if channel == "sms" else ""
        yield (
            f"{channel}: {screens['median']:g} screens (95 %: {screens['p95']:g}), about {minutes['median']:.1f} min"
            f" (95 %: {minutes['p95']:.1f}){sms}"
        )


def asked_names(q: Questionnaire) -> list[str]:
    return [name for name, question in q.questions.items() if question.asked]


def never_asked(q: Questionnaire, tally: Tally) -> list[str]:
    return [name for name in asked_names(q) if not tally.asked[name]]


def never_chosen(q: Questionnaire, tally: Tally) -> dict[str, list[str]]:
    """The choices that nobody picked, of questions that somebody was asked."""
    found = {}
    for name in asked_names(q):
        left = [choice.name for choice in q.questions[name].choices if not tally.chosen[name, choice.name]]
        if left and tally.asked[name]:
            found[name] = left
    return found


def common_paths(tally: Tally) -> list[tuple[tuple[str, ...], int]]:
    """The commonest paths; equally common ones in the order of their names, so that a seed gives one report."""
    return sorted(tally.paths.items(), key=lambda item: (-item[1], item[0]))[:PATHS]


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"median": ordered[len(ordered) // 2], "p95": ordered[int(0.95 * (len(ordered) - 1))]}
