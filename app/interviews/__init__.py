"""Interviews: the one write path for answers, whatever the channel."""
