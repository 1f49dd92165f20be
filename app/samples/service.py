"""Drawing, keeping and releasing samples, and the weights that follow."""

import secrets
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, func, insert, select, update

from app.accounts.service import audit
from app.catalog.service import Study
from app.contacts import segments
from app.contacts import service as contacts
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import insert_many, reading, scoped, writing
from app.delivery import invitations
from app.samples import drawing
from app.samples import merging as merging  # says how members move when contacts merge
from app.samples.frame import frame
from app.samples.models import DrawRow, MemberRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is drawn, from whom. segment: its name, "" for all contacts. by, one_per, rest_days, channel: see frame.frame."""

    name: str
    universe: str
    channel: str
    plan: drawing.Plan
    segment: str = ""
    by: str = ""
    one_per: str = ""
    rest_days: int = 0
    seed: str = ""


def draw(workspace_id: str, wanted: Wanted, actor: str, now: datetime) -> Any | list[Problem]:
    """Draw a sample and keep it; the row of DrawRow, or every problem. Without a seed one is made up."""
    problems = _problems(workspace_id, wanted)
    if problems:
        return problems
    source = segments.segment_named(workspace_id, wanted.segment) if wanted.segment else None
    ids = segments.people(workspace_id, wanted.segment, now) if wanted.segment else invitations.everyone(workspace_id)
    if isinstance(source, Problem) or (ids and isinstance(ids[0], Problem)):
        return [source] if isinstance(source, Problem) else ids
    whole = [str(each) for each in ids]
    made = frame(workspace_id, whole, wanted.channel, wanted.rest_days, wanted.by, wanted.one_per, now)
    seed = wanted.seed or secrets.token_hex(8)
    drawn = drawing.draw(made.people, wanted.plan, seed)
    members = [each for each in drawn if isinstance(each, drawing.Drawn)]
    if len(members) < len(drawn) or not members:
        return [each for each in drawn if isinstance(each, Problem)]
    row = {
        "id": new_id(), "workspace_id": workspace_id, "name": wanted.name, "universe": wanted.universe, "segment": wanted.segment,
        "source": source.source if source else "", "channel": wanted.channel, "seed": seed, "frame_count": len(whole),
        "plan": {**asdict(wanted.plan), "by": wanted.by, "one_per": wanted.one_per, "rest_days": wanted.rest_days},
        "exclusions": dict(made.excluded), "eligible": len(made.people), "strata": _strata(made.people, members, wanted.plan),
        "frame_hash": drawing.frame_hash(each.contact_id for each in made.people), "drawn": len(members), "actor": actor, "at": now,
    }  # fmt: skip
    with writing() as conn:
        conn.execute(insert(DrawRow).values(row))
        own = {
            "draw_id": row["id"],
            "workspace_id": workspace_id,
            "study_id": None,
            "interview_id": None,
            "released_at": None,
        }
        insert_many(conn, MemberRow, [{**asdict(each), **own} for each in members])
        said = {key: row[key] for key in ("name", "seed", "frame_count", "eligible", "drawn")}
        audit(conn, workspace_id, actor, "sample.drawn", "sample", str(row["id"]), None, said, now)
    return by_name(workspace_id, wanted.name)


def _strata(people: list[drawing.Person], members: list[drawing.Drawn], plan: drawing.Plan) -> list[list[Any]]:
    stratified = plan.method == "stratified"
    drawn = Counter(each.stratum if stratified else "" for each in members)
    return [[key, count, drawn[key]] for key, count in sorted(drawing.sizes_of(people, plan).items())]


def _problems(workspace_id: str, wanted: Wanted) -> list[Problem]:
    found = []
    if not segments.NAME.fullmatch(wanted.name):
        remedy = N_("Use small letters, digits and _, beginning with a letter, such as spring_2027.")
        found.append(
            Problem("sample_name", N_("“{name}” is no name of a sample."), {"name": wanted.name}, "name", remedy)
        )
    elif by_name(workspace_id, wanted.name):
        remedy = N_("Choose another: a sample that was drawn is not changed.")
        found.append(
            Problem("sample_taken", N_("There is a sample {name} already."), {"name": wanted.name}, "name", remedy)
        )
    if not wanted.universe.strip():
        remedy = N_("For example: customers in Poland who bought something in 2026.")
        found.append(Problem("no_universe", N_("Whom is the sample to speak for?"), name="universe", remedy=remedy))
    if wanted.plan.method == "stratified" and not wanted.by:
        remedy = N_("Name an attribute, or kind or language.")
        found.append(Problem("no_strata", N_("By what are the strata made?"), name="by", remedy=remedy))
    return found


# --- reading --------------------------------------------------------------------------------------


def draws(workspace_id: str, *where: Any) -> list[Any]:
    """The rows of DrawRow, newest first."""
    with reading() as conn:
        found = select(DrawRow.__table__).where(scoped(DrawRow, workspace_id), *where)
        return list(conn.execute(found.order_by(DrawRow.at.desc(), DrawRow.id.desc())))


def by_id(workspace_id: str, draw_id: str) -> Any | None:
    return next(iter(draws(workspace_id, DrawRow.id == draw_id)), None)


def by_name(workspace_id: str, name: str) -> Any | None:
    return next(iter(draws(workspace_id, DrawRow.name == name)), None)


def replicates(workspace_id: str, draw_id: str) -> list[Any]:
    """Of each replicate its number, people, interviews, and when it was released (None: not yet)."""
    columns = (
        MemberRow.replicate, func.count().label("people"), func.count(MemberRow.interview_id).label("interviews"),
        func.max(MemberRow.released_at).label("released_at"),
    )  # fmt: skip
    mine = (scoped(MemberRow, workspace_id), MemberRow.draw_id == draw_id)
    with reading() as conn:
        return list(
            conn.execute(select(*columns).where(*mine).group_by(MemberRow.replicate).order_by(MemberRow.replicate))
        )


# --- releasing ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Released:
    """interviews: made now. gone: people who are no contacts any more. there: people who had an interview on the occasion."""

    replicate: int
    interviews: int
    gone: int
    there: int


def release(
    workspace_id: str, draw_id: str, study: Study, occasion: str, actor: str, now: datetime
) -> Released | list[Problem]:
    """Give the next replicate to a study: an interview of each person, on an occasion. Nobody is asked yet: they are invited, or
    called, as everybody of the study is."""
    with writing() as conn:
        mine = (scoped(MemberRow, workspace_id), MemberRow.draw_id == draw_id)
        number = conn.scalar(select(func.min(MemberRow.replicate)).where(*mine, MemberRow.released_at.is_(None)))
        problems = _not_released(study, number, now)
        if problems or number is None:
            return problems
        these = (*mine, MemberRow.replicate == number)
        ids = list(conn.scalars(select(MemberRow.contact_id).where(*these).with_for_update()))
        counts: Counter[str] = Counter()
        for batch in invitations.batches(ids):
            people = contacts.named(workspace_id, batch)
            for contact_id in batch:
                counts[_give(conn, mine, people.get(contact_id), study, occasion, now)] += 1
        conn.execute(update(MemberRow).where(*these).values(study_id=study.id, released_at=now))
        done = Released(number, counts["interviews"], counts["gone"], counts["there"])
        after = {"study": study.id, "occasion": occasion, **asdict(done)}
        audit(conn, workspace_id, actor, "sample.released", "sample", draw_id, None, after, now)
    return done


def _give(conn: Any, mine: Any, person: contacts.Contact | None, study: Study, occasion: str, now: datetime) -> str:
    """A person's interview; who had one of this study and occasion keeps it, and it keeps the weight it has."""
    if person is None:
        return "gone"
    interview = invitations.interview_of(study, person, "", occasion, now)
    taken = (scoped(MemberRow, study.workspace_id), MemberRow.interview_id == interview.id)
    if interview.created_at != now or conn.scalar(select(func.count()).select_from(MemberRow).where(*taken)):
        return "there"
    conn.execute(update(MemberRow).where(*mine, MemberRow.contact_id == person.id).values(interview_id=interview.id))
    return "interviews"


def _not_released(study: Study, number: int | None, now: datetime) -> list[Problem]:
    if number is None:
        remedy = N_("Draw another sample.")
        return [Problem("sample_used", N_("Every replicate of this sample was released."), name="study", remedy=remedy)]
    if study.basis == "anonymous":
        remedy = N_("Choose a study of another basis.")
        return [
            Problem("anonymous_study", N_("An anonymous study keeps no key to a person."), name="study", remedy=remedy)
        ]
    if not study.accepts(now):
        message = N_("The study {study} is not open.")
        return [Problem("study_not_open", message, {"study": study.name}, "study", N_("Open it first."))]
    return []


# --- weights --------------------------------------------------------------------------------------


def weighted(workspace_id: str, study_id: str) -> bool:
    """Whether a sample was released to the study."""
    with reading() as conn:
        mine = (scoped(MemberRow, workspace_id), MemberRow.study_id == study_id)
        return bool(conn.scalar(select(exists().where(*mine))))


def weights(workspace_id: str, study_id: str, interview_ids: Collection[str]) -> dict[str, float]:
    """Design weights by interview: 1 over the probability of the whole sample and the share of the stratum that the study was
    given. An interview that no sample made has none."""
    stratum = (MemberRow.draw_id, MemberRow.stratum)
    mine = (scoped(MemberRow, workspace_id), MemberRow.interview_id.in_(interview_ids))
    given = func.sum(case((MemberRow.study_id == study_id, 1), else_=0))
    with reading() as conn:
        rows = conn.execute(select(MemberRow.interview_id, MemberRow.probability, *stratum).where(*mine)).all()
        drawn = (scoped(MemberRow, workspace_id), MemberRow.draw_id.in_({row.draw_id for row in rows}))
        counts = conn.execute(select(*stratum, func.count(), given).where(*drawn).group_by(*stratum))
        shares = {(draw_id, value): released / everybody for draw_id, value, everybody, released in counts}
    return {row.interview_id: 1 / (row.probability * shares[row.draw_id, row.stratum]) for row in rows}
