"""Drafts, versions and what may change under an open study."""

from datetime import datetime

import pytest

from app.accounts import service as accounts
from app.accounts.audit import trail
from app.catalog import service as catalog
from app.core.clock import FixedClock
from tests.catalog.conftest import SMALL


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    return clock.now()


@pytest.fixture
def visit(ws: str, now: datetime) -> catalog.Entry:
    made = catalog.create(ws, "visit", SMALL, now=now)
    assert isinstance(made, catalog.Entry)
    return made


def save(ws: str, visit: catalog.Entry, text: str, now: datetime, what: str = "edit") -> catalog.Version:
    stamp = catalog.working(ws, visit.id).stamp
    saved = catalog.save_draft(ws, visit.id, text, stamp=stamp, what=what, now=now, actor="ann")
    assert isinstance(saved, catalog.Version)
    return saved


def publish(ws: str, visit: catalog.Entry, now: datetime) -> catalog.Version:
    done = catalog.publish(ws, visit.id, now=now)
    assert isinstance(done, catalog.Version), [str(problem) for problem in done]
    return done


def open_on_web(ws: str, now: datetime, name: str = "autumn") -> catalog.Study:
    done = catalog.open_study(ws, name, questionnaire="visit", channels=["web"], now=now)
    assert isinstance(done, catalog.Study), [str(problem) for problem in done]
    return done


def codes(problems: object) -> list[str]:
    assert isinstance(problems, list)
    return [problem.code for problem in problems]


def test_published_versions_are_numbered_and_compiled_once(ws: str, visit: catalog.Entry, now: datetime) -> None:
    first = publish(ws, visit, now)
    assert (first.number, first.status, first.text_only_of) == (1, "published", None)
    assert catalog.draft(ws, visit.id) is None
    compiled = catalog.questionnaire(first.id)
    assert list(compiled.questions) == ["score", "reasons", "words"]
    assert catalog.questionnaire(first.id) is compiled
    save(ws, visit, SMALL.replace("In your own words", "Anything more"), now)
    second = publish(ws, visit, now)
    assert (second.number, second.text_only_of) == (2, first.id)
    assert [version.number for version in catalog.versions(ws, visit.id)] == [2, 1]
    assert catalog.version(ws, first.id) == first


def test_publishing_again_changes_nothing(ws: str, visit: catalog.Entry, now: datetime) -> None:
    assert publish(ws, visit, now) == publish(ws, visit, now)


def test_a_draft_is_not_compiled_for_interviews(ws: str, visit: catalog.Entry) -> None:
    with pytest.raises(LookupError):
        catalog.questionnaire(catalog.working(ws, visit.id).id)


def test_a_draft_is_checked_once_for_what_it_says(ws: str, visit: catalog.Entry, now: datetime) -> None:
    checked = catalog.recheck(catalog.working(ws, visit.id))
    assert catalog.recheck(catalog.working(ws, visit.id)) is checked
    wrong = save(ws, visit, SMALL.replace("type: nps", "type: nothing"), now)
    assert "unknown_type" in codes(list(catalog.recheck(wrong).problems))
    assert catalog.undo(ws, visit.id, stamp=wrong.stamp, now=now) != wrong
    assert catalog.recheck(catalog.working(ws, visit.id)).problems == ()


def test_a_draft_keeps_whatever_was_typed(ws: str, visit: catalog.Entry, now: datetime) -> None:
    broken = SMALL + "  - name: [unclosed\n"
    assert save(ws, visit, broken, now).source == broken
    assert codes(catalog.publish(ws, visit.id, now=now)) == ["bad_yaml"]
    assert catalog.working(ws, visit.id).source == broken


def test_two_people_do_not_overwrite_each_other(ws: str, visit: catalog.Entry, now: datetime) -> None:
    seen = catalog.working(ws, visit.id).stamp
    mine = save(ws, visit, SMALL.replace("Why?", "Why so?"), now)
    theirs = catalog.save_draft(ws, visit.id, SMALL.replace("Why?", "How come?"), stamp=seen, what="edit", now=now)
    assert theirs == catalog.Conflict(mine)
    assert codes(catalog.publish(ws, visit.id, now=now, stamp=seen)) == ["draft_changed"]


def test_every_change_can_be_undone(ws: str, visit: catalog.Entry, now: datetime) -> None:
    texts = [SMALL.replace("Why?", f"Why {n}?") for n in range(3)]
    for text in texts:
        save(ws, visit, text, now, f"said {text[-9:]}")
    for expected in (texts[1], texts[0], SMALL, SMALL):
        undone = catalog.undo(ws, visit.id, stamp=catalog.working(ws, visit.id).stamp, now=now)
        assert isinstance(undone, catalog.Version)
        assert undone.source == expected
    assert catalog.last_edit(ws, undone) is None


def test_a_discarded_draft_leaves_the_published_version(ws: str, visit: catalog.Entry, now: datetime) -> None:
    assert not catalog.discard(ws, visit.id, now=now)
    first = publish(ws, visit, now)
    save(ws, visit, SMALL.replace("Why?", "Why so?"), now)
    assert catalog.discard(ws, visit.id, now=now)
    assert catalog.working(ws, visit.id) == first


def test_a_typo_is_mended_while_the_study_is_open(ws: str, visit: catalog.Entry, now: datetime) -> None:
    first = publish(ws, visit, now)
    study = open_on_web(ws, now)
    save(ws, visit, SMALL.replace("Why?", "Why is that?"), now)
    second = publish(ws, visit, now)
    assert second.text_only_of == first.id
    assert study.version_id == first.id
    assert catalog.study(ws, study.id).version_id == second.id  # type: ignore[union-attr]
    assert catalog.questionnaire(first.id).questions["reasons"].label.source("en") == "Why?"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("was", "will"),
    [
        ("name: price", "name: cost"),
        ("type: long_text", "type: text"),
        ("${score} <= 6", "${score} <= 7"),
        ("        required: true\n", ""),
        ("basis: attributable", "basis: anonymous"),
    ],
)
def test_anything_else_is_refused_while_a_study_is_open(
    ws: str, visit: catalog.Entry, now: datetime, was: str, will: str
) -> None:
    publish(ws, visit, now)
    study = open_on_web(ws, now)
    save(ws, visit, SMALL.replace(was, will), now)
    assert set(codes(catalog.publish(ws, visit.id, now=now))) == {"not_text_only"}
    catalog.close_study(ws, study.id, now)
    assert publish(ws, visit, now).number == 2
    assert set(codes(catalog.open_study(ws, "autumn", now=now))) == {"not_text_only"}


def test_the_name_in_the_definition_stays(ws: str, visit: catalog.Entry, now: datetime) -> None:
    save(ws, visit, SMALL.replace("questionnaire: visit", "questionnaire: other"), now)
    assert codes(catalog.publish(ws, visit.id, now=now)) == ["name_changed"]


def test_unpublishing_waits_for_the_studies(ws: str, visit: catalog.Entry, now: datetime) -> None:
    first = publish(ws, visit, now)
    study = open_on_web(ws, now)
    assert codes(catalog.unpublish(ws, visit.id, now=now)) == ["study_open"]
    catalog.close_study(ws, study.id, now)
    assert catalog.unpublish(ws, visit.id, now=now) == []
    assert codes(catalog.open_study(ws, "winter", questionnaire="visit", channels=["web"], now=now)) == [
        "not_published"
    ]
    assert catalog.study_by_name(ws, "winter") is None
    assert publish(ws, visit, now).id == first.id
    assert open_on_web(ws, now, "winter").version_id == first.id


def test_a_definition_is_published_from_its_text(ws: str, now: datetime) -> None:
    first = catalog.publish_source(ws, SMALL, now=now)
    assert isinstance(first, catalog.Version)
    assert catalog.publish_source(ws, "# a comment\n" + SMALL, now=now) == first
    second = catalog.publish_source(ws, SMALL.replace("Why?", "Why so?"), now=now)
    assert isinstance(second, catalog.Version)
    assert second.number == 2
    save(ws, catalog.by_name(ws, "visit"), SMALL, now)  # type: ignore[arg-type]
    assert codes(catalog.publish_source(ws, SMALL, now=now)) == ["draft_exists"]


def test_a_refused_text_leaves_no_draft(ws: str, visit: catalog.Entry, now: datetime) -> None:
    publish(ws, visit, now)
    open_on_web(ws, now)
    assert codes(catalog.publish_source(ws, SMALL.replace("name: price", "name: cost"), now=now)) == ["not_text_only"]
    assert catalog.draft(ws, visit.id) is None


def test_names_are_checked(ws: str, visit: catalog.Entry, now: datetime) -> None:
    assert codes(catalog.create(ws, "visit", SMALL, now=now)) == ["name_taken"]
    assert codes(catalog.create(ws, "Visit 2", SMALL, now=now)) == ["bad_name"]


def test_a_trial_freezes_the_draft_and_is_listed_nowhere(ws: str, visit: catalog.Entry, now: datetime) -> None:
    first = catalog.trial(ws, visit.id, now=now, actor="ann")
    assert isinstance(first, catalog.Study)
    assert first.version_id
    save(ws, visit, SMALL.replace("Why?", "Why so?"), now)
    second = catalog.trial(ws, visit.id, now=now, actor="ann")
    assert isinstance(second, catalog.Study)
    assert (second.id, second.version_id == first.version_id) == (first.id, False)
    assert catalog.questionnaire(first.version_id).questions["reasons"].label.source("en") == "Why?"  # type: ignore[union-attr]
    assert catalog.trial(ws, visit.id, now=now, actor="ann") == second
    assert catalog.studies(ws) == []
    assert publish(ws, visit, now).number == 1  # no open study stands in the way
    save(ws, visit, "title: [", now)
    assert codes(catalog.trial(ws, visit.id, now=now, actor="ann")) == ["bad_yaml"]


def test_workspaces_do_not_see_each_other(ws: str, visit: catalog.Entry, now: datetime) -> None:
    other = accounts.create_workspace("Other", now)
    assert not isinstance(other, list)
    assert catalog.by_name(other.id, "visit") is None
    assert catalog.version(other.id, catalog.working(ws, visit.id).id) is None
    with pytest.raises(LookupError):
        catalog.working(other.id, visit.id)


def test_what_happened_is_audited(ws: str, visit: catalog.Entry, now: datetime) -> None:
    catalog.publish(ws, visit.id, now=now, actor="ann")
    entries = trail(ws, subject=visit.id).items
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("questionnaire.published", "ann"),
        ("questionnaire.created", "system"),
    ]


def test_every_shipped_questionnaire_can_be_put_in_the_field(ws: str, now: datetime) -> None:
    for template in catalog.load_shipped():
        study = catalog.open_study(ws, template.name, channels=["web"], now=now)
        assert isinstance(study, catalog.Study), study
        assert study.title == template.title
