"""Which questions of a group stand on one page."""

from collections import Counter
from dataclasses import dataclass, field

from app.catalog.importers.limesurvey.survey import Group, Question, Survey
from app.catalog.importers.limesurvey.texts import Writer
from app.core.problems import N_


@dataclass
class Segment:
    """Questions of a group that stand on one page."""

    questions: list[Question] = field(default_factory=list)
    randomized: bool = False
    seconds: int | None = None


def _seconds(question: Question) -> int | None:
    """The time for a question, where it has one that a page can have."""
    limit = question.attribute("time_limit")
    return int(limit) if limit.isdecimal() and 0 < len(limit) < 6 and int(limit) >= 5 else None


class Segments:
    """Cuts the groups of a survey into pages."""

    def __init__(self, survey: Survey, writer: Writer) -> None:
        self.survey, self.writer, self.report = survey, writer, writer.report
        # in how many groups there are questions that are shuffled together
        self.shuffled = Counter(
            wanted for group in survey.groups for wanted in {q.attribute("random_group") for q in group.questions}
        )

    def of(self, group: Group) -> list[Segment]:
        """One page a group, or a question; questions that are shuffled, or have a time of their own, stand on a page of theirs."""
        single = self.survey.settings.get("format") == "S"
        segments: list[Segment] = []
        last = ""
        seen: set[str] = set()
        for question in group.questions:
            shuffled, seconds = self._shuffled(question, last, seen), _seconds(question)
            apart = seconds or shuffled != last or (segments and segments[-1].seconds)
            if not segments or single or apart:
                segments.append(Segment(randomized=bool(shuffled), seconds=seconds))
            segments[-1].questions.append(question)
            seen.add(shuffled)
            last = shuffled
        if len(segments) > 1 and not single:
            why = N_("Questions that are shuffled, or have a time limit, stand on a page of their own.")
            self.report.approximated("setting", f"group {group.gid}", next(iter(group.title.values()), ""), "", why)
        return segments or [Segment()]

    def _shuffled(self, question: Question, last: str, seen: set[str]) -> str:
        """With which questions of its page a question is shuffled, "" for none."""
        wanted = question.attribute("random_group")
        if not wanted:
            return ""
        if self.shuffled[wanted] > 1 or (wanted != last and wanted in seen):
            self._left_out(question, wanted, N_("It is not shuffled with questions that do not stand beside it."))
            return ""
        return wanted

    def _left_out(self, question: Question, what: str, why: str) -> None:
        self.report.left_out("setting", self.writer.place(question), question.code, what, why)
