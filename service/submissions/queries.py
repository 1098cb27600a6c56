"""Reading what is owed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from service.calendar.queries import workdays
from service.charter.models import Unit
from service.charter.names import Names, unit_names
from service.charter.queries import rule
from service.kit.paging import Asked, Page, page_of
from service.kit.period import MONTHS, Period
from service.submissions.models import Obligation
from service.submissions.rules import SETTLED, Grace, Standing, standing
from tenants.errors import Missing

SORTABLE = {
    "due": Obligation.due,
    "state": Obligation.state,
    "period": Obligation.period,
    "unit": Unit.position,
    "id": Obligation.id,
}


@dataclass(frozen=True)
class Row:
    """One obligation as the list shows it."""

    obligation: Obligation
    unit: str
    standing: Standing

    @property
    def about(self) -> Period:
        """The period that it is about."""
        return Period.parse(self.obligation.period, tuple(MONTHS))


def obligation(session: Session, obligation_id: UUID) -> Obligation:
    """The obligation of that id."""
    found = session.scalars(select(Obligation).where(Obligation.id == obligation_id)).one_or_none()
    if found is None:
        raise Missing()
    return found


def owes(session: Session, unit_id: UUID, kind: str, period: str) -> bool:
    """Whether the unit owes that kind for that period, or has done."""
    same = (Obligation.unit_id == unit_id, Obligation.kind == kind, Obligation.period == period)
    return session.scalar(select(Obligation.id).where(*same)) is not None


def listed(session: Session, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """What is owed, the latest due first; each with how it stands that day."""
    grace = _grace(session, on)
    query = select(Obligation, Unit.name).join(
        Unit, (Unit.tenant_id == Obligation.tenant_id) & (Unit.id == Obligation.unit_id)
    )
    query = query.where(*_wanted(asked, on, grace))
    page = page_of(session, query, asked, SORTABLE, "-due", whole=whole)
    names = unit_names(session)
    rows = [_row(row, names, on, grace) for row, _unit in page.rows]
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def _grace(session: Session, on: date) -> Grace:
    return Grace(rule(session, "grace_workdays", on) or 0, workdays(session))


def _wanted(asked: Asked, on: date, grace: Grace) -> list[ColumnElement[bool]]:
    """What the filters say."""
    wanted = asked.filters
    said: list[ColumnElement[bool]] = [column == wanted[name] for name, column in _EQUAL.items() if wanted.get(name)]
    if "year" in wanted:
        year = int(wanted["year"])
        said.append(Obligation.due.between(date(year, 1, 1), date(year, 12, 31)))
    if "until" in wanted:
        said.append(Obligation.due <= date.fromisoformat(wanted["until"]))
    if "standing" in wanted:
        said.append(stands(wanted["standing"], on, grace))
    if asked.q:
        said.append(Unit.name.contains(asked.q, autoescape=True))
    return said


_EQUAL = {"state": Obligation.state, "kind": Obligation.kind, "period": Obligation.period, "unit": Unit.key}


def stands(wanted: str, on: date, grace: Grace) -> ColumnElement[bool]:
    """The condition under which an obligation stands so that day: `rules.standing` for the database."""
    missed = grace.last_missed(on)
    counts, silent = Obligation.state != "exempt", Obligation.filed_on.is_(None)
    return {
        "exempt": Obligation.state == "exempt",
        "on_time": and_(counts, Obligation.filed_on <= Obligation.due),
        "late": and_(counts, Obligation.filed_on > Obligation.due),
        "open": and_(counts, silent, Obligation.due >= on),
        "overdue": and_(counts, silent, Obligation.due < on, Obligation.due > missed),
        "missed": and_(counts, silent, Obligation.due < on, Obligation.due <= missed),
    }[wanted]


def tally(session: Session, asked: Asked, on: date) -> Counter[str]:
    """How many of what the filters name stand in each way that day, the filter of the standing left aside."""
    grace = _grace(session, on)
    others = Asked(q=asked.q, filters={name: text for name, text in asked.filters.items() if name != "standing"})
    query = select(Obligation.due, Obligation.filed_on, Obligation.state, func.count()).join(
        Unit, (Unit.tenant_id == Obligation.tenant_id) & (Unit.id == Obligation.unit_id)
    )
    query = query.where(*_wanted(others, on, grace)).group_by(Obligation.due, Obligation.filed_on, Obligation.state)
    found: Counter[str] = Counter()
    for due, filed_on, state, number in session.execute(query):
        found[standing(due, filed_on, state, on, grace)] += number
    return found


def shown(session: Session, obligation_id: UUID, on: date) -> Row:
    """One obligation with its unit and how it stands that day."""
    row = obligation(session, obligation_id)
    return _row(row, unit_names(session), on, _grace(session, on))


def _row(row: Obligation, names: Names, on: date, grace: Grace) -> Row:
    """What is settled bears the unit's name of the day on which it was filed, or fell due."""
    day = (row.filed_on or row.due) if row.state in SETTLED else None
    return Row(row, names.then(row.unit_id, day), standing(row.due, row.filed_on, row.state, on, grace))


def periods(session: Session) -> list[Period]:
    """The periods for which something is owed, the newest first and the longer before its parts."""
    found = (Period.parse(text, tuple(MONTHS)) for text in session.scalars(select(Obligation.period).distinct()))
    return sorted(found, key=lambda period: (period.last, period.months), reverse=True)


def obligations_of(session: Session, year: int) -> list[Obligation]:
    """Everything owed for a year, in the order in which it falls due."""
    query = select(Obligation).where(Obligation.period.startswith(str(year)))
    return list(session.scalars(query.order_by(Obligation.due, Obligation.id)))
