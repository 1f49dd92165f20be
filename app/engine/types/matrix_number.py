"""A number for each row."""

from typing import ClassVar

from app.engine.question_type import GridType
from app.engine.types.decimal import Decimal


class MatrixNumber(GridType):
    name = "matrix_number"
    rows_of = "decimal"
    parameters: ClassVar = Decimal.parameters


TYPE = MatrixNumber()
