"""The program itself: its ports, its refusals, and its end."""

import os
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

from app.simulator.client import SimulatorClient

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "app.simulator", "--port", "0"]


def run(*options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environ}
    return subprocess.run(
        [*COMMAND, *options], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False
    )


def test_a_taken_mail_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run("--smtp-port", port, "--data", str(tmp_path))

    assert ended.returncode == 1
    assert port in ended.stderr
    assert "--smtp-port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_web_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run("--port", port, "--smtp-port", "0", "--data", str(tmp_path))

    assert ended.returncode == 1
    assert port in ended.stderr


def test_an_interrupt_ends_it_well(tmp_path: Path) -> None:
    command = [*COMMAND, "--smtp-port", "0", "--data", str(tmp_path)]
    # as from a terminal: what runs in a shell's background has inherited that it ignores interrupts
    hearing = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hearing
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("simulator http://")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=300) == ("", "")
    assert process.returncode == 0


def test_it_does_not_run_in_production(tmp_path: Path) -> None:
    ended = run("--data", str(tmp_path), CANVASS_ENV="production")

    assert ended.returncode == 2
    assert "production" in ended.stderr


def test_a_port_that_is_no_number_is_refused() -> None:
    assert "invalid int value" in run(SIM_SMTP_PORT="mail").stderr


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    command = [*COMMAND, "--smtp-port", "0", "--data", str(tmp_path)]
    starter = f"import subprocess; subprocess.Popen({command!r}).wait()"
    with subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        url = parent.stdout.readline().split()[1]
        port = int(url.rpartition(":")[2])
        parent.send_signal(signal.SIGKILL)
        SimulatorClient(url).until(lambda: not is_listening(port))


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
