"""Samples from the frame to the weights in an export."""

from datetime import timedelta

import pytest

from app.accounts import service as accounts
from app.contacts import definitions, segments
from app.contacts import service as contacts
from app.contacts.attributes import Definition
from app.delivery import invitations
from app.insights.bundle import bundle
from app.interviews import service as interviews
from app.samples import service
from app.samples.drawing import Plan
from tests.interviews.conftest import study, workspace  # noqa: F401


@pytest.fixture
def people(workspace, clock):
    """Thirty customers, twenty of them in the north; every tenth gave no consent, two of the others refused."""
    assert definitions.declare(workspace, [Definition("region", "text", "Region")], "test", clock.now()) == []
    made = []
    for n in range(30):
        fields = {"external_id": f"c{n}", "email": f"c{n}@example.org", "attr:region": "north" if n < 20 else "south"}
        stored = contacts.upsert(
            workspace, {**fields, "consent_email": "" if n % 10 == 0 else "yes"}, "test", clock.now()
        )
        made.append(stored.contact_id)
    for n in (1, 21):
        contacts.suppress(workspace, channel="email", contact_id=made[n], reason="opt_out", now=clock.now())
    return made


def wanted(**settings) -> service.Wanted:
    plan = {"method": "stratified", "size": 9, "replicates": 3, **settings.pop("plan", {})}
    given = {
        "name": "spring",
        "universe": "All customers",
        "channel": "email",
        "by": "region",
        "seed": "x",
        "rest_days": 30,
    }
    return service.Wanted(plan=Plan(**plan), **{**given, **settings})


def test_what_is_kept_of_a_draw(workspace, people, study, clock):
    resting = contacts.contact(workspace, people[5])
    invitations.interview_of(study, resting, "email", "", clock.now())
    made = service.draw(workspace, wanted(), "test", clock.now())
    assert (made.frame_count, made.eligible, made.drawn) == (30, 24, 9)
    assert made.exclusions == {"no_consent": 3, "suppressed": 2, "asked_lately": 1}
    assert made.strata == [["north", 16, 6], ["south", 8, 3]]
    again = service.draw(workspace, wanted(name="again"), "test", clock.now())
    assert (again.frame_hash, again.seed) == (made.frame_hash, "x")
    other = service.draw(workspace, wanted(name="other", seed=""), "test", clock.now())
    assert other.frame_hash == made.frame_hash
    assert other.seed not in ("", "x")


def test_a_sample_of_a_segment(workspace, people, clock):
    segments.save(workspace, "south", "region = 'south'", "test", clock.now())
    made = service.draw(workspace, wanted(segment="south", plan={"method": "simple", "size": 8}), "test", clock.now())
    assert (made.source, made.frame_count, made.eligible, made.drawn) == ("region = 'south'", 10, 8, 8)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "No name"}, "sample_name"),
        ({"universe": " "}, "no_universe"),
        ({"by": ""}, "no_strata"),
        ({"segment": "nobody"}, "no_segment"),
        ({"plan": {"size": 100}}, "sample_too_large"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_kept(workspace, people, clock, given, code):
    found = service.draw(workspace, wanted(**given), "test", clock.now())
    assert {each.code for each in found} == {code}
    assert service.draws(workspace) == []


def test_replicates_are_released_one_after_another_and_give_weights(workspace, people, study, clock):
    made = service.draw(workspace, wanted(rest_days=0), "test", clock.now())
    first = service.release(workspace, made.id, study, "w1", "test", clock.now())
    assert first == service.Released(1, 3, 0, 0)
    rows = list(bundle(study).rows())
    place = bundle(study).facts.index("interview__weight")
    assert sum(row[place] for row in rows) == pytest.approx(made.eligible)
    clock.advance(timedelta(minutes=1))
    for key in people:
        if interviews.find(workspace, study.id, key, "w1") is None:
            contacts.erase(workspace, key, clock.now())
    assert service.release(workspace, made.id, study, "w1", "test", clock.now()) == service.Released(2, 0, 3, 0)
    service.release(workspace, made.id, study, "w1", "test", clock.now())
    (used,) = service.release(workspace, made.id, study, "w1", "test", clock.now())
    assert used.code == "sample_used"


def test_who_was_chosen_otherwise_keeps_their_interview_without_a_weight(workspace, people, study, clock):
    everybody = wanted(rest_days=0, plan={"method": "simple", "size": 25, "replicates": 1})
    made = service.draw(workspace, everybody, "test", clock.now())
    there = contacts.contact(workspace, people[2])
    before = invitations.interview_of(study, there, "email", "", clock.now())
    clock.advance(timedelta(minutes=1))
    assert service.release(workspace, made.id, study, "", "test", clock.now()) == service.Released(1, 24, 0, 1)
    assert before.id not in service.weights(workspace, study.id, [before.id])


def test_pages_and_commands(app, workspace, people, study, clock, signed_in):
    ann = accounts.create_user(workspace, "ann@shop.example", "Ann", ["researcher"], clock.now())
    client = signed_in(person=ann)
    form = {"name": "spring", "universe": "All", "segment": "", "channel": "email", "method": "stratified", "by": "region",
            "allocation": "equal", "one_per": "", "size": "100", "replicates": "2", "seed": "s"}  # fmt: skip
    wrong = client.submit("/samples/new", form)
    assert wrong.status_code == 422
    assert client.submit("/samples/new", {**form, "replicates": "101"}).status_code == 422
    shown = client.submit("/samples/new", {**form, "size": "10"}, follow_redirects=True)
    assert "10 of 25 who were eligible" in shown.text
    made = service.by_name(workspace, "spring")
    page = f"/samples/{made.id}"
    done = client.submit(f"{page}/release", {"study": study.id, "occasion": ""}, page=page, follow_redirects=True)
    assert "Replicate 1: 5 interviews" in done.text
    run = app.test_cli_runner().invoke
    released = run(args=["canvass", "sample", "release", "spring", study.name])
    assert released.output == "Replicate 2: 5 interviews; 0 had one, 0 are no contacts any more.\n"
    draw = [
        "canvass",
        "sample",
        "draw",
        "more",
        "--universe",
        "All",
        "--channel",
        "email",
        "--method",
        "stratified",
        "--by",
        "region",
    ]
    drawn = run(args=[*draw, "--stratum", "north=2", "--stratum", "south=1", "--seed", "s"])
    assert "3 of 25 were drawn; the frame had 30 people." in drawn.output
    assert "spring  10 of 25  2 of 2 replicates released" in run(args=["canvass", "sample", "list"]).output
