"""`flask canvass doctor`: looks at each part the product stands on, by using it, and says what is wrong and how to mend it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import click
import requests
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.core.clock import OffsetClock, SystemClock
from app.db import db
from app.delivery import mail_dns
from app.delivery.gateways import Gateway, gateways
from app.delivery.providers import PROVIDERS
from app.delivery.providers.mime import bare, key_of
from app.delivery.providers.smtp import connect
from app.heartbeat import SILENT, silence
from app.migrations import database_revision, newest_revision
from app.ui.assets import altered_vendor_files
from app.ui.edge import app_clock

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")  # settings of PostgreSQL
TOLERATED = timedelta(seconds=30)  # between our clock and another's
TWILIO = "https://api.twilio.com"
SOMEBODY = "+15005550006"  # Twilio's test number: https://www.twilio.com/docs/iam/test-credentials


class Sick(Exception):
    """What is wrong, and how to mend it."""


def check_database() -> str:
    """Both engines answer; the write engine can write."""
    with db.engines["read"].connect() as connection:
        connection.execute(text("SELECT 1"))
    with db.engine.connect() as connection:
        transaction = connection.begin()
        connection.execute(text("CREATE TABLE canvass_doctor (n INTEGER)"))
        transaction.rollback()
    return f"{db.engine.dialect.name} answers and takes writes"


def check_commits() -> str:
    """A crash loses nothing that was committed: a message that was marked as leaving would leave again."""
    if db.engine.dialect.name == "sqlite":
        return "SQLite writes each through to the disk"  # synchronous=FULL, app/db.py
    with db.engines["read"].connect() as connection:
        off = [name for name in DURABLE if connection.scalar(text(f"SHOW {name}")) == "off"]
    if off:
        raise Sick(f"{' and '.join(off)} off: a crash loses what was committed; turn on in postgresql.conf")
    return "PostgreSQL writes each through to the disk"


def check_migrations() -> str:
    at, newest = database_revision(), newest_revision()
    if at != newest:
        raise Sick(f"the database is at revision {at or 'none'}, the program at {newest}: run `flask db upgrade`")
    return f"at revision {at}"


def check_smtp() -> str:
    """A real conversation with each mail server: connect, TLS as configured, sign in, NOOP."""
    for gateway in _of("email"):
        server = connect(gateway.url)
        try:
            code, reply = server.noop()
        finally:
            server.close()
        if code != 250:
            answer = reply.decode("utf-8", "replace")
            raise Sick(f"the mail server {gateway.name} answers {code} {answer}: look at its address")
    return f"{len(_of('email'))} mail server(s) answer and accept our sign-in"


def check_mail_dns(lookup: mail_dns.Lookup = mail_dns.txt) -> str:
    """What a receiver finds in DNS when it asks whether our mails are ours."""
    senders = sorted(domain for domain in sending_domains() if "." in domain and not domain[-1].isdigit())
    if not senders:
        return f"not asked: {', '.join(sending_domains())} is no name in DNS"
    key, box = key_of(current_app.config), domain_of(current_app.config["MAIL_BOX"])
    wrong = [each for sender in senders for each in mail_dns.check(sender, box or sender, key, lookup)]
    if wrong:
        raise Sick("; ".join(dict.fromkeys(wrong)))
    return f"SPF, {'DKIM' if key else 'no DKIM of ours'} and DMARC agree for {', '.join(senders)}"


def sending_domains() -> set[str]:
    """Of the sender in the settings and those of open studies."""
    studies = [study for home in accounts.workspaces() for study in catalog.studies(home.id) if study.status == "open"]
    own = (study.senders.get("email") for study in studies)
    return {domain_of(sender) for sender in (current_app.config["MAIL_FROM"], *own) if sender}


def domain_of(address: str) -> str:
    return bare(address).rpartition("@")[2].lower()


def check_twilio() -> str:
    """An authenticated request to each account, which sends nothing."""
    for gateway in _of("sms"):
        PROVIDERS[gateway.provider].find(gateway, SOMEBODY, SystemClock().now())
    return f"answers and accepts {len(_of('sms'))} account(s)"


def _of(channel: str) -> list[Gateway]:
    return [each for each in gateways(current_app.config) if each.channel == channel]


def check_clock() -> str:
    """Our clock against the database's, and against Twilio's Date header."""
    moved = app_clock()
    if isinstance(moved, OffsetClock) and moved.offset():
        return f"moved by {moved.offset()} for the demo"
    others = {"Twilio": twilio_time()}
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            others["the database"] = connection.scalar(text("SELECT clock_timestamp()"))
    for who, at in others.items():
        if at and abs(SystemClock().now() - at) > TOLERATED:
            raise Sick(f"differs from {who}'s by {abs(SystemClock().now() - at)}: set the machine's time (NTP)")
    known = [who for who, at in others.items() if at]
    return f"agrees with {' and '.join(known)}" if known else "no other clock could be asked"


def twilio_time() -> datetime | None:
    try:
        answer = requests.head(current_app.config["TWILIO_API_BASE"] or TWILIO, timeout=5)
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (requests.RequestException, KeyError, ValueError):
        return None


def check_scheduler() -> str:
    quiet = silence("scheduler", SystemClock().now())
    if quiet is None or quiet > SILENT:
        since = "it was never there" if quiet is None else f"it has been silent for {quiet}"
        raise Sick(f"{since}: start `flask canvass serve` or `flask canvass scheduler`")
    return f"alive {quiet.total_seconds():.0f} s ago"


def check_files() -> str:
    """The browser packages are those that were installed; the data folder takes writes."""
    altered = altered_vendor_files(current_app)
    if altered:
        raise Sick(f"{', '.join(altered)} is missing or altered: delete .stamps/browser and run `make setup`")
    probe = current_app.config["VAR"] / ".doctor"
    probe.write_text("")
    probe.unlink()
    return f"browser packages whole, {current_app.config['VAR']} takes writes"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "commits": check_commits,
    "migrations": check_migrations,
    "SMTP": check_smtp,
    "DNS": check_mail_dns,
    "Twilio": check_twilio,
    "clock": check_clock,
    "scheduler": check_scheduler,
    "files": check_files,
}


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check database, commits, migrations, SMTP, DNS, Twilio, clock, scheduler and files. Exits with 1 when one is sick."""
    sick = 0
    for name, check in CHECKS.items():
        try:
            click.echo(f"ok    {name}: {check()}")
        except Exception as fault:  # whatever a part raises is the finding
            sick += 1
            what = str(fault) if isinstance(fault, Sick) else f"{type(fault).__name__}: {str(fault).splitlines()[0]}"
            click.echo(f"SICK  {name}: {what}")
    raise SystemExit(1 if sick else 0)


commands = [doctor]
