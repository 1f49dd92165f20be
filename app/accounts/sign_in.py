"""Signing in: who it is, how often may be guessed, and the sessions that follow."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from app.accounts import passwords
from app.accounts.audit import audit
from app.accounts.models import PasswordLink, SignInFailures, StaffSession, User
from app.accounts.service import Person, clean_email, person
from app.core.ids import new_id
from app.core.tokens import random_token, token_hash
from app.db import reading, scoped, upsert, writing
from app.rate_limit import allowed, forget

FREE_FAILURES = 5  # then 1, 2, 4 … minutes pass before the next try
LONGEST_LOCK = timedelta(minutes=30)
FORGOTTEN = timedelta(hours=24)  # failures are, this long after the last

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
TOUCH = timedelta(minutes=1)  # how exact last_seen_at is: not every page writes a row

PER_ADDRESS = (30, timedelta(minutes=10))  # tries from one IP address: an office may share one
# the first that fits: a Chromium also says Safari, an Edge also says Chrome, Android also says Linux
BROWSERS = (("Edge", "Edg"), ("Opera", "OPR/"), ("Samsung Internet", "SamsungBrowser/"), ("Firefox", "Firefox/"),
            ("Firefox", "FxiOS/"), ("Chrome", "Chrome/"), ("Chrome", "CriOS/"), ("Safari", "Safari/"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("macOS", "Macintosh"), ("ChromeOS", "CrOS"), ("Linux", "Linux"))  # fmt: skip
_EVERY = {"every_workspace": True}  # someone who signs in, and a cookie, name no workspace


@dataclass(frozen=True, slots=True)
class Locked:
    """No password is looked at before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Wrong:
    """Address and password do not belong together, or the account is not active: which one is not told."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """Too many tries from one place."""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser someone is signed in with."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    browser: str

    @property
    def device(self) -> str:
        """Browser and system by the words of the User-Agent header, such as "Firefox, Windows"; "" when it has none of them."""
        known = ([name for name, sign in signs if sign in self.browser][:1] for signs in (BROWSERS, SYSTEMS))
        return ", ".join(name for found in known for name in found)


def authenticate(email: str, password: str, ip: str, now: datetime) -> Person | Locked | Wrong | TooMany:
    """Who signs in with these. A try is counted before the password is looked at, so that guesses in parallel gain nothing."""
    if not allowed(f"sign-in:{ip}", *PER_ADDRESS, now):
        return TooMany()
    locked_until = _count_try(email, now)
    if locked_until:
        return Locked(locked_until)
    with reading() as conn:
        columns = (User.id, User.workspace_id, User.password_hash, User.active)
        user = conn.execute(select(*columns).where(User.email == clean_email(email)), execution_options=_EVERY).first()
    if not passwords.matches(password, user.password_hash if user else None) or not user or not user.active:
        return Wrong()
    # both hash outside the transaction, which holds SQLite's only writer
    fresh = passwords.hashed(password) if passwords.outdated(user.password_hash) else user.password_hash
    with writing() as conn:
        forgive(email)
        conn.execute(
            update(User).where(scoped(User, user.workspace_id), User.id == user.id)
            .where(User.password_hash == user.password_hash)  # it may have been changed meanwhile
            .values(password_hash=fresh, last_sign_in_at=now)
        )  # fmt: skip
        audit(conn, user.workspace_id, user.id, "user.signed_in", "user", user.id, None, None, now)
        return person(user.workspace_id, user.id) or Wrong()


def _count_try(email: str, now: datetime) -> datetime | None:
    """Count a try; the end of the lock when there is one, and then nothing is counted."""
    mine = SignInFailures.email_hash == token_hash(clean_email(email))
    with writing() as conn:
        fresh = {"email_hash": token_hash(clean_email(email)), "failures": 0, "last_at": now}
        conn.execute(upsert(conn, SignInFailures).values(**fresh).on_conflict_do_nothing())
        row = conn.execute(select(SignInFailures.__table__).where(mine).with_for_update()).one()
        if row.locked_until and row.locked_until > now:
            return row.locked_until
        failures = 1 + (row.failures if row.last_at > now - FORGOTTEN else 0)
        values = {"failures": failures, "last_at": now, "locked_until": lock_after(failures, now)}
        conn.execute(update(SignInFailures).where(mine).values(**values))
    return None


def lock_after(failures: int, now: datetime) -> datetime | None:
    """Until when no further password is looked at after so many failures."""
    beyond = failures - FREE_FAILURES
    return None if beyond < 0 else now + min(timedelta(minutes=2 ** min(beyond, 10)), LONGEST_LOCK)


def forgive(email: str) -> None:
    """Forget the failures of an address: somebody has proved that it is theirs."""
    with writing() as conn:
        conn.execute(delete(SignInFailures).where(SignInFailures.email_hash == token_hash(clean_email(email))))


def check_own_password(who: Person, password: str, now: datetime) -> Locked | Wrong | None:
    """None when a signed-in person's password is right. Failures count as those at sign-in do."""
    locked_until = _count_try(who.email, now)
    if locked_until:
        return Locked(locked_until)
    with reading() as conn:
        mine = [scoped(User, who.workspace_id), User.id == who.id]
        kept = conn.scalar(select(User.password_hash).where(*mine))
    if not passwords.matches(password, kept):
        return Wrong()
    forgive(who.email)
    return None


# --- sessions -------------------------------------------------------------------------------------


def open_session(who: Person, browser: str, now: datetime) -> str:
    """Start a session; returns its token, which is shown to the browser alone."""
    token = random_token(32)
    with writing() as conn:
        conn.execute(
            insert(StaffSession).values(
                id=new_id(), workspace_id=who.workspace_id, token_hash=token_hash(token), user_id=who.id,
                created_at=now, last_seen_at=now, expires_at=now + ABSOLUTE, browser=browser[:200],
            )
        )  # fmt: skip
    return token


def session_of(token: str, now: datetime) -> tuple[Person, str] | None:
    """Whose session it is and its id; None when it ended, was idle too long, or the person is no longer active."""
    with reading() as conn:
        columns = (StaffSession.id, StaffSession.workspace_id, StaffSession.user_id, StaffSession.last_seen_at)
        good = [StaffSession.token_hash == token_hash(token), StaffSession.expires_at > now,
                StaffSession.last_seen_at > now - IDLE]  # fmt: skip
        row = conn.execute(select(*columns).where(*good), execution_options=_EVERY).first()
        who = person(row.workspace_id, row.user_id) if row else None
    if not row or not who or not who.active:
        return None
    if row.last_seen_at <= now - TOUCH:
        with writing() as conn:
            mine = [scoped(StaffSession, row.workspace_id), StaffSession.id == row.id]
            conn.execute(update(StaffSession).where(*mine).values(last_seen_at=now))
    return who, row.id


def close_session(workspace_id: str, session_id: str) -> None:
    with writing() as conn:
        conn.execute(delete(StaffSession).where(scoped(StaffSession, workspace_id), StaffSession.id == session_id))


def sessions_of(who: Person, now: datetime) -> list[Session]:
    """The person's sessions that are still good, the latest used first."""
    columns = [getattr(StaffSession, field.name) for field in fields(Session)]
    good = [scoped(StaffSession, who.workspace_id), StaffSession.user_id == who.id, StaffSession.expires_at > now,
            StaffSession.last_seen_at > now - IDLE]  # fmt: skip
    with reading() as conn:
        rows = conn.execute(select(*columns).where(*good).order_by(StaffSession.last_seen_at.desc()))
        return [Session(**row._mapping) for row in rows]


def tidy(now: datetime) -> int:
    """Delete sessions, password links, failures and limits that are past use; returns how many."""
    past = (
        delete(StaffSession).where((StaffSession.expires_at <= now) | (StaffSession.last_seen_at <= now - IDLE)),
        delete(PasswordLink).where(PasswordLink.expires_at <= now),
        delete(SignInFailures).where(SignInFailures.last_at <= now - FORGOTTEN),
    )
    with writing() as conn:
        return forget(now) + sum(conn.execute(statement, execution_options=_EVERY).rowcount for statement in past)


TICKS = [("accounts.tidy", 3600.0, tidy)]
