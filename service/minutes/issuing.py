"""Writing minutes that are signed: numbered in a register without gaps, published for good, corrected by another document.

Source: dossier 1.4 R2 (修改须更正件), 3.5, 3.7 (连续、唯一；作废留痕).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from service.charter.queries import units
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.meetings.queries import held_meeting, meeting, resolutions
from service.minutes.commands import begun
from service.minutes.document import content
from service.minutes.models import Minutes, MinutesNumber, MinutesSeries
from service.minutes.queries import minutes, named
from service.minutes.record import Change, corrected
from service.minutes.rules import ARTICLE, MINUTES, Passage, cited, number_text, series_of, text_hash
from tenants.audit import digest
from tenants.errors import Conflict, Refused

REGISTER = "文号按系列和年份连续、唯一，作废留痕"


@command("minutes.draft")
def number(seat: Seat, minutes_id: UUID, on: date) -> Minutes:
    """The signed minutes bear the next number of their series and year; nobody else can be given the same one."""
    row = minutes(seat.session, minutes_id, hold=True)
    state = MINUTES.step(row.state, "number")
    assert row.signed_on is not None
    held = meeting(seat.session, row.meeting_id)
    series, year = series_of(held.kind, held.own_kind), row.signed_on.year
    serial = _next(seat, series, year)
    row.state, row.number = state, number_text(series, year, serial)
    seat.session.add(
        MinutesNumber(
            series=series,
            year=year,
            serial=serial,
            number=row.number,
            minutes_id=row.id,
            given_on=on,
            given_by=seat.name,
        )
    )
    note(seat, f"minutes:{row.id}", number=row.number, series=series)
    return row


def _next(seat: Seat, series: str, year: int) -> int:
    """The series' next serial; its row is held until commit, so that a refusal gives the number back."""
    values = {"id": uuid7(), "tenant_id": seat.tenant.id, "series": series, "year": year, "last": 0}
    seat.session.execute(
        insert(MinutesSeries).values(values).on_conflict_do_nothing(index_elements=["tenant_id", "series", "year"])
    )
    query = select(MinutesSeries).where(MinutesSeries.series == series, MinutesSeries.year == year)
    found = seat.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    found.last += 1
    return found.last


@command("minutes.draft")
def void_number(seat: Seat, minutes_id: UUID, *, reason: str, on: date) -> Minutes:
    """The number is void and stays in the register with its reason; it is never given again."""
    row = minutes(seat.session, minutes_id, hold=True)
    state = MINUTES.step(row.state, "void")
    if not reason.strip():
        raise Refused("请填写作废的原因。", en="Say why the number is void.", field="reason", source=REGISTER)
    query = select(MinutesNumber).where(MinutesNumber.minutes_id == row.id, MinutesNumber.voided_on.is_(None))
    given = seat.session.scalars(query).one()
    given.voided_on, given.reason = on, reason.strip()
    row.state, row.number = state, None
    note(seat, f"minutes:{row.id}", void=given.number, reason=given.reason)
    return row


@command("minutes.draft")
def publish(seat: Seat, minutes_id: UUID, on: date) -> Minutes:
    """The minutes are published to everybody who sees meetings: their content and its hash stand for good.

    Refused: a text that is not the one that was signed.
    """
    row = minutes(seat.session, minutes_id, hold=True)
    state = MINUTES.step(row.state, "publish")
    if text_hash(row.title, row.text, row.changes) != row.sha256:
        raise Conflict("文稿与签发的不一致，不能印发。", en="This is not the text that was signed.", source=ARTICLE)
    said = content(seat, row, meeting(seat.session, row.meeting_id), on)
    row.state, row.published_on, row.published_by = state, on, seat.name
    row.content, row.content_sha256 = said, digest(said)
    note(seat, f"minutes:{row.id}", number=row.number, content_sha256=row.content_sha256)
    return row


@command("minutes.draft")
def correct(seat: Seat, minutes_id: UUID, *, reason: str, changes: Sequence[Change] = (), on: date) -> Minutes:
    """A correction of published minutes is begun: a document of its own, with its own number, signed as they were.

    What it changes of agreed items takes effect when it is signed. Source: dossier 1.4 R2.
    """
    row = minutes(seat.session, minutes_id, hold=True)
    held = held_meeting(seat.session, row.meeting_id)
    if row.corrects_id is not None:
        raise Conflict("更正件不再更正，请对原纪要另拟更正件。", en="Correct the minutes themselves.", source=ARTICLE)
    MINUTES.step(row.state, "correct")
    if not reason.strip():
        raise Refused("请填写更正的原因。", en="Say why they are corrected.", field="reason", source=ARTICLE)
    _check_changes(seat, held, changes, on)
    assert row.number and row.signed_on
    found = Minutes(
        meeting_id=held.id,
        corrects_id=row.id,
        reason=reason.strip(),
        changes=[change.as_json() for change in changes],
    )
    text = [Passage(one.key, one.text) for one in corrected(seat.session, held, named(row), changes)]
    begun(seat, found, f"关于更正{cited(row.number, row.signed_on.year)}纪要的说明", text, on)
    note(seat, f"minutes:{found.id}", corrects=row.id, reason=found.reason)
    return found


def _check_changes(seat: Seat, held: Meeting, changes: Sequence[Change], on: date) -> None:
    known = {row.id for row in resolutions(seat.session, held.id)}
    members = {unit.id for unit in units(seat.session, on)}
    for change in changes:
        if change.resolution_id not in known:
            raise Refused("所选事项不是本次会议议定的。", en="The meeting did not agree on that.", field="changes")
        if change.lead_unit_id is None and change.due is None:
            raise Refused("请填写更正后的牵头单位或时限。", en="Say what it is changed to.", field="changes")
        if change.lead_unit_id and change.lead_unit_id not in members:
            raise Refused("牵头单位须是现任成员单位。", en="The lead is no member unit.", field="changes")
        if change.due and change.due < held.held_on:
            raise Refused("时限不能早于会议召开日。", en="Due before the meeting.", field="changes")
