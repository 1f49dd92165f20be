"""A number for each row; together they make ``total``."""

from typing import ClassVar

from app.engine.question_type import GridType
from app.engine.types.decimal import Decimal


class ConstantSum(GridType):
    name = "constant_sum"
    rows_of = "decimal"
    parameters: ClassVar = {
        **Decimal.parameters,
        "min": {"type": "number", "default": 0},
        "total": {"type": "number", "default": 100},
    }


TYPE = ConstantSum()
