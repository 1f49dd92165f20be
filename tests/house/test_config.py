"""Settings: all faults at once, nothing unsafe in production."""

from pathlib import Path

import pytest

from config import ConfigurationError, load

PRODUCTION = {
    "CANVASS_ENV": "production",
    "SECRET_KEY": "k" * 40,
    "PUBLIC_URL": "https://ask.example.com/",
    "DATABASE_URL": "postgresql://canvass@db/canvass",
    "SMTP_URL": "smtp://mail.example.com:587",
    "TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
    "TWILIO_AUTH_TOKEN": "t" * 32,
    "TRUSTED_PROXIES": "1",
}


def test_production_names_everything_that_is_missing() -> None:
    with pytest.raises(ConfigurationError) as found:
        load({"CANVASS_ENV": "production"})
    named = {problem.split()[0] for problem in found.value.problems}
    assert named == set(PRODUCTION) - {"CANVASS_ENV"}


def test_production_with_everything_starts() -> None:
    config = load(PRODUCTION)
    assert config.PUBLIC_URL == "https://ask.example.com"
    assert config.SESSION_COOKIE_SECURE
    assert config.TRUSTED_PROXIES == 1


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("DEMO", "1", "DEMO=1 is refused"),
        ("CLOCK_FILE", "/tmp/clock", "CLOCK_FILE is refused"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("PUBLIC_URL", "http://ask.example.com", "must begin with https://"),
        ("PUBLIC_URL", "ask.example.com", "PUBLIC_URL must begin with"),
        ("DATABASE_URL", "mysql://db", "DATABASE_URL must begin with"),
        ("TRUSTED_PROXIES", "one", "TRUSTED_PROXIES must be a whole number"),
        ("SMTP_URL", "", "SMTP_URL is missing"),
        ("MAIL_BOX", "mail", "MAIL_BOX must be an address"),
        ("MAIL_IN_SECRET", "short", "MAIL_IN_SECRET is too short"),
        ("MAIL_DKIM_KEY", "/nowhere/key.pem", "MAIL_DKIM_KEY cannot be read"),
    ],
)
def test_production_refuses(key: str, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load({**PRODUCTION, key: value})


def test_an_unknown_environment_is_named() -> None:
    with pytest.raises(ConfigurationError, match="development, testing, production"):
        load({"CANVASS_ENV": "staging"})


def test_development_needs_nothing_and_keeps_its_key(tmp_path: Path) -> None:
    first, second = load({"VAR_DIR": str(tmp_path)}), load({"VAR_DIR": str(tmp_path)})
    assert first.SECRET_KEY == second.SECRET_KEY
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_old_keys_are_kept_for_verifying(tmp_path: Path) -> None:
    config = load({"VAR_DIR": str(tmp_path), "SECRET_KEYS_OLD": "one two"})
    assert config.SECRET_KEY_FALLBACKS == ["one", "two"]
