"""What the submissions publish: P10–P12."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select

from service.calendar.queries import DAYS, workdays_among
from service.charter.queries import RULES, rules_among
from service.kit.facts import FIRST, UNTIL, Facts, Query
from service.kit.period import Period
from service.submissions import rules
from service.submissions.models import Obligation
from service.submissions.rules import Grace, Owed
from tenants.rollup import Entry

FACTS: Mapping[str, Query] = {
    **RULES,
    **DAYS,
    "obligations": select(Obligation.due, Obligation.filed_on, Obligation.state).where(
        Obligation.due.between(FIRST, UNTIL)
    ),
}


def figures(facts: Facts, period: Period) -> list[Entry]:
    """What fell due in the year up to the period's end. Source: dossier 6-9, 6-10."""
    rows = [Owed(due, filed_on, state == "exempt") for due, filed_on, state in facts["obligations"]]
    grace = Grace(rules_among(facts, period.end)["grace_workdays"], workdays_among(facts))
    return [
        _entry("P10", rules.timely(rows, period.end)),
        _entry("P11", rules.filed(rows, period.end)),
        _entry("P12", rules.missed(rows, period.end, grace)),
    ]


def _entry(code: str, parts: tuple[int, int]) -> Entry:
    return Entry(code, Decimal(parts[0]), Decimal(parts[1]))
