"""Who is erased takes along what came about them from outside; that something happened, and when, stays."""

from datetime import datetime

from sqlalchemy import update

from app.db import scoped, writing
from app.events import News, subscriber
from app.journeys.models import CustomerEvent


@subscriber("journeys.forget", "contact.erased")
def forget(news: News, now: datetime) -> None:
    mine = (scoped(CustomerEvent, news.workspace_id), CustomerEvent.contact_id == news.contact_id)
    with writing() as conn:
        conn.execute(update(CustomerEvent).where(*mine).values(data={}))
