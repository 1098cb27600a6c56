"""One claim: what was measured, the limit beside it, the aim, and whether it holds; as a table or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.timing import Timed


@dataclass(frozen=True)
class Result:
    """A line of the report. The aim bounds the ratio (`×`), or the value itself."""

    name: str
    what: str
    limit_is: str
    value: float
    limit: float
    aim: float | None
    aim_is_ratio: bool
    unit: str
    samples: int

    @property
    def ratio(self) -> float:
        return self.value / self.limit

    @property
    def holds(self) -> bool | None:
        """Whether the aim is met; none where nothing was promised."""
        if self.aim is None:
            return None
        return (self.ratio if self.aim_is_ratio else self.value) <= self.aim


def ratio(name: str, what: str, limit_is: str, measured: Timed, limit: Timed, aim: float | None) -> Result:
    """A claim about how many times its limit something takes."""
    return Result(name, what, limit_is, measured.median, limit.median, aim, True, "ms", len(measured.samples))


def absolute(name: str, what: str, limit_is: str, measured: Timed, limit: Timed, aim: float | None) -> Result:
    """A claim about how many milliseconds something takes; its limit stands beside it."""
    return Result(name, what, limit_is, measured.median, limit.median, aim, False, "ms", len(measured.samples))


def as_json(results: Sequence[Result], about: dict[str, object]) -> str:
    rows = [asdict(row) | {"ratio": round(row.ratio, 3), "holds": row.holds} for row in results]
    return json.dumps({"about": about, "results": rows}, ensure_ascii=False, indent=1)


def show(results: Sequence[Result], about: dict[str, object]) -> None:
    """The table for a reader."""
    table = Table(title="Lianxi: what is claimed, beside the limit in the same run (medians)")
    for column in ("", "what", "measured", "limit", "ratio", "aim", "", "n"):
        table.add_column(column, justify="left" if column in ("", "what") else "right")
    for row in results:
        table.add_row(
            row.name,
            f"{row.what}\n[dim]against: {row.limit_is}[/dim]",
            _amount(row.value, row.unit),
            _amount(row.limit, row.unit),
            f"{row.ratio:.2f}×",
            _aim(row),
            {True: "[green]holds[/green]", False: "[red]missed[/red]", None: ""}[row.holds],
            str(row.samples),
        )
    console = Console(width=None if sys.stdout.isatty() else 132)
    console.print(table)
    console.print("  ".join(f"{name}: {value}" for name, value in about.items()), style="dim")


def _amount(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if value < 100 else f"{value:.0f} {unit}"


def _aim(row: Result) -> str:
    if row.aim is None:
        return "—"
    return f"≤ {row.aim:g}×" if row.aim_is_ratio else f"≤ {row.aim:g} {row.unit}"
