"""Progress bars for a terminal: on the error stream, so that they never mix with a command's answer."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")


def bar(quiet: bool) -> Progress:
    """A bar that shows on a terminal only, and not where the answer is for machines."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    return Progress(*columns, console=Console(stderr=True), disable=quiet or not sys.stderr.isatty())


def tracked(what: str, items: Iterable[T], total: int, *, quiet: bool) -> Iterator[T]:
    """The items one by one, while the terminal shows how far it is; more may come up than were counted first."""
    with bar(quiet) as progress:
        row = progress.add_task(what, total=total)
        for done, item in enumerate(items, start=1):
            yield item
            progress.update(row, completed=done, total=max(done, total))
