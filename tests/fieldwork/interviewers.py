"""Interviewers at work in a process of their own: `python -m tests.fieldwork.interviewers DATABASE_URL WORKSPACE NOW USER…`.

It says "ready" and waits for a line; then each, in a thread of their own, calls whatever comes next until nothing is left, and the
cases' ids are printed."""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from app.core.clock import FixedClock
from app.factory import create_app
from app.fieldwork import service
from config import Testing


def main(database_url: str, workspace_id: str, now: str, *users: str) -> None:
    moment = datetime.fromisoformat(now)
    app = create_app(Testing({"DATABASE_URL": database_url, "VAR_DIR": tempfile.gettempdir()}), FixedClock(moment))

    def work(user_id: str) -> list[str]:
        done = []
        with app.app_context():
            while isinstance(taken := service.next_case(workspace_id, user_id, moment), service.Leased):
                ids = (workspace_id, taken.case.id, user_id, taken.token)
                assert isinstance(service.dial(*ids, moment), service.Dialled)
                assert isinstance(service.code(*ids, "no_answer", moment), service.Coded)
                done.append(taken.case.id)
        return done

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(len(users)) as threads:
        for cases in threads.map(work, users):
            print(*cases)


if __name__ == "__main__":
    main(*sys.argv[1:])
