"""What a text message does about replies that cannot be read: how often it asks again, and what then."""

from dataclasses import dataclass

from app.engine.model import Questionnaire

LINK, SKIP, END = "link", "skip", "end"


@dataclass(frozen=True, slots=True)
class Patience:
    """At the ``tries``-th unreadable reply to a question the text does what ``then`` says: a link to the web page (LINK), the next
    question, this one left empty (SKIP; the link where it must be answered), or no more questions (END)."""

    tries: int = 3
    then: str = LINK


def patience(q: Questionnaire) -> Patience:
    """What the definition says under ``sms``."""
    return Patience(**q.tree.get("sms", {}))
