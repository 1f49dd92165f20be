"""The draft of a questionnaire: saved whatever is wrong with it, undone step by step, never overwritten unseen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.accounts import service as accounts
from app.catalog.definition import check
from app.catalog.list_files import Rows
from app.catalog.models import Questionnaire, QuestionnaireEdit, QuestionnaireVersion, Study
from app.catalog.versions import (
    Version,
    add_version,
    content_hash,
    draft,
    recheck,
    rows_of,
    update_version,
    version,
    versions,
    working,
)
from app.core.problems import N_, Problem
from app.db import reading, scoped, writing


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody changed the draft meanwhile: ``current`` is what stands now; nothing was saved."""

    current: Version


def save_draft(
    workspace_id: str, questionnaire_id: str, text: str, *, stamp: str, what: str, now: datetime, actor: str = "system"
) -> Version | Conflict:
    """Save the source of the draft, which may be wrong; the first change of a published questionnaire begins a draft.

    ``stamp``: of the version the person edited. ``what``: the change in a few words, shown beside "undo".
    """
    with writing() as conn:
        found = working(workspace_id, questionnaire_id)
        if found.stamp != stamp:
            return Conflict(found)
        if found.source == text:
            return found
        definition = check(text, lists=rows_of(found))
        before = found.source
        if found.status != "draft":
            found = _begin(workspace_id, questionnaire_id, now)
        edit = {"version_id": found.id, "revision": found.revision + 1, "workspace_id": workspace_id}
        conn.execute(insert(QuestionnaireEdit).values(**edit, before=before, what=what, actor=actor, at=now))
        values = {"source": text, "tree": definition.tree, "content_hash": content_hash(definition.tree)}
        update_version(conn, found, **values, revision=found.revision + 1)
        return working(workspace_id, questionnaire_id)


def fill_list(
    workspace_id: str, questionnaire_id: str, file: str, rows: Rows, *, stamp: str, now: datetime
) -> Version | Conflict:
    """Give the draft the rows of a file that its lists name; the first change of a published questionnaire begins a draft."""
    with writing() as conn:
        found = working(workspace_id, questionnaire_id)
        if found.stamp != stamp:
            return Conflict(found)
        held = rows_of(found)
        definition = check(found.source, lists=lambda name: rows if name == file else held(name))
        if found.status != "draft":
            found = _begin(workspace_id, questionnaire_id, now)
        values = {"tree": definition.tree, "content_hash": content_hash(definition.tree)}
        update_version(conn, found, **values, revision=found.revision + 1)
        return working(workspace_id, questionnaire_id)


def last_edit(workspace_id: str, found: Version) -> str | None:
    """What undo would take back; None when there is nothing."""
    query = select(QuestionnaireEdit.what).where(*_edits(workspace_id, found))
    with reading() as conn:
        return conn.scalar(query.order_by(QuestionnaireEdit.revision.desc()).limit(1))


def undo(workspace_id: str, questionnaire_id: str, *, stamp: str, now: datetime) -> Version | Conflict:
    """Take back the last change of the draft; nothing happens when there is none."""
    with writing() as conn:
        found = working(workspace_id, questionnaire_id)
        if found.stamp != stamp:
            return Conflict(found)
        query = select(QuestionnaireEdit.revision, QuestionnaireEdit.before).where(*_edits(workspace_id, found))
        last = conn.execute(query.order_by(QuestionnaireEdit.revision.desc()).limit(1)).first()
        if last is None:
            return found
        conn.execute(
            delete(QuestionnaireEdit).where(*_edits(workspace_id, found), QuestionnaireEdit.revision == last.revision)
        )
        definition = check(last.before, lists=rows_of(found))
        values = {"source": last.before, "tree": definition.tree, "content_hash": content_hash(definition.tree)}
        update_version(conn, found, **values, revision=found.revision + 1)
        return working(workspace_id, questionnaire_id)


def discard(workspace_id: str, questionnaire_id: str, *, now: datetime, actor: str = "system") -> bool:
    """Throw the draft away and go back to the newest version; False when that was never published."""
    with writing() as conn:
        found = draft(workspace_id, questionnaire_id)
        if found is None or not versions(workspace_id, questionnaire_id):
            return False
        conn.execute(delete(QuestionnaireEdit).where(*_edits(workspace_id, found)))
        conn.execute(
            delete(QuestionnaireVersion).where(
                scoped(QuestionnaireVersion, workspace_id), QuestionnaireVersion.id == found.id
            )
        )
        before = {"content": found.content_hash}
        accounts.audit(
            conn, workspace_id, actor, "draft.discarded", "questionnaire", questionnaire_id, before, None, now
        )
        return True


def check_deletable(workspace_id: str, questionnaire_id: str) -> list[Problem]:
    """Why a questionnaire must stay: it was published, or a study waits for it."""
    study = select(Study.name).where(
        scoped(Study, workspace_id), Study.questionnaire_id == questionnaire_id, Study.trial.is_(False)
    )
    with reading() as conn:
        waiting = conn.scalars(study.order_by(Study.name)).all()
    if versions(workspace_id, questionnaire_id):
        return [
            Problem(
                "was_published", N_("It was published."), remedy=N_("Unpublish it: its answers keep their questions.")
            )
        ]
    message = N_("The study {study} was prepared with it.")
    return [Problem("study_prepared", message, {"study": name}) for name in waiting]


def delete_questionnaire(
    workspace_id: str, questionnaire_id: str, *, now: datetime, actor: str = "system"
) -> list[Problem]:
    """Delete a questionnaire that was never published; [] when done. Its test interviews must be gone."""
    with writing() as conn:
        problems = check_deletable(workspace_id, questionnaire_id)
        if problems:
            return problems
        found = working(workspace_id, questionnaire_id)
        conn.execute(delete(QuestionnaireEdit).where(*_edits(workspace_id, found)))
        for table in (Study, QuestionnaireVersion):
            mine = (scoped(table, workspace_id), table.questionnaire_id == questionnaire_id)
            conn.execute(delete(table).where(*mine))
        conn.execute(
            delete(Questionnaire).where(scoped(Questionnaire, workspace_id), Questionnaire.id == questionnaire_id)
        )
        before = {"content": found.content_hash}
        accounts.audit(
            conn, workspace_id, actor, "questionnaire.deleted", "questionnaire", questionnaire_id, before, None, now
        )
        return []


def freeze(workspace_id: str, questionnaire_id: str, now: datetime) -> Version | list[Problem]:
    """An immutable copy of the draft as it stands, for test interviews; the version itself where there is no draft."""
    with writing() as conn:
        found = working(workspace_id, questionnaire_id)
        definition = recheck(found)
        if definition.questionnaire is None:
            return list(definition.problems)
        if found.status != "draft":
            return found
        same = select(QuestionnaireVersion.id).where(
            scoped(QuestionnaireVersion, workspace_id),
            QuestionnaireVersion.questionnaire_id == questionnaire_id,
            QuestionnaireVersion.status == "trial",
            QuestionnaireVersion.content_hash == found.content_hash,
        )
        frozen = conn.scalar(same) or add_version(conn, workspace_id, questionnaire_id, definition, "trial", now)
        return version(workspace_id, frozen) or []


def _begin(workspace_id: str, questionnaire_id: str, now: datetime) -> Version:
    with writing() as conn:
        begun = recheck(working(workspace_id, questionnaire_id))
        add_version(conn, workspace_id, questionnaire_id, begun, "draft", now)
        return working(workspace_id, questionnaire_id)


def _edits(workspace_id: str, found: Version):  # type: ignore[no-untyped-def]
    return scoped(QuestionnaireEdit, workspace_id), QuestionnaireEdit.version_id == found.id
