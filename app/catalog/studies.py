"""Studies: a questionnaire in the field, on some channels, between two dates, under the name of who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, insert, select, update

from app.accounts import service as accounts
from app.catalog import models, versions
from app.catalog.checks import check_settings
from app.catalog.definition import title
from app.catalog.drafts import freeze
from app.catalog.opening import obstacles
from app.catalog.texting import collisions
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import reading, scoped, writing
from app.events import publish


@dataclass(frozen=True, slots=True)
class Study:
    """``status``: draft, open or closed. ``version_id``: what new interviews are pinned to; None until first opened.
    ``sites``: origins where it may be embedded. ``partial``: ``{"answered": [names]}``, {} for the questionnaire's own
    rule. ``senders``: channel -> sender id or address. ``wording``: language -> ``{"subject", "intro"}``. ``call_script``:
    language -> what an interviewer says first. ``slot_limits``: time slot -> most call attempts. ``reminders``: days
    after the invitation. ``panel``: see app.catalog.panel. ``texting``: see app.catalog.texting. ``protocol``: see
    app.catalog.protocol.
    ``reshow_days``: how long an embedded study leaves a visitor alone."""

    id: str
    workspace_id: str
    name: str
    title: str
    status: str
    questionnaire_id: str
    version_id: str | None
    channels: tuple[str, ...]
    basis: str
    practice: bool
    trial: bool
    organisation: str
    contact_line: str
    opens_at: datetime | None
    closes_at: datetime | None
    sites: tuple[str, ...]
    sample_one_in: int
    reshow_days: int
    partial: Mapping[str, Any]
    senders: Mapping[str, str]
    wording: Mapping[str, Mapping[str, str]]
    call_script: Mapping[str, str]
    slot_limits: Mapping[str, int]
    manager_mail: bool
    reminders: tuple[int, ...]
    link_days: int
    max_interviews: int | None
    panel: Mapping[str, Any]
    texting: Mapping[str, Any]
    protocol: Mapping[str, Any]
    created_at: datetime
    changed_at: datetime

    def accepts(self, now: datetime) -> bool:
        """Whether an interview may be started at ``now``."""
        begun = self.opens_at is None or self.opens_at <= now
        return self.status == "open" and begun and (self.closes_at is None or now < self.closes_at)

    @property
    def settings(self) -> dict[str, Any]:
        """What a researcher may change."""
        return {name: getattr(self, name) for name in DEFAULTS}


DEFAULTS: dict[str, Any] = {
    "title": "",
    "channels": (),
    "basis": "",
    "practice": False,
    "organisation": "",
    "contact_line": "",
    "opens_at": None,
    "closes_at": None,
    "sites": (),
    "sample_one_in": 1,
    "reshow_days": 90,
    "partial": {},
    "senders": {},
    "wording": {},
    "call_script": {},
    "slot_limits": {},
    "manager_mail": True,
    "reminders": (),
    "link_days": 30,
    "max_interviews": None,
    "panel": {},
    "texting": {},
    "protocol": {},
}
"""The settings of a new study; blank title, basis, organisation and contact line come from the questionnaire and the workspace."""


# On every respondent's page: made and compiled once.
_STUDY = select(models.Study.__table__).where(
    models.Study.workspace_id == bindparam("workspace_id"), models.Study.id == bindparam("study_id")
)


def study(workspace_id: str, study_id: str) -> Study | None:
    with reading() as conn:
        row = conn.execute(_STUDY, {"workspace_id": workspace_id, "study_id": study_id}).first()
    return _study(row) if row else None


def study_by_name(workspace_id: str, name: str) -> Study | None:
    return _one(workspace_id, models.Study.name == name)


def studies(workspace_id: str, questionnaire_id: str | None = None) -> list[Study]:
    """Every study but those that hold test interviews of drafts, newest first."""
    query = select(models.Study.__table__).where(scoped(models.Study, workspace_id), models.Study.trial.is_(False))
    if questionnaire_id:
        query = query.where(models.Study.questionnaire_id == questionnaire_id)
    with reading() as conn:
        return [
            _study(row) for row in conn.execute(query.order_by(models.Study.created_at.desc(), models.Study.id.desc()))
        ]


def create_study(
    workspace_id: str, name: str, *, questionnaire: str, now: datetime, actor: str = "system", **settings: Any
) -> Study | list[Problem]:
    """A study that is not open yet. ``questionnaire``: the name of one of the workspace or a shipped one.

    ``settings``: see DEFAULTS; an unknown one is a TypeError."""
    with writing() as conn:
        if study_by_name(workspace_id, name):
            return [_problem("study_name_taken", N_("There is already a study called {name}."), "name", name=name)]
        found = versions.by_name(workspace_id, questionnaire) or versions.adopt(workspace_id, questionnaire, actor, now)
        if isinstance(found, list):
            return found
        workspace, tree = accounts.workspace(workspace_id), versions.working(workspace_id, found.id).tree
        defaults = {
            "title": found.title,
            "organisation": workspace.organisation,
            "contact_line": workspace.contact_line,
            "basis": (tree or {}).get("basis", ""),
        }
        values = _normal({**DEFAULTS, **settings})
        values |= {key: value for key, value in defaults.items() if not values[key]}
        problems = check_settings(name, values, tree)
        if problems:
            return problems
        row: dict[str, Any] = {
            "id": new_id(),
            "workspace_id": workspace_id,
            "name": name,
            "status": "draft",
            "trial": False,
        }
        row |= {"questionnaire_id": found.id, "version_id": None, "created_at": now, "changed_at": now}
        conn.execute(insert(models.Study).values(**row, **values))
        accounts.audit(conn, workspace_id, actor, "study.created", "study", row["id"], None, {"name": name}, now)
        return _known(workspace_id, row["id"])


def change_study(
    workspace_id: str, study_id: str, settings: Mapping[str, Any], *, now: datetime, actor: str = "system"
) -> Study | list[Problem]:
    """Change settings (see DEFAULTS) of a study. The basis stays once it has been opened: people consented under it."""
    with writing() as conn:
        old = _known(workspace_id, study_id)
        values = _normal({**old.settings, **settings})
        problems = check_settings(old.name, values, versions.working(workspace_id, old.questionnaire_id).tree)
        if old.version_id and values["basis"] != old.basis:
            problems.append(
                _problem(
                    "basis_fixed",
                    N_("The basis cannot change: people have already agreed to take part under it."),
                    "basis",
                )
            )
        if old.status == "open":
            problems += collisions(values["texting"], _with_keywords(study_id))
        if problems:
            return problems
        before = _normal(old.settings)
        changed = {key: value for key, value in values.items() if before[key] != value}
        if changed:
            _update(conn, old, now, **changed)
            was = {key: _plain(before[key]) for key in changed}
            will = {key: _plain(value) for key, value in changed.items()}
            accounts.audit(conn, workspace_id, actor, "study.changed", "study", study_id, was, will, now)
        return _known(workspace_id, study_id)


def open_study(
    workspace_id: str,
    name: str,
    *,
    now: datetime,
    questionnaire: str | None = None,
    channels: Sequence[str] | None = None,
    actor: str = "system",
    **settings: Any,
) -> Study | list[Problem]:
    """Open a study for interviews, on the newest published version; it is created when there is none of that name."""
    if channels is not None:
        settings["channels"] = tuple(channels)
    with writing() as conn, conn.begin_nested() as savepoint:
        found: Study | list[Problem] | None = study_by_name(workspace_id, name)
        if isinstance(found, Study):
            other = versions.by_name(workspace_id, questionnaire) if questionnaire else None
            if questionnaire and (other is None or other.id != found.questionnaire_id):
                return [
                    _problem(
                        "study_name_taken", N_("There is already a study called {name}."), "questionnaire", name=name
                    )
                ]
            found = change_study(workspace_id, found.id, settings, now=now, actor=actor)
        else:
            found = create_study(
                workspace_id, name, questionnaire=questionnaire or name, now=now, actor=actor, **settings
            )
        opened = found if isinstance(found, list) else _open(conn, found, now, actor)
        if isinstance(opened, list):
            savepoint.rollback()
        return opened


def _open(conn: Connection, found: Study, now: datetime, actor: str) -> Study | list[Problem]:
    if found.status == "open":
        return found
    version = versions.newest_published(found.workspace_id, found.questionnaire_id)
    problems = obstacles(found, version, now) + collisions(found.texting, _with_keywords(found.id))
    if problems or version is None:
        return problems
    _update(conn, found, now, status="open", version_id=version.id)
    _tell(conn, found, "study.opened", "open", now, actor)
    return _known(found.workspace_id, found.id)


def with_keywords() -> list[Study]:
    """The open studies, of all workspaces, that a word by text message begins: our numbers are shared."""
    having = select(models.Study.__table__).where(
        models.Study.status == "open", cast(models.Study.texting, Text).contains('"keywords":[{')
    )
    with reading() as conn:
        return [_study(row) for row in conn.execute(having.execution_options(every_workspace=True))]


def _with_keywords(besides: str) -> list[Mapping[str, Any]]:
    return [each.texting for each in with_keywords() if each.id != besides]


def close_study(workspace_id: str, study_id: str, now: datetime, actor: str = "system") -> Study:
    """No interview starts from now on. Closing a closed study changes nothing."""
    with writing() as conn:
        found = _known(workspace_id, study_id)
        if found.status == "open":
            _update(conn, found, now, status="closed")
            _tell(conn, found, "study.closed", "closed", now, actor)
        return _known(workspace_id, study_id)


def close_due(now: datetime) -> int:
    """Close the studies whose last day has passed; returns how many."""
    due = select(models.Study.workspace_id, models.Study.id).where(
        models.Study.status == "open", models.Study.closes_at <= now
    )
    with reading() as conn:
        rows = conn.execute(due.execution_options(every_workspace=True)).all()  # a job for all: each row names its own
    for row in rows:
        close_study(row.workspace_id, row.id, now)
    return len(rows)


def trial_of(workspace_id: str, questionnaire_id: str) -> Study | None:
    """The study of a questionnaire's test interviews, if there were any."""
    return _one(workspace_id, (models.Study.questionnaire_id == questionnaire_id) & models.Study.trial)


def trial(workspace_id: str, questionnaire_id: str, *, now: datetime, actor: str) -> Study | list[Problem]:
    """The study for test interviews of a draft, with the draft as it stands frozen as its version."""
    with writing() as conn:
        version = freeze(workspace_id, questionnaire_id, now)
        if isinstance(version, list):
            return version
        name, tree = f"try-{questionnaire_id}", version.tree or {}
        found = trial_of(workspace_id, questionnaire_id)
        if found is None:
            workspace = accounts.workspace(workspace_id)
            row = _normal(DEFAULTS) | {"organisation": workspace.organisation, "contact_line": workspace.contact_line}
            row |= {"id": new_id(), "workspace_id": workspace_id, "name": name, "trial": True, "status": "open"}
            row |= {
                "questionnaire_id": questionnaire_id,
                "version_id": version.id,
                "created_at": now,
                "changed_at": now,
            }
            row |= {"channels": ["web", "email", "sms", "phone", "field"], "practice": True, "manager_mail": False}
            row |= {"title": title(tree), "basis": tree["basis"]}
            conn.execute(insert(models.Study).values(**row))
            return _known(workspace_id, row["id"])
        _update(conn, found, now, version_id=version.id, title=title(tree), basis=tree["basis"])
        return _known(workspace_id, found.id)


def _tell(conn: Connection, found: Study, kind: str, status: str, now: datetime, actor: str) -> None:
    was, will = {"status": found.status}, {"status": status}
    accounts.audit(conn, found.workspace_id, actor, kind, "study", found.id, was, will, now)
    publish(conn, found.workspace_id, kind, {"name": found.name}, now, study_id=found.id)


def _update(conn: Connection, found: Study, now: datetime, **values: Any) -> None:
    conn.execute(
        update(models.Study)
        .where(scoped(models.Study, found.workspace_id), models.Study.id == found.id)
        .values(changed_at=now, **values)
    )


def _one(workspace_id: str, condition: Any) -> Study | None:
    with reading() as conn:
        row = conn.execute(select(models.Study.__table__).where(scoped(models.Study, workspace_id), condition)).first()
    return _study(row) if row else None


def _known(workspace_id: str, study_id: str) -> Study:
    found = study(workspace_id, study_id)
    if found is None:
        raise LookupError(f"no study {study_id}")
    return found


def _study(row: Any) -> Study:
    values = dict(row._mapping)
    for name in ("channels", "sites", "reminders"):
        values[name] = tuple(values[name])
    return Study(**values)


def _normal(settings: Mapping[str, Any]) -> dict[str, Any]:
    """As the columns hold them. TypeError for a setting there is none of."""
    unknown = settings.keys() - DEFAULTS.keys()
    if unknown:
        raise TypeError(f"a study has no {', '.join(sorted(unknown))}")
    return {key: list(value) if isinstance(value, tuple) else value for key, value in settings.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _problem(code: str, message: str, field: str, remedy: str = "", **params: Any) -> Problem:
    return Problem(code, message, params, name=field, remedy=remedy)
