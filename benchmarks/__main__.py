"""`python -m benchmarks`: builds, starts, measures, prints, cleans up. A few minutes."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import click

from benchmarks.claims import CLAIMS
from benchmarks.data import Scale
from benchmarks.result import Result, as_json, show
from benchmarks.stage import stage

FULL = (Scale(places=10, others=0, tasks=100, earlier=0), Scale(places=121, others=2984, tasks=100, earlier=8), 20)
QUICK = (None, Scale(places=5, others=20, tasks=60, earlier=1, busy=600), 2)


@click.command()
@click.option("--quick", is_flag=True, help="A small slice: shows that it runs, proves nothing.")
@click.option("--json", "json_too", is_flag=True, help="Print data for machines.")
@click.option("--only", default="".join(CLAIMS), help="Only these claims, by letter: `--only ab`.")
@click.option("--keep", type=click.Path(path_type=Path), help="Build there and leave it; for looking into a result.")
def main(quick: bool, json_too: bool, only: str, keep: Path | None) -> None:
    """Each claim beside its limit, measured in turn in one run. Exit code 1 where an aim is missed."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lianxi-bench-") as folder:
        results = measure(keep or Path(folder), QUICK if quick else FULL, only)
    about: dict[str, object] = {
        "scale": "a quick slice: proves nothing" if quick else "10 tenants and 3,105 tenants, 310,000 tasks",
        "seconds": round(time.monotonic() - started),
    }
    if json_too:
        click.echo(as_json(results, about))
    else:
        show(results, about)
    sys.exit(not quick and any(row.holds is False for row in results))


def measure(where: Path, scale: tuple[Scale | None, Scale, int], only: str) -> list[Result]:
    """The results of those claims."""
    few, many, rounds = scale
    results: list[Result] = []
    with stage(where, few, many, say) as built:
        for name in only:
            say(f"measuring {name}: {CLAIMS[name].__doc__}")
            results += CLAIMS[name](built, rounds)
    return results


def say(words: str) -> None:
    """On standard error, so that standard output is the result."""
    click.echo(words, err=True)


if __name__ == "__main__":
    main()
