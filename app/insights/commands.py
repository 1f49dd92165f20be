"""`flask canvass export`. Exit codes: 0 done, 1 no such study or it cannot be written, 2 wrong use."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from rich.progress import Progress

from app.accounts.command_line import fail, workspace_id, workspace_option
from app.catalog import service as catalog
from app.core.problems import N_, Problem
from app.insights.bundle import bundle
from app.insights.exports import EXPORTS
from app.interviews import scan


@click.command("export")
@click.argument("study")
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder.")
@click.option("--format", "format_", default="csv", show_default=True, help="See docs/results.md.")
@click.option("--bom", is_flag=True, help="Begin text files with a byte order mark (Excel wants one).")
@workspace_option
@with_appcontext
def export(study: str, folder: Path, format_: str, bom: bool, workspace_name: str | None) -> None:
    """Write the interviews of STUDY into a folder: the data and its codebook."""
    home = workspace_id(workspace_name)
    found = catalog.study_by_name(home, study)
    if found is None:
        remedy = N_("The studies here: {names}.")
        names = ", ".join(each.name for each in catalog.studies(home)) or "-"
        fail(
            [
                Problem(
                    "unknown_study",
                    N_("There is no study called {name}."),
                    {"name": study, "names": names},
                    remedy=remedy,
                )
            ]
        )
    if format_ not in EXPORTS:
        raise click.BadParameter(f"one of {', '.join(EXPORTS.names())}", param_hint="--format")
    total = sum(scan.count(home, found.id).values())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Progress(disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task(study, total=total)
            files = EXPORTS[format_].files(bundle(found), bom, lambda n: progress.advance(task, n))
            for name, pieces in files:
                with open(folder / name, "wb") as out:
                    out.writelines(pieces)
    except OSError as error:
        fail([Problem("not_written", N_("{path} cannot be written: {why}."), {"path": folder, "why": error.strerror})])
    click.echo(f"{total} interviews of {study} written to {folder}.")


commands = [export]
