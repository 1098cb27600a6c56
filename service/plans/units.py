"""Writing a unit's own plan: the unit drafts and sends it, the office reviews it or sends it back.

Source: seed 四(四) (制定相应的工作规划和年度工作计划并组织落实；及时向联席会议办公室报送).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.charter.names import unit_names
from service.charter.queries import unit_named
from service.charter.sunset import refuse_after
from service.kit.command import command, note
from service.kit.seat import Seat
from service.notices.telling import of_roles, of_units, tell
from service.plans import rules
from service.plans.commands import Outline, begun, line, revised, say
from service.plans.models import Plan
from service.plans.queries import held_plan, unit_plan
from tenants.errors import Conflict, Forbidden, Refused

DRAFTS = "plan.draft_unit"
REVIEWED = "办公室审核"
REVIEWERS = ("OD", "ODp")


@command(DRAFTS)
def draft_unit_plan(
    seat: Seat, *, unit_id: UUID, year: int, title: str, on: date, outline: Outline | None = None
) -> Plan:
    """The unit has a plan of its own for the year, still a draft; a second one is refused."""
    refuse_after(seat.session, on)
    rules.check_year(year)
    _check_own(seat, unit_id)
    if not unit_named(seat.session, unit_id).member_on(on):
        raise Refused("该单位不是现任成员单位。", en="The unit is no member now.", field="unit_id")
    if unit_plan(seat.session, unit_id, year):
        raise Conflict(
            f"本单位{year}年度已有工作计划，请在其中修改。", en=f"The unit has a plan for {year}.", field="year"
        )
    row = Plan(kind=rules.UNIT, year=year, unit_id=unit_id)
    say(seat, row, title, outline or Outline())
    return begun(seat, row)


def _check_own(seat: Seat, unit_id: UUID | None) -> None:
    if unit_id is None or not seat.sits_for(unit_id, DRAFTS):
        raise Forbidden("只能办理本单位的计划。", en="Only the unit's own people do this.", source=rules.UNITS_OWN)


def _own(seat: Seat, plan_id: UUID) -> Plan:
    row = held_plan(seat.session, plan_id)
    _check_own(seat, row.unit_id)
    return row


@command(DRAFTS)
def revise_unit_plan(seat: Seat, plan_id: UUID, *, title: str, outline: Outline | None = None) -> Plan:
    """The unit's draft reads so."""
    return revised(seat, _own(seat, plan_id), title, outline)


@command(DRAFTS)
def submit_plan(seat: Seat, plan_id: UUID, *, on: date) -> Plan:
    """The unit's plan waits for the office, which is told."""
    row = _own(seat, plan_id)
    rules.check_draft(row.state, "报送")
    _tell(seat, row, "plan_submitted", of_roles(seat.session, REVIEWERS, on))
    return _moved(seat, row, rules.SUBMITTED)


@command("plan.review")
def accept_plan(seat: Seat, plan_id: UUID, *, on: date) -> Plan:
    """The office has reviewed the unit's plan: it is carried out as it stands."""
    row = held_plan(seat.session, plan_id)
    rules.check_submitted(row.state)
    _tell(seat, row, "plan_reviewed", _unit(seat, row, on))
    row.agreed_on, row.basis, row.remark = on, f"{REVIEWED}（{seat.name}）", ""
    return _moved(seat, row, rules.APPROVED)


@command("plan.review")
def return_plan(seat: Seat, plan_id: UUID, *, remark: str, on: date) -> Plan:
    """The unit changes its plan and sends it again; the office's remark stands beside it."""
    row = held_plan(seat.session, plan_id)
    rules.check_submitted(row.state)
    rules.check_remark(remark.strip())
    row.remark = remark.strip()
    _tell(seat, row, "plan_returned", _unit(seat, row, on))
    return _moved(seat, row, rules.DRAFT)


def _unit(seat: Seat, row: Plan, on: date) -> set[UUID]:
    return of_units(seat.session, [row.unit_id] if row.unit_id else [], on)


def _tell(seat: Seat, row: Plan, kind: str, accounts: set[UUID]) -> None:
    """Who has to do something now, or waited for it, is told once for each time."""
    assert row.unit_id is not None
    params = {"plan": row.title, "unit": unit_names(seat.session)[row.unit_id]}
    place = ("plans.show", {"plan_id": str(row.id)})
    key = f"plan:{row.id}/{kind}/{row.revision}"
    tell(seat.session, accounts, kind=kind, key=key, params=params, place=place, but=seat.account_id)


def _moved(seat: Seat, row: Plan, state: str) -> Plan:
    before = line(row)
    row.state = state
    note(seat, f"plan:{row.id}", before=before, after=line(row))
    return row
