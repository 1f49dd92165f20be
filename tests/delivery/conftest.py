"""A simulator that plays Twilio and the mail server; the app is set to talk to it."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.clock import FixedClock
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


@pytest.fixture
def study(workspace: str, clock: FixedClock) -> Study:
    """An open study by email and SMS with two reminders."""
    made = catalog.open_study(
        workspace, "delivery", questionnaire="post_delivery", channels=["web", "email", "sms"], reminders=[3, 7],
        now=clock.now(),
    )  # fmt: skip
    assert isinstance(made, Study), [str(problem) for problem in made]
    return made


@pytest.fixture
def anna(workspace: str, clock: FixedClock) -> contacts.Contact:
    """Somebody in Warsaw who agreed to mail and SMS."""
    return add_contact(workspace, clock, external_id="A-1", email=MAIL, phone=NUMBER, language="pl")


def add_contact(workspace: str, clock: FixedClock, agreed: str = "yes", **fields: str) -> contacts.Contact:
    consent = {"consent_email": agreed, "consent_sms": agreed} if agreed else {}
    stored = contacts.upsert(workspace, {"time_zone": "Europe/Warsaw", **fields, **consent}, "test", clock.now())
    assert isinstance(stored, contacts.Stored), stored
    contact = contacts.contact(workspace, stored.contact_id)
    assert contact is not None
    return contact


@pytest.fixture
def product(app: Flask, product_port: int) -> Iterator[None]:
    """The app on the socket that the simulator posts receipts to."""
    server = make_server("127.0.0.1", product_port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()
