"""Signing in and out over HTTP: sessions, lockout, limits."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, update

from app.accounts import service
from app.accounts.models import StaffSession, User
from app.accounts.passwords import outdated
from app.accounts.sign_in import ABSOLUTE, IDLE, Session, authenticate, lock_after, tidy
from app.accounts.views import inside
from app.core.clock import FixedClock
from app.db import reading, scoped, writing
from tests.accounts.conftest import PASSWORD, Browser, Staff

WRONG = "wrong wrong wrong"


def test_sign_in_and_out(browser: Browser, staff: Staff) -> None:
    who = staff("researcher")
    assert browser.get("/account").location == "/sign-in?next=/account"
    answer = browser.send("/sign-in", {"email": " Researcher@ACME.test", "password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.location) == (302, "/account")
    assert who.email in browser.get("/account").text
    assert browser.get("/sign-in").status_code == 302
    assert browser.send("/account", {}, to="/sign-out").location == "/sign-in"
    assert browser.get("/account").status_code == 302


def test_cookie(browser: Browser, staff: Staff) -> None:
    staff("researcher")
    cookie = browser.sign_in("researcher@acme.test").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_in_needs_the_form_s_token(browser: Browser, staff: Staff) -> None:
    staff("researcher")
    answer = browser.client.post("/sign-in", data={"email": "researcher@acme.test", "password": PASSWORD})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"email": "researcher@acme.test", "password": WRONG}, 422, "is not right"),
        ({"email": "nobody@acme.test", "password": WRONG}, 422, "is not right"),
        ({"email": "invited@acme.test", "password": ""}, 422, "Enter your password."),
        ({"email": "invited@acme.test", "password": WRONG}, 422, "is not right"),
        ({"email": "gone@acme.test", "password": PASSWORD}, 422, "is not right"),
        ({"email": "", "password": ""}, 422, "Enter your e-mail address."),
    ],
)
def test_refusals(
    browser: Browser, staff: Staff, home: service.Workspace, clock: FixedClock,
    typed: dict[str, str], status: int, said: str,
) -> None:  # fmt: skip
    staff("researcher")
    gone = staff("interviewer", email="gone@acme.test")
    assert service.change_user(replace(gone, active=False), "command", clock.now()) == []
    service.create_user(home.id, "invited@acme.test", "", ["manager"], clock.now())
    answer = browser.send("/sign-in", typed)
    assert answer.status_code == status
    assert said in answer.text
    assert typed["email"] in answer.text
    assert not typed["password"] or typed["password"] not in answer.text
    assert browser.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (9, 16), (10, 30), (5000, 30)]
)
def test_a_lock_grows(clock: FixedClock, failures: int, minutes: int) -> None:
    until = lock_after(failures, clock.now())
    assert until == (clock.now() + timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize("email", ["researcher@acme.test", "nobody@acme.test"])
def test_guessing_locks_an_account_and_an_unknown_address_alike(
    browser: Browser, staff: Staff, clock: FixedClock, email: str
) -> None:
    staff("researcher")
    for _ in range(5):
        assert browser.sign_in(email, WRONG).status_code == 422
    locked = browser.sign_in(email, PASSWORD)  # even with the right one
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "60")
    assert "Try again in 1 minute," in locked.text
    clock.advance(timedelta(minutes=1))
    assert browser.sign_in(email, WRONG).status_code == 422
    assert "Try again in 2 minutes," in browser.sign_in(email, WRONG).text


def test_the_right_password_after_the_lock_forgives(browser: Browser, staff: Staff, clock: FixedClock) -> None:
    staff("researcher")
    for _ in range(5):
        browser.sign_in("researcher@acme.test", WRONG)
    clock.advance(timedelta(minutes=1))
    assert browser.sign_in("researcher@acme.test").status_code == 302
    browser.send("/account", {}, to="/sign-out")
    assert browser.sign_in("researcher@acme.test", WRONG).status_code == 422
    assert browser.sign_in("researcher@acme.test").status_code == 302


def test_guessing_in_parallel_gains_nothing(app: Flask, staff: Staff, clock: FixedClock) -> None:
    staff("researcher")
    got: list[object] = []

    def guess() -> None:
        with app.app_context():
            got.append(authenticate("researcher@acme.test", WRONG, "127.0.0.1", clock.now()))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(answer).__name__ for answer in got) == ["Locked"] * 7 + ["Wrong"] * 5


def test_one_network_gets_thirty_tries(
    app: Flask, home: service.Workspace, browser: Browser, clock: FixedClock
) -> None:
    for number in range(30):
        authenticate(f"{number}@acme.test", WRONG, "127.0.0.1", clock.now())
    answer = browser.sign_in("another@acme.test")
    assert answer.status_code == 429
    assert "Too many tries from your network" in answer.text
    clock.advance(timedelta(seconds=20))
    assert browser.sign_in("another@acme.test").status_code == 422


def test_a_weaker_hash_is_renewed_at_sign_in(browser: Browser, staff: Staff) -> None:
    who = staff("researcher")
    mine = (scoped(User, who.workspace_id), User.id == who.id)
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    with writing() as conn:
        conn.execute(update(User).where(*mine).values(password_hash=weak))
    assert browser.sign_in(who.email).status_code == 302
    with reading() as conn:
        kept = conn.scalar(select(User.password_hash).where(*mine))
    assert kept
    assert not outdated(kept)


def test_a_planted_session_is_thrown_away(browser: Browser, staff: Staff) -> None:
    staff("researcher")
    browser.get("/sign-in")
    with browser.client.session_transaction() as planted:
        planted["_user_id"] = "chosen by somebody else"
        planted["planted"] = "yes"
    browser.sign_in("researcher@acme.test")
    with browser.client.session_transaction() as fresh:
        assert fresh["_user_id"] != "chosen by somebody else"
        assert "planted" not in fresh
        token = fresh["_user_id"]
    with reading() as conn:
        kept = conn.scalars(select(StaffSession.token_hash).execution_options(every_workspace=True)).all()
    assert len(kept) == 1
    assert token not in kept  # the database holds a hash only


@pytest.mark.parametrize(
    ("waits", "ended"),
    [
        ([IDLE - timedelta(seconds=1)] * 3, False),
        ([IDLE], True),
        ([timedelta(hours=1)] * 11, False),
        ([timedelta(hours=1)] * 12, True),
    ],
)
def test_sessions_end(browser: Browser, staff: Staff, clock: FixedClock, waits: list[timedelta], ended: bool) -> None:
    assert timedelta(hours=12) == ABSOLUTE
    staff("researcher")
    browser.sign_in("researcher@acme.test")
    for wait in waits:
        clock.advance(wait)
        status = browser.get("/account").status_code
    assert status == (302 if ended else 200)


def test_signing_out_is_not_undone_by_the_old_cookie(app: Flask, browser: Browser, staff: Staff) -> None:
    staff("researcher")
    browser.sign_in("researcher@acme.test")
    stolen = browser.client.get_cookie("session")
    assert stolen
    browser.send("/account", {}, to="/sign-out")
    thief = Browser(app.test_client())
    thief.client.set_cookie("session", stolen.value)
    assert thief.get("/account").status_code == 302


def test_sign_out_everywhere(app: Flask, browser: Browser, staff: Staff) -> None:
    staff("researcher")
    staff("manager")
    other, colleague = Browser(app.test_client()), Browser(app.test_client())
    for each, role in ((browser, "researcher"), (other, "researcher"), (colleague, "manager")):
        each.sign_in(f"{role}@acme.test")
    browser.send("/account", {}, to="/account/sign-out-everywhere")
    assert [each.get("/account").status_code for each in (browser, other, colleague)] == [302, 302, 200]


def test_deactivation_ends_the_session_at_once(browser: Browser, staff: Staff, clock: FixedClock) -> None:
    who = staff("researcher")
    browser.sign_in(who.email)
    assert service.change_user(replace(who, active=False), "command", clock.now()) == []
    assert browser.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/studies?page=2", "/studies?page=2"),
        ("", "/"),
        (None, "/"),
        ("https://evil.test/", "/"),
        ("//evil.test/", "/"),
        ("/\\evil.test/", "/"),
        ("/\t/evil.test", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_nobody_is_sent_to_another_site(address: str | None, leads_to: str) -> None:
    assert inside(address) == leads_to


def test_what_is_past_use_is_deleted(browser: Browser, staff: Staff, clock: FixedClock) -> None:
    staff("researcher")
    browser.sign_in("nobody@acme.test", WRONG)
    browser.sign_in("researcher@acme.test")
    assert tidy(clock.now()) == 0
    clock.advance(timedelta(days=1))
    assert tidy(clock.now()) == 3  # a session, a failure, a limit


@pytest.mark.parametrize(
    ("header", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8", ""),
    ],
)
def test_a_session_s_device(clock: FixedClock, header: str, device: str) -> None:
    assert Session("1", clock.now(), clock.now(), header).device == device
