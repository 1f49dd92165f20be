"""Outbox to simulator, and texts that come in: ``python -m bench.delivery [--messages 3000] [--database sqlite postgresql]``.

Out: mails and texts to contacts who agreed, through every gate, to the simulator over SMTP and HTTP, with the durable states: one
message at a time as against several connections whose commits are shared. Two processes work, this one and the simulator, which
writes each message to its disk before it says yes. In: signed webhooks with replies to open conversations, at a steady rate, whose
answer comes after the commit; latency counts from the instant when one was due, so that waiting in line counts too.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Flask
from twilio.request_validator import RequestValidator

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.db import db, writing
from app.delivery import invitations, service
from app.delivery.worker import tick
from app.factory import create_app
from app.simulator.launch import RunningSimulator, running_simulator
from app.ui.edge import now
from bench.interviews import cpu, database
from config import Development
from tests.product import Product, environment, free_port, running_product

FAST = {"SMS_PER_MINUTE": "100000000", "MAIL_PER_MINUTE": "100000000"}
PEOPLE = 200


@contextmanager
def application(kind: str, folder: Path, lanes: int, **more: str) -> Iterator[tuple[Flask, RunningSimulator, str]]:
    """The product in this process on a fresh database, a simulator, and a workspace."""
    port = free_port()
    with (
        database(kind, folder) as url,
        running_simulator(f"http://127.0.0.1:{port}", folder / "simulator") as simulator,
    ):
        environ = os.environ | environment(simulator, url, folder, port) | FAST | {"DELIVERY_LANES": str(lanes)} | more
        app = create_app(Development(environ))
        with app.app_context():
            db.metadata.create_all(db.engine)
            yield app, simulator, workspace(now())
            for engine in db.engines.values():
                engine.dispose()


def workspace(at: datetime) -> str:
    made = accounts.create_workspace("Bench", at, organisation="Bench", contact_line="bench@example.org")
    assert not isinstance(made, list), made
    return made.id


def people(home: str, count: int, at: datetime) -> list[contacts.Contact]:
    """Contacts in Warsaw who agreed to both."""
    found = []
    with writing():
        for number in range(count):
            fields = {
                "external_id": f"c{number}", "email": f"person{number}@d{number % 20}.example.org", "language": "en",
                "phone": f"+4851{number:07}", "consent_email": "yes", "consent_sms": "yes", "time_zone": "Europe/Warsaw",
            }  # fmt: skip
            stored = contacts.upsert(home, fields, "bench", at)
            assert isinstance(stored, contacts.Stored), stored
            contact = contacts.contact(home, stored.contact_id)
            assert contact is not None
            found.append(contact)
    return found


def out(kind: str, channel: str, lanes: int, count: int) -> bool:
    """Send `count` messages; prints the rate and whether the simulator has each once."""
    with tempfile.TemporaryDirectory(prefix="canvass-bench-") as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        with application(kind, folder, lanes) as (_, simulator, home):
            simulator.client.behaviour("*", statuses=[])
            known, at = people(home, PEOPLE, now()), now()
            with writing():
                for number in range(count):
                    service.enqueue(
                        home, channel=channel, purpose="turn", contact_id=known[number % PEOPLE].id, now=at,
                        subject="How was it?", text=f"How was your delivery? {number}",
                    )  # fmt: skip
            began, ours, theirs = time.perf_counter(), time.process_time(), cpu([simulator.process.pid])
            handled = 0
            while handled < count and (more := tick(channel, now())):
                handled += more
            seconds = time.perf_counter() - began
            ours, theirs = time.process_time() - ours, cpu([simulator.process.pid]) - theirs
            taken = len(simulator.client.log("mail" if channel == "email" else "message"))
            sent = service.outbox(home, state="sent").total
        good = taken == sent == count
        print(
            f"{kind:10} {channel:5} {lanes:2} connections  {count / seconds:6.0f} messages/s  CPU a message: "
            f"worker {1000 * ours / count:4.2f} ms, simulator {1000 * theirs / count:4.2f} ms  "
            f"{'each once' if good else f'TAKEN {taken}, SENT {sent}'}",
            flush=True,
        )
        return good


# --- texts that come in -----------------------------------------------------------------------------------------------


def inbound(kind: str, rate: int, count: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="canvass-bench-") as name, database(kind, Path(name)) as url:
        folder = Path(name)
        os.chmod(folder, 0o755)
        os.environ |= FAST
        with running_product(url, folder) as product:
            requests = conversations(product, count)
            latencies, failures = asyncio.run(steady(product.url, requests, rate))
            began = time.perf_counter()
            product.simulator.until(lambda: len(product.simulator.log("message")) == 2 * count, 300)
            after = time.perf_counter() - began
    cuts = [1000 * cut for cut in statistics.quantiles(latencies, n=100)]
    print(
        f"{kind:10} in {rate}/s, {len(latencies)} replies  p50 {cuts[49]:5.1f}  p95 {cuts[94]:5.1f}  p99 {cuts[98]:5.1f} ms"
        f"  {f'{len(failures)} FAILED: {failures[0]}' if failures else f'all have the next question {after:.1f} s later'}",
        flush=True,
    )
    return not failures


def conversations(product: Product, count: int) -> list[tuple[str, str]]:
    """People who were asked by SMS; returns the (body, signature) of the reply of each."""
    with product.app.app_context():
        home = workspace(now())
        study = catalog.open_study(home, "bench", questionnaire="post_delivery", channels=["web", "sms"], now=now())
        assert isinstance(study, catalog.Study), [str(problem) for problem in study]
        known = people(home, count, now())
        product.simulator.behaviour("*", statuses=[])
        product.clock.advance((now().replace(hour=10, minute=0) - now()) % timedelta(days=1))  # everybody is awake
        invitations.invite(home, study, [contact.id for contact in known], "sms", now())
        product.simulator.until(lambda: len(product.simulator.log("message")) == count, 300)
        sender = product.simulator.messages(known[0].phone)[0]["from"]
    validator, made = RequestValidator(product.app.config["TWILIO_AUTH_TOKEN"]), []
    for number, contact in enumerate(known):
        form = {
            "AccountSid": product.app.config["TWILIO_ACCOUNT_SID"], "MessageSid": f"SM{number:032x}", "Body": "9",
            "From": contact.phone, "To": sender,
        }  # fmt: skip
        made.append((urlencode(form), validator.compute_signature(f"{product.url}/webhooks/twilio/sms", form)))
    return made


async def steady(url: str, requests: list[tuple[str, str]], rate: int) -> tuple[list[float], list[str]]:
    """Post them at a steady rate; returns the seconds from when each was due to its answer, and what was not an answer."""
    address, latencies, failures = urlsplit(url), list[float](), list[str]()
    began = time.perf_counter() + 0.5

    async def one(number: int, body: str, signature: str) -> None:
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        head = f"POST /webhooks/twilio/sms HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
        head += f"X-Twilio-Signature: {signature}\r\n"
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write((head + body).encode())
        answer = (await reader.read()).decode()
        writer.close()
        latencies.append(time.perf_counter() - due)
        if " 200 " not in answer.splitlines()[0] or "<Response/>" not in answer:
            failures.append(answer[:300])

    await asyncio.gather(*(one(number, *request) for number, request in enumerate(requests)))
    return latencies, failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--channel", choices=("email", "sms"), nargs="*", default=["email", "sms"])
    parser.add_argument("--replies", type=int, default=1000, help="that come in; 0 for none")
    parser.add_argument("--rate", type=int, default=200, help="replies a second")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    good = True
    for kind in options.database:
        for channel in options.channel:
            for lanes in options.connections:
                good &= out(kind, channel, lanes, options.messages)
        if options.replies:
            good &= inbound(kind, options.rate, options.replies)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
