"""The board as a list: narrowed, sorted and paged here, since all its places are on hand for the ranks anyway."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from service.kit.paging import Asked, Page
from service.kit.period import Period, last_closed_quarter
from service.oversight.queries import Row, columns
from service.statistics.rules import ratio
from service.submissions.rules import Standing

LEVELS = ("city", "county")
# From the best to the worst: the order of the column.
STANDINGS: tuple[Standing, ...] = ("on_time", "exempt", "open", "late", "overdue", "missed")


def listed(rows: list[Row], asked: Asked, *, whole: bool = False) -> Page:
    """The rows asked for, in the order of the division codes unless another was asked; `whole` takes all, for exports."""
    found = _sorted([row for row in rows if _wanted(row, asked)], asked.sort)
    sort = asked.sort or "region"
    if whole:
        return Page(found, len(found), 1, max(len(found), 1), sort)
    first = (asked.page - 1) * asked.per_page
    return Page(found[first : first + asked.per_page], len(found), asked.page, asked.per_page, sort)


def _wanted(row: Row, asked: Asked) -> bool:
    place, reported = row.tenant, "yes" if row.receipt is not None else "no"
    return (
        (not asked.q or asked.q in place.name or place.region_code.startswith(asked.q))
        and asked.filters.get("reported", reported) == reported
        and asked.filters.get("standing", row.timing.standing) == row.timing.standing
        and asked.filters.get("level", place.level) == place.level
    )


def _sorted(rows: list[Row], asked: str) -> list[Row]:
    """By the column asked for, places without a value last in either direction; else by the division codes."""
    codes = {column.key: column.code for column in columns()}
    key, down = asked.removeprefix("-"), asked.startswith("-")
    rows = sorted(rows, key=lambda row: row.tenant.region_code, reverse=down and key not in (*codes, "standing"))
    if key == "standing":
        return sorted(rows, key=_lateness, reverse=down)
    if key not in codes:
        return rows
    worth = {row.tenant.id: value(row, codes[key]) for row in rows}
    given = [row for row in rows if worth[row.tenant.id] is not None]
    given.sort(key=lambda row: worth[row.tenant.id] or 0, reverse=down)
    return given + [row for row in rows if worth[row.tenant.id] is None]


def _lateness(row: Row) -> tuple[int, int]:
    """In time first, then who may still be; then who was late, and who has not reported, each by how many days."""
    return STANDINGS.index(row.timing.standing), row.timing.days


def value(row: Row, code: str) -> Decimal | None:
    """What the row is compared by; none where nothing was reported or nothing applies."""
    found = row.figures.get(code)
    if found is None:
        return None
    return found.amount.numerator if found.indicator.kind == "count" else ratio(found.amount)


def closed_since(opened: date, on: date, most: int = 6) -> list[Period]:
    """The closed quarters that the tenant owes figures for, the oldest first: none from before it was opened."""
    found: list[Period] = []
    period = last_closed_quarter(on)
    while len(found) < most and period.end >= opened:
        found.append(period)
        period = period.previous()
    return found[::-1]
