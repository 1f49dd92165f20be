"""The customer's page, through HTTP, with everything that can be on it."""

import re

import pytest

from app import timeline
from app.accounts import service as accounts
from app.accounts.keys import create_key
from app.contacts import editing, groups, merging, segments
from app.contacts import service as contacts
from app.customers import lines
from app.db import writing
from app.entries import entry, readings
from app.events import deliver, publish, publish_many
from app.fieldwork import service as fieldwork
from app.journeys import intake
from tests.customers.conftest import SCORES, answer, open_study


def text(page) -> str:
    """What a reader sees, without the marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def browser(signed_in):
    return signed_in("manager")


def test_everything_is_on_one_timeline(app, browser, anna, study, workspace, clock, happens):
    happens("transaction", product="Kettle", amount="49,50", currency="EUR", profit=9)
    happens("ticket", id="T-1", state="closed", agent="Ewa", subject="It leaks")
    happens("parcel_delivered", item="a red kettle")
    happens("decision", audience="everyone", type="price_change", title="Tea is dearer")
    happens("decision", audience="account: acme", type="contract_change", title="Gold instead of silver")
    made = answer(study, anna, clock)
    with writing() as conn:
        there = {kind for kind in readings() if not kind.startswith("customer.")}
        for kind in sorted(there):
            data = {
                "channel": "email",
                "reason": "opt_out",
                "purpose": "reminder",
                "outcome": "busy",
                "body": "You were rude.",
            }
            about = {"study_id": study.id, "interview_id": made.id}
            publish(conn, workspace, kind, data, clock.now(), contact_id=anna.id, **about)
    page = browser.get(f"/customers/{anna.id}?show=transactions&show=tickets&show=other&show=decisions").text
    for words in ("Transaction: Kettle, €49.50.", "Profit €9.00", "Ticket T-1 was closed.", "Subject It leaks", "Parcel delivered.",
                  "Price change: Tea is dearer", "for everybody", "Contract change: Gold instead of silver",
                  "for their account"):  # fmt: skip
        assert words in text(page)
    assert "Began to answer" not in page
    page = text(browser.get(f"/customers/{anna.id}").text)
    with app.test_request_context():
        assert [kind for kind in there if entry(_news(workspace, anna, kind)).text not in page] == []
    for words in ("You were rude.", "NPS 9", "How we are doing", "The answers", "Acme", "Nobody looks after it", "Europe/Warsaw",
                  "anna@example.com", "Last scores NPS 9", "€49.50 1 transaction", "Profit: €9.00", "Waking hours"):  # fmt: skip
        assert words in page


def _news(workspace, person, kind):
    wanted = timeline.Wanted(kinds=frozenset({kind}))
    return timeline.read(timeline.Whose(workspace, person.id), wanted, None, 1)[0]


def test_events_come_by_the_api_and_say_what_is_wrong_with_them(client, workspace, anna, clock, browser):
    key = create_key(workspace, "shop", ["events:write"], None, "test", clock.now())
    events = [
        {"event_id": "1", "kind": "ticket", "external_id": "A-1", "id": "T-9", "state": "opened"},
        {"event_id": "2", "kind": "ticket", "external_id": "A-1", "state": "lost"},
        {"event_id": "3", "kind": "decision", "audience": "account: Nobody", "type": "outage", "title": "No mail"},
        {"event_id": "4", "kind": "ticket", "audience": "everyone", "id": "T-9", "state": "closed"},
    ]
    sent = {"json": {"events": events}, "headers": {"Authorization": f"Bearer {key}"}}
    first, *rest = client.post("/api/v1/events", **sent).json["results"]
    assert first["new"]
    assert [sorted((p["code"], p["field"]) for p in result["problems"]) for result in rest] == [
        [("event_field", "id"), ("event_value", "state")],
        [("event_audience", "audience")],
        [("event_audience", "audience")],
    ]
    assert "Ticket T-9 was opened." in browser.get(f"/customers/{anna.id}").text


def test_the_same_decision_sent_again_is_one(happens, workspace, anna, clock):
    about = {"audience": "everyone", "type": "outage", "title": "No mail for an hour"}
    assert [happens("decision", "o-1", **about).new for _ in range(2)] == [True, False]
    found, _place = lines.page(lines.whose(anna, clock.now()), timeline.Wanted(), "no mail", None, True)
    assert len(found) == 1


def test_a_decision_concerns_whom_it_is_for(happens, workspace, anna, clock):
    ola = contacts.upsert(workspace, {"external_id": "B-1", "name": "Ola"}, "test", clock.now())
    ola = contacts.contact(workspace, ola.contact_id)
    happens("decision", audience="account:Acme", type="other", title="A new success manager")
    seen = [
        len(lines.page(lines.whose(each, clock.now()), timeline.Wanted(), "success", None, True)[0])
        for each in (anna, ola)
    ]
    assert seen == [1, 0]
    groups.join(workspace, groups.account(workspace, "Acme").id, ola.id, "buyer", "test", clock.now())
    assert len(lines.page(lines.whose(ola, clock.now()), timeline.Wanted(), "success", None, True)[0]) == 1


def test_a_decision_for_a_segment_concerns_who_is_in_it(happens, browser, workspace, anna, clock):
    made = segments.save(workspace, "in_polish", "language = 'pl'", "test", clock.now())
    assert isinstance(made, segments.Segment), made
    happens("decision", audience="segment: in_polish", type="other", title="Help in Polish until ten")
    assert "Help in Polish until ten" in browser.get(f"/customers/{anna.id}").text
    assert editing.edit(workspace, anna.id, {"language": "ro"}, {}, "test", clock.now()) == []
    assert "Help in Polish until ten" not in browser.get(f"/customers/{anna.id}").text


def test_another_workspaces_events_never_show(browser, workspace, anna, clock, happens):
    other = accounts.create_workspace("Elsewhere", clock.now(), contact_line="x@example.com").id
    data = {"type": "outage", "title": "Not ours"}
    taken = intake.take(
        other, {"event_id": "1", "kind": "decision", "audience": "everyone", **data}, "UTC", clock.now()
    )
    assert taken.new
    with writing() as conn:
        publish(conn, other, "customer.secret", {"product": "Not ours"}, clock.now(), contact_id=anna.id)
    page = browser.get(f"/customers/{anna.id}").text
    assert "Not ours" not in page
    theirs = contacts.upsert(other, {"external_id": "Z", "name": "Zed"}, "test", clock.now()).contact_id
    assert browser.get(f"/customers/{theirs}").status_code == 404


def test_of_a_confidential_study_it_is_told_that_somebody_answered_and_not_what(browser, workspace, anna, clock):
    source = SCORES.replace("attributable", "confidential").replace("questionnaire: scores", "questionnaire: quiet")
    made = answer(open_study(workspace, clock, source, "quiet"), anna, clock)
    page = browser.get(f"/customers/{anna.id}").text
    assert "Answered to the end." in page
    assert made.id not in page
    assert "NPS" not in text(page)


def test_pages_follow_each_other_without_a_gap(browser, workspace, anna, clock):
    news = [("customer.site_visit", anna.id, {"page": f"/p{n}"}) for n in range(130)]
    with writing() as conn:  # all at one instant: the id decides
        publish_many(conn, workspace, news, clock.now(), quiet=True)
    seen, address, pages = [], f"/customers/{anna.id}?show=behaviour&q=visited", 0
    while address:
        page = browser.get(address).text
        seen += re.findall(r"Visited the site: /p(\d+)\.", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address, pages = older and older[1].replace("&amp;", "&"), pages + 1
    assert sorted(map(int, seen)) == list(range(130))
    assert pages == 3


def test_what_cannot_be_asked_for_breaks_nothing(browser, anna):
    queries = ("after=nonsense", "since=never", "until=9999-12-31", "since=0001-01-01", "show=nothing", "study=x", "product=x",
               "after=2026-11-04T12:00:00~1", "after=2026-11-04T12:00:00%2B00:00~x", f"q={'x' * 201}")  # fmt: skip
    statuses = [browser.get(f"/customers/{anna.id}?{query}").status_code for query in queries]
    assert statuses == [200] * len(queries)


def test_filters(browser, anna, study, clock, happens):
    happens("transaction", product="Kettle", amount=1, currency="EUR", at="2026-10-01T12:00")
    happens("transaction", product="Tea", amount=2, currency="EUR", at="2026-11-01T23:30")
    answer(study, anna, clock)

    def shows(query):
        page = browser.get(f"/customers/{anna.id}?{query}").text
        words = {
            "kettle": "Transaction: Kettle",
            "tea": "Transaction: Tea",
            "answer": "Answered to the end",
            "added": "Was added",
        }
        return {name for name, sentence in words.items() if sentence in page}

    assert shows("") == {"kettle", "tea", "answer", "added"}
    assert shows("product=Tea") == {"tea"}
    assert shows(f"study={study.id}") == {"answer"}
    assert shows("since=2026-10-02&until=2026-11-01") == {"tea"}
    assert shows("until=2026-10-31") == {"kettle"}
    assert shows("q=KETTLE") == {"kettle"}
    assert shows("show=interviews&show=profile") == {"answer", "added"}
    assert "cannot be read" not in browser.get(f"/customers/{anna.id}?q=kettle").text
    assert "cannot be read" in browser.get(f"/customers/{anna.id}?since=never").text


def test_an_erased_persons_events_are_empty_and_the_page_is_gone(browser, workspace, anna, clock, happens):
    happens("transaction", product="Kettle", amount=49, currency="EUR")
    with writing() as conn:
        publish(conn, workspace, "message.received", {"body": "I am ill"}, clock.now(), contact_id=anna.id)
    contacts.erase(workspace, anna.id, clock.now())
    while deliver(clock.now()):
        pass
    assert browser.get(f"/customers/{anna.id}").status_code == 404
    left = timeline.read(timeline.Whose(workspace, anna.id), timeline.Wanted(), None, 100)
    assert {news.kind for news in left} > {"customer.transaction", "message.received", "contact.erased"}
    assert [news for news in left if news.data] == []


def test_the_merged_are_shown_as_who_they_are_now(browser, workspace, anna, clock, happens):
    happens("ticket", id="T-1", state="opened")
    kept = contacts.upsert(workspace, {"external_id": "B-1", "name": "Anna N."}, "test", clock.now()).contact_id
    assert merging.merge(workspace, kept, anna.id, (), "test", clock.now()) is None
    page = browser.get(f"/customers/{anna.id}", follow_redirects=True).text
    assert "Ticket T-1 was opened." in page
    assert "Was merged with another contact of the same person." in page


def test_staffs_changes_say_who_made_them(browser, workspace, anna, clock, staff):
    ewa = staff("manager")
    assert editing.edit(workspace, anna.id, {"name": "Anna Nowak-Lis"}, {"city": "Lublin"}, ewa.id, clock.now()) == []
    page = text(browser.get(f"/customers/{anna.id}").text)
    assert f"The details were changed: city, name (written by staff). By {ewa.name}" in page


def test_interviewers_see_whom_they_have_before_them_without_answers_and_profit(
    signed_in, staff, workspace, anna, study, clock, happens
):
    happens("transaction", product="Kettle", amount=49, currency="EUR", profit=9)
    answer(study, anna, clock)
    ewa = staff("interviewer")
    browser = signed_in(person=ewa)
    assert browser.get(f"/customers/{anna.id}").status_code == 403
    other = open_study(workspace, clock, SCORES.replace("scores", "again"), "again")
    fieldwork.add_cases(workspace, other, "visit", [anna], clock.now(), assigned_to=ewa.id)
    page = text(browser.get(f"/customers/{anna.id}").text)
    assert "Transaction: Kettle, €49.00." in page
    assert [word for word in ("Profit", "NPS", "The answers", "Stop contacting", "Invite") if word in page] == []


def test_staff_invite_and_put_on_a_call_list(browser, workspace, anna, study, clock):
    page = f"/customers/{anna.id}"
    told = [
        browser.submit(f"{page}/invite", {"study": study.id, "channel": "email"}, page, follow_redirects=True).text
        for _ in range(2)
    ]
    assert "The invitation is on its way." in told[0]
    assert "They were invited to this before." in told[1]
    assert "On a call list" not in told[1]
    called = browser.submit(f"{page}/call", {"study": study.id}, page, follow_redirects=True).text
    assert "They are on the call list." in called
    assert "On a call list" in called
    nothing = browser.submit(f"{page}/call", {"study": "nothing"}, page, follow_redirects=True).text
    assert "Choose a study that is open." in nothing
