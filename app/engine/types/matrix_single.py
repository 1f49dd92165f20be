"""One choice of the same scale for each row."""

from typing import ClassVar

from app.engine.question_type import ChoiceType, GridType


class MatrixSingle(GridType):
    name = "matrix_single"
    rows_of = "single_choice"
    choices = "own"
    parameters: ClassVar = ChoiceType.parameters


TYPE = MatrixSingle()
