"""The question types: one file each, found by name. To add a type, add a file that exposes ``TYPE``."""

from app.core.registry import Registry
from app.engine.question_type import QuestionType

TYPES: Registry[QuestionType] = Registry("question type", __name__, "TYPE")
