"""Any verb on a matter at any time, against a model: at least so many steps, every forbidden one refused with its article.

`python -m tests.campaign.matters --steps 10000`
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import click
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from service.charter.opening import furnish
from service.rooms import metadata
from tenants import ledger
from tenants.db import fenced_engine
from tests.campaign.kills import fresh
from tests.factories import a_tenant
from tests.matters.course import Table
from tests.matters.machine import SLOW, machine
from tests.work.office import console

LENGTH = 50  # steps of one matter


def campaign(engine: Engine, steps: int, say: Callable[[str], object]) -> Counter[str]:
    """How often each verb was done, and refused; a difference from the model is an AssertionError."""
    counted: Counter[str] = Counter()
    while counted.total() < steps:
        tenant = a_tenant(engine, furnish=furnish)
        seat = console(engine, tenant)
        here = machine(Table(engine, tenant, seat))
        here.steps = counted
        many = settings(
            max_examples=20,
            stateful_step_count=LENGTH,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=SLOW,
        )
        run_state_machine_as_test(here, settings=many)
        seat.session.close()
        say(f"{counted.total()} steps")
    return counted


@click.command()
@click.option("--steps", default=10_000, show_default=True, help="Verbs attempted, done or refused.")
def main(steps: int) -> None:
    """Exit code 1 at the first difference."""
    metadata()
    ledger.hang_doorbell(None)
    began = time.monotonic()
    with fresh() as at:
        engine = fenced_engine(at.app)
        counted = campaign(engine, steps, click.echo)
        engine.dispose()
    refused = sum(number for verb, number in counted.items() if verb.endswith("refused"))
    click.echo(f"{counted.total()} steps, {refused} of them refused, in {time.monotonic() - began:.0f} s")
    click.echo(", ".join(f"{verb} {number}" for verb, number in sorted(counted.items())))


if __name__ == "__main__":
    main()
