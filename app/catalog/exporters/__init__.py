"""Questionnaires for other systems."""
