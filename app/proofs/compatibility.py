"""What each channel can do with each question, to be seen before publishing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.problems import N_
from app.engine.model import CHANNELS, Question, Questionnaire
from app.proofs.finding import Finding, found

FULL = "full"
LINK = N_("The address of the web page is sent instead.")
NONE = N_("It cannot be asked here and is left out.")
UNSEEN = {
    "sms": N_("Its pictures, sounds and videos are left out."),
    "phone": N_("The interviewer has its pictures, sounds and videos, the person has not."),
}
"""Channels on which nobody sees or hears more than words."""


@dataclass(frozen=True, slots=True)
class Support:
    """``level``: full, degraded, link or none; ``what``: the sentence that says what is lost, "" where nothing is."""

    channel: str
    level: str
    what: str


def support(question: Question, channel: str) -> Support:
    """What a channel can do with a question."""
    level = question.kind.channels.get(channel, FULL)
    sentence = question.kind.degradations.get(channel, "")
    if level == FULL and channel in UNSEEN and _shows(question):
        return Support(channel, "degraded", UNSEEN[channel])
    return Support(channel, level, sentence or {"link": LINK, "none": NONE}.get(level, ""))


def _shows(question: Question) -> bool:
    """Whether pictures, sounds or videos are a part of it."""
    of_the_grid = question.grid.media if question.grid else {}
    return bool(question.media or of_the_grid or any(choice.media for choice in question.choices))


def compatibility(q: Questionnaire, channels: Sequence[str] = CHANNELS) -> dict[str, list[Support]]:
    """For each question that is shown, in the order asked, what each channel can do with it."""
    shown = [question for question in q.questions.values() if question.shown]
    return {question.name: [support(question, channel) for channel in channels] for question in shown}


def on_channels(q: Questionnaire, channels: Sequence[str], declared: bool) -> Iterator[Finding]:
    """Questions that a channel cannot ask, or not in full. Only where the channels are ``declared`` is that a warning."""
    for name, row in compatibility(q, channels).items():
        for found_here in row:
            if found_here.level == FULL:
                continue
            code = "not_on_channel" if declared and found_here.level == "none" else "degraded_on_channel"
            message = N_("On {channel}: {what}")
            remedy = N_("Ask it otherwise, or leave the channel out.") if code == "not_on_channel" else ""
            params = {"channel": found_here.channel, "what": found_here.what, "level": found_here.level}
            yield found(code, message, params, remedy, name, path="type")
