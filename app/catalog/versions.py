"""Questionnaires and their versions. A published version never changes; interviews are pinned to theirs."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from app import engine, proofs
from app.accounts import service as accounts
from app.catalog import models
from app.catalog.definition import NOWHERE, Definition, check, title
from app.catalog.findings import blocking
from app.catalog.list_files import Reader, held_by
from app.catalog.models import QuestionnaireVersion
from app.catalog.shipped import load_shipped, template
from app.core import canonical
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import reading, scoped, writing
from app.events import publish as tell

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A questionnaire of the workspace. ``title``: in its default language."""

    id: str
    workspace_id: str
    name: str
    title: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """``status``: draft, published, unpublished or trial. ``number``: None for drafts and trials. ``tree``: None where a
    draft's source cannot be read; versions are compared by its ``content_hash``. ``text_only_of``: the version whose texts
    alone this one changed."""

    id: str
    workspace_id: str
    questionnaire_id: str
    status: str
    number: int | None
    source: str
    tree: Mapping[str, Any] | None = field(compare=False)
    content_hash: str
    text_only_of: str | None
    revision: int
    created_at: datetime
    published_at: datetime | None
    unpublished_at: datetime | None

    @property
    def stamp(self) -> str:
        """What a form carries so that two people do not overwrite each other."""
        return f"{self.id}:{self.revision}"


# --- reading --------------------------------------------------------------------------------------


def entry(workspace_id: str, questionnaire_id: str) -> Entry | None:
    return _entry(workspace_id, models.Questionnaire.id == questionnaire_id)


def by_name(workspace_id: str, name: str) -> Entry | None:
    return _entry(workspace_id, models.Questionnaire.name == name)


def questionnaires(workspace_id: str) -> list[Entry]:
    """Every questionnaire of the workspace, newest first."""
    table = models.Questionnaire
    query = (
        select(table.__table__).where(scoped(table, workspace_id)).order_by(table.created_at.desc(), table.id.desc())
    )
    with reading() as conn:
        return [Entry(**row._mapping) for row in conn.execute(query)]


def version(workspace_id: str, version_id: str) -> Version | None:
    return next(iter(_versions(workspace_id, QuestionnaireVersion.id == version_id)), None)


def versions(workspace_id: str, questionnaire_id: str) -> list[Version]:
    """The published and unpublished versions, newest first."""
    return _versions(
        workspace_id,
        QuestionnaireVersion.questionnaire_id == questionnaire_id,
        QuestionnaireVersion.number.is_not(None),
    )


def newest_published(workspace_id: str, questionnaire_id: str) -> Version | None:
    """What a study would be opened with."""
    return next((v for v in versions(workspace_id, questionnaire_id) if v.status == "published"), None)


def draft(workspace_id: str, questionnaire_id: str) -> Version | None:
    found = _versions(
        workspace_id, QuestionnaireVersion.questionnaire_id == questionnaire_id, QuestionnaireVersion.status == "draft"
    )
    return found[0] if found else None


def working(workspace_id: str, questionnaire_id: str) -> Version:
    """What an editor shows: the draft, else the newest version. LookupError for an unknown questionnaire."""
    found = draft(workspace_id, questionnaire_id) or next(iter(versions(workspace_id, questionnaire_id)), None)
    if found is None:
        raise LookupError(f"no questionnaire {questionnaire_id}")
    return found


@lru_cache(maxsize=256)
def questionnaire(version_id: str) -> engine.Questionnaire:
    """The compiled questionnaire of an immutable version; LookupError for an unknown one and for a draft."""
    query = select(QuestionnaireVersion.tree).where(
        QuestionnaireVersion.id == version_id, QuestionnaireVersion.status != "draft"
    )
    with reading() as conn:
        # ids of versions are not guessable and come from rows of the workspace: one cache serves all workspaces
        tree = conn.scalar(query.execution_options(every_workspace=True))
    if tree is None:
        raise LookupError(f"no immutable version {version_id}")
    compiled = engine.compile(tree)
    if isinstance(compiled, list):
        raise RuntimeError(f"version {version_id} no longer compiles: {'; '.join(map(str, compiled))}")
    return compiled


@lru_cache(maxsize=64)
def recheck(found: Version) -> Definition:
    """A version's source, read and checked again; kept as long as it says the same, for the pages that show many."""
    return check(found.source, lists=rows_of(found))


def rows_of(found: Version) -> Reader:
    """The rows of its lists' files, as the version holds them or the newest published one that does."""
    known = lambda: [each.tree for each in (found, *versions(found.workspace_id, found.questionnaire_id))]  # noqa: E731
    return held_by(known)


# --- publishing -----------------------------------------------------------------------------------


def publish(
    workspace_id: str, questionnaire_id: str, *, now: datetime, actor: str = "system", stamp: str | None = None
) -> Version | list[Problem]:
    """Make the draft the newest version. While a study is open its texts alone may have changed: running interviews stay
    pinned, the open studies move to it for new ones. Without a draft the newest version is published (again).

    ``stamp``: of what the person saw; a problem when the draft has changed since."""
    blocking(recheck(working(workspace_id, questionnaire_id)))  # proved and kept before anything is locked
    with writing() as conn:
        found = working(workspace_id, questionnaire_id)
        problems = check_publishable(workspace_id, found)
        if stamp and stamp != found.stamp:
            problems.append(
                _problem("draft_changed", N_("Somebody changed the draft meanwhile."), N_("Look at it again."))
            )
        if problems:
            return problems
        if found.status == "published":
            return found
        known = versions(workspace_id, questionnaire_id)
        values: dict[str, Any] = {"status": "published", "published_at": now, "unpublished_at": None}
        if found.status == "draft":
            values |= {
                "number": (known[0].number or 0) + 1 if known else 1,
                "text_only_of": _text_only_of(known, found),
            }
            _forget_edits(conn, found)
        update_version(conn, found, **values)
        _move_open_studies(conn, found)
        _retitle(conn, found)
        _tell(conn, found, "questionnaire.published", actor, now, {"number": values.get("number", found.number)})
        return working(workspace_id, questionnaire_id)


def check_publishable(workspace_id: str, found: Version) -> list[Problem]:
    """Why this draft cannot be published now: its own problems, or what it changes under an open study."""
    definition = recheck(found)
    if definition.questionnaire is None:
        return list(definition.problems)
    problems: list[Problem] = [*blocking(definition)]
    if _sends_texts(workspace_id, found.questionnaire_id):
        problems += proofs.stop_words(definition.questionnaire)
    owner = entry(workspace_id, found.questionnaire_id)
    if owner and definition.questionnaire.name != owner.name:
        message = N_("The questionnaire is called {name}; its definition says {other}.")
        remedy = N_("Write {name} again, or make a new questionnaire.")
        problems.append(_problem("name_changed", message, remedy, name=owner.name, other=definition.questionnaire.name))
    for live in open_versions(workspace_id, found.questionnaire_id):
        differences = engine.compatible(questionnaire(live), definition.questionnaire)
        problems += [difference for difference in differences if difference not in problems]
    return problems


def _sends_texts(workspace_id: str, questionnaire_id: str) -> bool:
    """Whether a study with the questionnaire asks by SMS."""
    its = select(models.Study.channels).where(
        scoped(models.Study, workspace_id),
        models.Study.questionnaire_id == questionnaire_id,
        models.Study.trial.is_(False),
    )
    with reading() as conn:
        return any("sms" in channels for channels in conn.scalars(its))


def unpublish(workspace_id: str, questionnaire_id: str, *, now: datetime, actor: str = "system") -> list[Problem]:
    """No study can be opened with it any more; [] when done. Refused while a study is open."""
    with writing() as conn:
        if open_versions(workspace_id, questionnaire_id):
            message, remedy = N_("A study with this questionnaire is open."), N_("Close the study first.")
            return [_problem("study_open", message, remedy)]
        for found in versions(workspace_id, questionnaire_id):
            if found.status == "published":
                update_version(conn, found, status="unpublished", unpublished_at=now)
                _tell(conn, found, "questionnaire.unpublished", actor, now, {"number": found.number})
        return []


def publish_source(
    workspace_id: str, text: str, *, file: str = "", lists: Reader = NOWHERE, now: datetime, actor: str = "system"
) -> Version | list[Problem]:
    """Publish a definition in YAML under the name it states; the same content again is the version there is.

    ``lists``: reads the files that its lists name; the version then holds their rows."""
    definition = check(text, file, lists)
    if definition.questionnaire is None:
        return list(definition.problems)
    if blocked := blocking(definition):
        return [*blocked]
    with writing() as conn:
        name = definition.questionnaire.name
        owner = by_name(workspace_id, name)
        if owner is None:
            created = create(workspace_id, name, text, lists=lists, now=now, actor=actor)
            return created if isinstance(created, list) else publish(workspace_id, created.id, now=now, actor=actor)
        if draft(workspace_id, owner.id):
            message = N_("The studio holds a draft of {name} that is not published.")
            return [_problem("draft_exists", message, N_("Publish it or throw it away there first."), name=owner.name)]
        newest = working(workspace_id, owner.id)
        with conn.begin_nested() as savepoint:
            if newest.content_hash != content_hash(definition.tree):
                add_version(conn, workspace_id, owner.id, definition, "draft", now)
            done = publish(workspace_id, owner.id, now=now, actor=actor)
            if isinstance(done, list):
                savepoint.rollback()
        return done


def adopt(workspace_id: str, name: str, actor: str, now: datetime) -> Entry | list[Problem]:
    """Publish a shipped questionnaire in the workspace; a problem when none has that name."""
    found = template(name)
    if found is None:
        message = N_("There is no questionnaire called {name}.")
        remedy = N_("Publish it first: flask canvass publish FILE. Those that come with Canvass: {shipped}.")
        shipped = ", ".join(known.name for known in load_shipped())
        return [_problem("unknown_questionnaire", message, remedy, name=name, shipped=shipped)]
    lists = held_by(lambda: [found.tree])
    done = publish_source(workspace_id, found.source, lists=lists, now=now, actor=actor)
    return done if isinstance(done, list) else entry(workspace_id, done.questionnaire_id) or []


def create(
    workspace_id: str, name: str, text: str, *, lists: Reader = NOWHERE, now: datetime, actor: str = "system"
) -> Entry | list[Problem]:
    """A questionnaire whose draft is ``text``, which may still be wrong, under ``name``."""
    if not NAME.fullmatch(name):
        remedy = N_("Begin with a letter; use lower-case letters, digits and _, at most 60 characters.")
        return [_problem("bad_name", N_("The name {name!r} cannot be used."), remedy, name=name)]
    definition = check(text, lists=lists)
    with writing() as conn:
        if by_name(workspace_id, name):
            return [
                _problem(
                    "name_taken",
                    N_("There is already a questionnaire called {name}."),
                    N_("Choose another."),
                    name=name,
                )
            ]
        created = Entry(new_id(), workspace_id, name, title(definition.tree, name), now)
        conn.execute(insert(models.Questionnaire).values(**asdict(created)))
        add_version(conn, workspace_id, created.id, definition, "draft", now)
        accounts.audit(
            conn, workspace_id, actor, "questionnaire.created", "questionnaire", created.id, None, {"name": name}, now
        )
    return created


# --- rows -----------------------------------------------------------------------------------------


def open_versions(workspace_id: str, questionnaire_id: str) -> list[str]:
    """The versions that open studies give to new interviews."""
    query = select(models.Study.version_id).distinct()
    with reading() as conn:
        return list(conn.scalars(query.where(*_open_studies(workspace_id, questionnaire_id))))


def content_hash(tree: Any) -> str:
    """SHA-256 of the definition's canonical JSON (RFC 8785), in hexadecimal."""
    return hashlib.sha256(canonical.dumps(tree).encode()).hexdigest()


def add_version(
    conn: Connection, workspace_id: str, questionnaire_id: str, definition: Definition, status: str, now: datetime
) -> str:
    """Insert a version without a number; returns its id."""
    version_id = new_id()
    row = {"id": version_id, "workspace_id": workspace_id, "questionnaire_id": questionnaire_id, "status": status}
    content: dict[str, Any] = {
        "source": definition.text,
        "tree": definition.tree,
        "content_hash": content_hash(definition.tree),
    }
    conn.execute(insert(QuestionnaireVersion).values(**row, **content, revision=0, created_at=now))
    return version_id


def update_version(conn: Connection, found: Version, **values: Any) -> None:
    conn.execute(
        update(QuestionnaireVersion)
        .where(scoped(QuestionnaireVersion, found.workspace_id), QuestionnaireVersion.id == found.id)
        .values(**values)
    )


def _open_studies(workspace_id: str, questionnaire_id: str) -> tuple[ColumnElement[bool], ...]:
    study = models.Study
    return (
        scoped(study, workspace_id),
        study.questionnaire_id == questionnaire_id,
        study.status == "open",
        study.trial.is_(False),
    )


def _text_only_of(known: list[Version], found: Version) -> str | None:
    """The newest version, where the draft changes its texts alone."""
    definition = recheck(found)
    if not known or definition.questionnaire is None:
        return None
    return None if engine.compatible(questionnaire(known[0].id), definition.questionnaire) else known[0].id


def _forget_edits(conn: Connection, found: Version) -> None:
    edit = models.QuestionnaireEdit
    conn.execute(delete(edit).where(scoped(edit, found.workspace_id), edit.version_id == found.id))


def _move_open_studies(conn: Connection, found: Version) -> None:
    where = _open_studies(found.workspace_id, found.questionnaire_id)
    conn.execute(update(models.Study).where(*where).values(version_id=found.id))


def _entry(workspace_id: str, condition: ColumnElement[bool]) -> Entry | None:
    table = models.Questionnaire
    with reading() as conn:
        row = conn.execute(select(table.__table__).where(scoped(table, workspace_id), condition)).first()
    return Entry(**row._mapping) if row else None


def _versions(workspace_id: str, *conditions: ColumnElement[bool]) -> list[Version]:
    query = select(QuestionnaireVersion.__table__).where(scoped(QuestionnaireVersion, workspace_id), *conditions)
    with reading() as conn:
        return [Version(**row._mapping) for row in conn.execute(query.order_by(QuestionnaireVersion.number.desc()))]


def _retitle(conn: Connection, found: Version) -> None:
    table = models.Questionnaire
    where = (scoped(table, found.workspace_id), table.id == found.questionnaire_id)
    conn.execute(update(table).where(*where).values(title=title(found.tree)))


def _tell(conn: Connection, found: Version, kind: str, actor: str, now: datetime, after: dict[str, Any]) -> None:
    before = {"status": found.status}
    accounts.audit(conn, found.workspace_id, actor, kind, "questionnaire", found.questionnaire_id, before, after, now)
    tell(conn, found.workspace_id, kind, {"questionnaire_id": found.questionnaire_id, **after}, now)


def _problem(code: str, message: str, remedy: str, **params: Any) -> Problem:
    return Problem(code, message, params, remedy=remedy)
