"""The administrative divisions: GB/T 2260, and the fictional province of the sample beside them."""

from dataclasses import dataclass
from functools import cache

from config.reading import read_csv

# The catalogue says prefecture; a tenant of that level is a city.
LEVEL_OF = {"province": "province", "prefecture": "city", "county": "county"}


@dataclass(frozen=True, slots=True)
class Region:
    """One division. `slug` is the tenant's address: the code itself, pinyin in the sample."""

    code: str
    name: str
    level: str
    parent_code: str | None
    type: str
    slug: str
    sample: bool


@cache
def regions() -> dict[str, Region]:
    """Every division by its code, a parent always before its children."""
    files = (("regions/gbt2260.csv", False), ("regions/hengchuan.csv", True))
    return {row["code"]: _region(row, sample) for file, sample in files for row in read_csv(file)}


def _region(row: dict[str, str], sample: bool) -> Region:
    return Region(
        code=row["code"],
        name=row["name"],
        level=LEVEL_OF[row["level"]],
        parent_code=row["parent_code"] or None,
        type=row["type"],
        slug=row.get("slug") or row["code"],
        sample=sample,
    )


@cache
def _children() -> dict[str | None, tuple[Region, ...]]:
    children: dict[str | None, list[Region]] = {}
    for region in regions().values():
        children.setdefault(region.parent_code, []).append(region)
    return {code: tuple(rows) for code, rows in children.items()}


def children_of(code: str) -> tuple[Region, ...]:
    """The divisions directly below, in the order of their codes; none below a county or an undivided city."""
    return _children().get(code, ())


def subtree(code: str) -> tuple[Region, ...]:
    """The division and everything below it, each parent before its children. KeyError for an unknown code."""
    below = (region for child in children_of(code) for region in subtree(child.code))
    return (regions()[code], *below)
