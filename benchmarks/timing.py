"""Timing things against each other: in turn, in one loop, so that whatever else the machine does hits all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Act = Callable[[], object]


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one thing, sample by sample."""

    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.samples)


def in_turn(rounds: int, *acts: Act, warm_up: int = 3, between: Act = lambda: None) -> list[Timed]:
    """Each act `rounds` times, one after the other; the order turns around every round; warm-ups are thrown away.

    `between` is done before each act and not timed.
    """
    samples: list[list[float]] = [[] for _ in acts]
    order = list(enumerate(acts))
    with _no_collector():
        for turn in range(warm_up + rounds):
            for place, act in order:
                between()
                took = once(act)
                if turn >= warm_up:
                    samples[place].append(took)
            order.reverse()
    return [Timed(tuple(taken)) for taken in samples]


def once(act: Act) -> float:
    """How many milliseconds it took."""
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000


@contextmanager
def _no_collector() -> Iterator[None]:
    """Python's collector runs before, not in the middle of a sample."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
