"""A delivery is reported, two hours pass, the customer is asked: the commands, the running product and the simulator alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.delivery import service as delivery
from app.interviews import service
from app.journeys import service as journeys
from tests.walks.conftest import Shop, shop  # noqa: F401

TRIGGER = Path(__file__).resolve().parents[2] / "app" / "demo" / "after_delivery.yaml"


@pytest.fixture(scope="module")
def trigger(shop: Shop) -> Shop:
    """A mail customer, one without an address, and one who says nothing of either."""
    shop.customer("mail", "Anna Kowalska", "anna@shop.example", "+48601200201")
    shop.customer("text", "Beata Nowak", "", "+48601200202")
    shop.customer("late", "Celina Maj", "celina@shop.example")
    shop.study("post_delivery", channels=["web", "email", "sms"])
    assert "version 1 is active" in shop.run("trigger", "add", str(TRIGGER))
    return shop


def events(shop: Shop, folder: Path, *rows: str) -> str:
    """Import a file of events: `id,customer,hours ago`."""
    now = shop.product.clock.now()
    lines = ["event_id,kind,at,external_id,product"]
    for row in rows:
        event_id, customer, hours = row.split(",")
        lines.append(f"{event_id},delivered,{(now - timedelta(hours=float(hours))).isoformat()},{customer},Phone S24")
    file = folder / "events.csv"
    file.write_text("\n".join(lines) + "\n")
    return shop.run("events", "import", str(file))


def test_a_delivery_is_asked_about_two_hours_later(trigger: Shop, tmp_path: Path) -> None:
    shop, sim = trigger, trigger.product.simulator
    shop.clock_to(19)
    said = events(shop, tmp_path, "d1,mail,0", "d2,text,0", "d3,mail,0", "d4,late,30", "d1,mail,0")
    assert said.startswith("4 new, 1 known already, 0 bad")
    assert events(shop, tmp_path, "d1,mail,0").startswith("0 new, 1 known already")
    assert sim.mails("anna@shop.example") == []

    shop.product.clock.advance(timedelta(hours=1, minutes=50))
    with shop.product.app.app_context():
        (row,) = journeys.triggers(shop.workspace_id)
        sim.until(lambda: journeys.triggers(shop.workspace_id)[0]["counts"].get("skipped"))
        (late,) = (turn for turn in journeys.turns(shop.workspace_id, row["id"]) if turn.state == "skipped")
    assert late.reason == "too_late"
    assert sim.mails("anna@shop.example") == []

    shop.product.clock.advance(timedelta(minutes=20))  # 21:10: due, and too late in the day to ask
    with shop.product.app.app_context():
        sim.until(lambda: journeys.triggers(shop.workspace_id)[0]["counts"].get("invited") == 3)
        made = service.interviews_of(shop.workspace_id)
        (waiting, *_) = delivery.attempts_of(shop.workspace_id, made[0].id)
    assert len(made) == 3
    assert len({interview.contact_id for interview in made}) == 2
    assert waiting.state == "queued"
    assert sim.mails() == []

    shop.clock_to(9)
    sim.until(lambda: len(sim.mails("anna@shop.example")) == 2)
    sim.until(lambda: len(sim.messages(to="+48601200202")) == 1)
    assert "Phone S24" in sim.mails("anna@shop.example")[0]["text"]
    assert sim.mails("celina@shop.example") == []
    assert all(interview.state.outside["product"] == "Phone S24" for interview in made)
