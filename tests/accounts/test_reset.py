"""Setting a password by a mailed link, and changing one's own, over HTTP."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import links, service
from app.accounts.models import PasswordLink
from app.core.clock import FixedClock
from app.db import reading
from tests.accounts.conftest import NEW_PASSWORD, PASSWORD, Browser, Staff, link_in

Mail = list[tuple[str, str, str]]


def ask(browser: Browser, email: str, **kwargs: object) -> object:
    return browser.send("/password", {"email": email}, **kwargs)


def test_reset(app: Flask, browser: Browser, staff: Staff, mail: Mail) -> None:
    staff("researcher")
    signed_in = Browser(app.test_client())
    signed_in.sign_in("researcher@acme.test")
    assert ask(browser, "Researcher@acme.test").status_code == 200
    ((to, subject, text),) = mail
    assert (to, subject) == ("researcher@acme.test", "Reset your password for Canvass")
    path = link_in(text)
    for _ in range(2):  # a mail scanner opens it first
        page = browser.get(path)
        assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    answer = browser.send(path, {"password": NEW_PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert signed_in.get("/account").status_code == 302  # every session ended
    assert browser.sign_in("researcher@acme.test", PASSWORD).status_code == 422
    assert browser.sign_in("researcher@acme.test", NEW_PASSWORD).status_code == 302
    assert [subject for _, subject, _ in mail[1:]] == ["Your password for Canvass was changed"]
    assert browser.get(path).status_code == 410


def test_over_https_without_a_referrer(app: Flask, staff: Staff, mail: Mail) -> None:
    browser = Browser(app.test_client(), base="https://localhost")
    staff("researcher")
    ask(browser, "researcher@acme.test")
    assert browser.send(link_in(mail[0][2]), {"password": NEW_PASSWORD}).status_code == 302


def test_the_answer_does_not_tell_who_has_an_account(browser: Browser, staff: Staff, mail: Mail) -> None:
    staff("researcher")
    known = ask(browser, "researcher@acme.test").text
    unknown = ask(browser, "researcher@acme.best").text
    assert known.replace("acme.test", "acme.best") == unknown
    assert len(mail) == 1


def test_a_refused_password_leaves_the_link_good(browser: Browser, staff: Staff, mail: Mail) -> None:
    staff("researcher")
    ask(browser, "researcher@acme.test")
    path = link_in(mail[0][2])
    refused = browser.send(path, {"password": "short"})
    assert refused.status_code == 422
    assert "Use at least 12 characters" in refused.text
    assert browser.send(path, {"password": NEW_PASSWORD}).status_code == 302


@pytest.mark.parametrize(("wait", "status"), [(timedelta(minutes=59), 200), (timedelta(hours=1), 410)])
def test_a_link_lives_an_hour(
    browser: Browser, staff: Staff, mail: Mail, clock: FixedClock, wait: timedelta, status: int
) -> None:
    staff("researcher")
    ask(browser, "researcher@acme.test")
    clock.advance(wait)
    assert browser.get(link_in(mail[0][2])).status_code == status


def test_a_link_dies_when_the_address_changes(browser: Browser, staff: Staff, mail: Mail, clock: FixedClock) -> None:
    who = staff("researcher")
    ask(browser, who.email)
    assert service.change_user(replace(who, email="new@acme.test"), "command", clock.now()) == []
    assert browser.get(link_in(mail[0][2])).status_code == 410


def test_a_newer_link_replaces_the_older(browser: Browser, staff: Staff, mail: Mail) -> None:
    staff("researcher")
    ask(browser, "researcher@acme.test")
    ask(browser, "researcher@acme.test")
    assert [browser.get(link_in(text)).status_code for _, _, text in mail] == [410, 200]


def test_a_link_raced_for_is_used_once(app: Flask, staff: Staff, mail: Mail, clock: FixedClock) -> None:
    who = staff("researcher")
    link = links.resolve(links.mint(who, "reset", clock.now()), clock.now())
    assert link
    assert links.use(link, NEW_PASSWORD, clock.now()) == []
    assert links.use(link, PASSWORD, clock.now()) is None


def test_the_database_holds_no_token(browser: Browser, staff: Staff, mail: Mail) -> None:
    staff("researcher")
    ask(browser, "researcher@acme.test")
    with reading() as conn:
        row = conn.execute(select(PasswordLink.__table__).execution_options(every_workspace=True)).one()
    assert link_in(mail[0][2]).removeprefix("/password/") not in map(str, row)


def test_nobody_is_flooded_with_mail(browser: Browser, staff: Staff, mail: Mail) -> None:
    staff("researcher")
    for _ in range(5):
        assert ask(browser, "researcher@acme.test").status_code == 200
    assert len(mail) == 3


def test_one_network_asks_twenty_times(browser: Browser, mail: Mail) -> None:
    statuses = [ask(browser, f"{number}@acme.test").status_code for number in range(21)]
    assert statuses == [200] * 20 + [429]


def test_the_mail_is_in_the_reader_s_language(home: service.Workspace, mail: Mail, clock: FixedClock) -> None:
    made = service.create_user(home.id, "pl@acme.test", "Ewa", ["manager"], clock.now(), language="pl")
    assert isinstance(made, service.Person)
    links.send(made, "command", clock.now())
    assert made.language == "pl"
    assert link_in(mail[0][2])


def test_a_lock_ends_with_a_reset(browser: Browser, staff: Staff, mail: Mail) -> None:
    staff("researcher")
    for _ in range(5):
        browser.sign_in("researcher@acme.test", "wrong wrong wrong")
    ask(browser, "researcher@acme.test")
    browser.send(link_in(mail[0][2]), {"password": NEW_PASSWORD})
    assert browser.sign_in("researcher@acme.test", NEW_PASSWORD).status_code == 302


def test_changing_one_s_own(app: Flask, browser: Browser, staff: Staff, mail: Mail) -> None:
    staff("researcher")
    other = Browser(app.test_client())
    for each in (browser, other):
        each.sign_in("researcher@acme.test")
    fields = {"current": PASSWORD, "password": NEW_PASSWORD}
    assert browser.send("/account", fields, to="/account/password").location == "/account"
    assert [each.get("/account").status_code for each in (browser, other)] == [200, 302]
    assert len(mail) == 1
    assert other.sign_in("researcher@acme.test", NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"current": "wrong wrong wrong", "password": NEW_PASSWORD}, "This is not your current password."),
        ({"current": PASSWORD, "password": "short"}, "The password is too short."),
        ({"current": PASSWORD, "password": "researcher12"}, "among the first that are guessed"),
        ({"current": "", "password": ""}, "Enter your current password."),
    ],
)
def test_changing_one_s_own_is_refused(browser: Browser, staff: Staff, fields: dict[str, str], said: str) -> None:
    staff("researcher")
    browser.sign_in("researcher@acme.test")
    answer = browser.send("/account", fields, to="/account/password")
    assert answer.status_code == 422
    assert said in answer.text


def test_guessing_the_current_password_locks(browser: Browser, staff: Staff) -> None:
    staff("researcher")
    browser.sign_in("researcher@acme.test")
    fields = {"current": "wrong wrong wrong", "password": NEW_PASSWORD}
    statuses = [browser.send("/account", fields, to="/account/password").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_one_s_own_name_and_language(browser: Browser, staff: Staff) -> None:
    who = staff("researcher")
    browser.sign_in(who.email)
    assert browser.send("/account", {"name": "Ana", "language": "ro", "roles": "admin"}).status_code == 302
    me = service.person(who.workspace_id, who.id)
    assert me
    assert (me.name, me.language, me.roles) == ("Ana", "ro", frozenset({"researcher"}))
    assert browser.send("/account", {"name": " ", "language": "xx"}).status_code == 422


def test_delivery_carries_the_mail(app: Flask, browser: Browser, admin: service.Person) -> None:
    ask(Browser(app.test_client()), admin.email)
    assert admin.email in browser.get("/outbox").text
