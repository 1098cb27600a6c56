"""The statistical indicators that units report and the office publishes, as data."""

from dataclasses import dataclass
from functools import cache

from config.reading import read_yaml


@dataclass(frozen=True, slots=True)
class Statistic:
    """One indicator. `part_of`, `numerator` and `denominator` are codes of others; `validation` is for people."""

    code: str
    key: str
    name_zh: str
    name_en: str
    unit: str
    kind: str
    frequency: str
    spatial: str
    temporal: str
    part_of: str | None
    numerator: str | None
    denominator: str | None
    optional: bool
    department: str
    definition: str
    validation: str
    source: str

    @property
    def computed(self) -> bool:
        """Ratios are computed from their parts and never entered. Source: dossier §4.2 (系统计算)."""
        return self.kind == "ratio"


@cache
def statistical_indicators() -> tuple[Statistic, ...]:
    """All 45, in the order of the catalogue."""
    return tuple(Statistic(**row) for row in read_yaml("indicators/statistics.yaml")["indicators"])
