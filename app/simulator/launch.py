"""Starts a simulator as a process of its own, for test fixtures and benches."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.simulator.client import SimulatorClient
from app.simulator.settings import ACCOUNT_SID, AUTH_TOKEN


@dataclass(frozen=True)
class RunningSimulator:
    """`url` is also the base for Twilio's client; mail goes to `host`:`smtp_port`."""

    client: SimulatorClient
    url: str
    host: str
    smtp_port: int
    account_sid: str
    auth_token: str
    process: subprocess.Popen[str]


@contextmanager
def running_simulator(
    product_url: str,
    data: Path,
    *options: str,
    port: int = 0,
    smtp_port: int = 0,
    account_sid: str = ACCOUNT_SID,
    auth_token: str = AUTH_TOKEN,
) -> Iterator[RunningSimulator]:
    """A simulator on free ports (unless given), listening when this yields, gone afterwards. `options` as on its command line."""
    command = [sys.executable, "-m", "app.simulator", "--product-url", product_url, "--data", str(data)]
    command += ["--port", str(port), "--smtp-port", str(smtp_port), "--receipt-delay", "0"]
    command += ["--account-sid", account_sid, "--auth-token", auth_token, *options]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            words = (process.stdout.readline() if process.stdout else "").split()
            if not words:
                raise RuntimeError("the simulator did not start; its message is above")
            url, (host, mail_port) = words[1], words[3].split(":")
            client = SimulatorClient(url)
            yield RunningSimulator(client, url, host, int(mail_port), account_sid, auth_token, process)
        finally:
            process.terminate()
