"""The progress figures that every tenant publishes, as data."""

from dataclasses import dataclass
from functools import cache

from config.reading import read_yaml


@dataclass(frozen=True, slots=True)
class Indicator:
    """One published figure: what it counts, how it is said, how it adds up."""

    code: str
    key: str
    name_zh: str
    name_en: str
    unit: str
    kind: str
    aggregation: str
    direction: str
    display: str
    numerator_zh: str
    numerator_en: str
    denominator_zh: str | None
    denominator_en: str | None
    formula: str
    source: str


@cache
def progress_indicators() -> tuple[Indicator, ...]:
    """All of them, in the order in which they are shown."""
    return tuple(Indicator(**row) for row in read_yaml("indicators/progress.yaml")["indicators"])
