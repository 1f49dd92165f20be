"""People whom a panel sends: what their link says is kept, signatures are checked both ways, and each goes back by outcome."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from app.catalog import service as catalog
from app.channels.web import panel
from app.interviews import links, service
from tests.web.test_pages import _link, open_page

DEFINITION = """
questionnaire: panel_study
title: {en: Drinks}
languages: [en]
basis: confidential
purpose: {en: to know what people drink}
minutes: 1
outside:
  - {name: panelist, type: text, source: link}
  - {name: wave, type: integer, source: link}
  - {name: tier, type: text, source: contact}
quotas:
  - name: all
    cells: [{name: tea, relevant: "${drink} = 'tea'", target: 0}]
pages:
  - {name: what, questions: [{name: drink, type: text, label: "What do you drink, ${panelist|friend}?"}]}
  - {name: more, questions: [{name: why, type: text, label: Why}]}
"""
BACK = {
    "complete": "https://panel.example/r?pid={panelist}&w={wave}&st=c",
    "quota_full": "https://panel.example/full/{panelist}",
    "declined": "https://panel.example/no",
}


@pytest.fixture
def opened(workspace, clock):
    """`opened(signed=True, …)`: a study with these panel settings."""

    def make(text=DEFINITION, **settings):
        assert isinstance(
            catalog.publish_source(workspace, text, file="", now=clock.now(), actor="test"), catalog.Version
        )
        made = catalog.open_study(
            workspace, "panel_study", channels=["web"], now=clock.now(),
            panel={"redirects": BACK, "panelist": "panelist", **settings},
        )  # fmt: skip
        assert isinstance(made, catalog.Study), made
        return made

    return make


@pytest.fixture
def address(workspace, clock, app):
    """`address(study, panelist="p 1", …)`: a public link as the panel hands it out, unsigned; `key=…` signs it."""

    def make(study, key=None, token=None, **values):
        plain = f"http://localhost/i/{token or _link(workspace, study, clock)}"
        plain += f"?{urlencode(values)}" if values else ""
        if key:
            plain += ("&" if values else "?") + f"sig={panel.sign(key, plain)}"
        return plain

    return make


@pytest.fixture
def key(app):
    return lambda study: links.panel_secret(app.extensions["signer"], study.id)


def back(page):
    found = re.search(r'<a class="govuk-button" href="([^"]+)"', page.html)
    return unescape(found[1]) if found else None


def signed(study, key, address):
    return f"{address}{'&' if '?' in address else '?'}sig={panel.sign(key, address)}"


def test_what_the_link_says_is_kept_and_leads_back_signed(client, opened, address, key):
    study = opened()
    page = open_page(client, address(study, panelist="ü/1 &x", wave="3", tier="gold", other="?"))
    assert "What do you drink, ü/1 &amp;x?" in page.html
    end = page.send(drink="milk").send(why="")
    stored = service.interviews_of(study.workspace_id, study_id=study.id)[0]
    assert stored.state.outside == {"panelist": "ü/1 &x", "wave": 3}  # a contact's value cannot come by a link
    assert end.title == "Thank you"
    assert back(end) == signed(study, key(study), "https://panel.example/r?pid=%C3%BC%2F1%20%26x&w=3&st=c")


def test_nothing_is_stored_by_looking(client, opened, address):
    study = opened()
    open_page(client, address(study, panelist="p1"))
    assert service.interviews_of(study.workspace_id, study_id=study.id) == []


def test_each_outcome_has_its_way_back(client, opened, address, key):
    study = opened()
    full = open_page(client, address(study, panelist="p1")).send(drink="tea")
    assert full.title == "This survey has all the answers it needs"
    assert back(full) == signed(study, key(study), "https://panel.example/full/p1")
    page = open_page(client, address(study, panelist="p2")).send(drink="milk")
    gone = page.send("decline").send("decline", scope="study")
    assert back(gone) == signed(study, key(study), "https://panel.example/no")


def test_people_may_be_sent_back_without_a_closing_page(client, opened, address, key):
    study = opened(at_once=True)
    page = open_page(client, address(study, panelist="p1", wave="1"))
    assert "form-action 'self' https://panel.example;" in page.response.headers["Content-Security-Policy"]
    page = page.send(drink="milk")
    sent = client.post(page.address, data={**page.hidden, "do": "next", "why": ""})
    assert (sent.status_code, sent.location) == (
        303,
        signed(study, key(study), "https://panel.example/r?pid=p1&w=1&st=c"),
    )
    page = open_page(client, address(study, panelist="p2"))
    sent = client.post(page.address, data={**page.hidden, "do": "next", "drink": "tea"})
    assert sent.location == signed(study, key(study), "https://panel.example/full/p2")


def test_a_study_without_a_panel_sends_nobody_anywhere(client, opened, address, workspace, clock):
    study = opened()
    catalog.change_study(workspace, study.id, {"panel": {}}, now=clock.now())
    assert back(open_page(client, address(study)).send(drink="milk").send(why="")) is None


# --- signatures -----------------------------------------------------------------------------------


def test_a_signed_link_begins(client, opened, address, key):
    study = opened(signed=True)
    page = open_page(client, address(study, key(study), panelist="p1"))
    page.send(drink="milk").send(why="")
    assert [i.status for i in service.interviews_of(study.workspace_id, study_id=study.id)] == ["complete"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda good: good.partition("?")[0],
        lambda good: good.partition("&sig")[0],
        lambda good: good.replace("p1", "p2"),
        lambda good: good[:-1] + ("0" if good[-1] != "0" else "1"),
        lambda good: good + "&wave=9",
        lambda good: good.replace("sig=", "sig=&sig="),
        lambda good: good.partition("sig=")[0] + "sig=" + "ж" * 64,
    ],
)
def test_a_missing_or_forged_signature_begins_nothing(client, opened, address, key, forge):
    study = opened(signed=True)
    good = address(study, key(study), panelist="p1")
    page = open_page(client, forge(good))
    assert (page.status, page.title) == (403, "This link does not work")
    begun = open_page(client, good)
    said = forge(good).partition("?")[2]
    refused = client.post(begun.address, data={**begun.hidden, "arrived": said, "do": "next", "drink": "milk"})
    assert refused.status_code == 403
    assert service.interviews_of(study.workspace_id, study_id=study.id) == []


def test_a_signature_is_for_one_link(client, opened, address, key, workspace, clock):
    study = opened(signed=True)
    good = address(study, key(study), panelist="p1")
    other = good.replace(good.partition("/i/")[2].partition("?")[0], _link(workspace, study, clock))
    assert open_page(client, other).status == 403


def test_the_parameter_may_have_another_name(client, opened, address, key):
    study = opened(signed=True, signature="hash")
    good = address(study, key(study), panelist="p1").replace("&sig=", "&hash=")
    end = open_page(client, good).send(drink="milk").send(why="")
    assert "&hash=" in back(end)


# --- one panelist, one interview ------------------------------------------------------------------


def test_a_panelist_who_returns_signed_goes_on(client, opened, address, key):
    study = opened()
    open_page(client, address(study, key(study), panelist="p1", wave="1")).send(drink="milk")
    again = open_page(client, address(study, key(study), panelist="p1", wave="2"))
    assert "Why" in again.html
    done = again.send(why="")
    stored = service.interviews_of(study.workspace_id, study_id=study.id)
    assert [(i.status, i.state.outside["wave"]) for i in stored] == [("complete", 1)]  # as it was when it began
    once_more = open_page(client, address(study, key(study), panelist="p1"))
    assert once_more.title == "You have already answered"
    assert back(once_more) == back(done)


def test_a_guessed_panelist_opens_nothing(client, opened, address):
    study = opened()
    first = open_page(client, address(study, panelist="p1"))
    first.send(drink="secret")
    stranger = open_page(client, address(study, panelist="p1"))
    assert (stranger.status, stranger.title) == (409, "You have already begun")
    assert "secret" not in stranger.html
    assert back(stranger) is None


def test_the_first_page_sent_twice_is_one_interview(client, opened, address):
    study = opened()
    page = open_page(client, address(study, panelist="p1"))
    assert "Why" in page.send(drink="milk").html
    assert "Why" in page.send(drink="milk").html
    assert len(service.interviews_of(study.workspace_id, study_id=study.id)) == 1


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"redirects": {"complete": "http://panel.example/"}}, "bad_redirect"),
        ({"redirects": {"complete": "javascript:alert(1)"}}, "bad_redirect"),
        ({"redirects": {"complete": "https://{panelist}/x"}}, "bad_redirect"),
        ({"redirects": {"complete": "https://panel.example/#{panelist}"}}, "bad_redirect"),
        ({"redirects": {"complete": "https://panel.example/{panelist"}}, "bad_redirect"),
        ({"redirects": {"complete": "https://panel.example/ x"}}, "bad_redirect"),
        ({"redirects": {"complete": "https://panel.example/{tier}"}}, "unknown_link_value"),
        ({"redirects": {"partial": "https://panel.example/"}}, "unknown_outcome"),
        ({"panelist": "tier"}, "unknown_link_value"),
        ({"signature": "a b"}, "bad_signature_name"),
        ({"signature": "lang"}, "bad_signature_name"),
        ({"signature": "panelist"}, "bad_signature_name"),
    ],
)
def test_settings_that_cannot_work_are_refused(opened, workspace, clock, setting, code):
    study = opened()
    found = catalog.change_study(workspace, study.id, {"panel": setting}, now=clock.now())
    assert [problem.code for problem in found] == [code]
    assert all(problem.remedy_text() for problem in found)


def test_an_anonymous_study_tells_no_panelists_apart(workspace, clock):
    text = DEFINITION.replace("basis: confidential", "basis: anonymous")
    assert isinstance(catalog.publish_source(workspace, text, file="", now=clock.now(), actor="test"), catalog.Version)
    found = catalog.open_study(
        workspace, "panel_study", channels=["web"], now=clock.now(), panel={"panelist": "panelist"}
    )
    assert [problem.code for problem in found] == ["panelist_anonymous"]


def test_this_machine_may_be_reached_without_tls(opened, workspace, clock):
    study = opened()
    setting = {"redirects": {"complete": "http://localhost:5000/back?id={panelist}"}}
    assert isinstance(catalog.change_study(workspace, study.id, {"panel": setting}, now=clock.now()), catalog.Study)


# --- exits ----------------------------------------------------------------------------------------


def test_an_exit_says_its_last_words_and_leads_back_by_its_status(client, opened, address, key, workspace, clock):
    text = DEFINITION.replace(
        'questions: [{name: drink, type: text, label: "What do you drink, ${panelist|friend}?"}]}',
        "questions: [{name: drink, type: text, label: Drink},"
        " {name: out, type: exit, relevant: \"${drink} = 'beer'\", label: 'No ${drink|drinks}, thank you.'}]}",
    )
    study = opened(text, redirects={"screened_out": "https://panel.example/out/{panelist}"})
    end = open_page(client, address(study, panelist="p1")).send(drink="beer")
    assert end.title == "Thank you"
    assert "No beer, thank you." in end.html
    assert back(end) == signed(study, key(study), "https://panel.example/out/p1")
    assert [i.status for i in service.interviews_of(workspace, study_id=study.id)] == ["screened_out"]
