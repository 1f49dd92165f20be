"""Protocols: on which channels a study reaches a person, in which order, and how often they are reminded."""
