"""Reading the charter: what is in force, who sits, who owes what. All as of a day where a day matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from service.charter.division import route
from service.charter.models import OPEN, SETTLED, Charter, Duty, DutyHolder, Unit
from service.charter.rules import Holding
from service.kit.facts import UNTIL, Facts, Query
from tenants import texts
from tenants.db import FencedSession
from tenants.errors import Missing, Refused


def in_force(session: Session, on: date) -> Charter:
    """The one charter in force that day. Source: seed 末句; dossier 1.1 P1."""
    charter = session.scalars(_in_force(on)).one_or_none()
    if charter is None:
        raise _no_charter(on)
    return charter


def _no_charter(on: date) -> Refused:
    return Refused(
        f"{on.isoformat()}没有施行中的联席会议制度，请核对日期，或先制定本级制度。",
        en=f"No charter was in force on {on.isoformat()}.",
        source="制度末句：各地确定牵头部门和职责分工",
    )


def _in_force(on: date | BindParameter[date]) -> Select[Charter]:
    """The settled version that took effect last."""
    settled = select(Charter).where(Charter.state.in_(SETTLED), Charter.effective_from <= on)
    return settled.order_by(Charter.effective_from.desc()).limit(1)


def held_charter(session: Session, on: date) -> Charter:
    """The charter in force, held until commit: whoever else changes it waits."""
    session.execute(_in_force(on).with_only_columns(Charter.id).with_for_update())
    return in_force(session, on)


def open_draft(session: Session, *, hold: bool = False) -> Charter | None:
    """The next version that is being drafted or reviewed, if there is one; held until commit if asked."""
    query = select(Charter).where(Charter.state.in_(OPEN))
    return session.scalars(query.with_for_update() if hold else query).one_or_none()


def settled(session: Session) -> list[Charter]:
    """Every version that was approved, the latest first."""
    return list(session.scalars(versions().order_by(Charter.effective_from.desc())))


def held_latest(session: Session) -> Charter:
    """The version approved last, held until commit: whoever else begins a draft waits."""
    query = versions().order_by(Charter.effective_from.desc()).limit(1)
    return session.scalars(query.with_for_update()).one()


VERSION_ORDERS = {
    "effective_from": Charter.effective_from,
    "version": Charter.version,
    "state": Charter.state,
    "approved_at": Charter.approved_at,
    "id": Charter.id,
}


def versions() -> Select[Charter]:
    """The query of the versions that were approved."""
    return select(Charter).where(Charter.state.in_(SETTLED))


def published_version(session: FencedSession) -> str | None:
    """The id of the version that was published up last."""
    row = texts.latest_own(session, "charter")
    return row.content["charter"] if row else None


def labels() -> Select[str]:
    """The query of the names that versions have."""
    return select(Charter.version)


def version_named(session: Session, charter_id: UUID) -> Charter:
    """The approved version of that id."""
    return _or_missing(session.scalars(versions().where(Charter.id == charter_id)).one_or_none())


def _sits(on: date) -> ColumnElement[bool]:
    return and_(Unit.joined_on <= on, or_(Unit.left_on.is_(None), Unit.left_on > on))


def _due(on: date) -> ColumnElement[bool]:
    return and_(Duty.began_on <= on, or_(Duty.ended_on.is_(None), Duty.ended_on > on))


def sitting(on: date) -> Select[Unit]:
    """The query of that day's member units."""
    return select(Unit).where(_sits(on))


def standing(on: date, unit_id: UUID | None = None, policy_field: str | None = None) -> Select[Duty]:
    """The query of that day's duties, of one unit or one policy field if named."""
    query = select(Duty).where(_due(on))
    if unit_id is not None:
        query = query.where(Duty.id.in_(select(DutyHolder.duty_id).where(DutyHolder.unit_id == unit_id)))
    return query.where(Duty.policy_field == policy_field) if policy_field else query


def units(session: Session, on: date) -> list[Unit]:
    """The member units of that day in the charter's order."""
    return list(session.scalars(sitting(on).order_by(Unit.position, Unit.id)))


def gone_among(session: Session, unit_ids: Iterable[UUID], on: date) -> list[Unit]:
    """Those of these units that had left by that day: what is still open with them is the office's to settle."""
    return [unit for unit in former_units(session, on) if unit.id in set(unit_ids)]


def former_units(session: Session, on: date) -> list[Unit]:
    """The units that had left by that day, the last to leave first."""
    return list(session.scalars(select(Unit).where(Unit.left_on <= on).order_by(Unit.left_on.desc(), Unit.position)))


def all_units(session: Session, on: date) -> list[Unit]:
    """The members of that day in their order, then those that had left: what a list of past work is narrowed by."""
    return [*units(session, on), *former_units(session, on)]


def lead_units(session: Session, on: date) -> list[Unit]:
    """The lead department, or the two of them."""
    return list(session.scalars(select(Unit).where(_sits(on), Unit.is_lead).order_by(Unit.position)))


def unit_named(session: Session, unit_id: UUID) -> Unit:
    """The unit of that id, also one that has left."""
    return _or_missing(session.scalars(select(Unit).where(Unit.id == unit_id)).one_or_none())


def duty(session: Session, duty_id: UUID) -> Duty:
    """The duty of that id, also one that has ended."""
    return _or_missing(session.scalars(select(Duty).where(Duty.id == duty_id)).one_or_none())


def _or_missing(row: Any) -> Any:
    if row is None:
        raise Missing()
    return row


def duties(session: Session, on: date) -> list[Duty]:
    """The duties that stand that day, in the charter's order."""
    return list(session.scalars(standing(on).order_by(Duty.position, Duty.id)))


def duties_of(session: Session, unit_id: UUID, on: date) -> list[Duty]:
    """The duties that the unit holds that day, in whatever grade."""
    return list(session.scalars(standing(on, unit_id).order_by(Duty.position)))


def holds(session: Session, unit_id: UUID, duty_id: UUID) -> bool:
    """Whether the unit holds the duty, in whatever grade, and the duty still stands."""
    standing = select(Duty.id).where(Duty.id == duty_id, Duty.ended_on.is_(None))
    held = select(DutyHolder.id).where(DutyHolder.unit_id == unit_id, DutyHolder.duty_id.in_(standing))
    return session.scalar(held) is not None


def version_on(session: Session, on: date) -> UUID:
    """The version in force that day: what is made under it keeps it. Source: dossier 1.1 P1."""
    found = session.scalar(_in_force(on).with_only_columns(Charter.id))
    if found is None:
        raise _no_charter(on)
    return found


def route_of(session: Session, duty_id: UUID, on: date) -> tuple[UUID, list[UUID]] | None:
    """Who is asked for work under the duty that day: the unit that leads, those that cooperate. Any room may ask."""
    held = division(session, on).get(duty_id, [])
    found = route(Holding(str(row.unit_id), row.grade, row.joint) for row in held)
    return (UUID(found.lead), [UUID(unit) for unit in found.cooperating]) if found else None


def holders_of(session: Session, duty_id: UUID) -> list[DutyHolder]:
    """The rows that say who holds the duty, units that left among them."""
    return list(session.scalars(select(DutyHolder).where(DutyHolder.duty_id == duty_id).order_by(DutyHolder.id)))


def division(session: Session, on: date) -> dict[UUID, list[DutyHolder]]:
    """Who holds each standing duty that day: holders by duty, in the units' order."""
    query = (
        select(DutyHolder)
        .join(Unit, and_(Unit.tenant_id == DutyHolder.tenant_id, Unit.id == DutyHolder.unit_id))
        .join(Duty, and_(Duty.tenant_id == DutyHolder.tenant_id, Duty.id == DutyHolder.duty_id))
        .where(_sits(on), _due(on))
        .order_by(Duty.position, Unit.position)
    )
    return _by_duty(session.scalars(query))


def _by_duty(rows: Iterable[DutyHolder]) -> dict[UUID, list[DutyHolder]]:
    table: dict[UUID, list[DutyHolder]] = {}
    for row in rows:
        table.setdefault(row.duty_id, []).append(row)
    return table


def rule(session: Session, key: str, on: date) -> Any:
    """The value of a working rule that day; an unknown key is a programming mistake: KeyError."""
    return _rules(session, on)[key]


def _rules(session: Session, on: date) -> dict[str, Any]:
    """The rules alone: a charter is a long text, and lights ask for its rules often."""
    found = session.scalar(_in_force(on).with_only_columns(Charter.rules))
    if found is None:
        raise _no_charter(on)
    return found


# The rules in force at a period's end, for figures that rest on them.
RULES: Mapping[str, Query] = {"rules": _in_force(UNTIL).with_only_columns(Charter.rules)}


def rules_among(facts: Facts, on: date) -> dict[str, Any]:
    """The working rules that were asked for with `RULES`."""
    if not facts["rules"]:
        raise _no_charter(on)
    return facts["rules"][0][0]


def rules_then(session: Session, on: date) -> dict[str, Any]:
    """The rules of that day; of a day before the first charter, the rules of the first."""
    nearest = (Charter.effective_from > on, func.abs(Charter.effective_from - on))
    settled = select(Charter.rules).where(Charter.state.in_(SETTLED))
    found = session.scalar(settled.order_by(*nearest).limit(1))
    if found is None:
        raise _no_charter(on)
    return found


def body_kind(session: Session, on: date) -> str:
    """What kind of body it is that day; empty where nothing is in force. Asked by every page: the word alone is read."""
    return session.scalar(_in_force(on).with_only_columns(Charter.rules["body_kind"].astext)) or ""


def plenary_bounds(session: Session, on: date) -> tuple[int, int]:
    """How many plenary meetings a year this tenant's own charter wants. Source: seed 四(二)."""
    rules = _rules(session, on)
    return rules["plenary_min"], rules["plenary_max"]
