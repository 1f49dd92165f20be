"""The respondent's pages over HTTP, as a browser without JavaScript sees them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from app.catalog import service as catalog
from app.contacts import service as contacts
from app.contacts.service import Refused
from app.db import reading
from app.interviews import holder, links, service
from app.interviews.models import InterviewRow
from tests.interviews.conftest import open_study


class Page:
    """A page and its form, filled and sent the way a browser does."""

    def __init__(self, client, response, address=""):
        self.client, self.response, self.address = client, response, address
        self.html = response.get_data(as_text=True)

    @property
    def status(self):
        return self.response.status_code

    @property
    def hidden(self):
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.html)
        return {name: unescape(value) for name, value in found}

    @property
    def title(self):
        return re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.S).group(1)

    def checked(self, name):
        return re.findall(rf'name="{name}" value="([^"]*)" checked', self.html)

    def send(self, do="next", **answers):
        sent = self.client.post(self.address, data={**self.hidden, "do": do, **answers})
        if sent.status_code == 303:
            return open_page(self.client, sent.location)
        return Page(self.client, sent, self.address)


def open_page(client, address, **options):
    return Page(client, client.get(address, **options), address.split("?")[0])


@pytest.fixture
def interview(workspace, study, person, clock):
    return service.create(workspace, study, contact_id=person.id, occasion="d1", language="en", now=clock.now())[0]


@pytest.fixture
def address(workspace, study, interview, clock):
    return f"/i/{_link(workspace, study, clock, interview.id)}"


@pytest.fixture
def page(client, address):
    return open_page(client, address)


def _link(workspace, study, clock, interview_id=None, **options):
    expires_at = clock.now() + timedelta(days=30)
    return links.mint(
        workspace,
        study.id,
        purpose="invitation",
        interview_id=interview_id,
        now=clock.now(),
        expires_at=expires_at,
        **options,
    )


def _stored(interview):
    return service.load(interview.workspace_id, interview.id)


def test_the_first_page_asks_for_consent_and_says_who_why_and_how_to_stop(page):
    assert page.status == 200
    for words in (
        "The Shop",
        "to learn how your delivery went",
        "voluntary",
        "help@shop.example",
        "Agree and continue",
    ):
        assert words in page.html
    assert 'lang="en"' in page.html
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.response.headers


def test_from_the_first_page_to_thanks(page, interview):
    why = page.send(score="3")
    assert "What could we have done better" in why.html or "better" in why.html
    effort = why.send(reasons="price", improve="Cheaper, please")
    thanks = effort.send(effort="6")
    assert "Thank you" in thanks.title
    stored = _stored(interview)
    assert stored.status == "complete"
    assert stored.state.answers["improve"].value == "Cheaper, please"
    assert stored.state.answers["score"].entry == "email"
    assert stored.state.consent.given


def test_a_finished_interview_cannot_be_answered_again(page, client, address, interview):
    page.send(score="9").send(reasons="price").send(effort="6")
    again = open_page(client, address)
    assert "already answered" in again.title
    revision = _stored(interview).revision
    refused = Page(client, client.post(address, data={**page.hidden, "do": "next", "score": "1"}), address)
    assert "already answered" in refused.title
    assert _stored(interview).revision == revision


def test_the_last_button_pressed_twice_says_thank_you(page, interview):
    effort = page.send(score="9").send(reasons="price")
    for _press in range(2):
        assert "Thank you" in effort.send(effort="6").title
    assert "already answered" in effort.send(effort="1").title
    assert "already answered" in effort.send(do="back", effort="6").title
    assert _stored(interview).state.answers["effort"].value == 6


def test_an_anonymous_start_sent_again_when_all_is_answered(client, workspace, study, clock):
    start = open_page(client, f"/i/{_link(workspace, study, clock)}")
    assert "Thank you" in start.send(score="9").send(reasons="price").send(effort="6").title
    assert "Thank you" in start.send(score="9").title
    assert "already answered" in start.send(score="1").title
    assert _count(workspace) == 1


def test_a_tap_in_the_mail_preselects_and_stores_nothing(app, client, address, interview):
    token = address.removeprefix("/i/")
    code = links.scale_code(app.extensions["signer"], token, "score", "3")
    page = open_page(client, f"{address}?c={code}")
    assert page.checked("score") == ["3"]
    assert _stored(interview).revision == 1
    assert open_page(client, f"{address}?c=nonsense").checked("score") == []


def test_gets_write_nothing(client, workspace, study, address, clock):
    anonymous = f"/i/{_link(workspace, study, clock)}"
    for _ in range(50):
        assert client.get(anonymous).status_code == 200
        assert client.get(address, query_string={"at": "why", "c": "x"}).status_code == 200
    assert _count(workspace) == 1


def test_an_empty_required_question_shows_the_error_and_what_was_typed(page):
    again = page.send()
    assert again.status == 422
    assert 'id="problems" tabindex="-1" autofocus' in again.html
    assert 'href="#q-score"' in again.html
    assert "<title>Error:" in again.html


def test_back_keeps_what_was_typed_and_a_change_reroutes(page, interview):
    why = page.send(score="3")
    score = why.send("back", improve="Half a thought")
    assert score.checked("score") == ["3"]
    promoter = score.send(score="9")
    assert 'name="improve"' not in promoter.html
    again = promoter.send("back").send(score="4")
    assert 'name="improve"' in again.html
    assert _stored(interview).state.answers["score"].value == 4


def test_after_going_back_the_next_page_comes_next_though_it_was_answered(page, interview):
    effort = page.send(score="3").send(reasons="price", improve="Cheaper, please")
    score = effort.send("back").send("back", reasons="price", improve="Cheaper, please")
    promoter = score.send(score="9")
    assert promoter.checked("reasons") == ["price"]
    assert 'name="improve"' not in promoter.html
    again = promoter.send("back", reasons="price").send(score="4")
    assert "Cheaper, please" in again.html
    assert 'name="effort"' in again.send(reasons="price", improve="Cheaper, please").html


def test_going_back_from_the_last_page_ends_nothing_and_loses_nothing(page, interview):
    effort = page.send(score="3").send(reasons="price")
    untouched = effort.send("back")
    assert _stored(interview).status == "started"
    effort = untouched.send(reasons="price")
    why = effort.send("back", effort="6")
    assert _stored(interview).status == "started"
    score = why.send("back", reasons="price")
    effort = score.send(score="2").send(reasons="price")
    assert effort.checked("effort") == ["6"]
    assert "Thank you" in effort.send(effort="6").title


def test_going_back_keeps_what_is_not_good_yet(page, interview):
    score = page.send(score="3").send("back", improve="Half a thought")
    assert score.checked("score") == ["3"]
    promoter = score.send(score="9")
    assert "Half a thought" not in re.sub(r"<input[^>]*>", "", promoter.html)
    why = promoter.send("back").send(score="4")
    assert ">\nHalf a thought</textarea>" in why.html


def test_the_language_changes_and_what_was_typed_stays(page, interview):
    polish = page.send("language:pl", score="3")
    assert 'lang="pl"' in polish.html
    assert polish.checked("score") == ["3"]
    assert _stored(interview).language == "pl"


def test_an_anonymous_start_makes_one_interview_however_often_it_is_sent(client, workspace, study, clock):
    address = f"/i/{_link(workspace, study, clock)}"
    first = open_page(client, address, headers={"Accept-Language": "it"})
    assert 'lang="it"' in first.html
    one, two = first.send(score="3"), first.send(score="3")
    assert one.status == two.status == 200
    assert _count(workspace) == 1
    assert one.address != address
    row = service.interviews_of(workspace, study_id=study.id)[0]
    assert (row.contact_id, row.language) == (None, "it")


def test_anonymous_starts_are_limited(client, workspace, study, clock):
    address = f"/i/{_link(workspace, study, clock)}"
    statuses = [open_page(client, address).send(score="9").status for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_a_test_link_makes_test_interviews_even_when_the_study_is_closed(client, workspace, study, clock):
    address = f"/i/{_link(workspace, study, clock, is_test=True)}"
    catalog.close_study(workspace, study.id, clock.now())
    page = open_page(client, address)
    assert "these answers are not counted" in page.html
    page.send(score="9")
    assert [row.is_test for row in service.interviews_of(workspace)] == [True]


@pytest.mark.parametrize("address", ["/i/nothere00000", "/i/x"])
def test_an_unknown_link_is_a_clear_page(client, address):
    assert client.get(address).status_code == 404
    assert client.post(address, data={}).status_code == 404


def test_expired_closed_and_full_have_pages_of_their_own(client, page, address, workspace, study, interview, clock):
    clock.advance(timedelta(days=31))
    assert open_page(client, address).status == 410
    clock.advance(timedelta(days=-31))
    catalog.close_study(workspace, study.id, clock.now())
    assert "closed" in open_page(client, address).title
    assert "closed" in page.send(score="9").title
    assert _stored(interview).revision == 1


def test_the_last_seat(client, workspace, clock):
    study = open_study(workspace, clock, "small", "csat_5", max_interviews=1)
    address = f"/i/{_link(workspace, study, clock)}"
    question = service.screen(service.create(workspace, study, now=clock.now())[0], "web").items[0].name
    assert open_page(client, address).send(**{question: "5"}).status == 200
    assert "all the answers it needs" in open_page(client, address).send(**{question: "5"}).title


def test_a_forged_or_old_form_stores_nothing_and_keeps_what_was_typed(client, page, address, interview, clock):
    forged = Page(client, client.post(address, data={**page.hidden, "form": "a~1~b.c", "score": "3"}), address)
    assert forged.checked("score") == ["3"]
    clock.advance(timedelta(hours=25))
    old = page.send(score="3")
    assert old.checked("score") == ["3"]
    assert "This page had been open for too long" in old.html
    assert _stored(interview).revision == 1
    assert old.send(score="3").status == 200
    assert _stored(interview).state.answers["score"].value == 3


def test_a_form_of_one_link_is_worth_nothing_for_another(client, page, workspace, study, person, clock):
    other = service.create(workspace, study, contact_id=person.id, occasion="d2", now=clock.now())[0]
    token = _link(workspace, study, clock, other.id)
    client.post(f"/i/{token}", data={**page.hidden, "do": "next", "score": "3"})
    assert _stored(other).revision == 1


def test_two_tabs_say_what_happened(client, page, address, interview):
    other_tab = open_page(client, address)
    page.send(score="3")
    stale = other_tab.send(score="9")
    assert "Something changed" in stale.html
    assert stale.checked("score") == ["9"]
    assert _stored(interview).state.answers["score"].value == 3
    stale.send(score="9")
    assert _stored(interview).state.answers["score"].value == 9


HOUSE = """
questionnaire: house
title: House
languages: [en]
basis: attributable
purpose: to learn
minutes: 1
pages:
  - {name: start, questions: [{name: size, type: integer, label: How many, required: yes}]}
  - repeat: member
    title: Person ${position|}
    count: ${size}
    pages:
      - name: who
        questions:
          - {name: first, type: text, label: First name}
          - {name: works, type: yes_no, label: "Does ${first|this person} work?"}
  - {name: end, questions: [{name: more, type: long_text, label: Anything else}]}
"""


def test_what_was_typed_in_a_row_is_told_where_it_changed_or_is_gone(client, workspace, person, clock):
    catalog.publish_source(workspace, HOUSE, now=clock.now())
    study = open_study(workspace, clock, "house", "house")
    made, _ = service.create(workspace, study, contact_id=person.id, language="en", now=clock.now())
    address = f"/i/{_link(workspace, study, clock, made.id)}"
    page = open_page(client, address).send(size="2").send(**{"first[1]": "Ala", "works[1]": "no"})
    changed = open_page(client, f"{address}?at=who[2]")
    gone = open_page(client, f"{address}?at=who[2]")
    page.send(**{"first[2]": "Jan", "works[2]": "no"})
    told = changed.send(**{"first[2]": "Ewa", "works[2]": "no"})
    assert re.findall(r"<dt[^>]*>(.*?)</dt>", told.html) == ["First name"]
    assert ("Saved there: Jan" in told.html, "Typed here: Ewa" in told.html) == (True, True)
    open_page(client, f"{address}?at=start").send(size="1")
    told = gone.send(**{"first[2]": "Ewa", "works[2]": "yes"})
    assert re.findall(r"<dt[^>]*>(.*?)</dt>", told.html) == ["First name (2)", "Does this person work? (2)"]
    assert ("Typed here: Ewa" in told.html, "Typed here: Yes" in told.html) == (True, True)


def test_while_an_interviewer_has_it_the_page_asks_whether_to_go_on_here(page, workspace, interview, clock):
    claim = holder.claim(workspace, interview.id, "phone", "user", clock.now())
    asked = page.send(score="3")
    assert "Go on here?" in asked.title
    assert _stored(interview).revision == 1
    taken = asked.send("continue_here", answer="yes")
    assert 'name="improve"' in taken.html
    assert not holder.renew(workspace, interview.id, claim.token, clock.now())


def test_answers_from_another_mode_are_shown_to_who_confirms(client, workspace, interview, address, clock):
    from tests.interviews.test_write_path import send

    send(interview, "score", {"score": "3"}, clock, mode="sms")
    clock.advance(timedelta(minutes=11))
    asked = open_page(client, address)
    assert "Is this you?" in asked.title
    assert "A… K…" in asked.html
    assert "Kowalska" not in asked.html
    assert 'name="improve"' in asked.send("confirm_identity", answer="yes").html


def test_who_confirms_just_after_a_text_is_not_asked_twice(client, interview, address, clock):
    from tests.interviews.test_write_path import send

    send(interview, "score", {"score": "3"}, clock, mode="sms")
    why = open_page(client, address).send("confirm_identity", answer="yes")
    assert 'name="effort"' in why.send(reasons="price").html


def test_this_is_not_me_suppresses_the_address_for_the_study(page, workspace, study, person, interview):
    sure = page.send("not_me")
    assert _stored(interview).status == "sampled"
    done = sure.send("not_me", answer="yes")
    assert "Thank you for telling us" in done.title
    assert _stored(interview).status == "closed"


@pytest.mark.parametrize("scope", ["study", "everything"])
def test_declining_asks_how_far_it_goes(page, interview, scope):
    asked = page.send("decline")
    assert _stored(interview).status == "sampled"
    done = asked.send("decline", scope=scope)
    assert "not taking part" in done.title
    assert _stored(interview).status == "declined"


def test_a_button_that_does_not_exist_is_refused(page):
    assert page.send("shout").status == 400


@pytest.mark.parametrize("typed", ["\0", "\ud800", "x" * 3_000_000])
def test_what_cannot_be_stored_is_a_clear_refusal(client, address, page, typed):
    body = f"form={page.hidden['form']}&at=score&do=next&score=".encode() + typed.encode("utf-8", "surrogatepass")
    answer = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.get_data(as_text=True)


def _count(workspace):
    with reading() as conn:
        return conn.scalar(select(func.count()).select_from(InterviewRow).where(InterviewRow.workspace_id == workspace))


def test_not_me_blocks_the_next_message_of_the_study_only(page, workspace, study, person):
    page.send("not_me").send("not_me", answer="yes")
    verdict = contacts.may_contact(workspace, person.id, "email", study.id)
    assert isinstance(verdict, Refused)
    assert verdict.reason == "suppressed_study"
    assert [row.study_id for row in contacts.suppressions(workspace, person.id)] == [study.id]
