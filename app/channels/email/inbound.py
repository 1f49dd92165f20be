"""A mail came in: stored once, then taken as a report, as a machine's answer, or as a person's words. Nothing is ever sent back."""

import hashlib
import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update

from app.accounts import service as accounts
from app.channels.email.models import MailIn
from app.channels.email.reading import Incoming, read
from app.channels.email.replies import own_words, wants_out
from app.contacts import service as contacts
from app.core.tokens import LENGTH
from app.db import reading, upsert, writing
from app.delivery import bounces, return_path
from app.events import publish
from app.ui.edge import signer

log = logging.getLogger(__name__)

LEFT_OVER = timedelta(minutes=1)  # a mail stored longer ago and not taken belongs to a process that died
BATCH = 100
LINK = re.compile(rf"(/[iu]/)[0-9A-Za-z]{{{LENGTH}}}(?:\?\S*)?")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def receive(raw: bytes, now: datetime) -> str:
    """Store a mail, then take it; returns what it was taken for. `repeated`: the same was here before."""
    return _work(keep(raw, now), now)


def keep(raw: bytes, now: datetime) -> str:
    """Write a mail down in a transaction of its own, so that no error while taking it loses it; returns its digest."""
    digest = hashlib.sha256(raw).hexdigest()
    with writing() as conn:
        row = {"digest": digest, "raw": raw, "at": now, "outcome": "stored"}
        conn.execute(upsert(conn, MailIn).values(row).on_conflict_do_nothing())
    return digest


def _work(digest: str, now: datetime) -> str:
    """Take a stored mail, in one transaction and once."""
    mine = (MailIn.digest == digest, MailIn.outcome == "stored")
    with writing() as conn:
        row = conn.execute(select(MailIn.__table__).where(*mine).with_for_update()).one_or_none()
        if row is None:
            return "repeated"
        mail = read(row.raw)
        message_id, outcome = _take(mail, now)
        settled = update(MailIn).where(*mine).values(outcome=outcome, message_id=message_id, raw=None)
        conn.execute(settled)
    log.info("a mail came in", extra={"message_id": message_id, "outcome": outcome})
    return outcome


def tick(now: datetime) -> int:
    """Take what lies in the mailbox, and what a process that died left; what fails again is kept as `failed`."""
    folder = current_app.config["MAIL_IN_MAILDIR"]
    collected = collect(Path(folder), now) if folder else []
    waiting = select(MailIn.digest).where(MailIn.outcome == "stored", MailIn.at <= now - LEFT_OVER)
    with reading() as conn:
        left_over = conn.scalars(waiting.order_by(MailIn.at).limit(BATCH)).all()
    for digest in (*collected, *left_over):
        try:
            _work(digest, now)
        except Exception:  # a bug in one mail must not stop the others
            log.exception("a mail cannot be taken", extra={"digest": digest})
            with writing() as conn:
                conn.execute(update(MailIn).where(MailIn.digest == digest).values(outcome="failed"))
    return len(collected) + len(left_over)


TICKS = [("mail in", 15, tick)]


def collect(folder: Path, now: datetime) -> list[str]:
    """Store the new mails of a Maildir (https://cr.yp.to/proto/maildir.html) and mark them as seen; returns their digests."""
    digests = []
    for path in sorted((folder / "new").iterdir())[:BATCH]:
        digests.append(keep(path.read_bytes(), now))
        path.rename(folder / "cur" / f"{path.name}:2,S")
    return digests


# --- what it is about -----------------------------------------------------------------------------


def _take(mail: Incoming, now: datetime) -> tuple[str | None, str]:
    """Which mail of ours it is about, and what was done."""
    row, returned = _about(mail)
    message_id = row["id"] if row else None
    if mail.kind == "person" and not returned:
        return message_id, _words(row, mail, now) if row else _outside(mail, now)
    if message_id and mail.kind == "failed":
        return message_id, "bounce" if bounces.bounced(message_id, mail.status, now) else "known"
    if message_id and mail.kind == "complaint":
        return message_id, "complaint" if bounces.complained(message_id, now) else "no contact"
    return message_id, mail.kind if message_id else "nobody's"


def _about(mail: Incoming) -> tuple[Mapping[str, Any] | None, bool]:
    """The mail of ours it is about, by an address we made, else by the id of our mail, which its recipient alone knows; and whether
    it came to an address that takes no words."""
    box, ours = current_app.config["MAIL_BOX"], urlsplit(current_app.config["PUBLIC_URL"]).hostname
    named = [found for address in mail.addresses if (found := return_path.read(address, box, signer()))]
    ids = [id_ for id_, _, host in (each.strip("<>").partition("@") for each in mail.ids) if host == ours]
    known = [id_ for _, id_ in named] + [id_ for id_ in ids if UUID.fullmatch(id_)]
    rows = (bounces.sent_mail(id_) for id_ in dict.fromkeys(known))
    return next((row for row in rows if row), None), any(kind == "bounce" for kind, _ in named)


# --- a person's words -----------------------------------------------------------------------------


def _words(row: Mapping[str, Any], mail: Incoming, now: datetime) -> str:
    """An answer to a mail of ours: kept on the person's timeline; a request for no more mails is honoured."""
    about = {name: row[name] for name in ("contact_id", "study_id", "interview_id")}
    out = row["contact_id"] is not None and wants_out(mail.subject, own_words(mail.text))
    with writing():
        _publish(row["workspace_id"], mail, now, message=row["id"], **about)
        if out:
            bounces.never_again(row, "opt_out", now)
    return "stop" if out else "feedback"


def _outside(mail: Incoming, now: datetime) -> str:
    """It names no mail of ours: it is kept where the address it says it comes from is known, in each such workspace."""
    known = [
        (workspace.id, found[0])
        for workspace in accounts.workspaces()
        if (found := contacts.by_address(workspace.id, "email", mail.sender))
    ]
    out = wants_out(mail.subject, own_words(mail.text))
    with writing():
        for workspace_id, person in known:
            _publish(workspace_id, mail, now, contact_id=person.id)
            if out:
                contacts.suppress(workspace_id, channel="email", address=mail.sender, reason="opt_out", now=now)
    return "nobody's" if not known else "stop" if out else "feedback"


def _publish(workspace_id: str, mail: Incoming, now: datetime, message: str | None = None, **about: str | None) -> None:
    """`body` is all they wrote, `shown` what of it is theirs. The links in a quoted mail open the person's own interview, so their
    tokens are left out: we keep those nowhere."""
    body = LINK.sub(r"\1…", mail.text)
    data = {
        "channel": "email",
        "message": message,
        "subject": mail.subject[:500],
        "body": body,
        "shown": own_words(body),
    }
    with writing() as conn:
        publish(conn, workspace_id, "message.received", data, now, **about)
