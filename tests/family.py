"""Processes that a test run starts end with it, even when it is killed."""

import ctypes
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # prctl(2)


def ending_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: the system sends the child this signal when the process that started it is gone."""
    return lambda: ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
