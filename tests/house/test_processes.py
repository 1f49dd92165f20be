"""The product's processes live and end together."""

import os
import signal
from pathlib import Path

import pytest
import requests

from tests.product import PATIENCE, Product, running_product


def children(pid: int) -> list[int]:
    """The process's descendants, from /proc."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *children(child)]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(product: Product, pids: list[int]) -> None:
    product.simulator.until(lambda: not any(map(alive, pids)))


def answers(product: Product) -> bool:
    try:
        return requests.get(f"{product.url}/healthz", timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False


def test_the_product_answers_over_its_socket(server: Product) -> None:
    assert requests.get(f"{server.url}/healthz", timeout=PATIENCE).json() == {"status": "ok"}


def test_a_taken_port_is_named(server: Product) -> None:
    done = server.run("serve")
    assert done.returncode == 1
    assert f"Port {server.environ['PORT']} is in use by process" in done.stderr
    assert "PORT=" in done.stderr


def test_a_killed_web_worker_is_replaced(server: Product) -> None:
    web = next(pid for pid in children(server.process.pid) if b"\0web\0" in Path(f"/proc/{pid}/cmdline").read_bytes())
    worker = children(web)[0]
    os.kill(worker, signal.SIGKILL)
    wait_until_gone(server, [worker])
    server.simulator.until(lambda: answers(server))


@pytest.mark.parametrize("victim", ["runner", "scheduler", "web"])
def test_nothing_outlives_a_killed_process(database_url: str, tmp_path: Path, victim: str) -> None:
    with running_product(database_url, tmp_path) as product:
        family = [product.process.pid, *children(product.process.pid)]
        names = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in family}
        pid = family[0] if victim == "runner" else next(p for p in family if f"\0{victim}\0".encode() in names[p])
        os.kill(pid, signal.SIGKILL)
        product.process.wait(PATIENCE)
        wait_until_gone(product, family)
        assert not answers(product)


def test_ctrl_c_stops_everything(database_url: str, tmp_path: Path) -> None:
    with running_product(database_url, tmp_path) as product:
        family = [product.process.pid, *children(product.process.pid)]
        os.killpg(product.process.pid, signal.SIGINT)
        assert product.process.wait(PATIENCE) == 0
        wait_until_gone(product, family)
        assert "killed" not in product.log.read_text()  # each stopped by itself
