"""A page of the timeline: entries, each with its study, and the scores of an interview where its study lets them be known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import to_user_timezone

from app import engine
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import groups, segments
from app.contacts import sentences as of_contacts  # noqa: F401  each says how what it publishes reads
from app.contacts.service import Contact
from app.delivery import sentences as of_delivery  # noqa: F401
from app.entries import Entry, Fact, entry
from app.events import EVERYONE, News
from app.fieldwork import sentences as of_fieldwork  # noqa: F401
from app.insights.words import KINDS
from app.interviews import sentences as of_interviews  # noqa: F401
from app.interviews import service as interviews
from app.interviews.repository import Interview
from app.journeys import kinds as of_journeys  # noqa: F401
from app.timeline import Cursor, Wanted, Whose, addressed, read

SIZE = 50
CHUNK = 500
MOST = 20_000  # events that a search for words looks at before it asks whether to go on
ANSWERED = ("interview.completed", "interview.partial")
WRITTEN = "contact.updated"  # by staff, or from an answer


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `interview_id`: whose answers the reader may open from here; `actor`: the member of staff who did it."""

    entry: Entry
    study: Study | None
    scores: list[Fact]
    interview_id: str | None
    actor: str

    @property
    def day(self) -> str:
        """The reader's day."""
        return to_user_timezone(self.entry.news.at).date().isoformat()


def whose(contact: Contact, now: datetime) -> Whose:
    """The contact with the audiences of the decisions that concern them: everybody, their accounts and households, the segments
    that they are in now."""
    home = contact.workspace_id
    own = [group.audience for group, _ in groups.groups_of(home, contact.id)]
    names = {each.audience: each.name for each in segments.segments(home)}
    within = [each for each in addressed(home, names) if segments.contains(home, names[each], contact.id, now)]
    return Whose(home, contact.id, (EVERYONE, *own, *within))


def page(
    whose: Whose, wanted: Wanted, words: str, after: Cursor | None, office: bool
) -> tuple[list[Line], Cursor | None]:
    """The next entries after a place, newest first, of those that have the words; and the place to go on from, None at the end.
    office: the reader may know answers and profit (an interviewer may not)."""
    found: list[Entry] = []
    place, more = after, True
    looked = 0
    while more and len(found) <= SIZE and looked < MOST:
        size = CHUNK if words else SIZE + 1
        news = read(whose, wanted, place, size)
        looked, more = looked + len(news), len(news) == size
        place = Cursor(news[-1].at, news[-1].id) if news else place
        found += [each for each in map(entry, news) if not words or each.has(words.casefold())]
    if len(found) > SIZE:
        found, more = found[:SIZE], True
        place = Cursor(found[-1].news.at, found[-1].news.id)
    return list(_lines(whose.workspace_id, found, office)), place if more else None


def _lines(workspace_id: str, found: list[Entry], office: bool) -> Iterator[Line]:
    studies = {study.id: study for study in catalog.studies(workspace_id)}
    staff = {person.id: person.name for person in accounts.people(workspace_id, inactive=True)}
    for each in found:
        news = each.news
        interview = answered(news, studies) if office else None
        shown = scores(interview) if interview and news.kind in ANSWERED else []
        actor = staff.get(news.data.get("actor", ""), "") if news.kind == WRITTEN else ""
        yield Line(each, studies.get(news.study_id or ""), shown, interview.id if interview else None, actor)


def answered(news: News, studies: dict[str, Study]) -> Interview | None:
    """The interview whose answers an event may be shown with: only where its study promised no more than that (attributable)."""
    interview_id = news.interview_id if news.kind in ANSWERED else None
    if news.kind == WRITTEN:
        interview_id = news.data.get("interview")
    interview = interviews.load(news.workspace_id, interview_id) if interview_id else None
    study = studies.get(interview.study_id) if interview else None
    return interview if study and study.basis == "attributable" else None


def scores(interview: Interview) -> list[Fact]:
    """NPS, CSAT and CES as this person answered them: the metric's kind and the answer in their words."""
    questionnaire = catalog.questionnaire(interview.version_id)
    values = engine.values(questionnaire, interview.state)
    found = []
    for metric in questionnaire.metrics:
        value, question = values.get(metric.question), questionnaire.question(metric.question)
        if question and value is not None and value not in (engine.DK, engine.REFUSED):
            found.append((KINDS[metric.kind], question.format(value, interview.language)))
    return found
