"""The programming interface: JSON over HTTP, a key per program."""
