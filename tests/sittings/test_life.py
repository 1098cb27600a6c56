"""A short slice of the meeting's life; ten thousand steps and more: `python -m tests.campaign.meetings`."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sittings.life import MeetingLife
from tests.sittings.scene import a_sitting


def test_a_meeting_lives_as_the_model_thinks_and_what_is_forbidden_is_refused_with_its_article(engine):
    MeetingLife.sat = a_sitting(engine)
    run_state_machine_as_test(
        MeetingLife,
        settings=settings(
            max_examples=5,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )
    assert MeetingLife.steps > 50
