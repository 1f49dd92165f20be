"""The outbox: every mail and SMS is one row of `messages`, an attempt with an outcome, sent at most once."""
