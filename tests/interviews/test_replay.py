"""Whatever happens to an interview, its events tell the document that is stored."""

import json
import random
from datetime import timedelta

import pytest

from app import engine
from app.catalog import service as catalog
from app.interviews import holder, service, settling
from tests.engine.authoring import Author
from tests.engine.people import Person
from tests.interviews.conftest import open_study
from tests.interviews.test_write_path import CONSENT, interview  # noqa: F401

RAW = ("", "0", "3", "9", "99", "abc", "price", "on_time", "3 1", "skip", "nie wiem", "\u202e", "Cheaper, please")
ENTRIES = {"web": "email", "sms": "sms", "phone": "call", "field": "visit"}


def submit(draw, stored, clock, token):
    mode = draw.choice(list(ENTRIES))
    screen = service.screen(stored, mode, draw.choice([None, None, "score", "effort", "improve"]))
    if isinstance(screen, engine.End):
        return
    raw = {item.name: draw.choice([*RAW, *(choice.name for choice in item.choices)]) for item in screen.items}
    if draw.random() < 0.2:
        raw[f"{screen.items[0].name}__special"] = draw.choice(["dk", "refused", "nonsense"])
    submission = service.Submission(
        mode, ENTRIES[mode], screen.at, raw, draw.choice([stored.revision, 1]), consent=CONSENT, token=token,
        overrides=draw.choice([(), tuple(raw)]), take_over=draw.random() < 0.5,
    )  # fmt: skip
    service.submit(stored.workspace_id, stored.id, submission, clock.now())


def act(draw, stored, clock, token):
    """One random thing that can happen; the interviewer's token if it was claimed."""
    home, now = stored.workspace_id, clock.now()
    kind = draw.choices(
        ["submit", "language", "confirm", "session", "claim", "wait", "settle", "decline", "close"],
        [40, 6, 5, 3, 5, 6, 4, 1, 1],
    )[0]
    match kind:
        case "submit":
            submit(draw, stored, clock, token)
        case "language":
            service.record(home, stored.id, [engine.Language(draw.choice(["en", "pl", "ro", "xx"]))], now)
        case "confirm":
            service.record(home, stored.id, [], now, confirmed=draw.choice(["sms", "phone", "web/email"]))
        case "session":
            service.record(home, stored.id, [engine.Session("phone", "call"), CONSENT], now)
        case "claim":
            claim = holder.claim(home, stored.id, draw.choice(["phone", "field"]), "u", now)
            return claim.token if isinstance(claim, holder.Holder) else token
        case "wait":
            clock.advance(timedelta(minutes=draw.choice([1, 11, 40, 1500])))
        case "settle":
            settling.settle(now)
        case "decline":
            service.decline(home, stored.id, draw.choice(["study", "everything"]), "web", now)
        case "close":
            service.close(home, stored.id, draw.choice(["closed", "screened_out", "quota_full"]), now)
    return token


@pytest.mark.parametrize("seed", range(12))
def test_replaying_the_events_gives_the_document(workspace, interview, clock, seed):
    draw, token = random.Random(seed), None
    for _ in range(40):
        token = act(draw, service.load(workspace, interview.id), clock, token)
        stored = service.load(workspace, interview.id)
        assert service.replayed(workspace, interview.id) == stored.state
        assert stored.language == stored.state.language
        assert stored.finished == (stored.state.status != "open")


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_language_has_the_documents_are_what_the_events_tell(workspace, clock, seed):
    """Grids, rows, exits and jumps too; the rows of repeats are documents of their own."""
    tree = Author(random.Random(seed)).definition() | {"basis": "confidential"}
    published = catalog.publish_source(workspace, json.dumps(tree), file="any.yaml", now=clock.now(), actor="test")
    assert not isinstance(published, list), [str(problem) for problem in published]
    study = open_study(workspace, clock, "any", "any")
    interview, _ = service.create(workspace, study, now=clock.now())
    draw, q = random.Random(seed), catalog.questionnaire(study.version_id)
    for _ in range(15):
        stored = service.load(workspace, interview.id)
        mode, names = draw.choice(["web", "sms"]), [node.name for node in engine.path(q, stored.state)]
        screen = service.screen(stored, mode, draw.choice([None, None, *names]))
        if isinstance(screen, engine.End):
            break
        raw = {}
        for item in screen.items:
            raw |= Person(draw.randint(0, 9)).says(q, item, mode)
        sent = service.Submission(mode, ENTRIES[mode], screen.at, raw, stored.revision, consent=CONSENT, take_over=True)
        outcome = service.submit(workspace, interview.id, sent, clock.now())
        clock.advance(timedelta(minutes=1))
        stored = service.load(workspace, interview.id)
        assert not isinstance(outcome, service.Accepted) or outcome.interview.state == stored.state
        assert service.replayed(workspace, interview.id) == stored.state
        assert engine.values(q, stored.state) == engine.values(q, engine.from_json(engine.to_json(stored.state)))
