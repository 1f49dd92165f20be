"""Every table, imported once so that migrations and tests see the whole schema."""

from app.catalog import models as catalog
from app import events as events
from app import heartbeat as heartbeat
from app import rate_limit as rate_limit
