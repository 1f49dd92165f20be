"""The same study and person as the write path's tests."""

from tests.interviews.conftest import person, study, workspace  # noqa: F401
