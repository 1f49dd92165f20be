"""What other packages call: making, reading, answering and ending interviews."""

from app.interviews import merging as merging  # says how interviews move when contacts merge
from app.interviews import writing_back as writing_back  # subscribes to completed interviews
from app.interviews.answering import submit
from app.interviews.creation import create
from app.interviews.ending import close, decline, offered, record
from app.interviews.looking import closed_reason, find, interviews_of, load, needs_confirmation, replayed, screen, way
from app.interviews.repository import Interview
from app.interviews.saving import DISPOSITIONS
from app.interviews.submission import Accepted, Finished, HeldBy, Outcome, Refused, Stale, Submission

__all__ = [
    "DISPOSITIONS",
    "Accepted",
    "Finished",
    "HeldBy",
    "Interview",
    "Outcome",
    "Refused",
    "Stale",
    "Submission",
    "close",
    "closed_reason",
    "create",
    "decline",
    "find",
    "interviews_of",
    "load",
    "needs_confirmation",
    "offered",
    "record",
    "replayed",
    "screen",
    "submit",
    "way",
]
