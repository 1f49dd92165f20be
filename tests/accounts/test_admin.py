"""Administrators' pages over HTTP: people, keys, the workspace, the audit trail; and who may not."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts import service
from app.accounts.audit import audit, trail
from app.core.clock import FixedClock
from app.core.ids import new_id
from app.db import writing
from tests.accounts.conftest import NEW_PASSWORD, PASSWORD, Browser, Staff, link_in

Mail = list[tuple[str, str, str]]
PAGES = ("/admin/people", "/admin/people/new", "/admin/keys", "/admin/workspace", "/admin/audit")


@pytest.mark.parametrize("page", PAGES)
def test_administrators_only(app: Flask, browser: Browser, staff: Staff, page: str) -> None:
    assert browser.get(page).location == f"/sign-in?next={page}"
    staff("researcher", "interviewer", "supervisor", "manager")
    staff("admin")
    browser.sign_in("researcher@acme.test")
    assert browser.get(page).status_code == 403
    admin = Browser(app.test_client())
    admin.sign_in("admin@acme.test")
    assert admin.get(page).status_code == 200


def test_invite_and_follow_the_link(app: Flask, browser: Browser, admin: service.Person, mail: Mail) -> None:
    fields = {"name": "Ewa", "email": "Ewa@acme.test", "roles": ["researcher", "manager"], "language": "en"}
    assert browser.send("/admin/people/new", fields).location == "/admin/people"
    page = browser.get("/admin/people").text
    assert "ewa@acme.test" in page
    assert "Manager, Researcher" in page
    assert "Invited" in page
    ((to, subject, text),) = mail
    assert (to, subject) == ("ewa@acme.test", "Set your password for Canvass")
    ewa = Browser(app.test_client())
    assert ewa.send(link_in(text), {"password": NEW_PASSWORD}).status_code == 302
    assert ewa.sign_in("ewa@acme.test", NEW_PASSWORD).status_code == 302
    assert "Invited" not in browser.get("/admin/people").text


def test_an_invitation_lives_three_days(
    app: Flask, browser: Browser, admin: service.Person, mail: Mail, clock: FixedClock
) -> None:
    browser.send("/admin/people/new", {"name": "Ewa", "email": "ewa@acme.test", "roles": "manager", "language": "en"})
    clock.advance(timedelta(days=3))
    assert browser.get(link_in(mail[0][2])).status_code == 410


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "no address"}, "This is not an e-mail address."),
        ({"email": "ADMIN@acme.test"}, "This e-mail address has an account already."),
        ({"email": "a" * 250 + "@b.test"}, "This is not an e-mail address."),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["king"]}, "is not a valid choice"),
        ({"language": "xx"}, "Not a valid choice"),
        ({"name": " "}, "Enter the person"),
        ({"name": "x" * 101}, "Field cannot be longer than 100 characters."),
    ],
)
def test_bad_people(browser: Browser, admin: service.Person, mail: Mail, changed: dict[str, object], said: str) -> None:
    good = {"name": "Ewa", "email": "ewa@acme.test", "roles": ["manager"], "language": "en"}
    answer = browser.send("/admin/people/new", {**good, **changed})
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    assert len(service.people(admin.workspace_id)) == 1
    assert mail == []


def test_change_roles(browser: Browser, admin: service.Person, staff: Staff) -> None:
    who = staff("interviewer")
    page = f"/admin/people/{who.id}"
    assert 'value="interviewer"' in browser.get(page).text
    fields = {"name": "Jan", "email": who.email, "roles": ["interviewer", "supervisor"], "language": "pl"}
    assert browser.send(page, fields).status_code == 302
    changed = service.person(who.workspace_id, who.id)
    assert changed
    assert changed.roles == {"interviewer", "supervisor"}
    entry = trail(who.workspace_id, action="user.changed").items[0]
    assert entry.actor == admin.id
    assert ("roles", ["interviewer"], ["interviewer", "supervisor"]) in entry.changes()


def test_deactivate_and_activate(app: Flask, browser: Browser, admin: service.Person, staff: Staff) -> None:
    who = staff("interviewer")
    other = Browser(app.test_client())
    other.sign_in(who.email)
    page = f"/admin/people/{who.id}"
    browser.send(page, {"active": "no"}, to=f"{page}/active")
    assert other.get("/account").status_code == 302
    assert other.sign_in(who.email).status_code == 422
    assert browser.send(page, {}, to=f"{page}/link").status_code == 409
    browser.send(page, {"active": "yes"}, to=f"{page}/active")
    assert other.sign_in(who.email).status_code == 302


def test_an_administrator_sends_a_reset(browser: Browser, admin: service.Person, staff: Staff, mail: Mail) -> None:
    who = staff("interviewer")
    page = f"/admin/people/{who.id}"
    assert browser.send(page, {}, to=f"{page}/link").status_code == 302
    assert mail[0][1] == "Reset your password for Canvass"


def test_the_last_administrator_stays(browser: Browser, admin: service.Person, staff: Staff) -> None:
    page = f"/admin/people/{admin.id}"
    browser.send(page, {"active": "no"}, to=f"{page}/active")
    assert "This is the only administrator." in browser.get(page).text
    fields = {"name": "Admin", "email": admin.email, "roles": ["manager"], "language": "en"}
    assert browser.send(page, fields).status_code == 422
    staff("admin", email="second@acme.test")
    assert browser.send(page, fields).status_code == 302
    assert browser.get(page).status_code == 403


def test_two_administrators_cannot_remove_each_other(
    app: Flask, admin: service.Person, staff: Staff, clock: FixedClock
) -> None:
    pair = [admin, staff("admin", email="second@acme.test")]
    start = threading.Barrier(2)

    def remove(other: service.Person) -> None:
        with app.app_context():
            start.wait()
            service.change_user(replace(other, active=False), "command", clock.now())

    threads = [threading.Thread(target=remove, args=(who,)) for who in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(service.people(admin.workspace_id, "admin")) == 1


def test_another_workspace_s_people_are_not_there(browser: Browser, admin: service.Person, clock: FixedClock) -> None:
    other = service.create_workspace("Other", clock.now())
    assert isinstance(other, service.Workspace)
    stranger = service.create_user(other.id, "stranger@other.test", "Stranger", ["manager"], clock.now())
    assert isinstance(stranger, service.Person)
    assert "stranger" not in browser.get("/admin/people").text.lower()
    assert browser.get(f"/admin/people/{stranger.id}").status_code == 404
    for action in ("link", "active"):
        assert browser.send("/admin/people/new", {}, to=f"/admin/people/{stranger.id}/{action}").status_code == 404
    assert "stranger" not in browser.get("/admin/audit").text.lower()


def test_workspace(browser: Browser, admin: service.Person) -> None:
    fields = {
        "name": "Acme", "organisation": "Acme S.A.", "contact_line": "help@acme.test", "default_language": "pl",
        "time_zone": "Europe/Warsaw",
    }  # fmt: skip
    assert browser.send("/admin/workspace", fields).status_code == 302
    assert service.workspace(admin.workspace_id).organisation == "Acme S.A."
    assert browser.send("/admin/workspace", {**fields, "time_zone": "Mars/Olympus"}).status_code == 422
    (entry,) = trail(admin.workspace_id, action="workspace.changed").items
    assert ("organisation", "Acme", "Acme S.A.") in entry.changes()


# --- audit ----------------------------------------------------------------------------------------


def test_audit_filters(browser: Browser, admin: service.Person, staff: Staff, clock: FixedClock) -> None:
    clock.set(clock.now().replace(day=6, hour=22, minute=59))
    who = staff("interviewer")
    clock.advance(timedelta(minutes=1))  # midnight in Warsaw
    browser.sign_in(admin.email)
    assert service.change_user(replace(who, name="Jan Nowak"), admin.id, clock.now()) == []
    assert "Jan Nowak" in browser.get("/admin/audit").text

    def actions(query: str) -> set[str]:
        page = browser.get(f"/admin/audit?{query}").text
        body = page[page.index("<tbody>") :] if "<tbody>" in page else ""
        known = ("user.created", "user.password_set", "user.changed", "user.signed_in", "workspace.created")
        return {action for action in known if f"<td>{action}</td>" in body}

    assert actions("action=user.changed") == {"user.changed"}
    assert actions(f"actor={admin.id}") == {"user.changed", "user.signed_in"}
    assert actions(f"subject={who.id}") == {"user.created", "user.password_set", "user.changed"}
    assert actions("subject=workspace") == {"workspace.created"}
    assert actions("since=2026-11-07") == {"user.changed", "user.signed_in"}
    assert actions("since=2026-11-06&until=2026-11-06") == {"user.created", "user.password_set"}
    assert actions("since=2027-01-01") == set()
    assert browser.get("/admin/audit?since=yesterday&page=x&actor=nobody").status_code == 200


def test_audit_pages(browser: Browser, admin: service.Person, clock: FixedClock) -> None:
    with writing() as conn:
        for number in range(120):
            audit(conn, admin.workspace_id, "system", "x.done", "x", f"thing {number}", None, None, clock.now())
    assert "thing 119<" in browser.get("/admin/audit?action=x.done").text
    assert "thing 0<" in browser.get("/admin/audit?action=x.done&page=3").text


@pytest.mark.parametrize("name", ["password", "password_hash", "token", "key_hash", "api_key", "secret"])
def test_secrets_are_refused(home: service.Workspace, clock: FixedClock, name: str) -> None:
    with pytest.raises(ValueError, match=name), writing() as conn:
        audit(conn, home.id, "system", "x.done", "x", new_id(), None, {name: "hidden"}, clock.now())


def test_no_secret_is_in_the_trail(
    browser: Browser, admin: service.Person, staff: Staff, mail: Mail, clock: FixedClock
) -> None:
    browser.send("/admin/people/new", {"name": "E", "email": "e@acme.test", "roles": "manager", "language": "en"})
    browser.send(link_in(mail[0][2]), {"password": NEW_PASSWORD})
    browser.send("/admin/keys", {"name": "Shop", "scopes": "events:write"})
    text = repr(trail(admin.workspace_id).items)
    assert "api_key.created" in text
    for secret in (PASSWORD, NEW_PASSWORD, "argon2", link_in(mail[0][2])):
        assert secret not in text
