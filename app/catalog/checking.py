"""`flask canvass check | rehearse`. Exit codes: 0 done, 1 something is wrong with what was given, 2 wrong use."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from app import engine, proofs
from app.catalog.definition import Definition
from app.catalog.definition import check as read
from app.catalog.findings import findings
from app.catalog.list_files import beside
from app.proofs.rehearsal import rehearse_all
from app.proofs.report import as_json, lines

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CHANNELS = engine.CHANNELS


def text_of(file: Path) -> str:
    """A definition's text; one that is not UTF-8 ends the command."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        click.echo(f"{file}: byte {error.start} is not UTF-8. Save the file as UTF-8. [not_utf8]", err=True)
        raise SystemExit(1) from None


def _channels(_context: click.Context, _parameter: click.Parameter, given: str | None) -> tuple[str, ...]:
    """Channels as typed: ``web,sms``."""
    wanted = tuple(name.strip() for name in (given or "").split(",") if name.strip())
    unknown = [name for name in wanted if name not in CHANNELS]
    if unknown:
        raise click.BadParameter(f"there is no channel {unknown[0]}; the channels are {', '.join(CHANNELS)}")
    return wanted


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--channels", callback=_channels, help=f"What it is meant for, among {','.join(CHANNELS)}.")
@click.option("--notes", is_flag=True, help="Also what is worth knowing but nothing to mend.")
def check(files: Sequence[Path], channels: tuple[str, ...], notes: bool) -> None:
    """Check definitions: every problem with its file, line and remedy, and what is probably not meant. A warning keeps nobody
    from publishing. With --channels also what each channel can do with each question."""
    wrong = 0
    for file in files:
        definition = read(text_of(file), str(file), beside(file))
        found = findings(definition, channels)
        blocked = [finding for finding in found if finding.severity == proofs.BLOCKING]
        wrong += definition.questionnaire is None or bool(blocked)
        shown = found if notes else [f for f in found if f.severity != "note" or f.code == "not_proved"]
        for problem in (*definition.problems, *shown):
            click.echo(str(problem))
        if definition.questionnaire:
            _summary(definition, definition.questionnaire, len(found) - len(shown), bool(blocked), channels)
    if wrong:
        click.echo(f"{wrong} of {len(files)} files cannot be published.", err=True)
        raise SystemExit(1)


def _summary(
    definition: Definition, q: engine.Questionnaire, hidden: int, blocked: bool, channels: Sequence[str]
) -> None:
    """One line about a definition that compiles, and what channels can do with it."""
    for name, row in proofs.compatibility(q, channels).items() if channels else ():
        cells = (f"{cell.channel}: {cell.level}" + (f" ({cell.what})" if cell.what else "") for cell in row)
        click.echo(f"  {name}: {', '.join(cells)}")
    questions = sum(question.asked for question in q.questions.values())
    more = f"; {hidden} notes (--notes)" if hidden else ""
    file = definition.marks.file
    click.echo(f"{file}: {'blocked' if blocked else 'good'}, {questions} questions in {', '.join(q.languages)}{more}")


@click.command("rehearse")
@click.argument("file", type=FILE)
@click.option("-n", "--people", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same people.")
@click.option("--channel", type=click.Choice(CHANNELS), default="web", show_default=True, help="Where they answer.")
@click.option("--report", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--processes", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="As many as there are cores."
)
def rehearse(file: Path, people: int, seed: int, channel: str, report: str, processes: int) -> None:
    """Let random valid people answer: which ways they take, what nobody is asked, where somebody is stuck, how long it takes."""
    definition = read(text_of(file), str(file), beside(file))
    q = definition.questionnaire
    if q is None:
        for problem in definition.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(1)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{people} people", total=people)
        tally = rehearse_all(q, people, seed, channel, processes, lambda done: progress.advance(task, done))
    if report == "json":
        click.echo(json.dumps(as_json(q, tally), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(q, tally)))
    if tally.stuck:
        raise SystemExit(1)


commands: list[click.Command] = [check, rehearse]
