"""What another system cannot say."""

from typing import Any


class Unwritable(Exception):
    """Why an expression cannot be written there (a message id, and its params); stays inside this package."""

    def __init__(self, why: str, **params: Any) -> None:
        super().__init__(why)
        self.why, self.params = why, params
