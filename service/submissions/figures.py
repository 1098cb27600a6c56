"""What the submissions publish: P10–P12."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.charter.queries import rule
from service.kit.period import Period
from service.submissions import rules
from service.submissions.models import Obligation
from service.submissions.rules import Owed
from tenants.rollup import Entry


def figures(session: Session, period: Period) -> list[Entry]:
    """What fell due in the year up to the period's end. Source: dossier 6-9, 6-10."""
    query = select(Obligation.due, Obligation.filed_on, Obligation.state)
    query = query.where(Obligation.due >= date(period.year, 1, 1), Obligation.due <= period.end)
    rows = [Owed(row.due, row.filed_on, row.state == "exempt") for row in session.execute(query)]
    grace = rule(session, "grace_workdays", period.end)
    return [
        _entry("P10", rules.timely(rows, period.end)),
        _entry("P11", rules.filed(rows, period.end)),
        _entry("P12", rules.missed(rows, period.end, grace)),
    ]


def _entry(code: str, parts: tuple[int, int]) -> Entry:
    return Entry(code, Decimal(parts[0]), Decimal(parts[1]))
