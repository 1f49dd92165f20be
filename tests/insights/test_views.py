"""Results over HTTP: what was typed is what they say, for whom it is meant, and for nobody else."""

import io
import zipfile
from datetime import timedelta

import pytest

from app.accounts import service as accounts
from app.accounts.audit import trail
from app.delivery import service as delivery
from app.insights.results import Filter, results
from app.interviews import scan, settling
from app.interviews import service as interviews
from tests.insights.conftest import open_study, table


@pytest.fixture
def reader(signed_in):
    return signed_in("researcher")


@pytest.fixture
def three(study, person, answer, clock):
    """Three customers: by mail, by text, and one who stopped after the score."""
    made = [
        answer(study, {"score": "4", "reasons": ["price"], "improve": "Say <b>when</b>", "effort": "2"},
               contact_id=person.id, occasion="a"),
        answer(study, {"score": "9", "reasons": "1", "effort": "7"}, "sms", contact_id=person.id, occasion="b"),
        answer(study, {"score": "10"}, contact_id=person.id, occasion="c"),
    ]  # fmt: skip
    answer(study, {"score": "0"}, is_test=True, contact_id=person.id, occasion="test")
    clock.advance(timedelta(days=2))
    settling.settle(clock.now())
    return made


def test_results_match_what_was_typed(study, three, reader):
    made = results(study)
    assert (made.status("complete"), made.status("partial"), made.total) == (2, 1, 3)
    nps, ces = made.scores
    assert nps.pooled.parts == (1, 0, 2)
    assert [(mode, n) for mode, n, _ in nps.modes] == [("sms", 1), ("web", 2)]
    assert ces.pooled.parts == (1, 1)
    assert made.dispositions == {"1.1": 2, "1.2": 1}
    assert made.rates["RR1"] == pytest.approx(2 / 3)
    page = reader.get(f"/results/{study.id}").text
    assert "33.3" in page
    assert "adjusted Wald" in page
    assert "Read the answers" in page
    assert reader.get("/results").text.count("NPS 33.3") == 1


def test_results_of_a_period_and_a_mode(study, three, answer, clock, reader):
    answer(study, {"score": "10", "reasons": ["none"], "effort": "7"})
    assert results(study, Filter(since=clock.now())).total == 1
    assert results(study, Filter(until=clock.now())).total == 3
    assert results(study, Filter(mode="sms")).counted == 1
    later = reader.get(f"/results/{study.id}?since=2026-11-05&mode=web").text
    assert 'value="2026-11-05"' in later
    wrong = reader.get(f"/results/{study.id}?since=tomorrow")
    assert wrong.status_code == 422
    assert "2026-12-31" in wrong.text


def test_who_was_written_to_and_not_reached(study, person, workspace, clock, reader):
    interview, _ = interviews.create(workspace, study, contact_id=person.id, occasion="x", now=clock.now())
    delivery.enqueue(workspace, channel="email", purpose="invitation", interview_id=interview.id, now=clock.now())
    made = results(study)
    assert made.undelivered == {("email", "queued", ""): 1}
    assert made.dispositions == {"3.11": 1}
    people = reader.get(f"/results/{study.id}/people?disposition=3.11").text
    assert "Anna Kowalska" in people
    assert "Anna Kowalska" not in reader.get(f"/results/{study.id}/people?disposition=1.1").text


def test_open_answers_word_for_word(study, three, reader):
    address = f"/results/{study.id}/answers/improve"
    assert "Say &lt;b&gt;when&lt;/b&gt;" in reader.get(address).text
    assert "Say &lt;b&gt;" in reader.get(f"{address}?q=WHEN").text
    assert "No answer contains" in reader.get(f"{address}?q=never").text
    assert reader.get(f"/results/{study.id}/answers/score").status_code == 302


def test_one_interview(three, reader):
    first = three[0]
    page = reader.get(f"/results/interviews/{first.id}").text
    assert "Anna Kowalska" in page
    assert "Say &lt;b&gt;when&lt;/b&gt;" in page
    assert "off the route" not in page
    assert reader.get("/results/interviews/nothing").status_code == 404


def test_an_answer_that_left_the_route_is_shown_apart(study, answer, clock, reader):
    begun = answer(study, {"score": "3", "reasons": ["price"], "improve": "Everything"})
    back = interviews.Submission(mode="web", entry="link", at="score", raw={"score": "9"}, revision=begun.revision)
    interviews.submit(study.workspace_id, begun.id, back, clock.now())
    page = reader.get(f"/results/interviews/{begun.id}").text
    assert "Everything" in page.partition("off the route")[2]


def test_a_confidential_study_shows_nobody_beside_their_answers(workspace, clock, person, answer, reader):
    study = open_study(workspace, clock, "quiet", "csat_5", basis="confidential")
    made = answer(study, {"satisfaction": "4"}, contact_id=person.id)
    page = reader.get(f"/results/interviews/{made.id}").text
    assert "Satisfied" in page
    assert "Anna" not in page
    assert "11/4/26" not in page  # when would tell who
    assert "Nov 4" not in page
    people = reader.get(f"/results/{study.id}/people").text
    assert "Anna" in people
    assert made.id not in people


def test_an_anonymous_study_hides_small_counts_and_single_interviews(workspace, clock, answer, reader):
    study = open_study(workspace, clock, "secret", "csat_5", basis="anonymous")
    made = [answer(study, {"satisfaction": "4", "good": "A detail"}) for _ in range(3)]
    page = reader.get(f"/results/{study.id}?mode=web").text
    assert "too few people" in page
    assert 'name="since"' not in page
    assert "A detail" not in reader.get(f"/results/{study.id}/answers/good").text
    assert "A detail" not in reader.get(f"/results/interviews/{made[0].id}").text


def test_practice_and_other_workspaces_have_no_results(workspace, study, clock, answer, staff, signed_in):
    practice = open_study(workspace, clock, "practice", "csat_5", practice=True)
    answer(practice, {"satisfaction": "4"})
    assert list(scan.scan(workspace, practice.id)) == []
    other = accounts.create_workspace("Elsewhere", clock.now())
    stranger = signed_in(person=staff("admin", workspace_id=other.id))
    made = answer(study, {"score": "9"})
    for address in (f"/results/{study.id}", f"/results/{study.id}/people", f"/results/interviews/{made.id}"):
        assert stranger.get(address).status_code == 404
    assert stranger.submit(f"/results/{study.id}/export", page="/account").status_code == 404
    assert signed_in("admin").get(f"/results/{practice.id}").status_code == 404


def test_export_is_a_zip_and_is_written_down(study, three, reader, workspace):
    done = reader.submit(f"/results/{study.id}/export", {"bom": "1"}, page=f"/results/{study.id}")
    assert done.mimetype == "application/zip"
    assert 'filename="delivery-20261106.zip"' in done.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(done.data)) as archive:
        assert archive.namelist() == ["survey.csv", "codebook.csv"]
        content = archive.read("survey.csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert [row["score"] for row in table(content)] == ["4", "9", "10"]
    assert trail(workspace, subject=study.id).items[0].action == "study.exported"


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
@pytest.mark.parametrize("newest_first", [False, True])
def test_batches_are_all_there_is_whatever_their_size(study, three, batch, newest_first):
    rows = scan.scan(study.workspace_id, study.id, ("status",), newest_first=newest_first, batch=batch)
    found = [row.id for rows_of_batch in rows for row in rows_of_batch]
    assert found == sorted((each.id for each in three), reverse=newest_first)
