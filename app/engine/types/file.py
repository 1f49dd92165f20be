"""A file that the person sends: the value is its id. What takes the upload (the web channel) keeps the file and says its id, or
why it was not kept: one of ``REFUSED``."""

import re
from collections.abc import Sequence
from random import Random
from typing import ClassVar
from uuid import UUID

from app.core.problems import N_, Problem
from app.engine.model import Question
from app.engine.question_type import FULL, LINK, NONE, Parsed, QuestionType

ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
REFUSED = {
    "too_large": N_("The file is too large; {max_size} MB are the most."),
    "wrong_media": N_("A file of this kind is not taken; these are: {accept}."),
    "empty_file": N_("The file is empty; send another one."),
    "too_many_files": N_("Too many files were sent; go on without this one."),
}
NOT_HERE = N_("No file can be sent here: the question is left out.")


class File(QuestionType):
    """``accept``: media types, also ``image/*``; any unless told. ``max_size``: megabytes (of 1,000,000 bytes)."""

    name = "file"
    parameters: ClassVar = {
        "accept": {"type": "array", "items": {"type": "string"}},
        "max_size": {"type": "number", "minimum": 0.01, "maximum": 15, "default": 10},
    }
    channels: ClassVar = {"web": FULL, "sms": LINK, "phone": NONE, "field": NONE}
    degradations: ClassVar = {
        "sms": N_("The file is sent on the web page that a link opens."),
        "phone": NOT_HERE,
        "field": NOT_HERE,
    }

    def parse(self, question: Question, raw: str) -> Parsed:
        if ID.fullmatch(raw):
            return raw
        message = REFUSED.get(raw)
        if message is None:
            return Problem("not_a_file", N_("Send a file."))
        accept = ", ".join(question.parameters.get("accept", ()))
        return Problem("file_refused", message, {"max_size": question.parameters["max_size"], "accept": accept})

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        return str(UUID(int=chance.getrandbits(128)))

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        return cells[0]


TYPE = File()
