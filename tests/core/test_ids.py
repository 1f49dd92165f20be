"""Identifiers."""

import uuid

from app.core.ids import new_id, new_ids


def test_ids_are_uuids_of_version_7_and_rise_when_made_together():
    made = new_ids(500)
    assert made == sorted(set(made))
    assert {uuid.UUID(each).version for each in [new_id(), *made]} == {7}
    assert {uuid.UUID(each).variant for each in made} == {uuid.RFC_4122}
