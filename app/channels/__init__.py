"""The channels: each an adapter between one way of talking to a person and the one write path."""
