"""Writing minutes: drafted from the record, circulated, confirmed, countersigned, signed.

What is signed is the text whose hash was confirmed: an edit after circulation asks anew.
Source: seed 四(二); dossier 1.4 R2 (产出), 1.6 (签发纪要), 2.2 (会议纪要).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from config.labels import label
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.meetings.queries import held_meeting, resolution
from service.minutes.models import Confirmation, Countersignature, Minutes
from service.minutes.news import tell_signer, tell_units
from service.minutes.queries import (
    Party,
    beside,
    confirming,
    countersigning,
    minutes,
    original,
    parties,
    present_units,
    record_of,
    rules_of,
    signs,
)
from service.minutes.record import Change, recorded
from service.minutes.rules import (
    AMEND,
    ARTICLE,
    ASKING,
    LONGEST,
    MINUTES,
    Passage,
    contradictions,
    in_order,
    signer,
    text_hash,
)
from service.minutes.settling import why_unconfirmed, why_unsettled
from tenants.errors import Conflict, Forbidden, Refused

TITLE = 100  # characters


@command("minutes.draft")
def draft(seat: Seat, meeting_id: UUID, on: date) -> Minutes:
    """The held meeting has minutes, drafted from its record.

    Refused: a meeting that was not held; minutes that were begun, or signed before they were kept here.
    """
    held = held_meeting(seat.session, meeting_id)
    if held.state != "held":
        raise Conflict("会议尚未结束，不能起草纪要。", en="The meeting was not held yet.", source=ARTICLE)
    if original(seat.session, meeting_id) is not None:
        raise Conflict("该会议的纪要已经起草。", en="Its minutes were begun already.", source=ARTICLE)
    if held.minutes_signed_on:
        raise Conflict(f"纪要已于{held.minutes_signed_on}签发。", en="Its minutes are signed.", source=ARTICLE)
    text = [Passage(one.key, one.text) for one in recorded(seat.session, held)]
    title = held.title if held.title.endswith("纪要") else f"{held.title}纪要"
    row = begun(seat, Minutes(meeting_id=held.id, changes=[]), title, text, on)
    note(seat, f"minutes:{row.id}", meeting=held.id, sha256=row.sha256)
    return row


def begun(seat: Seat, row: Minutes, title: str, text: Sequence[Passage], on: date) -> Minutes:
    """The document is there as a draft with this text."""
    row.drafted_by, row.drafted_on = seat.name, on
    _say(row, title, text)
    seat.session.add(row)
    seat.session.flush()
    return row


def _say(row: Minutes, title: str, text: Sequence[Passage]) -> None:
    row.title, row.passages = title, [{"key": one.key, "text": one.text} for one in text]
    row.sha256 = text_hash(title, text, row.changes)


@command("minutes.draft")
def revise(
    seat: Seat,
    minutes_id: UUID,
    *,
    title: str,
    passages: Sequence[Passage],
    seen: int | None = None,
    accept: bool = False,
    on: date,
) -> Minutes:
    """The text reads so. Once it is out, everybody is asked anew: what was confirmed was the old text.

    Refused: text that somebody changed after revision `seen`; signed minutes; out of a circulated text, a lead or due
    date that the record has otherwise, unless it is accepted. Source: dossier 1.4 R2, 2.2.
    """
    row = minutes(seat.session, minutes_id, hold=True)
    state = MINUTES.step(row.state, "amend" if row.state in ASKING else "revise")
    if seen is not None and seen != row.revision:
        raise Conflict(
            "文稿已被他人修改：下面是您填写的内容，请对照现稿后再保存。",
            en="Somebody changed the text meanwhile: below is what you wrote; compare it, then save again.",
        )
    before = row.sha256
    _say(row, _checked_title(title), _checked(seat, row, passages))
    if row.sha256 != before and state in ASKING:
        _refuse_contradictions(seat, row, accept)
        row.state, row.circulated_on, row.countersign_on = state, on, None
    note(seat, f"minutes:{row.id}", before=before, after=row.sha256, accepted=accept)
    return row


def _checked_title(title: str) -> str:
    if not title.strip() or len(title.strip()) > TITLE:
        raise Refused(
            f"请填写纪要标题，不超过{TITLE}字。",
            en=f"Minutes have a title of up to {TITLE} characters.",
            field="title",
            source=ARTICLE,
        )
    return title.strip()


def _checked(seat: Seat, row: Minutes, passages: Sequence[Passage]) -> list[Passage]:
    """The text with these passages in place of the old; agreed items of the record can be added, and left out."""
    known = {one.key for one in row.text} | {one.key for one in record_of(seat.session, row)}
    given = {one.key: one.text.strip() for one in passages}
    for key, text in given.items():
        if key not in known:
            raise Refused("没有这一段。", en=f"There is no passage {key}.", field="passages")
        if len(text) > LONGEST:
            raise Refused(f"一段不超过{LONGEST}字。", en=f"At most {LONGEST} characters.", field=f"passages.{key}")
    found = in_order({one.key: one.text for one in row.text} | given)
    if not any(one.text for one in found):
        raise Refused("纪要不能没有正文。", en="Minutes have a text.", field="passages", source=ARTICLE)
    return found


def _refuse_contradictions(seat: Seat, row: Minutes, accept: bool) -> None:
    """What the words say of an agreed item stands as the record has it, or goes out knowingly."""
    found = contradictions(beside(seat.session, row))
    if found and not accept:
        raise Refused(
            f"文稿有{len(found)}处与会议记录不一致（牵头单位、时限或议定事项）。请改正文稿或先更正会议记录；确需如此的，请勾选确认。",
            en=f"{len(found)} passages differ from the record in lead, due date or agreed item: mend them, or accept.",
            source=ARTICLE,
            field="accept",
        )


@command("minutes.draft")
def circulate(seat: Seat, minutes_id: UUID, *, accept: bool = False, on: date) -> Minutes:
    """The text lies before everybody who was there, to be confirmed. Source: dossier 2.2."""
    row = minutes(seat.session, minutes_id, hold=True)
    state = MINUTES.step(row.state, "circulate")
    _refuse_contradictions(seat, row, accept)
    row.state, row.circulated_on = state, on
    asked = (party.unit_id for party in parties(seat.session, row.meeting_id))
    tell_units(seat, row, "minutes_to_confirm", asked, on)
    note(seat, f"minutes:{row.id}", circulated_on=on, sha256=row.sha256, accepted=accept)
    return row


@command("minutes.check")
def confirm(
    seat: Seat, minutes_id: UUID, *, party: UUID, opinion: str, text: str = "", sha256: str, on: date
) -> Minutes:
    """Who was there says that the text is right, or what should be amended; until it is signed he may come back to it.

    Refused: for another's unit; a text that has changed since it was read; an amendment without words.
    Source: dossier 1.6 (签发纪要：核对).
    """
    row = minutes(seat.session, minutes_id, hold=True)
    MINUTES.step(row.state, "confirm")
    asked = next((one for one in parties(seat.session, row.meeting_id) if one.id == party), None)
    if asked is None:
        raise Refused("不在到会人员之列，不须核对。", en="He was not there.", source=ARTICLE, field="party")
    _check_opinion(seat, row, asked.unit_id, opinion, text, sha256)
    query = confirming(seat.session, row, on)
    said = next((line.said for line in query if line.party == party and line.said), None) or _unsaid(row, asked)
    said.opinion, said.text, said.said_by, said.said_on = opinion, text.strip(), seat.name, on
    if isinstance(said, Confirmation):
        said.answer = said.answered_by = ""
    seat.session.add(said)
    if not rules_of(seat.session, row)["minutes_countersign"]:
        tell_signer(seat.session, row, confirming(seat.session, row, on), on)
    note(seat, f"minutes:{row.id}", party=party, opinion=opinion, sha256=sha256)
    return row


def _unsaid(row: Minutes, asked: Party) -> Confirmation:
    return Confirmation(
        minutes_id=row.id, party=asked.id, attendee_id=asked.attendee_id, unit_id=asked.unit_id, sha256=row.sha256
    )


def _check_opinion(seat: Seat, row: Minutes, unit_id: UUID, opinion: str, text: str, sha256: str) -> None:
    if not seat.sits_for(unit_id, "minutes.check"):
        raise Forbidden("只能代表本单位核对、会签。", en="One speaks for one's own unit.", source=ARTICLE)
    if sha256 != row.sha256:
        raise Conflict(
            "纪要已修改，请看过新稿后再表态。",
            en="The text has changed since you read it: read it again.",
            source=ARTICLE,
            field="sha256",
        )
    if opinion == AMEND and not text.strip():
        raise Refused("请写明修改意见。", en="Say what should be amended.", field="text")


@command("minutes.draft")
def answer(seat: Seat, minutes_id: UUID, *, party: UUID, text: str, on: date) -> Minutes:
    """An amendment is not taken up, and who asked for it reads why. What is taken up is written into the text instead."""
    row = minutes(seat.session, minutes_id, hold=True)
    MINUTES.step(row.state, "answer")
    line = next((one for one in confirming(seat.session, row, on) if one.party == party), None)
    if line is None or not isinstance(line.said, Confirmation) or line.said.opinion != AMEND:
        raise Conflict("没有需要答复的修改意见。", en="There is no amendment to answer.", source=ARTICLE)
    if not text.strip():
        raise Refused("请写明未采纳的理由。", en="Say why it is not taken up.", field="text", source=ARTICLE)
    line.said.answer, line.said.answered_by = text.strip(), seat.name
    note(seat, f"minutes:{row.id}", party=party, answer=text.strip(), on=on)
    return row


@command("minutes.draft")
def send(seat: Seat, minutes_id: UUID, on: date) -> Minutes:
    """The confirmed text lies before the units that attended, to be countersigned. Source: dossier 2.1, 2.2 (会签).

    Refused: where the charter asks for none; while somebody has not confirmed within his days.
    """
    row = minutes(seat.session, minutes_id, hold=True)
    state = MINUTES.step(row.state, "send")
    if not rules_of(seat.session, row)["minutes_countersign"]:
        raise Refused("按本级制度，纪要不须会签。", en="The charter asks for no countersignature.", source=ARTICLE)
    if refusal := why_unconfirmed(seat.session, row, on):
        raise refusal
    row.state, row.countersign_on = state, on
    tell_units(seat, row, "minutes_to_countersign", present_units(seat.session, row.meeting_id), on)
    note(seat, f"minutes:{row.id}", countersign_on=on, sha256=row.sha256)
    return row


@command("minutes.check")
def countersign(
    seat: Seat, minutes_id: UUID, *, unit_id: UUID, opinion: str, text: str = "", sha256: str, on: date
) -> Minutes:
    """The unit agrees to the minutes, or says what should be amended; it may come back to it until they are signed."""
    row = minutes(seat.session, minutes_id, hold=True)
    MINUTES.step(row.state, "countersign")
    if unit_id not in present_units(seat.session, row.meeting_id):
        raise Refused("该单位未到会，不须会签。", en="The unit did not attend.", source=ARTICLE, field="unit_id")
    _check_opinion(seat, row, unit_id, opinion, text, sha256)
    lines = countersigning(seat.session, row, on)
    said = next((line.said for line in lines if line.unit_id == unit_id and line.said), None) or Countersignature(
        meeting_id=row.meeting_id, minutes_id=row.id, unit_id=unit_id, sha256=row.sha256
    )
    said.opinion, said.text, said.said_by, said.said_on = opinion, text.strip(), seat.name, on
    seat.session.add(said)
    tell_signer(seat.session, row, countersigning(seat.session, row, on), on)
    note(seat, f"minutes:{row.id}", unit=unit_id, opinion=opinion, sha256=sha256)
    return row


@command("minutes.sign_named")
def sign(seat: Seat, minutes_id: UUID, *, sha256: str | None = None, on: date) -> Minutes:
    """The text is signed by whom the charter says and stands for good; what was agreed is locked and counts from now on.

    Refused: for anybody else; while an amendment stands open, or somebody has days left to speak; where units
    countersign, before they all have. Source: dossier 1.4 R2, 1.6 (签发纪要), 2.1, 6-8.
    """
    row = minutes(seat.session, minutes_id, hold=True)
    held = held_meeting(seat.session, row.meeting_id)
    _refuse_other_signer(seat, row, held)
    state = MINUTES.step(row.state, "sign")
    if sha256 is not None and sha256 != row.sha256:
        raise Conflict("纪要已修改，请看过新稿后再签发。", en="The text has changed since you read it.", source=ARTICLE)
    if refusal := why_unsettled(seat.session, row, on):
        raise refusal
    row.state, row.signed_on, row.signed_by = state, on, seat.name
    if row.corrects_id is None:
        held.minutes_signed_on = on
    for kept in row.changes:
        _apply(seat, Change.from_json(kept))
    note(seat, f"minutes:{row.id}", signed_on=on, sha256=row.sha256)
    return row


def _refuse_other_signer(seat: Seat, row: Minutes, held: Meeting) -> None:
    if not signs(seat, held):
        post = signer(held.kind, rules_of(seat.session, row))
        raise Forbidden(
            f"按本级制度，该会议的纪要由{label('role', post)}签发。",
            en=f"By the charter these minutes are signed by the {label('role', post, 'en').lower()}.",
            source="制度四(二)",
        )


def _apply(seat: Seat, change: Change) -> None:
    """The agreed item stands as the signed correction says. Source: dossier 1.4 R2 (修改须更正件)."""
    row = resolution(seat.session, change.resolution_id)
    before = {"lead_unit_id": row.lead_unit_id, "due": row.due}
    row.lead_unit_id, row.due = change.lead_unit_id or row.lead_unit_id, change.due or row.due
    after = {"lead_unit_id": row.lead_unit_id, "due": row.due}
    note(seat, f"resolution:{row.id}", **{f"corrected:{row.id}": {"before": before, "after": after}})
