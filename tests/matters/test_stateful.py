"""A slice of the campaign: some hundred steps on matters against the model (machine.py). Source: issue 4."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.matters.machine import SLOW, machine


def test_a_matter_goes_as_the_model_says_and_every_other_step_is_refused_with_its_article(table):
    here = machine(table)
    few = settings(max_examples=4, stateful_step_count=50, deadline=None, suppress_health_check=SLOW)
    run_state_machine_as_test(here, settings=few)
    assert here.steps["accept"] and here.steps["sign refused"]
