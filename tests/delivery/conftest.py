"""A simulator that plays Twilio and the mail server; the app is set to talk to it."""

from collections.abc import Iterator

import pytest

from app.simulator.launch import RunningSimulator, running_simulator
from tests.product import free_port

NUMBER = "+48512345678"
MAIL = "anna@example.com"


@pytest.fixture(scope="session")
def product_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def running_sim(product_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    folder = tmp_path_factory.mktemp("simulator")
    with running_simulator(f"http://127.0.0.1:{product_port}", folder) as simulator:
        yield simulator


@pytest.fixture
def sim(running_sim: RunningSimulator) -> RunningSimulator:
    running_sim.client.reset()
    return running_sim


@pytest.fixture
def settings(settings: dict[str, str], sim: RunningSimulator, product_port: int) -> dict[str, str]:
    return settings | {
        "PUBLIC_URL": f"http://127.0.0.1:{product_port}",
        "SMTP_URL": f"smtp://{sim.host}:{sim.smtp_port}",
        "TWILIO_API_BASE": sim.url,
        "TWILIO_ACCOUNT_SID": sim.account_sid,
        "TWILIO_AUTH_TOKEN": sim.auth_token,
    }
