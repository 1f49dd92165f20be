"""kill -9 while people answer: the port closes or recovers, and every answer that was acknowledged is there."""

import os
import random
import re
import signal
import socket
import threading
import time
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.interviews import links, service
from tests.product import PATIENCE, Product, running_product

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
PEOPLE = 4


class Answering:
    """People who answer interviews of `nps` one after the other; `stored` holds what they were told is stored."""

    def __init__(self, product: Product, count: int = 400) -> None:
        self.product = product
        self.stored: dict[str, int] = {}
        self.stopping = threading.Event()
        with product.app.app_context():
            now = product.clock.now()
            self.workspace_id = accounts.create_workspace("Kill", now, contact_line="help@kill.example").id
            study = catalog.open_study(self.workspace_id, "nps", channels=["web"], now=now)
            self.links = []
            for _ in range(count):
                made, _new = service.create(self.workspace_id, study, now=now)
                self.links.append((made.id, links.mint_for(made, 30, "link", now)))
        self.threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(PEOPLE)]

    def __enter__(self) -> "Answering":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(PATIENCE)

    def _work(self, number: int) -> None:
        session = requests.Session()
        for interview_id, token in self.links[number::PEOPLE]:
            while not self.stopping.is_set():
                try:
                    self._answer(session, interview_id, token)
                    break
                except (requests.ConnectionError, requests.Timeout):
                    time.sleep(0.05)

    def _answer(self, session: requests.Session, interview_id: str, token: str) -> None:
        address = f"{self.product.url}/i/{token}"
        page = session.get(address, timeout=PATIENCE)
        if page.status_code != 200:
            raise requests.ConnectionError(page.status_code)
        form = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
        score = int(interview_id[-1], 16) % 11
        if form.get("at") == "score":
            done = session.post(
                address, {**form, "do": "next", "score": score}, timeout=PATIENCE, allow_redirects=False
            )
            if done.status_code == 303:
                self.stored[interview_id] = score

    def wait_for(self, more: int) -> None:
        """Until so many more answers are stored."""
        goal, deadline = len(self.stored) + more, time.monotonic() + PATIENCE
        while len(self.stored) < goal:
            assert time.monotonic() < deadline, f"{len(self.stored)} of {goal} answers"
            time.sleep(0.01)

    def missing(self) -> list[str]:
        """Interviews whose acknowledged answer is not there."""
        stored = dict(self.stored)  # as of before looking: they go on meanwhile
        with self.product.app.app_context():
            found = {each.id: each.state for each in service.interviews_of(self.workspace_id)}
        return [
            interview_id
            for interview_id, score in stored.items()
            if "score" not in found[interview_id].answers or found[interview_id].answers["score"].value != score
        ]


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except FileNotFoundError:
            continue
    return found


def program(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def port_closes(url: str) -> bool:
    address = (urlsplit(url).hostname, urlsplit(url).port)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(address):
                return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_kill_everything_and_start_again(database_url: str, tmp_path: Path) -> None:
    with running_product(database_url, tmp_path) as product:
        with Answering(product) as people:
            people.wait_for(20)
            time.sleep(random.random())
            os.killpg(product.process.pid, signal.SIGKILL)
        assert port_closes(product.url), "somebody still listens"
    assert len(people.stored) >= 20
    assert people.missing() == []
    second = tmp_path / "second"
    second.mkdir()
    with running_product(database_url, second) as product:
        people.product = product
        assert people.missing() == []
        assert requests.get(f"{product.url}/i/{people.links[-1][1]}", timeout=PATIENCE).status_code == 200


@pytest.mark.slow
def test_kill_a_worker_alone(database_url: str, tmp_path: Path) -> None:
    with running_product(database_url, tmp_path) as product, Answering(product) as people:
        people.wait_for(20)
        (web,) = (pid for pid in children(product.process.pid) if " web " in program(pid))
        workers = [pid for pid in children(web) if "resource_tracker" not in program(pid)]
        assert workers
        time.sleep(random.random())
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        people.wait_for(20)  # another one has taken its place
        assert set(children(web)) != set(workers)
        assert people.missing() == []
