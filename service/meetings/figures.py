"""What the meetings publish: P08, P09, P13, P14."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.charter.queries import plenary_bounds
from service.kit.period import Period
from service.meetings import rules
from service.meetings.models import Attendance, Meeting, Resolution
from service.meetings.rules import Item
from tenants.models import Tenant
from tenants.rollup import Entry


def figures(session: Session, period: Period) -> list[Entry]:
    """The year's meetings and their agreed items, as of the period's end. Source: dossier 6-8, 6-12."""
    items = _items(session, period)
    return [
        _entry("P08", rules.carried_out(items, period.end)),
        _entry("P09", rules.all_done(items, period.end)),
        _compliance(session, period),
        Entry("P14", Decimal(_held(session, "special", period)), None),
    ]


def _entry(code: str, parts: tuple[int, int]) -> Entry:
    return Entry(code, Decimal(parts[0]), Decimal(parts[1]))


def _items(session: Session, period: Period) -> list[Item]:
    """Counted items of minutes signed by the period's end; those due in an earlier year were that year's."""
    query = (
        select(Resolution.due, Resolution.done_on)
        .join(Meeting, (Meeting.tenant_id == Resolution.tenant_id) & (Meeting.id == Resolution.meeting_id))
        .where(Meeting.minutes_signed_on <= period.end, Resolution.due >= date(period.year, 1, 1))
        .where(~Resolution.informational)
    )
    return [Item(*row) for row in session.execute(query)]


def _held(session: Session, kind: str, period: Period) -> int:
    """Meetings held with sign-in from the year's first day to the period's last."""
    signed_in = select(Attendance.meeting_id).where(Attendance.mode.in_(rules.ATTENDED))
    query = select(func.count()).select_from(Meeting).where(Meeting.kind == kind, Meeting.id.in_(signed_in))
    return session.scalar(query.where(Meeting.held_on.between(date(period.year, 1, 1), period.end))) or 0


def _compliance(session: Session, period: Period) -> Entry:
    low, high = plenary_bounds(session, period.end)
    opened_on = session.scalar(select(Tenant.opened_on).where(Tenant.id == session.info["tenant"]))
    low = rules.prorated(low, period.year, opened_on or period.start)
    held = _held(session, "plenary", period)
    meets = held >= rules.owed_by(low, period.end)
    detail = {"held": held, "min": low, "max": high, "exceeds": held > high}
    return Entry("P13", Decimal(int(meets)), Decimal(1), detail=detail)
