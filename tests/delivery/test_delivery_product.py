"""The running product: the scheduler sends, receipts come back to the web server; killed, it sends nothing twice."""

import os
import signal
from pathlib import Path

from app.accounts import service as accounts
from app.delivery import service
from app.delivery.worker import LEASE
from app.ui.edge import now
from tests.delivery.conftest import MAIL, NUMBER
from tests.product import Product, running_product


def queue(product: Product) -> tuple[str, str, str]:
    """A workspace with a mail and a text that are due."""
    with product.app.app_context():
        made = accounts.create_workspace("Northwind", now())
        assert isinstance(made, accounts.Workspace)
        mail = service.enqueue(made.id, channel="email", purpose="staff", to=MAIL, text="Hello", now=now())
        sms = service.enqueue(made.id, channel="sms", purpose="turn", to=NUMBER, text="Hello", now=now())
    return made.id, mail, sms


def state(product: Product, workspace: str, message: str) -> str:
    with product.app.app_context():
        found = service.attempt(workspace, message)
    assert found is not None
    return found.state


def test_what_is_queued_is_delivered_by_itself(server: Product) -> None:
    workspace, mail, sms = queue(server)
    server.simulator.until(lambda: state(server, workspace, mail) == "sent")
    server.simulator.until(lambda: state(server, workspace, sms) == "delivered")
    assert (len(server.simulator.log("mail")), len(server.simulator.log("message"))) == (1, 1)


def test_a_product_killed_in_the_middle_of_a_send(database_url: str, tmp_path: Path) -> None:
    with running_product(database_url, tmp_path) as product:
        # Taken, answered long after the kill, and no receipt: nothing but Twilio's log tells that it was sent
        product.simulator.behaviour(NUMBER, delay=60, statuses=[], times=1)
        workspace, _, sms = queue(product)
        product.simulator.until(lambda: product.simulator.messages(NUMBER))
        os.killpg(product.process.pid, signal.SIGKILL)
        product.process.wait()
        assert state(product, workspace, sms) == "sending"
        product.clock.advance(LEASE * 2)
        assert product.run("deliver").returncode == 0
        assert state(product, workspace, sms) == "sent"
        assert len(product.simulator.log("message")) == 1
