"""One customer of the demo to whom much has happened."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from app.accounts.service import people
from app.channels.sms import outside
from app.channels.sms.turn import Text
from app.contacts import groups
from app.contacts import service as contacts
from app.journeys import intake

SOURCE = Path(__file__).with_name("history.yaml")
OUR_NUMBER = "+48732000000"


def tell_history(workspace_id: str, zone: str, begin: datetime, now: datetime) -> None:
    """Send what history.yaml holds, as programs would. begin: since when the customer is known."""
    told = yaml.safe_load(SOURCE.read_text("utf-8"))
    customer = contacts.by_external_id(workspace_id, told["customer"])
    if customer is None:
        raise RuntimeError(f"the demo has no {told['customer']}")
    (manager,) = people(workspace_id, "manager")
    account = groups.make(workspace_id, "account", told["account"]["name"], manager.id, "system", begin)
    if isinstance(account, list):
        raise RuntimeError(f"the demo's account: {account}")
    groups.join(workspace_id, account.id, customer.id, told["account"]["role"], "contacts.csv", begin)
    for n, each in enumerate(told["events"]):
        _send(workspace_id, n, {"external_id": told["customer"], **each}, zone, now)
    for n, each in enumerate(told["decisions"]):
        _send(workspace_id, n, {"kind": "decision", **each}, zone, now)
    text = Text("demo", "demo-history", OUR_NUMBER, customer.phone or "", told["writes"])
    outside.take(text, now - timedelta(days=5, hours=3))


def _send(workspace_id: str, number: int, event: dict[str, Any], zone: str, now: datetime) -> None:
    at = now - timedelta(days=event.pop("days"), minutes=17 * number)
    own = {"event_id": f"{event['kind']}-{number}", "source": "demo", "at": at.isoformat()}
    taken = intake.take(workspace_id, own | event, zone, now)
    if isinstance(taken, list):
        raise RuntimeError(f"the demo's {own['event_id']}: {[str(problem) for problem in taken]}")
