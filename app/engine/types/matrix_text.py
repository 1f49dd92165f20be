"""A short text for each row."""

from typing import ClassVar

from app.engine.question_type import GridType
from app.engine.types.text import ShortText


class MatrixText(GridType):
    name = "matrix_text"
    rows_of = "text"
    parameters: ClassVar = ShortText.parameters


TYPE = MatrixText()
