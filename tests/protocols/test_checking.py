"""What is wrong with a protocol is said with its place."""

import pytest

from app.catalog import service as catalog
from app.catalog.protocol import check_protocol
from app.protocols import declaring

ALL = ("web", "email", "sms", "phone")
GOOD = "mode: sequential\nsteps:\n  - channel: email\n"

WRONG = {
    "mode: often\nsteps: [{channel: email}]": ("protocol_mode", 1),
    "mode: random": ("protocol_steps", 1),
    "[1]": ("protocol_shape", 1),
    GOOD + "  - channel: fax": ("step_channel", 4),
    GOOD + "  - channel: sms": ("step_not_in_study", 4),
    GOOD + "  - channel: email": ("step_twice", 4),
    GOOD + "    after_day: 3": ("unknown_key", 4),
    GOOD + "    after_days: soon": ("out_of_range", 4),
    GOOD + "    share: true": ("out_of_range", 4),
    GOOD + "    reminders: 3": ("waves_shape", 4),
    GOOD + "    reminders:\n      - texts: {}": ("out_of_range", 5),
    GOOD + "    reminders:\n      - after_days: 5\n      - after_days: 3": ("waves_order", 4),
    GOOD + "    partials:\n      - after_days: 5\n        texts: {en: Hello}": ("wave_texts", 6),
    GOOD + '    partials:\n      - after_days: 5\n        texts: {en: {subject: "a\\nb"}}': ("line_break", 6),
    GOOD + "  - channel: phone\n    reminders: [{after_days: 1}]": ("waves_of_calls", 5),
    GOOD + "    reminders: [{after_days: 5}]\n  - channel: phone\n    after_days: 5": ("reminder_after_step", 4),
    GOOD + "offers: [text_me]": ("offer_channel", 4),
    GOOD + "offers: [{}]": ("protocol_offers", 4),
    GOOD + "max_late_hours: 0": ("out_of_range", 4),
}


@pytest.fixture
def study(workspace, clock):
    return catalog.create_study(
        workspace, "s", questionnaire="post_delivery", now=clock.now(), channels=("web", "email", "phone")
    )


@pytest.mark.usefixtures("app")
def test_each_problem_has_its_line(study, clock):
    for source, expected in WRONG.items():
        found = declaring.declare(study, source, clock.now(), "test")
        assert isinstance(found, list), source
        assert [(problem.code, problem.line) for problem in found] == [expected], source
        assert all(problem.text() for problem in found)
    assert not catalog.study(study.workspace_id, study.id).protocol


def test_the_example_is_right_and_written_as_it_is_read(workspace, study, clock):
    done = catalog.change_study(workspace, study.id, {"channels": list(ALL)}, now=clock.now())
    kept = declaring.declare(done, declaring.EXAMPLE, clock.now(), "test")
    assert declaring.declare(kept, declaring.written(kept), clock.now(), "test").protocol == kept.protocol
    assert declaring.declare(kept, "", clock.now(), "test").protocol == {}
    assert [p.code for p in check_protocol(kept.protocol, ALL, "anonymous")] == ["anonymous_study"]
