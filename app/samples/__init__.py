"""Probability samples of contacts: drawn once, kept with all that a weight needs, released one replicate after another."""
