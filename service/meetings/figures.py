"""What the meetings publish: P08, P09, P13, P14."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from service.charter.queries import RULES, rules_among
from service.kit.facts import FIRST, UNTIL, Facts, Query
from service.kit.period import Period
from service.meetings import rules
from service.meetings.models import Attendance, Meeting, Resolution
from service.meetings.queries import DONE_ON, ITS_TASK
from service.meetings.rhythm import covered
from service.meetings.rules import Item
from service.tasks.models import Task
from tenants.db import TENANT
from tenants.models import Tenant
from tenants.rollup import Entry

# Agreed items of minutes signed by the period's end; those due in an earlier year were that year's.
_ITEMS = (
    select(Resolution.due, DONE_ON)
    .outerjoin(Task, ITS_TASK)
    .join(Meeting, (Meeting.tenant_id == Resolution.tenant_id) & (Meeting.id == Resolution.meeting_id))
    .where(Meeting.minutes_signed_on <= UNTIL, Resolution.due >= FIRST, Resolution.kind == "action")
)
# Meetings held with sign-in from the year's first day to the period's last.
_SIGNED_IN = select(Attendance.meeting_id).where(Attendance.mode.in_(rules.ATTENDED))
_HELD = select(Meeting.kind, Meeting.held_on).where(
    Meeting.state == "held", Meeting.held_on.between(FIRST, UNTIL), Meeting.id.in_(_SIGNED_IN)
)

FACTS: Mapping[str, Query] = {
    **RULES,
    "items": _ITEMS,
    "held": _HELD,
    "opened": select(Tenant.opened_on).where(Tenant.id == TENANT),
}


def figures(facts: Facts, period: Period) -> list[Entry]:
    """The year's meetings and their agreed items, as of the period's end. Source: dossier 6-8, 6-12."""
    items = [Item(*row) for row in facts["items"]]
    held = {kind: [day for found, day in facts["held"] if found == kind] for kind in ("plenary", "special")}
    return [
        _entry("P08", rules.carried_out(items, period.end)),
        _entry("P09", rules.all_done(items, period.end)),
        _compliance(held["plenary"], facts, period),
        Entry("P14", Decimal(len(held["special"])), None),
    ]


def _entry(code: str, parts: tuple[int, int]) -> Entry:
    return Entry(code, Decimal(parts[0]), Decimal(parts[1]))


def _compliance(days: list[date], facts: Facts, period: Period) -> Entry:
    """Whether the plenaries are those that the place's own rule owes by now: in its own rhythm, one in each span."""
    own, [(opened_on,)] = rules_among(facts, period.end), facts["opened"]
    low, high, cadence = (
        rules.prorated(own["plenary_min"], period.year, opened_on),
        own["plenary_max"],
        own["plenary_cadence"],
    )
    meets = covered(cadence, days, period.end) >= rules.owed_by(low, period.end, cadence)
    detail = {"held": len(days), "min": low, "max": high, "exceeds": len(days) > high}
    return Entry("P13", Decimal(int(meets)), Decimal(1), detail=detail)
