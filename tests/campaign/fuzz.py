"""Every operation of the API asked with generated input, right and wrong: never a server error.

`python -m tests.campaign.fuzz --examples 100`
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import click
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok

from config.catalogue import roles
from config.settings import Settings
from service.app import create_app
from service.charter.opening import furnish
from tenants import ledger
from tests.campaign.kills import fresh
from tests.factories import a_tenant, a_token, bearing
from tests.house.rows import fill

BUSINESS = tuple(code for code, role in roles().items() if role.plane == "business")


@dataclass
class Findings:
    """How often which status was answered, and which requests broke the service."""

    statuses: Counter[int] = field(default_factory=Counter)
    operations: int = 0
    broken: dict[str, str] = field(default_factory=dict)


def fuzz(app: Flask, *, examples: int, only_every: int = 1, chance: int = 1) -> Findings:
    """So many examples of each operation have been asked by somebody who may do nearly everything."""
    engine = app.extensions["lianxi.engine"]
    tenant = a_tenant(engine, furnish=furnish, on=date(2026, 1, 1))
    ids = {name: row["id"] for name, row in fill(engine, tenant.id).items() if "id" in row}
    headers = bearing(a_token(engine, tenant, *BUSINESS, unit=ids["unit"]))
    found = Findings()
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    for number, operation in enumerate(schema.get_all_operations()):
        if isinstance(operation, Ok) and number % only_every == 0:
            found.operations += 1
            ask(operation.ok(), tenant.slug, ids, headers, found, examples, chance)
    return found


def ask(
    operation: Any,
    slug: str,
    ids: Mapping[str, UUID],
    headers: Mapping[str, str],
    found: Findings,
    examples: int,
    chance: int,
) -> None:
    """The operation was asked; nothing it was asked is shrunk or kept."""
    dice = Random(chance)
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

    @seed(chance)
    @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=quiet)
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        case.path_parameters = dict(aimed(case.path_parameters or {}, slug, ids, dice))
        if operation.method.upper() != "GET":
            case.headers = {"If-Match": f'"{dice.randrange(1, 3)}"', "Idempotency-Key": uuid4().hex}
        answer = case.call(headers=dict(headers))
        found.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            label = f"{operation.method.upper()} {operation.path}"
            found.broken.setdefault(
                label, f"{answer.status_code} for {case.path_parameters} {case.query} {case.body!r}"
            )

    one()


def aimed(
    given_parts: Mapping[str, Any], slug: str, ids: Mapping[str, UUID], dice: Random
) -> Iterator[tuple[str, Any]]:
    """The address leads into the tenant, and mostly to a row that is there."""
    for name, value in given_parts.items():
        own = ids.get(name.removesuffix("_id"))
        yield name, slug if name == "slug" else str(own) if own and dice.random() < 0.8 else value


@click.command()
@click.option("--examples", default=100, show_default=True, help="Of each operation.")
@click.option("--chance", default=1, show_default=True, help="Another number asks other things.")
def main(examples: int, chance: int) -> None:
    """Exit code 1 when anything was answered with a server error."""
    logging.disable(logging.CRITICAL)
    with fresh() as at, tempfile.TemporaryDirectory() as data:
        settings_ = Settings("test", at.app, at.redis, secret_key="campaign", data=Path(data))
        app = create_app(settings_)
        ledger.hang_doorbell(None)
        found = fuzz(app, examples=examples, chance=chance)
        app.extensions["lianxi.engine"].dispose()
    click.echo(
        f"{found.operations} operations, {found.statuses.total()} requests: {dict(sorted(found.statuses.items()))}"
    )
    for label, request in found.broken.items():
        click.echo(f"{label}: {request}", err=True)
    sys.exit(bool(found.broken))


if __name__ == "__main__":
    main()
