"""An email address. Only the structure is checked (as browsers do, WHATWG HTML, with letters of any script in the domain)."""

import re
from collections.abc import Sequence
from random import Random

from app.core.problems import N_, Problem
from app.engine.model import Question
from app.engine.question_type import Parsed, QuestionType

LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
ADDRESS = re.compile(rf"[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}}@{LABEL}(?:\.{LABEL})+")


class Email(QuestionType):
    name = "email"

    def parse(self, question: Question, raw: str) -> Parsed:
        if len(raw) > 254 or not ADDRESS.fullmatch(raw):
            return Problem("not_an_address", N_("Enter an email address, for example name@example.com."))
        local, _, domain = raw.rpartition("@")
        return f"{local}@{domain.lower()}"

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        return f"person{chance.randint(1, 9999)}@example.com"


TYPE = Email()
