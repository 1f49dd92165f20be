"""Every table, imported once so that migrations and tests see the whole schema."""

from app import events as events
from app import heartbeat as heartbeat
from app.interviews import models as interviews
