"""A real simulator process, and a stand-in for the product: a socket that records what it is sent and answers as told."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from twilio.rest import Client

from app.simulator.launch import RunningSimulator, running_simulator


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    form: dict[str, str]


def silence(received: Received) -> tuple[int, str, str]:
    """A product that takes everything and says nothing."""
    return 200, "text/xml", "<Response/>"


@dataclass
class Product:
    """`answer` makes (HTTP status, content type, body) from a received request."""

    url: str = ""
    requests: list[Received] = field(default_factory=list)
    answer: Callable[[Received], tuple[int, str, str]] = silence

    def forms(self, path: str) -> list[dict[str, str]]:
        return [received.form for received in self.requests if received.path == path]


@pytest.fixture(scope="session")
def listening_product() -> Iterator[Product]:
    state = Product()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received = Received(self.path, dict(self.headers), dict(parse_qsl(body, keep_blank_values=True)))
            state.requests.append(received)
            status, content_type, text = state.answer(received)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def listening_sim(listening_product: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running_simulator(listening_product.url, tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def product(listening_product: Product) -> Product:
    listening_product.requests.clear()
    listening_product.answer = silence
    return listening_product


@pytest.fixture
def sim(listening_sim: RunningSimulator, product: Product) -> RunningSimulator:
    listening_sim.client.reset()
    return listening_sim


@pytest.fixture
def twilio(sim: RunningSimulator) -> Client:
    return twilio_client(sim)


def twilio_client(sim: RunningSimulator) -> Client:
    """Twilio's own client, pointed at the simulator the way the product does it."""
    client = Client(sim.account_sid, sim.auth_token)
    client.api.base_url = sim.url
    return client
