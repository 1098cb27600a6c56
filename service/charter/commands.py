"""Changing the charter: a draft is made, checked, approved by the convener, and takes effect on a day.

Only the tenant itself can: a seat and its session know no other tenant's rows. What is in force is never edited;
every change goes into the one open draft. What is let pass with a word comes back as cautions.
Source: seed 末句; dossier 1.1 P1, 1.5 L1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from service.charter import amending, announcing, checking, comparison, news, queries, rules
from service.charter.models import APPROVED, DRAFT, IN_REVIEW, Charter
from service.charter.original import definitions
from service.charter.projection import TAKE_EFFECT, take_effect
from service.charter.reforming import strays
from service.charter.rules import Caution, Holding, Post
from service.charter.succession import recorded
from service.charter.text import CharterText, DutyEntry, UnitEntry
from service.charter.writing import keyed
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants import ledger, texts
from tenants.errors import Missing, Refused

EDIT, APPROVE, PUBLISH = "charter.edit", "charter.approve", "charter.publish"
MOST_LETTERS = 200  # of a reason or a remark
BEIJING = ZoneInfo("Asia/Shanghai")


@command(EDIT)
def begin_draft(seat: Seat, text: CharterText | None = None, *, on: date) -> Charter:
    """There is a draft of the next version: the latest one's text, or the text given. One at a time."""
    latest = queries.held_latest(seat.session)
    if queries.open_draft(seat.session) is not None:
        raise _refuse("已有一份正在起草或审批的修订稿，请继续修改该稿，或先废弃它。", "There is a draft already.")
    draft = Charter(version=_label(seat, on), state=DRAFT, drafted_by=seat.name)
    draft.text = text or latest.text
    seat.session.add(draft)
    seat.session.flush()
    note(seat, f"charter:{draft.id}", before=latest.version, after=draft.version)
    return draft


def _refuse(message: str, en: str, field: str = "", source: str = "制度末句") -> Refused:
    return rules.refuse(message, en, field, source)


def _check_length(words: str, field: str) -> None:
    if len(words) > MOST_LETTERS:
        raise _refuse(f"不超过{MOST_LETTERS}字。", f"At most {MOST_LETTERS} characters.", field)


def _label(seat: Seat, on: date) -> str:
    """`2026年第1次修订`: a name that no version has."""
    taken = set(seat.session.scalars(queries.labels()))
    names = (f"{on.year}年第{number}次修订" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def held(seat: Seat, *states: str) -> Charter:
    """The open draft, held until commit; refused unless it is in one of these states."""
    draft = queries.open_draft(seat.session, hold=True)
    if draft is None:
        raise Missing()
    if draft.state not in states:
        raise _refuse(
            "修订稿已送召集人审批，不能修改；请先撤回。" if draft.state == IN_REVIEW else "修订稿尚未送审。",
            "The draft is with the convener." if draft.state == IN_REVIEW else "The draft was not submitted yet.",
        )
    return draft


Change = Callable[[CharterText], CharterText]


def _amended(seat: Seat, change: Change) -> list[Caution]:
    """The draft's text is changed, and the audit line says where."""
    draft = held(seat, DRAFT)
    before = draft.text
    after = draft.text = change(before)
    changes = [item.as_json() for item in comparison.compared(before, after)]
    note(seat, f"charter:{draft.id}", before=None, after=changes)
    return checking.cautions(after)


@command(EDIT)
def name_conference(seat: Seat, name: str) -> list[Caution]:
    """By the draft the conference bears this name."""
    return _amended(seat, lambda text: amending.named(text, name))


@command(EDIT)
def set_lead_units(seat: Seat, leads: Sequence[str], *, office_host: str | None) -> list[Caution]:
    """By the draft these units lead, and the office stands there."""
    return _amended(seat, lambda text: amending.led(text, leads, office_host))


@command(EDIT)
def add_unit(seat: Seat, unit: UnitEntry) -> list[Caution]:
    """By the draft the unit sits last at the table. A key is made for it if none is given."""
    entry = unit if unit.key else keyed(unit)
    return _amended(seat, lambda text: amending.with_unit(text, entry))


@command(EDIT)
def edit_unit(seat: Seat, key: str, *, name: str, category: str, source: str = "") -> list[Caution]:
    """By the draft the unit bears this name and category."""
    return _amended(seat, lambda text: amending.reworded_unit(text, key, name=name, category=category, source=source))


@command(EDIT)
def reorder_units(seat: Seat, keys: Sequence[str]) -> list[Caution]:
    """By the draft the units stand in this order."""
    return _amended(seat, lambda text: amending.ordered(text, keys))


@command(EDIT)
def remove_unit(seat: Seat, key: str) -> list[Caution]:
    """By the draft the unit is no member any more."""
    return _amended(seat, lambda text: amending.without_unit(text, key))


@command(EDIT)
def add_duty(seat: Seat, duty: DutyEntry) -> list[Caution]:
    """By the draft the duty stands, and somebody holds it."""
    return _amended(seat, lambda text: amending.with_duty(text, duty))


@command(EDIT)
def edit_duty(seat: Seat, code: str, duty: DutyEntry) -> list[Caution]:
    """By the draft the duty reads so and is held so."""
    return _amended(seat, lambda text: amending.reworded_duty(text, code, duty))


@command(EDIT)
def assign_holders(seat: Seat, code: str, holders: Sequence[Holding]) -> list[Caution]:
    """By the draft exactly these units hold the duty."""
    return _amended(seat, lambda text: amending.held(text, code, holders))


@command(EDIT)
def remove_duty(seat: Seat, code: str) -> list[Caution]:
    """By the draft nobody owes the duty any more."""
    return _amended(seat, lambda text: amending.without_duty(text, code))


@command(EDIT)
def map_field(seat: Seat, own: str, *, name: str, policy_field: str) -> list[Caution]:
    """By the draft the place's own field bears this name and stands for that field of the seed."""
    return _amended(seat, lambda text: amending.mapped(text, own, name, policy_field))


@command(EDIT)
def set_rules(seat: Seat, changes: Mapping[str, Any]) -> list[Caution]:
    """By the draft the working rules have these values."""
    known = definitions(seat.tenant).values()
    return _amended(seat, lambda text: amending.ruled(text, known, changes))


@command(EDIT)
def set_posts(seat: Seat, posts: Sequence[Post]) -> list[Caution]:
    """By the draft these posts convene and run the office."""
    return _amended(seat, lambda text: amending.posted(text, posts))


@command(EDIT)
def rewrite(seat: Seat, text: CharterText) -> list[Caution]:
    """The draft is this text as a whole; refused with the first fault."""
    checking.check(text, definitions(seat.tenant).values())
    return _amended(seat, lambda _before: text)


@command(EDIT)
def discard_draft(seat: Seat) -> None:
    """There is no draft any more; what is in force stays as it is."""
    draft = held(seat, DRAFT)
    note(seat, f"charter:{draft.id}", before=draft.version, after=None)
    seat.session.delete(draft)


@command(EDIT)
def submit_draft(seat: Seat, reason: str) -> Charter:
    """The draft lies before the convener: whole, checked, and with the reason for it. Source: dossier 1.1 P1."""
    draft = held(seat, DRAFT)
    if not reason.strip():
        raise _refuse("请说明修订依据，如会议议定或文件文号。", "Say what this version rests on.", "reason")
    _check_length(reason, "reason")
    checking.check(draft.text, definitions(seat.tenant).values())
    for stray in strays(recorded(draft), draft.text):
        raise stray
    draft.state, draft.reason, draft.submitted_by, draft.remark = IN_REVIEW, reason.strip(), seat.name, ""
    seat.session.flush()
    news.tell_conveners(seat, draft, datetime.now(BEIJING).date())
    note(seat, f"charter:{draft.id}", before=DRAFT, after=IN_REVIEW, reason=draft.reason)
    return draft


@command(EDIT)
def recall_draft(seat: Seat) -> Charter:
    """The draft is back on the desk of those who write it."""
    return _returned(seat, "")


@command(APPROVE)
def return_draft(seat: Seat, remark: str) -> Charter:
    """The convener sends the draft back and says why."""
    if not remark.strip():
        raise _refuse("请说明退回的理由。", "Say why it goes back.", "remark")
    _check_length(remark, "remark")
    return _returned(seat, remark.strip())


def _returned(seat: Seat, remark: str) -> Charter:
    draft = held(seat, IN_REVIEW)
    draft.state, draft.remark = DRAFT, remark
    note(seat, f"charter:{draft.id}", before=IN_REVIEW, after=DRAFT, remark=remark)
    return draft


@command(APPROVE)
def approve_draft(seat: Seat, *, effective_from: date, on: date) -> Charter:
    """The version is settled and takes effect that day: now, if the day has come. Source: dossier 1.1 P1.

    The places below are told by when it wants their figures, if that is new.
    """
    draft = held(seat, IN_REVIEW)
    latest = queries.settled(seat.session)[0]
    checking.check_effect(latest.version, latest.effective_from, effective_from)
    checking.check(draft.text, definitions(seat.tenant).values())
    draft.state, draft.effective_from = APPROVED, effective_from
    draft.text = draft.text.dated(effective_from)
    draft.approved_by, draft.approved_at = seat.name, datetime.now(UTC)
    seat.session.flush()
    if effective_from <= on:
        take_effect(seat.session, draft)
    else:
        dawn = datetime.combine(effective_from, time(), BEIJING)
        ledger.post(seat.session, TAKE_EFFECT, {"charter": str(draft.id)}, due_at=dawn)
    announcing.announce(seat.session, draft, by=seat.name)
    news.tell_everybody(seat, draft, on)
    note(seat, f"charter:{draft.id}", before=IN_REVIEW, after=APPROVED, effective_from=effective_from.isoformat())
    return draft


@command(PUBLISH)
def publish_charter(seat: Seat, *, on: date) -> texts.PublishedText:
    """The charter in force is sealed and on its way to the tenants above, who may read it and no more."""
    charter = queries.in_force(seat.session, on)
    if queries.published_version(seat.session) == str(charter.id):
        raise _refuse(f"{charter.version}已公开，内容没有变化。", f"{charter.version} is published already.")
    content = {"charter": str(charter.id), "version": charter.version, "effective_from": charter.effective_from}
    content |= {"text": charter.text.as_json()}
    row = texts.publish(seat.session, "charter", charter.title, content, by=seat.name)
    note(seat, f"published_text:{row.id}", version=charter.version, revision=row.revision, sha256=row.sha256)
    return row
