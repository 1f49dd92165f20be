"""Every table, imported once so that migrations and tests see the whole schema."""

from app import events as events
