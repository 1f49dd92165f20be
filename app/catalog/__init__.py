"""Questionnaires and studies: stored, versioned, published."""
