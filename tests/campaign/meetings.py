"""The life of meetings against the model, ten thousand steps and more; each forbidden one refused with its article.

`python -m tests.campaign.meetings --steps 10000`
"""

from __future__ import annotations

import time

import click
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tenants.db import fenced_engine
from tests.campaign.kills import fresh
from tests.sittings.life import MeetingLife
from tests.sittings.scene import a_sitting

LIVES = 25  # in one tenant, before the next one is opened


def live(chance: int) -> None:
    """So many meetings have lived, each as this chance has it."""
    quiet = settings(
        max_examples=LIVES,
        stateful_step_count=60,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(seed(chance)(MeetingLife), settings=quiet)


@click.command()
@click.option("--steps", default=10_000, show_default=True)
@click.option("--chance", default=1, show_default=True, help="Another number lives other lives.")
def main(steps: int, chance: int) -> None:
    """An exception, with the shortest life that shows it, where the service and the model differ."""
    began = time.monotonic()
    with fresh() as at:
        engine = fenced_engine(at.app)
        while MeetingLife.steps < steps:
            MeetingLife.sat = a_sitting(engine)
            live(chance)
            MeetingLife.sat.office.session.close()
            chance += 1
            click.echo(f"{MeetingLife.steps} steps, {time.monotonic() - began:.0f} s")
        engine.dispose()
    click.echo(f"{MeetingLife.steps} steps as the model foresaw")


if __name__ == "__main__":
    main()
