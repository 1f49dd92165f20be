"""Twenty interviewers in two processes take next on 100 cases at once: none twice, none lost."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.db import db
from app.fieldwork import service

ROOT = Path(__file__).resolve().parents[2]
INTERVIEWERS, PROCESSES, CASES = 20, 2, 100


@pytest.fixture
def interviewers(staff):
    return [staff("interviewer").id for _ in range(INTERVIEWERS)]


def test_twenty_interviewers_and_a_hundred_cases(workspace, call_list, interviewers, settings, clock):
    call_list(CASES)
    for each in db.engines.values():
        each.dispose()  # what a test connection holds must not stand in the way
    command = [sys.executable, "-m", "tests.fieldwork.interviewers", settings["DATABASE_URL"], workspace]
    command.append(clock.now().isoformat())
    started = [
        subprocess.Popen(
            [*command, *interviewers[n::PROCESSES]], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for n in range(PROCESSES)
    ]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:  # all at once
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=300)[0].split() for process in started]
    assert [process.returncode for process in started] == [0] * PROCESSES
    taken = Counter(case for answer in answers for case in answer)
    assert max(taken.values()) == 1
    assert len(taken) == CASES
    assert service.counts(workspace) == {"RETRY": CASES}
