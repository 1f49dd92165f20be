"""Journeys: what a customer does becomes the moment at which they are asked."""
