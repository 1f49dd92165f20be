"""`flask canvass sample draw | release | list`. Exit code 1 where something is wrong, and nothing was done."""

import click

from app.accounts.command_line import fail, workspace_id, workspace_option
from app.contacts.permission import CHANNELS
from app.core.problems import N_, Problem
from app.delivery.commands import study_called
from app.samples import drawing, service
from app.ui.edge import now


@click.group()
def sample() -> None:
    """Probability samples of contacts."""


@sample.command()
@click.argument("name")
@click.option("--universe", required=True, help="Whom the sample is to speak for, in words.")
@click.option("--channel", required=True, type=click.Choice(CHANNELS), help="On which they must be reachable.")
@click.option("--size", type=click.IntRange(1), help="How many people; not needed with --stratum.")
@click.option("--segment", default="", help="From whom; all contacts unless given.")
@click.option("--method", type=click.Choice(list(drawing.METHODS)), default="simple", show_default=True)
@click.option(
    "--by",
    default="",
    help="The attribute, kind or language that strata are made of, or that a systematic draw is sorted by.",
)
@click.option("--allocation", type=click.Choice(["proportional", "equal"]), default="proportional", show_default=True)
@click.option("--stratum", "strata", multiple=True, metavar="VALUE=SIZE", help="How many of a stratum; repeatable.")
@click.option("--one-per", type=click.Choice(["account", "household"]), help="Nobody else of theirs is drawn.")
@click.option(
    "--rest",
    "rest_days",
    type=click.IntRange(0),
    default=0,
    help="Leave out who was chosen for a study within so many days.",
)
@click.option("--replicates", type=click.IntRange(1), default=1, show_default=True)
@click.option("--seed", default="", help="Makes the draw what it is; made up unless given.")
@workspace_option
def draw(
    name: str, universe: str, channel: str, size: int | None, segment: str, method: str, by: str, allocation: str,
    strata: tuple[str, ...], one_per: str | None, rest_days: int, replicates: int, seed: str, workspace_name: str | None,
) -> None:  # fmt: skip
    """Draw a sample and keep it as NAME."""
    sizes = dict(_size(each) for each in strata)
    if (size is None) == (not sizes):
        raise click.UsageError("Say how many: --size, or --stratum for each stratum.")
    plan = drawing.Plan(
        method,
        sum(sizes.values()) if size is None else size,
        "given" if sizes else allocation,
        sizes,
        bool(one_per),
        replicates,
    )
    wanted = service.Wanted(name, universe, channel, plan, segment, by, one_per or "", rest_days, seed)
    made = service.draw(workspace_id(workspace_name), wanted, "command", now())
    if isinstance(made, list):
        fail(made)
    click.echo(f"{made.drawn} of {made.eligible} were drawn; the frame had {made.frame_count} people.")
    click.echo(f"Seed {made.seed}, frame {made.frame_hash}.")
    for reason, count in sorted(made.exclusions.items()):
        click.echo(f"{count} left out: {reason}")


def _size(text: str) -> tuple[str, int]:
    value, _, number = text.rpartition("=")
    if not number.isdigit():
        raise click.UsageError(f"--stratum is VALUE=SIZE, not {text}.")
    return value, int(number)


@sample.command()
@click.argument("name")
@click.argument("study_name", metavar="STUDY")
@click.option("--occasion", default="", help="Of a study that asks again and again: the wave.")
@workspace_option
def release(name: str, study_name: str, occasion: str, workspace_name: str | None) -> None:
    """Give the next replicate of the sample NAME to STUDY, as interviews."""
    home = workspace_id(workspace_name)
    made = service.by_name(home, name)
    if made is None:
        fail([Problem("no_sample", N_("There is no sample {name}."), {"name": name}, remedy=N_("Draw it first."))])
    done = service.release(home, made.id, study_called(home, study_name), occasion, "command", now())
    if isinstance(done, list):
        fail(done)
    click.echo(
        f"Replicate {done.replicate}: {done.interviews} interviews; {done.there} had one, {done.gone} are no contacts any more."
    )


@sample.command("list")
@workspace_option
def show(workspace_name: str | None) -> None:
    """The samples, and how many of their replicates were released."""
    home = workspace_id(workspace_name)
    for each in service.draws(home):
        parts = service.replicates(home, each.id)
        out = sum(part.released_at is not None for part in parts)
        click.echo(f"{each.name}  {each.drawn} of {each.eligible}  {out} of {len(parts)} replicates released")


commands = [sample]
