"""What a link, a parameter or a form could be misused for, and pages that come at the wrong moment."""

from datetime import timedelta

import pytest

from app.channels.web import form_token
from app.contacts import service as contacts
from app.contacts.service import Allowed
from app.interviews import links, service
from tests.interviews.conftest import open_study
from tests.web.test_embed import HOST, _first, vouch
from tests.web.test_pages import _link, _stored, address, interview, open_page, page  # noqa: F401


@pytest.fixture
def onsite(workspace, clock):
    return open_study(workspace, clock, "onsite", "post_delivery", sites=(HOST,), reshow_days=30)


@pytest.fixture
def token(workspace, onsite, clock):
    expires_at = clock.now() + timedelta(days=400)
    return links.mint(workspace, onsite.id, purpose="embed", now=clock.now(), expires_at=expires_at)


# --- before consent -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "do", ["back", "next", "language:pl", "decline", "not_me", "send_link", "call_me", "continue_here"]
)
def test_a_later_page_before_consent_is_harmless_whatever_is_pressed(client, address, interview, do):
    later = open_page(client, f"{address}?at=effort")
    assert later.send(do, effort="5", at="effort").status < 500
    stored = _stored(interview)
    assert stored.state.consent is None or do == "next"


@pytest.mark.parametrize("at", ["improve", "nowhere", "\u202e", "x" * 3000, "score__special", "score?"])
def test_any_at_shows_a_page_and_stores_nothing(client, address, interview, at):
    assert client.get(address, query_string={"at": at}).status_code == 200
    assert _stored(interview).revision == 1


# --- the form's token -----------------------------------------------------------------------------


def test_a_form_of_one_interview_is_worth_nothing_for_another(client, workspace, study, clock, page, interview):
    other, _ = service.create(workspace, study, occasion="d2", language="en", now=clock.now())
    theirs = f"/i/{_link(workspace, study, clock, other.id)}"
    sent = client.post(theirs, data={**page.hidden, "do": "next", "score": "9"})
    assert sent.status_code == 200
    assert _stored(other).revision == 1


def test_nor_for_another_link_of_the_same_interview(client, workspace, study, clock, page, interview):
    second = f"/i/{_link(workspace, study, clock, interview.id)}"
    client.post(second, data={**page.hidden, "do": "next", "score": "9"})
    assert _stored(interview).revision == 1


@pytest.mark.parametrize(
    "form", ["", "~", "x~1~y.z", "a~²~1.2", "~~~~", "é~1~ffffffffffffffffffff.x", "n~0~" + "9" * 6000]
)
def test_a_forged_form_stores_nothing_and_keeps_what_was_typed(client, address, page, interview, form):
    sent = client.post(address, data={**page.hidden, "form": form, "do": "next", "score": "9"})
    assert sent.status_code == 200
    assert 'value="9" checked' in sent.get_data(as_text=True)
    assert _stored(interview).revision == 1


def test_a_form_is_good_for_a_day(client, address, page, interview, clock):
    clock.advance(form_token.GOOD_FOR)
    assert page.send(score="9").status == 200
    assert _stored(interview).revision == 1


# --- who they are ---------------------------------------------------------------------------------


def _by(client, workspace, study, asked, clock, purpose):
    expires_at = clock.now() + timedelta(days=30)
    token = links.mint(
        workspace, study.id, purpose=purpose, interview_id=asked.id, now=clock.now(), expires_at=expires_at
    )
    return f"/i/{token}"


def test_a_link_by_another_channel_shows_earlier_answers_only_to_who_confirms(
    client,
    workspace,
    study,
    interview,
    clock,
):
    by_mail = _by(client, workspace, study, interview, clock, "email")
    by_text = _by(client, workspace, study, interview, clock, "sms")
    open_page(client, by_mail).send(score="3")
    for query in ("", "?e=email", "?e=link", "?at=score", "?at=why&e=embed", "?lang=pl"):
        asked = open_page(client, by_text + query)
        assert 'name="answer"' in asked.html
        assert 'name="reasons"' not in asked.html
        assert "checked" not in asked.html
    assert 'name="reasons"' in open_page(client, by_mail).html
    shown = asked.send("confirm_identity", answer="yes")
    assert 'name="reasons"' in shown.html
    assert _stored(interview).confirmed == ("web/sms",)
    assert 'name="reasons"' in open_page(client, by_text).html


def test_what_was_typed_is_not_shown_before_they_confirm(client, workspace, study, interview, clock):
    open_page(client, _by(client, workspace, study, interview, clock, "email")).send(score="3")
    by_text = _by(client, workspace, study, interview, clock, "sms")
    for do in ("next", "back", "language:pl", "send_link", "text_me", "call_me", "continue_here"):
        sent = client.post(by_text, data={**open_page(client, by_text).hidden, "do": do, "at": "why"})
        assert 'name="reasons"' not in sent.get_data(as_text=True)
    assert _stored(interview).language == "en"


# --- embedded -------------------------------------------------------------------------------------


def test_not_me_in_a_frame_says_nothing_about_an_address(app, client, workspace, token, onsite, person, clock):
    """The host's session is somebody else's; no message of ours reached a wrong person."""
    page = _first(client, token, vouch(app, onsite, clock)).send(score="9")
    page.send("not_me", answer="yes")
    for channel in ("email", "sms"):
        assert isinstance(contacts.may_contact(workspace, person.id, channel, onsite.id), Allowed)


def test_a_vouched_customer_goes_on_after_the_hosts_signature_has_expired(
    app, client, workspace, token, onsite, person, clock
):
    page = _first(client, token, vouch(app, onsite, clock, minutes=5))
    clock.advance(timedelta(minutes=4))
    why = page.send(score="3")
    clock.advance(timedelta(minutes=10))
    assert 'name="effort"' in why.send(reasons="price", improve="x").html
    [row] = service.interviews_of(workspace, study_id=onsite.id)
    assert (row.contact_id, row.state.answers["score"].value) == (person.id, 3)


def test_also_when_it_expires_while_the_first_page_is_open(app, client, workspace, token, onsite, person, clock):
    page = _first(client, token, vouch(app, onsite, clock, minutes=5))
    clock.advance(timedelta(minutes=20))
    assert 'name="reasons"' in page.send(score="3").html
    assert [row.contact_id for row in service.interviews_of(workspace, study_id=onsite.id)] == [person.id]


def test_the_first_page_of_a_vouched_customer_sent_twice_is_one_interview(app, client, workspace, token, onsite, clock):
    page = _first(client, token, vouch(app, onsite, clock))
    for _ in range(2):
        assert 'name="reasons"' in page.send(score="3").html
    assert len(service.interviews_of(workspace, study_id=onsite.id)) == 1


@pytest.mark.parametrize("expires", ["9" * 5000, "٣", "-1", "1e9", "", "²"])
def test_a_customer_with_a_senseless_expiry_is_refused(client, token, expires):
    query = {"customer": "c1", "expires": expires, "signature": "x" * 64}
    assert client.get(f"/embed/{token}", query_string=query).status_code == 403
    assert client.get(f"/i/{token}", query_string={"e": "embed", "k": f"c1~{expires}~x"}).status_code == 200


# --- a link that several people have --------------------------------------------------------------


def test_two_people_with_one_link_have_two_interviews(client, workspace, clock):
    study = open_study(workspace, clock, "open_to_all", "post_delivery", basis="anonymous")
    shared = f"/i/{_link(workspace, study, clock)}"
    first, second = open_page(client, shared), open_page(client, shared)
    assert first.response.headers["Cache-Control"] == "no-store"
    first.send(score="3")
    second.send(score="9")
    scores = sorted(i.state.answers["score"].value for i in service.interviews_of(workspace, study_id=study.id))
    assert scores == [3, 9]
