"""Writing: the office lays down what is owed, units file it, the office passes or returns it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from service.calendar.queries import workdays
from service.charter.queries import in_force, units
from service.charter.sunset import refuse_after
from service.kit.command import command, note
from service.kit.period import Period
from service.kit.seat import Seat
from service.notices.telling import of_units, tell
from service.submissions.models import Obligation
from service.submissions.queries import obligation, owes
from service.submissions.rules import KINDS, owing
from tenants.errors import Conflict, Forbidden, Refused


@command("submission.review")
def lay_down_obligations(seat: Seat, period: Period, on: date) -> int:
    """Every unit owes the reports that fall to the period, each once; returns how many were added.

    A unit that joined within what a report is about owes from the next one on. Source: seed 四(四); dossier 6-9.
    """
    refuse_after(seat.session, on)
    owed = list(owing(period, in_force(seat.session, on).rules, workdays(seat.session)))
    rows = [
        {"unit_id": unit.id, "kind": report.kind, "period": str(report.about), "due": report.due}
        for unit in units(seat.session, on)
        for report in owed
        if unit.joined_on <= report.since
    ]
    added = _added(seat, rows) if rows else 0
    note(seat, f"obligations:{period}", added=added)
    return added


def _added(seat: Seat, rows: list[dict[str, Any]]) -> int:
    """The rows that were not there before are, in one statement."""
    common = {"tenant_id": seat.tenant.id, "revision": 1, "state": "owed", "text": "", "reason": ""}
    new = insert(Obligation).values([{**common, "id": uuid7(), **row} for row in rows])
    return len(seat.session.execute(new.on_conflict_do_nothing().returning(Obligation.id)).all())


@command("submission.file")
def file_submission(seat: Seat, obligation_id: UUID, *, text: str, on: date) -> Obligation:
    """The unit has filed; the first day it did is what timeliness looks at. A nil report says 无."""
    row = obligation(seat.session, obligation_id)
    if not seat.sits_for(row.unit_id, "submission.file"):
        raise Forbidden("只能报送本单位的材料。", en="One files for one's own unit.", source="制度四(四)")
    if row.state not in ("owed", "returned"):
        raise Conflict("该事项已报送或已免报。", en="It is filed or exempt already.")
    if not text.strip():
        raise Refused("请填写报送内容；确无内容的填“无”。", en="Say something; “无” for a nil report.", field="text")
    before = row.state
    row.state, row.text = "filed", text.strip()
    row.filed_on = row.filed_on or on
    note(seat, f"obligation:{row.id}", before=before, after="filed", kind=KINDS[row.kind])
    return row


@command("submission.review")
def pass_submission(seat: Seat, obligation_id: UUID, *, on: date) -> Obligation:
    """The office has received it."""
    return _reviewed(seat, obligation_id, "passed", "", on)


@command("submission.review")
def return_submission(seat: Seat, obligation_id: UUID, *, reason: str, on: date) -> Obligation:
    """The office returns it with a reason; the first filing still counts for timeliness. Source: dossier 6-9."""
    if not reason.strip():
        raise Refused("退回须说明理由。", en="Say why it is returned.", field="reason")
    row = _reviewed(seat, obligation_id, "returned", reason.strip(), on)
    accounts = of_units(seat.session, [row.unit_id], on)
    words = {"what": f"{Period.parse(row.period).label}{KINDS[row.kind]}"}
    place, key = ("submissions.show", {"obligation_id": str(row.id)}), f"obligation:{row.id}/returned/{row.revision}"
    tell(seat.session, accounts, kind="submission_returned", key=key, params=words, place=place, but=seat.account_id)
    return row


def _reviewed(seat: Seat, obligation_id: UUID, state: str, reason: str, on: date) -> Obligation:
    row = obligation(seat.session, obligation_id)
    if row.state != "filed":
        raise Conflict("该事项尚未报送或已处理。", en="It is not waiting for review.")
    row.state, row.reason = state, reason
    note(seat, f"obligation:{row.id}", after=state, reason=reason, on=on)
    return row


@command("submission.exempt")
def exempt(seat: Seat, obligation_id: UUID, *, reason: str, on: date) -> Obligation:
    """The unit need not file it; it leaves the denominator. Source: dossier 6-9."""
    if not reason.strip():
        raise Refused("免报须说明理由。", en="Say why it is exempt.", field="reason")
    row = obligation(seat.session, obligation_id)
    if row.state not in ("owed", "returned"):
        raise Conflict("该事项已报送，无需免报。", en="It has been filed; there is nothing to exempt.")
    row.state, row.reason = "exempt", reason.strip()
    note(seat, f"obligation:{row.id}", after="exempt", reason=reason, on=on)
    return row


@command("submission.review")
def hand_over(seat: Seat, obligation_id: UUID, *, unit_id: UUID, on: date) -> Obligation:
    """The unit that follows owes it; where it owes the same itself, one report is enough and this one is exempt.

    Source: dossier 2.3.
    """
    row = obligation(seat.session, obligation_id)
    if row.state not in ("owed", "returned"):
        raise Conflict("该事项已报送或已免报，不再移交。", en="It is filed or exempt already.")
    heir = next((unit for unit in units(seat.session, on) if unit.id == unit_id), None)
    if heir is None:
        raise Refused("承接单位须是现任成员单位。", en="The unit that follows is a member unit.", field="unit_id")
    before = {"unit_id": row.unit_id, "state": row.state}
    if owes(seat.session, heir.id, row.kind, row.period):
        row.state, row.reason = "exempt", f"机构改革：并入{heir.name}的同期报送"
    else:
        row.unit_id = heir.id
    note(seat, f"obligation:{row.id}", before=before, after={"unit_id": row.unit_id, "state": row.state})
    return row
