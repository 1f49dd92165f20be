"""Everything the pages of one case show, gathered once."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import force_locale, gettext

from app import engine
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.contacts.permission import Refused
from app.contacts.service import Contact
from app.entries import entry
from app.events import timeline
from app.fieldwork import service
from app.fieldwork.outcomes import OUTCOMES
from app.fieldwork.service import Case
from app.fieldwork.words import objections
from app.interviews import channel, wording
from app.interviews import service as interviews
from app.interviews.repository import Interview
from app.rendering import consent
from app.rendering.script import Script, script

HANDOVER = ("sms", "email")
RECEIVED = ("message.held", "message.received")
SENT = tuple(f"message.{state}" for state in ("sent", "delivered", "failed", "blocked", "unknown"))
OWN = ("call.made", "visit.made", "consent.given")  # attempts are listed by themselves


@dataclass(frozen=True, slots=True)
class Past:
    """Something that happened: when, what, by whom or on which number, its note."""

    at: datetime
    what: str
    who: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered, to jump to."""

    name: str
    label: str
    answer: str


@dataclass
class Desk:
    """One case on an interviewer's screen. `token`: this tab's, None when it only reads."""

    case: Case
    token: int | None
    now: datetime
    interviewer: str

    @cached_property
    def contact(self) -> Contact | None:
        return contacts.contact(self.case.workspace_id, self.case.contact_id)

    @cached_property
    def name(self) -> str:
        return (self.contact.name if self.contact else "") or gettext("(no name)")

    @cached_property
    def interview(self) -> Interview:
        found = interviews.load(self.case.workspace_id, self.case.interview_id)
        assert found is not None
        return found

    @cached_property
    def study(self) -> Study:
        found = catalog.study(self.case.workspace_id, self.case.study_id)
        assert found is not None
        return found

    @cached_property
    def questionnaire(self) -> engine.Questionnaire:
        return catalog.questionnaire(self.interview.version_id)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        return service.zones_of(self.case)

    @property
    def zone(self) -> str:
        return self.zones[0]

    @cached_property
    def number(self) -> str | None:
        """The number to call; nobody is called in practice."""
        if self.case.is_test or self.case.kind != "phone":
            return None
        verdict = contacts.may_contact(self.case.workspace_id, self.case.contact_id, "phone", self.case.study_id)
        return self.case.number or (
            None if isinstance(verdict, Refused) or not verdict.endpoint else verdict.endpoint.address
        )

    @property
    def stage(self) -> str:
        """reading (no lease), before (not called), over, introduction or question."""
        if self.token is None:
            return "reading"
        if self.case.attempt_id is None:
            return "before"
        if self.interview.finished or (self.interrupted and self.attempt and self.attempt.user_id != self.case.actor):
            return "over"
        return "question" if self.attempt and self.attempt.begun_at else "introduction"

    def takeable(self, supervisor: bool, user_id: str) -> bool:
        """Whether somebody may take the case by name now."""
        if self.case.leased_at(self.now):
            return False
        return service.not_takeable(self.case, user_id, self.now, supervisor) is None

    @property
    def interrupted(self) -> bool:
        """The lease ran out during the call: it may go on if they are still on the line, and is to be coded in any case."""
        return self.case.state == "WRAP"

    @property
    def consented(self) -> bool:
        """Whether consent was recorded, on this channel or another."""
        return self.interview.state.consent is not None and self.interview.state.consent.given

    @cached_property
    def attempt(self) -> service.Attempt | None:
        """The call or visit under way."""
        return next((each for each in self._attempts if each.id == self.case.attempt_id), None)

    @cached_property
    def statement(self) -> consent.Statement:
        """What is read before the first question, in the person's language."""
        language = self.interview.language
        with force_locale(language):
            return wording.statement(
                self.study, self.questionnaire, "script", language, gettext, interviewer=self.interviewer
            )

    @cached_property
    def objections(self) -> list[tuple[str, str]]:
        """What people say against taking part, and the answers."""
        study = self.study
        return objections(study.organisation, study.contact_line, self.questionnaire.minutes, self.interview.language)

    @property
    def opening(self) -> str:
        """The study's own first words."""
        return self.study.call_script.get(self.interview.language, "")

    def screen(self, at: str | None = None) -> engine.Screen | engine.End:
        return interviews.screen(self.interview, self.case.channel, at)

    def script(self, screen: engine.Screen) -> Script:
        return script(screen, gettext)

    @property
    def progress(self) -> float:
        """How much of the interview is answered, on whichever channel: 0 to 1."""
        screen = self.screen()
        return screen.progress if isinstance(screen, engine.Screen) else 1.0

    @property
    def sent(self) -> str:
        """What became of the latest message to the person, as a sentence; "" for none."""
        return next((entry(each).text for each in self._timeline if each.kind in SENT), "")

    @cached_property
    def answered(self) -> list[Answered]:
        """The answers given so far, in the order of the route."""
        state, found = self.interview.state, []
        rows = engine.row_titles(self.questionnaire, state)
        for node in engine.path(self.questionnaire, state):
            answer = state.answers.get(node.name)
            if answer is None or not node.asked:
                continue
            said = {"dk": gettext("Don’t know"), "refused": gettext("Refused")}.get(answer.special or "")
            if answer.value is not None:
                said = node.kind.format(node, answer.value, state.language)
            if said is None:
                continue  # left empty
            row = rows.get(node.name)
            found.append(Answered(node.name, f"{row}: {answer.wording}" if row else answer.wording, said))
        return found

    @cached_property
    def staff(self) -> dict[str, str]:
        return {person.id: person.name for person in accounts.people(self.case.workspace_id, inactive=True)}

    @cached_property
    def history(self) -> list[Past]:
        """Attempts on every channel and what came of them, newest first."""
        news = [each for each in self._timeline if each.kind not in OWN]
        told = [Past(each.news.at, each.text, note=each.said) for each in map(entry, news)]
        return sorted([*told, *map(self._attempt, self._attempts)], key=lambda past: past.at, reverse=True)

    @cached_property
    def _timeline(self) -> list[Any]:
        return timeline(self.case.workspace_id, self.case.contact_id, 50)

    @cached_property
    def _attempts(self) -> list[service.Attempt]:
        return service.attempts_of(self.case.workspace_id, self.case.interview_id)

    def _attempt(self, attempt: service.Attempt) -> Past:
        outcome = gettext(OUTCOMES[attempt.outcome].label) if attempt.outcome else gettext("Not coded yet")
        kind = gettext("Call") if attempt.kind == "phone" else gettext("Visit")
        what = f"{kind}: {outcome} ({attempt.disposition})" if attempt.disposition else f"{kind}: {outcome}"
        return Past(attempt.started_at, what, self.staff.get(attempt.user_id, ""), attempt.note)

    @cached_property
    def texts(self) -> list[Any]:
        """Text messages that came in while this call was under way."""
        since = self.attempt.started_at if self.attempt else self.now
        return [each for each in self._timeline if each.kind in RECEIVED and each.at >= since]

    @cached_property
    def notes(self) -> list[Any]:
        return service.notes_on(self.case)

    @cached_property
    def appointment(self) -> Any | None:
        return service.appointment_of(self.case)

    @cached_property
    def ways(self) -> dict[str, str]:
        """How the rest of the interview can be sent: channel -> address. Practice sends nothing."""
        if self.contact is None or self.case.is_test:
            return {}
        reach = {
            name: channel.get(name).reachable(self.contact)
            for name in HANDOVER
            if name in self.study.channels and name in channel.names()
        }
        return {name: address for name, address in reach.items() if address}
