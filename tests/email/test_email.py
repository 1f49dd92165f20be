"""Mails as they are composed, and the address that stops them."""

import re
from datetime import timedelta

import pytest

from app.contacts import service as contacts
from app.interviews import channel, service
from tests.interviews.test_write_path import send
from tests.web.test_pages import open_page


@pytest.fixture
def interview(workspace, study, person, clock):
    return service.create(workspace, study, contact_id=person.id, occasion="d1", language="en", now=clock.now())[0]


@pytest.fixture
def invitation(workspace, interview, clock):
    return channel.get("email").compose(workspace, interview.id, "invitation", clock.now())


def _path(url):
    return url.removeprefix("http://localhost")


def test_the_invitation_says_what_consent_needs_in_both_parts(invitation):
    assert invitation.to == "anna@example.org"
    for part in (invitation.text, invitation.html):
        for words in ("The Shop", "to learn how your delivery went", "about 2 min", "voluntary", "help@shop.example"):
            assert words in part
    assert len(invitation.html) < 102_000


def test_a_tap_on_the_scale_opens_the_page_with_the_answer_preselected(client, invitation, interview):
    taps = re.findall(r"^(\d+): (\S+)$", invitation.text, re.M)
    assert [label for label, _ in taps] == [str(n) for n in range(11)]
    page = open_page(client, _path(taps[3][1]))
    assert page.checked("score") == ["3"]
    assert service.load(interview.workspace_id, interview.id).revision == 1
    assert taps[3][1] in invitation.html.replace("&amp;", "&")


def test_the_language_is_the_interviews(workspace, study, person, clock):
    polish, _ = service.create(workspace, study, contact_id=person.id, occasion="d2", language="pl", now=clock.now())
    message = channel.get("email").compose(workspace, polish.id, "invitation", clock.now())
    assert "aby dowiedzieć się, jak przebiegła dostawa" in message.text


def test_a_reminder_to_who_has_begun_carries_a_link_and_no_scale(workspace, interview, clock):
    send(interview, "score", {"score": "3"}, clock)
    message = channel.get("email").compose(workspace, interview.id, "reminder", clock.now())
    assert not re.findall(r"^\d+: http", message.text, re.M)
    assert "http://localhost/i/" in message.text


def test_opening_the_unsubscribe_address_changes_nothing(client, invitation, workspace, study, person):
    page = open_page(client, _path(invitation.headers["List-Unsubscribe"].strip("<>")))
    assert page.status == 200
    assert contacts.suppressions(workspace, person.id) == []


def test_one_click_unsubscribes_and_may_be_repeated(client, invitation, workspace, study, person, interview, clock):
    assert invitation.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = _path(invitation.headers["List-Unsubscribe"].strip("<>"))
    clock.advance(timedelta(days=90))  # long after the link to the survey has expired
    for _ in range(2):
        assert client.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    verdict = contacts.may_contact(workspace, person.id, "email", "another study")
    assert isinstance(verdict, contacts.Refused)
    assert service.load(workspace, interview.id).status == "declined"


@pytest.mark.parametrize(("scope", "others"), [("study", False), ("everything", True)])
def test_the_page_asks_what_to_stop(client, invitation, workspace, person, scope, others):
    address = _path(invitation.headers["List-Unsubscribe"].strip("<>"))
    done = open_page(client, address).send("unsubscribe", scope=scope)
    assert "unsubscribed" in done.title
    everywhere = [s for s in contacts.suppressions(workspace, person.id) if s.study_id is None]
    assert bool(everywhere) is others


def test_a_link_of_nobody_cannot_unsubscribe(client):
    assert client.post("/u/nothere00000", data={"scope": "everything"}).status_code == 404
