"""The mail to the manager leads to the interview it is about."""

import re

from sqlalchemy import select

from app.db import reading
from app.delivery.models import MessageRow
from app.events import deliver
from app.interviews import service
from tests.interviews.conftest import person, study, workspace  # noqa: F401
from tests.interviews.test_write_path import send


def test_the_link_in_the_mail_opens_for_the_manager(workspace, study, person, clock, signed_in):
    manager = signed_in("manager")
    interview, _ = service.create(workspace, study, contact_id=person.id, language="en", now=clock.now())
    send(interview, "score", {"score": "2"}, clock)
    send(interview, "why", {"reasons": ["price"], "improve": "Come earlier"}, clock, revision=99)
    send(interview, "effort", {"effort": "3"}, clock, revision=99)
    assert service.load(workspace, interview.id).status == "complete"
    while deliver(clock.now()):
        pass
    with reading() as conn:
        mails = conn.scalars(
            select(MessageRow.text).where(MessageRow.workspace_id == workspace, MessageRow.purpose == "staff")
        ).all()
    (address,) = [found for text in mails for found in re.findall(r"http://localhost(/\S+)", text)]
    page = manager.get(address)
    assert page.status_code == 200
    assert "Come earlier" in page.get_data(as_text=True)
