"""`flask canvass import`: questionnaires of other systems."""

import json
from pathlib import Path

import click

from app.accounts.command_line import fail
from app.catalog import importers, source
from app.catalog.definition import check
from app.catalog.importers.companions import Companions, in_folders
from app.catalog.importers.report import CARRIED, Imported, Report
from app.catalog.list_files import beside, written

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--out", type=OUT, required=True, help="The definition in YAML; it and the files it names are written anew."
)
@click.option(
    "--media",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where its lists of choices, pictures, sounds and videos lie; beside it or in NAME-media unless told.",
)
@click.option(
    "--report", type=click.Choice(["text", "json"]), default="text", help="In what form to say what was carried."
)
def import_(file: Path, out: Path, media: Path | None, report: str) -> None:
    """Make a definition of FILE, a questionnaire of another system, and say line by line what could not be carried."""
    companions = in_folders(media) if media else in_folders(file.parent, file.parent / f"{file.stem}-media")
    done = importers.read(file.read_bytes(), str(file), companions)
    if isinstance(done, list):
        fail(done)
    text = source.write(done.tree)
    out.write_text(text, "utf-8")
    _write_beside(out, done, companions)
    if report == "json":
        click.echo(json.dumps(done.report.as_json(), ensure_ascii=False, indent=1))
    else:
        say(done.report)
    definition = check(text, str(out), beside(out))
    if definition.questionnaire is None:
        fail(definition.problems)


def _write_beside(out: Path, done: Imported, companions: Companions) -> None:
    """The files that the definition names, as far as they do not lie there already."""
    for entry in done.tree.get("lists", ()):
        if "file" in entry and beside(out)(entry["file"]) != entry["choices"]:
            (out.parent / entry["file"]).write_text(written(entry["choices"]), "utf-8")
    for name in done.files:
        content, target = companions(name), out.parent / name
        if content is not None and not (target.is_file() and target.read_bytes() == content):
            target.write_bytes(content)


def say(report: Report) -> None:
    """What was not carried, line by line, and how many were."""
    for line in report.lines:
        if line.outcome != CARRIED:
            click.echo(str(line))
    for kind, counts in report.counts().items():
        numbers = ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in counts.items())
        click.echo(f"{kind}s: {numbers}")


commands: list[click.Command] = [import_]
