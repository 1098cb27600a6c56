"""What every command of the command line has: where the installation is, and how its answer is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=".data",
    envvar="LIANXI_DATA",
    show_default=True,
    help="The installation's directory, unless DATABASE_URL and REDIS_URL name servers.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print data for machines.")


def show(as_json: bool, data: dict[str, Any], text: str) -> None:
    """One result on standard output, for a machine or for a reader."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)
