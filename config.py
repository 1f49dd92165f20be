"""Settings: one class per environment, read from the process environment and `.env`, all faults reported at once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from click import ClickException
from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent
VAR = ROOT / "var"


class ConfigurationError(ClickException):
    """What is missing or wrong, one line each; a command prints it without a trace and exits with 1."""

    def __init__(self, environment: str, problems: list[str]) -> None:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"Canvass cannot start in {environment}:\n{lines}\nSet these in the environment or in .env.")
        self.problems = problems


# What has a sensible value everywhere.
COMMON = {"PORT": "8080", "MAIL_PER_MINUTE": "600", "SMS_PER_MINUTE": "60", "DELIVERY_LANES": "8"}


class Config:
    """Settings every environment has. Each is an environment variable of the same name."""

    name: ClassVar[str]
    TESTING = False
    MIGRATE_AT_START = True  # `serve` runs the revisions the database lacks

    MAX_CONTENT_LENGTH = 20 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    WTF_CSRF_TIME_LIMIT = None  # the token ends with the session
    WTF_CSRF_SSL_STRICT = False  # asks for a Referer, which pages whose address is a secret do not send
    BABEL_DEFAULT_LOCALE = "en"

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._values = {**COMMON, **self.defaults(environ), **{k: v for k, v in environ.items() if v != ""}}
        self._problems: list[str] = []
        self.SECRET_KEY = self._text("SECRET_KEY", "a random text of 32 characters or more")
        self.SECRET_KEY_FALLBACKS = self._values.get("SECRET_KEYS_OLD", "").split()
        public_url = self._url("PUBLIC_URL", ("https", "http"), "the address respondents reach, https://…")
        self.PUBLIC_URL = public_url.rstrip("/")
        self.PORT = self._number("PORT", "the port to listen on")
        self.DATABASE_URL = self._url("DATABASE_URL", ("sqlite", "postgresql"), "sqlite:////path or postgresql://…")
        self.SMTP_URL = self._url("SMTP_URL", ("smtp", "smtps"), "smtp://user:password@host:587")
        self.TWILIO_ACCOUNT_SID = self._text("TWILIO_ACCOUNT_SID", "AC…, from the Twilio console")
        self.TWILIO_AUTH_TOKEN = self._text("TWILIO_AUTH_TOKEN", "from the Twilio console")
        self.TWILIO_API_BASE = self._values.get("TWILIO_API_BASE")
        self.MAIL_FROM = (
            self._values.get("MAIL_FROM") or f"no-reply@{urlsplit(self.PUBLIC_URL).hostname or 'localhost'}"
        )
        self.SMS_FROM = self._values.get("SMS_FROM", "")  # a number, or a messaging service MG…
        self.MAIL_BOX = self._values.get("MAIL_BOX", "")  # the address that bounces and replies come to
        self.MAIL_IN_MAILDIR = self._values.get("MAIL_IN_MAILDIR", "")  # the folder where a mail server puts them
        self.MAIL_IN_SECRET = self._values.get("MAIL_IN_SECRET", "")  # what the webhook's caller signs with
        self.MAIL_DKIM_KEY = self._file("MAIL_DKIM_KEY", "the file of a private key (PEM)")
        self.MAIL_DKIM_SELECTOR = self._values.get("MAIL_DKIM_SELECTOR", "canvass")
        self.MAIL_DKIM_DOMAIN = self._values.get("MAIL_DKIM_DOMAIN") or self.MAIL_FROM.rpartition("@")[2].rstrip("> ")
        self.MAIL_PER_MINUTE = self._number("MAIL_PER_MINUTE", "mails to one receiving domain")
        self.SMS_PER_MINUTE = self._number("SMS_PER_MINUTE", "segments from one sender")
        self.DELIVERY_LANES = max(1, self._number("DELIVERY_LANES", "connections a worker sends on at a time"))
        self.GATEWAYS_FILE = self._values.get("GATEWAYS_FILE", "")  # several accounts and servers: docs/delivery.md
        self.BROKER_URL = self._values.get("BROKER_URL", "")  # amqp://…: Celery workers are woken through it
        self.TRUSTED_PROXIES = self._number("TRUSTED_PROXIES", "how many reverse proxies stand before us; 0 for none")
        self.DEMO = self._values.get("DEMO", "") in ("1", "true", "yes")
        self.CLOCK_FILE = self._values.get("CLOCK_FILE")
        self.VAR = Path(self._values.get("VAR_DIR", VAR))
        self.SESSION_COOKIE_SECURE = self.PUBLIC_URL.startswith("https://")
        if self.MAIL_BOX and "@" not in self.MAIL_BOX:
            self._problems.append("MAIL_BOX must be an address, such as mail@in.example.com")
        if self.MAIL_IN_SECRET and len(self.MAIL_IN_SECRET) < 32:
            self._problems.append("MAIL_IN_SECRET is too short: a random text of 32 characters or more")
        self.check()
        if self._problems:
            raise ConfigurationError(self.name, self._problems)

    def defaults(self, environ: Mapping[str, str]) -> dict[str, str]:
        """What an environment fills in by itself."""
        return {}

    def check(self) -> None:
        """Add an environment's own rules to `_problems`."""

    def _text(self, key: str, meaning: str) -> str:
        if key not in self._values:
            self._problems.append(f"{key} is missing: {meaning}")
        return self._values.get(key, "")

    def _url(self, key: str, schemes: tuple[str, ...], meaning: str) -> str:
        value = self._text(key, meaning)
        if value and urlsplit(value).scheme not in schemes:
            self._problems.append(f"{key} must begin with {' or '.join(f'{s}://' for s in schemes)}: {meaning}")
        return value

    def _file(self, key: str, meaning: str) -> str:
        """The content of the file that a setting names, or the setting itself where it holds a key; "" without one."""
        value = self._values.get(key, "")
        if not value or value.startswith("-----BEGIN"):
            return value
        try:
            return Path(value).read_text("ascii")
        except (OSError, UnicodeDecodeError) as fault:
            self._problems.append(f"{key} cannot be read ({type(fault).__name__}): {meaning}")
            return ""

    def _number(self, key: str, meaning: str) -> int:
        value = self._text(key, meaning)
        if value and not value.isdigit():
            self._problems.append(f"{key} must be a whole number: {meaning}")
        return int(value) if value.isdigit() else 0


class Development(Config):
    """A developer's machine, or with DEMO=1 the demo: everything has a default, mail and SMS go to the simulator."""

    name = "development"

    def defaults(self, environ: Mapping[str, str]) -> dict[str, str]:
        port = environ.get("PORT", COMMON["PORT"])
        simulator = environ.get("SIM_PORT", "8026")
        var = Path(environ.get("VAR_DIR", VAR))
        return {
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{var / 'canvass.db'}",
            "SMTP_URL": f"smtp://127.0.0.1:{environ.get('SIM_SMTP_PORT', '8025')}",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "simulated",
            "TWILIO_API_BASE": f"http://127.0.0.1:{simulator}",
            "SMS_FROM": "+15005550006",
            "MAIL_BOX": "mail@canvass.localhost" if environ.get("DEMO") else "",
            "TRUSTED_PROXIES": "0",
            "CLOCK_FILE": str(var / "clock"),
            "SECRET_KEY": environ.get("SECRET_KEY") or kept_secret(var / "secret_key"),
        }


class Testing(Config):
    """The test suite: nothing leaves the process unless a test says where to."""

    __test__ = False  # pytest: not a test case
    name = "testing"
    TESTING = True

    def defaults(self, environ: Mapping[str, str]) -> dict[str, str]:
        return {
            "SECRET_KEY": "only-for-tests-" + "0" * 32,
            "PUBLIC_URL": "http://localhost",
            "SMTP_URL": "smtp://127.0.0.1:9",
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "test-token",
            "TWILIO_API_BASE": "http://127.0.0.1:9",
            "SMS_FROM": "+15005550006",
            "TRUSTED_PROXIES": "0",
        }


class Production(Config):
    """Nothing has a default; the demo's parts are refused."""

    name = "production"
    MIGRATE_AT_START = False  # several machines start at once: `flask db upgrade` is a step of its own

    def check(self) -> None:
        if self.DEMO:
            self._problems.append("DEMO=1 is refused in production: remove it")
        if self.CLOCK_FILE:
            self._problems.append("CLOCK_FILE is refused in production: only demo and tests move the clock")
        if self.SECRET_KEY and len(self.SECRET_KEY) < 32:
            self._problems.append("SECRET_KEY is too short: a random text of 32 characters or more")
        if self.PUBLIC_URL.startswith("http://"):
            self._problems.append("PUBLIC_URL must begin with https:// in production")


ENVIRONMENTS: dict[str, type[Config]] = {c.name: c for c in (Development, Testing, Production)}


def load(environ: Mapping[str, str] | None = None) -> Config:
    """The settings of CANVASS_ENV (development unless set). Raises ConfigurationError naming everything that is wrong."""
    if environ is None:
        environ = {**{k: v or "" for k, v in dotenv_values(ROOT / ".env").items()}, **os.environ}
    name = environ.get("CANVASS_ENV", Development.name)
    if name not in ENVIRONMENTS:
        raise ConfigurationError(name, [f"CANVASS_ENV must be one of {', '.join(ENVIRONMENTS)}"])
    return ENVIRONMENTS[name](environ)


def kept_secret(path: Path) -> str:
    """The development key in a file only its owner reads, made at the first start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    return path.read_text()
