"""How long a questionnaire takes: an estimate, documented in docs/findings.md#longer_than_said.

People read 238 words a minute to themselves and hear 183 read aloud (Brysbaert 2019, Journal of Memory and Language 109:104047).
To that comes the time to answer, by kind of question.
"""

from collections.abc import Iterator, Mapping

from app.core.problems import N_
from app.engine.model import Question, Questionnaire
from app.proofs.finding import Finding, found

WORDS_A_MINUTE: Mapping[str, int] = {"web": 238, "sms": 238, "phone": 183, "field": 183}
ANSWER: Mapping[str, float] = {"code": 3, "number": 5, "set": 6, "date": 8, "time": 8, "datetime": 12, "text": 15}
"""Seconds to answer, by the type of the value."""
LONG_TEXT = 40
GLANCE = 8
"""Choices that are read; in a longer list people look for theirs."""
TURN: Mapping[str, float] = {"web": 0, "sms": 15, "phone": 3, "field": 2}
"""Seconds between an answer and the next question: a message travels, an interviewer types."""
TOLERANCE = 1.5


def seconds(question: Question, channel: str, language: str) -> float:
    """To read (or hear) and answer one question."""
    if not question.shown:
        return 0.0
    texts = [question.label, question.hint] if channel in ("web", "field") else [question.label]
    texts += [
        choice.label for choice in question.choices[:GLANCE] if channel != "phone" or question.value_type != "number"
    ]
    words = sum(len(text.plain(language).split()) for text in texts if text is not None)
    reading = 60 * words / WORDS_A_MINUTE[channel]
    if not question.asked:
        return reading
    answering = LONG_TEXT if question.type == "long_text" else ANSWER.get(question.value_type, 5)
    return reading + answering + TURN[channel]


def minutes(q: Questionnaire, channel: str) -> float:
    """The whole of it, in the first language; what has a condition counts half."""
    total = 0.0
    for page in q.pages:
        for question in page.questions:
            share = 0.5 if page.relevant or question.relevant else 1.0
            total += share * seconds(question, channel, q.languages[0])
    return total / 60


def longer(q: Questionnaire) -> Iterator[Finding]:
    """Whether it takes much longer than people are told."""
    takes = minutes(q, "web")
    if takes > q.minutes * TOLERANCE and takes > q.minutes + 1:
        message = N_("People are told that it takes {said} min; on the web it takes about {takes}.")
        params = {"said": q.minutes, "takes": round(takes)}
        yield found("longer_than_said", message, params, N_("Say so under minutes, or ask less."), "", path="minutes")
