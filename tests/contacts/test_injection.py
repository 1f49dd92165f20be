"""What a contact is called and what is kept about them becomes no header and no markup, wherever it is shown or sent."""

import pytest

from app.catalog import service as catalog
from app.contacts import definitions, groups, service
from app.contacts.attributes import Definition
from app.delivery.invitations import interview_of
from app.interviews import channel, links
from tests.delivery.test_delivery_smtp import outgoing, read

EVIL = "Ann\r\nBcc: spy@example.com\r\n\r\n<script>alert(1)</script>\"'><img src=x onerror=alert(2)>${score}{{7*7}}"
MARKUP = ("<script>alert", "<img src=x", "Ann 49")
DEFINITION = """
questionnaire: greeting
title: Greeting
languages: [en]
basis: attributable
purpose: to greet
minutes: 1
outside: [{name: nick, type: text, source: contact}]
pages:
  - name: main
    questions: [{name: score, type: nps, label: "${nick|friend}, would you recommend us?"}]
"""


@pytest.fixture
def evil(workspace, now):
    definitions.declare(workspace, [Definition("nick", "text", EVIL[:60].replace("\r\n", " "))], "command", now)
    fields = {"external_id": EVIL[:150], "name": EVIL, "email": "evil@example.com", "id:card": EVIL, "account": EVIL,
              "account_role": "<b>buyer</b>", "attr:nick": EVIL, "attributes": {"other": EVIL, "list": ["<i>tag</i>"]},
              "consent_email": "yes", "consent_source": EVIL}  # fmt: skip
    stored = service.upsert(workspace, fields, "<u>crm</u>", now)
    assert isinstance(stored, service.Stored), stored
    return service.contact(workspace, stored.contact_id)


@pytest.fixture
def interview(workspace, evil, now):
    published = catalog.publish_source(workspace, DEFINITION, file="greeting.yaml", now=now, actor="test")
    assert not isinstance(published, list), published
    study = catalog.open_study(workspace, "greeting", questionnaire="greeting", channels=["web", "email"], now=now)
    assert isinstance(study, catalog.Study), study
    return interview_of(study, evil, "email", "", now)


def test_a_mail_has_our_headers_and_no_markup_of_theirs(workspace, interview, now):
    composed = channel.get("email").compose(workspace, interview.id, "invitation", now)
    assert "spy@example.com" in composed.html, "the attribute is piped, so this looks at it"
    parts = {"subject": composed.subject, "text": composed.text, "html": composed.html, "headers": composed.headers}
    mail = read(outgoing(**parts))
    assert mail["Bcc"] is None
    assert set(mail.keys()) >= {"Subject", "List-Unsubscribe"}
    for mark in MARKUP:
        assert mark not in composed.html


def test_pages_show_the_words_as_words(workspace, signed_in, client, evil, interview, now):
    service.upsert(workspace, {"external_id": "other", "name": EVIL, "email": "evil@example.com"}, "crm", now)
    (group, _), other = groups.groups_of(workspace, evil.id)[0], service.by_external_id(workspace, "other")
    link = links.mint_for(interview, 30, "invitation", now)
    staff = signed_in("manager")
    pages = ["/contacts/", "/contacts/attributes/", "/contacts/attributes/nick", "/contacts/accounts/", "/contacts/duplicates",
             f"/contacts/{evil.id}", f"/contacts/{evil.id}/edit", f"/contacts/{evil.id}/merge/{other.id}",
             f"/contacts/accounts/{group.id}"]  # fmt: skip
    shown = [staff.get(page) for page in pages]
    shown.append(client.get(f"/i/{link}"))
    for answer in shown:
        assert answer.status_code == 200
        assert "spy@example.com" in answer.text or "Bcc" in answer.text
        for mark in (*MARKUP, "<b>buyer", "<i>tag", "<u>crm"):
            assert mark not in answer.text
