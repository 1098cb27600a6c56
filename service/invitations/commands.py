"""Writing before a meeting: a notice goes out, those called reply, somebody subscribes to his calendar.

Source: seed 四(二), 四(三); dossier 1.4 R2, R3, 2.2 (会议通知/回执).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from config.labels import label
from service.accounts.models import Account
from service.accounts.passwords import new_token, token_hash
from service.calendar.queries import workdays
from service.charter.queries import rule
from service.invitations import rules
from service.invitations.composing import Asked, letter_of
from service.invitations.models import CalendarFeed, MeetingNotice
from service.invitations.queries import Before, before
from service.invitations.readiness import check_ready
from service.invitations.rules import CHAIRS, OFFICE, REPLIES, Reply
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.convening import call
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import held_meeting
from service.members.models import Person
from service.members.rules import UNIT_ROLES
from service.notices.telling import of_roles, of_units, tell
from tenants.errors import Conflict, Forbidden, Missing, Refused

TOLD = {"request": "meeting_called", "update": "meeting_changed", "cancel": "meeting_cancelled"}
CONVENERS = ("CV", "VC")
FRESH = {"populate_existing": True}  # what was read before it was locked may have changed meanwhile

# ── 通知 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class NoticeText:
    """What the office adds to what the meeting says."""

    reply_by: date | None = None
    contact: str = ""
    phone: str = ""
    requirements: str = ""
    reason: str = ""  # why the notice is shorter than the charter asks, or the agenda is not whole yet
    told: Collection[UUID] | None = None  # of those who may be left out, who is told; none: everybody


@command("meeting.prepare")
def notify(seat: Seat, meeting_id: UUID, text: NoticeText, *, on: date, now: datetime) -> MeetingNotice:
    """A notice goes out to everybody on the list, or to whom the office chose, and whom it leaves out is on record.

    The first one calls the meeting (convening.call), one after a change says what changed, one after the meeting was
    called off says that. Whoever is expected and has not heard is always told. Refused: what is missing; that nobody is
    left to tell. Source: dossier 1.4 R2, R3, 2.2.
    """
    row = held_meeting(seat.session, meeting_id)
    if row.state == "planned":
        check_ready(seat, row, text.reason, on)
        row = call(seat, row.id, reason=text.reason, on=on)
    found = before(seat.session, row.id)
    _check_somebody(found)
    told, left_out = _chosen(found, text.told)
    asked = _asked(seat, row, text, on)
    made = MeetingNotice(
        meeting_id=row.id,
        sequence=row.sequence,
        kind=kind_of(found),
        sent_at=now,
        sent_by=seat.name,
        reply_by=asked.reply_by,
        letter=letter_of(seat, found, asked, kind_of(found), on).as_json(),
        told=told,
        left_out=left_out,
    )
    seat.session.add(made)
    _tell(seat, row, made, on)
    note(
        seat,
        f"meeting:{row.id}",
        notice=made.kind,
        sequence=row.sequence,
        told=len(made.told),
        left_out=[line["name"] for line in left_out],
    )
    return made


def _tell(seat: Seat, row: Meeting, made: MeetingNotice, on: date) -> None:
    """Whoever the notice goes to is told of it: the people of the units named, and the conveners who have none."""
    units = {line["unit_id"] for line in made.told}
    accounts = of_units(seat.session, [UUID(unit) for unit in units if unit], on)
    accounts |= of_roles(seat.session, CONVENERS, on) if None in units else set()
    seat.session.flush()
    words = {"meeting": row.title, "date": row.held_on.isoformat()}
    place = ("invitations.notices.show", {"meeting_id": str(row.id)})
    key = f"meeting:{row.id}/notice/{made.id}"
    tell(seat.session, accounts, kind=TOLD[made.kind], key=key, params=words, place=place, but=seat.account_id)


def kind_of(found: Before) -> str:
    """Whether the next notice is the first one, tells of a change, or calls the meeting off."""
    if found.meeting.state == "cancelled":
        return "cancel"
    return "update" if found.notices else "request"


def _check_somebody(found: Before) -> None:
    state = found.meeting.state
    if state not in ("noticed", "cancelled") or (state == "cancelled" and not found.notices):
        raise Conflict(
            f"会议{label('meeting_state', state)}，不再发通知。",
            en=f"The meeting is {label('meeting_state', state, 'en').lower()}: no notice goes out.",
            source=REPLIES,
        )
    if not found.untold and not found.dropped and not found.left_out:
        raise Conflict(
            "参会人员均已收到最新通知，没有需要再次告知的变更。",
            en="Everybody has heard of the meeting as it now stands.",
            source=REPLIES,
        )


def _asked(seat: Seat, row: Meeting, text: NoticeText, on: date) -> Asked:
    if row.state == "cancelled":
        return Asked(contact=text.contact.strip(), phone=text.phone.strip())
    reply_by = text.reply_by or rules.reply_day(row.held_on, on, workdays(seat.session))
    rules.check_reply_day(reply_by, row.held_on, on)
    return Asked(reply_by, text.contact.strip(), text.phone.strip(), text.requirements.strip())


def _chosen(found: Before, chosen: Collection[UUID] | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Who is told now, with those who hear that they are called no more; and who is left out."""
    people = [line.attendee for line in found.lines]
    hear = {who.id for who in people} if chosen is None else found.fixed | set(chosen)
    if not {who.id for who in people}.issuperset(hear):
        raise Missing()
    told = [_as_told(who) for who in people if who.id in hear]
    told += [row | {"released": True} for row in found.dropped]
    if not told:
        raise Refused("请至少选择一人告知。", en="Choose somebody to tell.", field="told", source=REPLIES)
    return told, [_as_told(who) for who in people if who.id not in hear]


def _as_told(attendee: Attendee) -> dict[str, Any]:
    unit = str(attendee.unit_id) if attendee.unit_id else None
    return {"attendee_id": str(attendee.id), "name": attendee.name, "title": attendee.title, "unit_id": unit}


# ── 回执 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@command("meeting.reply")
def reply(seat: Seat, meeting_id: UUID, attendee_id: UUID, given: Reply, *, now: datetime) -> Attendee:
    """What is replied for one who is called stands, in place of what was replied before.

    A unit replies for its own people, the office for those whom no unit sends; until the meeting opens.
    Refused: a proxy where the charter lets none be, or from elsewhere; leave without a reason.
    Source: dossier 1.2 (委派), 1.4 R2, 2.2.
    """
    row = _open_meeting(seat, meeting_id)
    attendee = _held_attendee(seat, row, attendee_id)
    _check_speaks(seat, attendee)
    given = given.trimmed
    _check_reply(seat, row, attendee, given)
    before_reply = {"reply": attendee.reply, "proxy": attendee.proxy_name, "leave_granted": attendee.leave_granted}
    _write(attendee, given, seat.name, now)
    after = {"reply": given.reply, "proxy": given.proxy_name, "text": given.text}
    note(seat, f"meeting:{row.id}", attendee=attendee.id, before=before_reply, after=after)
    return attendee


def _open_meeting(seat: Seat, meeting_id: UUID) -> Meeting:
    """The meeting, about to be held; it cannot open while a reply is being taken, and others can reply meanwhile."""
    query = (
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    row = seat.session.scalars(query).one_or_none()
    if row is None:
        raise Missing()
    if row.state != "noticed":
        state = label("meeting_state", row.state)
        raise Conflict(
            f"会议{state}，回执只在发出通知后、会议开始前填写。",
            en="Replies are taken between the notice and the opening of the meeting.",
            source=REPLIES,
        )
    return row


def _held_attendee(seat: Seat, row: Meeting, attendee_id: UUID) -> Attendee:
    query = select(Attendee).where(Attendee.id == attendee_id, Attendee.meeting_id == row.id).with_for_update()
    found = seat.session.scalars(query, execution_options=FRESH).one_or_none()
    if found is None:
        raise Missing()
    return found


def _check_speaks(seat: Seat, attendee: Attendee) -> None:
    own = attendee.unit_id is not None and seat.sits_for(attendee.unit_id, "meeting.reply")
    if own or seat.console or (attendee.role not in UNIT_ROLES and seat.roles & set(OFFICE)):
        return
    raise Forbidden(
        "成员代表、联络员的回执由本单位填写；召集人、办公室人员和列席人员的，也可由办公室填写。",
        en="A unit replies for its own people; the office for the posts of the conference and those who sit in.",
        source=REPLIES,
    )


def _check_reply(seat: Seat, row: Meeting, attendee: Attendee, given: Reply) -> None:
    proxies = rule(seat.session, "proxy_attendance", row.held_on)
    rules.check_reply(given, name=attendee.name, has_unit=attendee.unit_id is not None, proxies=proxies)
    if given.proxy_name:
        _refuse_stranger(seat, attendee, given.proxy_name)


def _refuse_stranger(seat: Seat, attendee: Attendee, name: str) -> None:
    """A proxy is from the same unit, as far as the directory knows. Source: dossier 1.2 (委派同单位人员)."""
    homes = set(seat.session.scalars(select(Person.unit_id).where(Person.name == name)))
    if homes and attendee.unit_id not in homes:
        raise Refused(
            f"受委派人须是本单位人员，通讯录中{name}不在本单位。",
            en="A proxy is from the same unit; the directory knows that person elsewhere.",
            field="proxy_name",
            source=REPLIES,
        )


def _write(attendee: Attendee, given: Reply, by: str, now: datetime) -> None:
    attendee.reply, attendee.reply_text = given.reply, given.text
    attendee.proxy_name, attendee.proxy_title = given.proxy_name, given.proxy_title
    attendee.replied_by, attendee.replied_at, attendee.leave_granted = by, now, None


@command("meeting.reply")
def reply_for_all(seat: Seat, meeting_id: UUID, unit_id: UUID, *, now: datetime) -> list[Attendee]:
    """Everybody of the unit who has not replied comes."""
    row = _open_meeting(seat, meeting_id)
    if not seat.sits_for(unit_id, "meeting.reply"):
        raise Forbidden("只能代表本单位填写回执。", en="One replies for one's own unit.", source=REPLIES)
    query = select(Attendee).where(Attendee.meeting_id == row.id, Attendee.unit_id == unit_id, Attendee.expected)
    silent = query.where(Attendee.reply.is_(None), Attendee.name != "").order_by(Attendee.id).with_for_update()
    found = list(seat.session.scalars(silent, execution_options=FRESH))
    for attendee in found:
        _write(attendee, Reply(rules.ATTENDS), seat.name, now)
    note(seat, f"meeting:{row.id}", unit=unit_id, attends=[attendee.id for attendee in found])
    return found


@command("meeting.grant_leave")
def decide_leave(
    seat: Seat, meeting_id: UUID, attendee_id: UUID, *, granted: bool, text: str = "", on: date
) -> Attendee:
    """The chair agrees that somebody stays away, or does not; the office may write down what the chair said.

    Refused: where no leave is asked; the office, without saying how the chair decided. Source: dossier 2.2 (请假须经主持人同意).
    """
    row = _open_meeting(seat, meeting_id)
    attendee = _held_attendee(seat, row, attendee_id)
    if attendee.reply != rules.LEAVE:
        raise Conflict("该人员没有请假。", en="No leave is asked.", source=REPLIES)
    chairs = CHAIRS.get(row.chair_post, "") in seat.roles
    if not chairs and not text.strip():
        raise Refused(
            f"请假须经会议主持人同意：请写明{row.chair or '主持人'}的意见，如“3月5日电话同意”。",
            en="Leave is the chair's to give: write down what the chair said, and when.",
            field="text",
            source=REPLIES,
        )
    before_this, attendee.leave_granted = attendee.leave_granted, granted
    note(
        seat,
        f"meeting:{row.id}",
        attendee=attendee.id,
        before=before_this,
        after=granted,
        chair=chairs,
        said=text.strip(),
        on=on,
    )
    return attendee


# ── 日历 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@command("account.own")
def make_feed(seat: Seat, *, now: datetime) -> str:
    """The person's meetings here can be subscribed to at a secret address, shown this once; an older one is void."""
    if seat.account_id is None:
        raise Missing()
    token = new_token()
    epoch = seat.session.scalar(select(Account.session_epoch).where(Account.id == seat.account_id)) or 1
    values = {"token_hash": token_hash(token), "epoch": epoch, "made_at": now}
    new = insert(CalendarFeed).values(tenant_id=seat.tenant.id, account_id=seat.account_id, **values)
    seat.session.execute(new.on_conflict_do_update(index_elements=["tenant_id", "account_id"], set_=values))
    note(seat, f"account:{seat.account_id}", act="make calendar address")
    return token


@command("account.own")
def end_feed(seat: Seat) -> None:
    """The secret address leads nowhere any more."""
    mine = delete(CalendarFeed).where(
        CalendarFeed.account_id == seat.account_id, CalendarFeed.tenant_id == seat.tenant.id
    )
    seat.session.execute(mine)
    note(seat, f"account:{seat.account_id}", act="end calendar address")
