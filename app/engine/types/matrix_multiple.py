"""Any number of the same choices for each row."""

from typing import ClassVar

from app.engine.question_type import ChoiceType, GridType


class MatrixMultiple(GridType):
    name = "matrix_multiple"
    rows_of = "multiple_choice"
    choices = "own"
    parameters: ClassVar = ChoiceType.parameters


TYPE = MatrixMultiple()
