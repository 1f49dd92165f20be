"""`flask canvass xlsform`: questionnaires for other systems."""

from pathlib import Path

import click

from app.accounts.command_line import fail
from app.catalog.definition import check
from app.catalog.exporters import xlsform as exporter
from app.catalog.import_commands import say
from app.catalog.list_files import beside


@click.command("xlsform")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="An .xlsx; written anew.",
)
def xlsform(file: Path, out: Path) -> None:
    """Write a definition as an XLSForm, and say what XLSForm cannot."""
    definition = check(file.read_text("utf-8", "replace"), str(file), beside(file))
    if definition.questionnaire is None:
        fail(definition.problems)
    exported = exporter.write(definition.questionnaire)
    out.write_bytes(exported.data)
    say(exported.report)


commands: list[click.Command] = [xlsform]
