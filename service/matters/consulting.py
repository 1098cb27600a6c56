"""Writing: the units concerned are asked for their consent, and each answers for itself, explicitly.

Source: seed 四(六) (征得有关成员单位的同意); dossier 1.4 R6, 1.6, 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from service.charter.queries import rule, units
from service.kit.command import command, note
from service.kit.seat import Seat
from service.matters.binding import is_editorial
from service.matters.commands import write_text
from service.matters.consent import ask, list_units, named, settle_answer, void_touched
from service.matters.dissent import after_answer, coordinated
from service.matters.models import Matter, MatterUnit, ReplyDelegation
from service.matters.moves import check_read, check_speaks, checked_text, happened, stepping
from service.matters.queries import concerned, delegated_on, delegation, latest_text
from service.matters.rules import CONSENT, GO_UP, OPINIONS, checked
from tenants.errors import Conflict, Forbidden, Missing, Refused

WHO_ANSWERS = "角色与权限矩阵：单位会签/同意意见"


@command("matter.handle")
def revise_text(
    seat: Seat, matter_id: UUID, *, title: str, passages: Sequence[Any], editorial: bool, reason: str, on: date
) -> Matter:
    """The matter reads so; the consents that rest on what was changed are void and asked anew, and no others.

    An editorial edit changes blanks and punctuation alone, says why, and voids nothing. Source: dossier 1.4 R6.
    """
    row = stepping(seat, matter_id, "revise")
    before = latest_text(seat.session, row.id)
    text = checked_text(seat, title, passages, on, before.content.duties)
    why = checked(reason, "reason", "请说明修改的理由。", "Say why it is changed.")
    if text == before.content:
        raise Refused("正文没有改动。", en="Nothing was changed.", field="title", source=GO_UP)
    if editorial and not is_editorial(before.content, text):
        raise Refused(
            "改动不限于标点和空格，不能按文字性修改办理；请作为实质修改提交，所涉单位将重新征求意见。",
            en="More than blanks and punctuation was changed: this is a material edit.",
            field="editorial",
            source=GO_UP,
        )
    written = write_text(seat, row, text, on, no=before.no + 1, editorial=editorial, reason=why)
    kind = "文字性修改" if editorial else "实质修改"
    happened(seat, row, "revise", on, f"第{written.no}稿，{kind}：{why}")
    if row.consulted_on is None:
        list_units(seat, row, text, on)
    elif not editorial:
        void_touched(seat, row, before.content, written, on)
    return row


@command("consult.start")
def open_consultation(seat: Seat, matter_id: UUID, *, on: date) -> Matter:
    """The units concerned are frozen and asked, each with its days. Refused: a second time; where nobody is concerned."""
    row = stepping(seat, matter_id, "consult")
    if row.consulted_on is not None:
        raise Conflict("已征求有关成员单位同意，不能重复发起。", en="They have been asked.", source=GO_UP)
    listed = list_units(seat, row, latest_text(seat.session, row.id).content, on)
    if not listed:
        raise Refused(
            "没有有关成员单位：请在正文中引用所涉职责，或先增列单位。",
            en="No unit is concerned: cite the duties, or add units.",
            source=GO_UP,
        )
    for found in listed:
        ask(seat, row, found, on)
    row.consulted_on, row.consulted_by = on, seat.name
    return happened(seat, row, "consult", on, "、".join(named(seat, found.unit_id) for found in listed))


# --- who is concerned ---


@command("consult.start")
def enlarge(seat: Seat, matter_id: UUID, *, unit_id: UUID, reason: str, on: date) -> Matter:
    """One more unit is concerned; where the others were asked, it is asked too."""
    row = stepping(seat, matter_id, "concern")
    why = checked(reason, "reason", "请填写增列的理由。", "Say why it is concerned.")
    if unit_id not in {unit.id for unit in units(seat.session, on)}:
        raise Refused("请从现任成员单位中选择。", en="Choose a member unit.", field="unit_id", source=GO_UP)
    found = _line_of(seat, row, unit_id)
    if found is not None and found.state != "removed":
        raise Refused("该单位已在有关成员单位之列。", en="It is on the list.", field="unit_id", source=GO_UP)
    if found is None:
        found = MatterUnit(matter_id=row.id, unit_id=unit_id, duties=[], state="listed")
        seat.session.add(found)
    else:
        found.state = CONSENT.step(found.state, "restore")
    found.added_by, found.added_reason = seat.name, why
    if row.consulted_on is not None:
        ask(seat, row, found, on)
    return happened(seat, row, "enlarge", on, why, unit_id=unit_id)


@command("consult.start")
def request_removal(seat: Seat, matter_id: UUID, *, unit_id: UUID, reason: str, on: date) -> Matter:
    """The office asks the director to take a unit off the list; it stays on it until then. Source: dossier 1.4 R6."""
    row = stepping(seat, matter_id, "concern")
    found = _on_the_list(seat, row, unit_id)
    CONSENT.step(found.state, "remove")
    found.removal_reason = checked(reason, "reason", "移出单位须说明理由。", "Say why it is taken off.")
    found.removal_by = seat.name
    return happened(seat, row, "ask_removal", on, found.removal_reason, unit_id=unit_id)


@command("matter.reduce")
def decide_removal(seat: Seat, matter_id: UUID, *, unit_id: UUID, approve: bool, on: date) -> Matter:
    """The director takes the unit off the list, or keeps it. Refused: one that objects; the last one."""
    row = stepping(seat, matter_id, "concern")
    found = _on_the_list(seat, row, unit_id)
    why = found.removal_reason
    if not why:
        raise Conflict("没有移出该单位的申请。", en="Nobody asked for it.", source=GO_UP)
    if approve:
        found.state = CONSENT.step(found.state, "remove")
    found.removal_reason = found.removal_by = ""
    if approve and all(other.state == "removed" for other in concerned(seat.session, row.id)):
        raise Refused("有关成员单位不能全部移出。", en="One unit at least is concerned.", source=GO_UP)
    return happened(seat, row, "remove" if approve else "keep", on, why, unit_id=unit_id)


def _line_of(seat: Seat, row: Matter, unit_id: UUID) -> MatterUnit | None:
    return next((found for found in concerned(seat.session, row.id) if found.unit_id == unit_id), None)


def _on_the_list(seat: Seat, row: Matter, unit_id: UUID) -> MatterUnit:
    found = _line_of(seat, row, unit_id)
    if found is None or found.state == "removed":
        raise Refused("该单位不在有关成员单位之列。", en="The unit is not on the list.", field="unit_id", source=GO_UP)
    return found


# --- what a unit says ---


@command("consult.reply")
def reply(
    seat: Seat,
    matter_id: UUID,
    *,
    unit_id: UUID,
    opinion: str,
    text: str = "",
    text_no: int | None = None,
    on: date,
) -> Matter:
    """The unit's representative has answered for it, or changed its answer; `text_no` is the text that was read.

    Refused: for another unit; to a text that has changed since; an objection or condition without reasons.
    Source: dossier 1.4 R6, 1.6 (单位会签/同意意见).
    """
    row = _read_by(seat, "consult.reply", matter_id, unit_id, text_no)
    return _settled(seat, row, _asked(seat, row, unit_id), opinion, _reasons(opinion, text), on, "")


@command("consult.reply_delegated")
def reply_by_delegation(
    seat: Seat,
    matter_id: UUID,
    *,
    unit_id: UUID,
    opinion: str,
    text: str = "",
    text_no: int | None = None,
    on: date,
) -> Matter:
    """The unit's liaison has answered for it, by a delegation of its representative that is on record."""
    check_speaks(seat, unit_id, "consult.reply_delegated")
    held = delegated_on(seat.session, unit_id, on)
    if held is None:
        raise Forbidden(
            "联络员须经本单位成员代表授权，方可代表本单位答复；现在没有有效的授权。",
            en="A liaison answers by a recorded delegation of the unit's representative only.",
            source=WHO_ANSWERS,
        )
    how = f"（受{held.given_by}委托：{held.basis}）"
    row = _read_by(seat, "consult.reply_delegated", matter_id, unit_id, text_no)
    return _settled(seat, row, _asked(seat, row, unit_id), opinion, _reasons(opinion, text), on, how)


def _read_by(seat: Seat, operation: str, matter_id: UUID, unit_id: UUID, text_no: int | None) -> Matter:
    """The matter, held until commit, for who speaks for the unit and has read it as it stands."""
    row = stepping(seat, matter_id, "answer")
    check_speaks(seat, unit_id, operation)
    check_read(seat, row, text_no)
    return row


def _asked(seat: Seat, row: Matter, unit_id: UUID) -> MatterUnit:
    if row.consulted_on is None:
        raise Conflict("尚未征求有关成员单位同意，还不能答复。", en="Nobody has been asked.", source=GO_UP)
    return _on_the_list(seat, row, unit_id)


def _reasons(opinion: str, text: str) -> str:
    if opinion not in OPINIONS:
        raise Refused("请选择意见。", en="Choose an opinion.", field="opinion", source=GO_UP)
    if opinion == "agree":
        return text.strip()
    if opinion == "condition":
        return checked(text, "text", "有条件同意的，请写明条件。", "Name the condition.")
    return checked(text, "text", "不同意的，请说明理由。", "Give the reasons.")


def _settled(seat: Seat, row: Matter, found: MatterUnit, opinion: str, text: str, on: date, how: str) -> Matter:
    changed = opinion == "agree" and coordinated(seat, row, found.unit_id)
    settle_answer(found, opinion, text, seat.name + how, on, latest_text(seat.session, row.id))
    found.coordinated = changed
    happened(seat, row, f"{opinion}_coordinated" if changed else opinion, on, text + how, unit_id=found.unit_id)
    after_answer(seat, row, found, on)
    return row


@command("consult.enter")
def enter_opinion(
    seat: Seat, matter_id: UUID, *, unit_id: UUID, opinion: str, text: str = "", paper_no: str, on: date
) -> Matter:
    """The office has entered what the unit said on paper; it counts once the unit confirms it.

    Refused: where the charter does not let the office do so; without the paper's number. Source: dossier 1.6, 2.4.
    """
    row = stepping(seat, matter_id, "answer")
    if not rule(seat.session, "consult_proxy_entry", on):
        raise Refused(
            "本级制度不允许办公室代录意见，请由该单位自行答复。",
            en="The charter does not let the office enter opinions.",
            source=GO_UP,
        )
    found = _asked(seat, row, unit_id)
    if found.state != "asked":
        raise Conflict("该单位已答复，不能代录。", en="The unit has answered.", source=GO_UP)
    found.entered_text = _reasons(opinion, text)
    found.paper_no = checked(paper_no, "paper_no", "请填写来文文号。", "Give the paper's number.")
    found.entered, found.entered_by = opinion, seat.name
    return happened(seat, row, "enter", on, f"{found.paper_no} {found.entered_text}".strip(), unit_id=unit_id)


@command("consult.reply")
def confirm_entry(seat: Seat, matter_id: UUID, *, unit_id: UUID, seen: int, on: date) -> Matter:
    """The unit says that this is what it said on paper: from now on it counts.

    `seen` is the revision of the unit's line that it read. Refused: what was entered anew since.
    """
    row = stepping(seat, matter_id, "answer")
    check_speaks(seat, unit_id, "consult.reply")
    found = _asked(seat, row, unit_id)
    if not found.entered:
        raise Conflict("没有待本单位确认的代录意见。", en="Nothing waits to be confirmed.", source=GO_UP)
    if found.revision != seen:
        raise Conflict(
            "代录内容在您打开后有变动，请重新核对后确认。", en="The entry has changed since you read it.", source=GO_UP
        )
    how = f"（{found.entered_by}代录，来文{found.paper_no}）"
    return _settled(seat, row, found, found.entered, found.entered_text, on, how)


# --- who may answer ---


@command("consult.delegate")
def delegate(seat: Seat, *, unit_id: UUID, from_date: date, to_date: date, basis: str, on: date) -> ReplyDelegation:
    """The unit's liaison may answer for it over those days: a recorded act. Source: dossier 1.6 (LI ◐经授权)."""
    check_speaks(seat, unit_id, "consult.delegate")
    if to_date < from_date:
        raise Refused("截止日不能早于起始日。", en="It ends before it begins.", field="to_date", source=WHO_ANSWERS)
    why = checked(basis, "basis", "请填写授权的依据或范围。", "Say what it rests on.", WHO_ANSWERS)
    row = ReplyDelegation(unit_id=unit_id, given_by=seat.name, from_date=from_date, to_date=to_date, basis=why)
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"reply_delegation:{row.id}", unit_id=unit_id, to=to_date, basis=why, on=on)
    return row


@command("consult.delegate")
def withdraw_delegation(seat: Seat, delegation_id: UUID, *, on: date) -> ReplyDelegation:
    """It lets nobody answer from today on; what was answered by it stands."""
    row = delegation(seat.session, delegation_id)
    if not seat.sits_for(row.unit_id, "consult.delegate"):
        raise Missing()
    row.withdrawn_on = row.withdrawn_on or on
    note(seat, f"reply_delegation:{row.id}", withdrawn_on=row.withdrawn_on)
    return row
