"""The engine: one questionnaire, asked the same way on every channel. Pure: no I/O, no clock, no randomness.

``compile`` a definition once; then ``next_screen``, ``answer`` and ``inform`` over an immutable ``State``.
"""

from app.engine.compiler import compile
from app.engine.interview import answer, inform, new_state, next_screen, redisplay
from app.engine.media import files_of
from app.engine.model import (
    CHANNELS,
    DK,
    LANGUAGES,
    LATE,
    REFUSED,
    Choice,
    Expression,
    Metric,
    Node,
    Page,
    Question,
    Questionnaire,
    Text,
    Value,
)
from app.engine.outcome import Accepted, Invalid, Outcome, Warned
from app.engine.parting import last_words
from app.engine.quotas import Quota, cells
from app.engine.reading import read_outside
from app.engine.repeated import Row, row_counts, rows
from app.engine.routing import completeness, path, values
from app.engine.screen import End, Item, Raw, Screen, ShownChoice
from app.engine.showing import row_titles
from app.engine.state import (
    Answer,
    Answers,
    Closed,
    Consent,
    Declined,
    Event,
    Fact,
    Language,
    Outside,
    Session,
    State,
    Timeout,
    apply,
    from_json,
    joined,
    main_document,
    row_document,
    to_json,
)
from app.engine.timing import answer_late
from app.engine.versions import compatible

__all__ = [
    "CHANNELS",
    "DK",
    "LANGUAGES",
    "LATE",
    "REFUSED",
    "Accepted",
    "Answer",
    "Answers",
    "Choice",
    "Closed",
    "Consent",
    "Declined",
    "End",
    "Event",
    "Expression",
    "Fact",
    "Invalid",
    "Item",
    "Language",
    "Metric",
    "Node",
    "Outcome",
    "Outside",
    "Page",
    "Question",
    "Questionnaire",
    "Quota",
    "Raw",
    "Row",
    "Screen",
    "Session",
    "ShownChoice",
    "State",
    "Text",
    "Timeout",
    "Value",
    "Warned",
    "answer",
    "answer_late",
    "apply",
    "cells",
    "compatible",
    "compile",
    "completeness",
    "files_of",
    "from_json",
    "inform",
    "joined",
    "last_words",
    "main_document",
    "new_state",
    "next_screen",
    "path",
    "read_outside",
    "redisplay",
    "row_counts",
    "row_document",
    "row_titles",
    "rows",
    "to_json",
    "values",
]
