"""Changing the charter. Only the tenant itself can: a seat and its session know no other tenant's rows.

Every command holds the charter first, so that two changes never contradict each other. What is let pass with a
word comes back as cautions. Source: seed 末句; dossier 1.5 L1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from service.charter import queries, rules, working_rules
from service.charter.models import Charter, Duty, DutyHolder, Unit
from service.charter.original import definitions
from service.charter.rules import Caution, Holding, Post
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants.errors import Missing

EDIT = "charter.edit"


@command(EDIT)
def name_conference(seat: Seat, name: str, *, on: date) -> Charter:
    """The conference bears this name, its charter too. Source: dossier 1.5 (terminology)."""
    charter = queries.held_charter(seat.session, on)
    before, name = charter.conference_name, name.strip()
    if not name or len(name) > 60:
        raise rules.refuse(
            "请填写联席会议名称，不超过60字。", "Give the conference a name.", "conference_name", rules.LAST_SENTENCE
        )
    charter.conference_name, charter.title = name, f"{name}制度"
    note(seat, f"charter:{charter.id}", before=before, after=name)
    return charter


@command(EDIT)
def set_lead_units(seat: Seat, unit_ids: Sequence[UUID], *, office_host: UUID | None, on: date) -> list[Caution]:
    """These units lead, one or two; the office stands where it is said, if there is one."""
    charter = queries.held_charter(seat.session, on)
    members = {unit.id: unit for unit in queries.units(seat.session, on)}
    rules.check_lead(unit_ids, members)
    rules.check_office_host(office_host, members)
    before = _leadership(members, charter)
    for unit in members.values():
        unit.is_lead = unit.id in unit_ids
    charter.office_host_id = office_host
    flag_modified(charter, "office_host_id")  # a new revision of the charter also when only the lead changed
    note(seat, f"charter:{charter.id}", before=before, after=_leadership(members, charter))
    return rules.office_cautions(office_host, unit_ids) + _director_cautions(charter, members)


def _leadership(members: Mapping[UUID, Unit], charter: Charter) -> dict[str, Any]:
    host = members.get(charter.office_host_id) if charter.office_host_id else None
    leads = [unit.name for unit in members.values() if unit.is_lead]
    return {"lead_units": leads, "office_host": host.name if host else None}


def _director_cautions(charter: Charter, members: Mapping[UUID, Unit]) -> list[Caution]:
    host = members.get(charter.office_host_id) if charter.office_host_id else None
    return rules.post_cautions(_own_posts(charter), host.key if host else None)


def _own_posts(charter: Charter) -> list[Post]:
    return [rules.post_of(row) for row in charter.posts if row["role"] in rules.POST_ROLES]


@dataclass(frozen=True)
class UnitText:
    """What is said of a unit."""

    name: str
    category: str
    source: str = "本级制度"
    key: str = ""


@command(EDIT)
def add_unit(seat: Seat, words: UnitText, *, joined_on: date, on: date) -> Unit:
    """The unit sits last at the table from that day. Source: seed 二 (“等部门和单位”)."""
    queries.held_charter(seat.session, on)
    _check_unit(seat, words, None, on)
    rules.check_day(joined_on, on, "joined_on")
    unit = Unit(
        key=words.key or f"U{uuid4().hex[:8].upper()}",
        name=words.name.strip(),
        category=words.category,
        source=words.source.strip() or "本级制度",
        position=queries.next_position(seat.session, Unit.position),
        is_lead=False,
        joined_on=joined_on,
    )
    _check_key(seat, unit.key)
    seat.session.add(unit)
    seat.session.flush()
    note(seat, f"unit:{unit.id}", before=None, after=_unit_line(unit))
    return unit


def _check_unit(seat: Seat, words: UnitText, itself: UUID | None, on: date) -> None:
    names = [unit.name for unit in queries.units(seat.session, on) if unit.id != itself]
    rules.check_unit(words.name.strip(), words.category, names)


def _check_key(seat: Seat, key: str) -> None:
    if queries.key_taken(seat.session, key):
        raise rules.refuse(f"单位代码“{key}”已使用，请另取。", f"Unit key {key} is taken.", "key", rules.COMPOSITION)


def _unit_line(unit: Unit) -> dict[str, Any]:
    return {"name": unit.name, "category": unit.category, "source": unit.source, "left_on": unit.left_on}


@command(EDIT)
def edit_unit(seat: Seat, unit_id: UUID, words: UnitText, *, on: date) -> Unit:
    """The unit bears this name and category; its duties, tasks and history stay with it."""
    queries.held_charter(seat.session, on)
    unit = _member(seat, unit_id, on)
    _check_unit(seat, words, unit_id, on)
    before = _unit_line(unit)
    unit.name, unit.category = words.name.strip(), words.category
    unit.source = words.source.strip() or unit.source
    note(seat, f"unit:{unit.id}", before=before, after=_unit_line(unit))
    return unit


def _member(seat: Seat, unit_id: UUID, on: date) -> Unit:
    unit = queries.unit_named(seat.session, unit_id)
    if unit.left_on is not None and unit.left_on <= on:
        raise rules.refuse(
            f"{unit.name}已退出联席会议，不能再作调整。", f"{unit.name} has left already.", "unit", rules.COMPOSITION
        )
    return unit


@command(EDIT)
def reorder_units(seat: Seat, unit_ids: Sequence[UUID], *, on: date) -> list[Unit]:
    """The units stand in this order everywhere. Source: dossier 7.5 (单位排序按制度文本顺序)."""
    charter = queries.held_charter(seat.session, on)
    members = {unit.id: unit for unit in queries.units(seat.session, on)}
    if sorted(unit_ids) != sorted(members):
        raise rules.refuse(
            "排序须列出全部现任成员单位，各一次。",
            "The order names every member unit once.",
            "units",
            rules.COMPOSITION,
        )
    before = [unit.name for unit in members.values()]
    for position, unit_id in enumerate(unit_ids, start=1):
        members[unit_id].position = position
    after = [members[unit_id] for unit_id in unit_ids]
    note(seat, f"charter:{charter.id}", before=before, after=[unit.name for unit in after])
    return after


@command(EDIT)
def remove_unit(seat: Seat, unit_id: UUID, *, left_on: date, basis: str, on: date) -> Unit:
    """The unit is no member from that day on; all that was before keeps it. Source: dossier 1.2 M1."""
    charter = queries.held_charter(seat.session, on)
    unit = _member(seat, unit_id, on)
    alone = queries.held_alone(seat.session, unit_id, left_on)
    rules.check_departure(unit.name, unit.is_lead, charter.office_host_id == unit_id, [duty.code for duty in alone])
    rules.check_day(left_on, on, "left_on", since=unit.joined_on)
    before = _unit_line(unit)
    unit.left_on, unit.left_basis = left_on, basis.strip() or None
    note(seat, f"unit:{unit.id}", before=before, after=_unit_line(unit), basis=unit.left_basis)
    return unit


@dataclass(frozen=True)
class DutyText:
    """What is said of a duty."""

    code: str
    text: str
    policy_field: str
    source: str = "本级制度"


@command(EDIT)
def add_duty(seat: Seat, words: DutyText, holdings: Sequence[Holding], *, on: date) -> Duty:
    """The duty stands from today, and somebody holds it. Source: seed 末句; dossier 1.3."""
    charter = queries.held_charter(seat.session, on)
    _check_duty(seat, words, None, on)
    duty = Duty(
        charter_id=charter.id,
        code=words.code.strip(),
        text=words.text.strip(),
        policy_field=words.policy_field,
        source=words.source.strip() or "本级制度",
        position=queries.next_position(seat.session, Duty.position),
        began_on=on,
    )
    seat.session.add(duty)
    seat.session.flush()
    _hold(seat, duty, holdings, on)
    note(seat, f"duty:{duty.id}", before=None, after=_duty_line(seat, duty))
    return duty


def _check_duty(seat: Seat, words: DutyText, itself: UUID | None, on: date) -> None:
    codes = {duty.code for duty in queries.duties(seat.session, on) if duty.id != itself}
    rules.check_duty(words.code.strip(), words.text.strip(), words.policy_field, codes)


def _hold(seat: Seat, duty: Duty, holdings: Sequence[Holding], on: date) -> None:
    """These units hold the duty, and no other of today's members; who left before stays on record."""
    members = [unit.id for unit in queries.units(seat.session, on)]
    rules.check_holders(holdings, members)
    mine = (DutyHolder.duty_id == duty.id, DutyHolder.unit_id.in_(members))
    seat.session.execute(delete(DutyHolder).where(*mine), execution_options={"synchronize_session": "fetch"})
    seat.session.add_all(
        DutyHolder(duty_id=duty.id, unit_id=holding.unit_id, grade=holding.grade, joint=holding.joint)
        for holding in holdings
    )
    flag_modified(duty, "text")  # who holds it is part of the duty: a new revision


def _duty_line(seat: Seat, duty: Duty) -> dict[str, Any]:
    holders = [
        [queries.unit_named(seat.session, row.unit_id).name, row.grade, row.joint]
        for row in queries.holders_of(seat.session, duty.id)
    ]
    return {"code": duty.code, "text": duty.text, "policy_field": duty.policy_field, "holders": holders}


@command(EDIT)
def edit_duty(seat: Seat, duty_id: UUID, words: DutyText, *, on: date) -> Duty:
    """The duty reads so."""
    queries.held_charter(seat.session, on)
    duty = _standing(seat, duty_id, on)
    _check_duty(seat, words, duty_id, on)
    before = _duty_line(seat, duty)
    duty.code, duty.text, duty.policy_field = words.code.strip(), words.text.strip(), words.policy_field
    duty.source = words.source.strip() or duty.source
    note(seat, f"duty:{duty.id}", before=before, after=_duty_line(seat, duty))
    return duty


def _standing(seat: Seat, duty_id: UUID, on: date) -> Duty:
    duty = queries.duty(seat.session, duty_id)
    if duty.ended_on is not None and duty.ended_on <= on:
        raise Missing()
    return duty


@command(EDIT)
def assign_holders(seat: Seat, duty_id: UUID, holdings: Sequence[Holding], *, on: date) -> Duty:
    """Exactly these units hold the duty, each in its grade. Source: seed 三; dossier 1.3."""
    queries.held_charter(seat.session, on)
    duty = _standing(seat, duty_id, on)
    before = _duty_line(seat, duty)["holders"]
    _hold(seat, duty, holdings, on)
    seat.session.flush()
    note(seat, f"duty:{duty.id}", before=before, after=_duty_line(seat, duty)["holders"])
    return duty


@command(EDIT)
def revise_duty(seat: Seat, duty_id: UUID, words: DutyText, holdings: Sequence[Holding], *, on: date) -> Duty:
    """The duty reads so and is held so: both, or neither."""
    edit_duty(seat, duty_id, words, on=on)
    return assign_holders(seat, duty_id, holdings, on=on)


@command(EDIT)
def end_duty(seat: Seat, duty_id: UUID, *, on: date) -> Duty:
    """Nobody owes the duty from today; work that was done under it keeps it."""
    queries.held_charter(seat.session, on)
    duty = _standing(seat, duty_id, on)
    before = _duty_line(seat, duty)
    duty.ended_on = max(on, duty.began_on)
    note(seat, f"duty:{duty.id}", before=before, after=None)
    return duty


@command(EDIT)
def set_rules(seat: Seat, changes: Mapping[str, Any], *, on: date) -> Charter:
    """The working rules have these values, all valid together. Source: seed 四; dossier 2.1."""
    charter = queries.held_charter(seat.session, on)
    known = definitions(seat.tenant)
    if changes.get("convener_count", charter.rules["convener_count"]) != charter.rules["convener_count"]:
        raise rules.refuse(
            "召集人数由“召集人和办公室”中的设置确定，请在那里调整。",
            "The number of conveners follows from the posts.",
            "convener_count",
            rules.COMPOSITION,
        )
    after = working_rules.changed_rules(known.values(), charter.rules, changes)
    changed = [key for key in after if after[key] != charter.rules.get(key)]
    before = {key: charter.rules.get(key) for key in changed}
    charter.rules = after
    charter.posts = rules.ranked(charter.posts, after["liaison_rank"])
    note(seat, f"charter:{charter.id}", before=before, after={key: after[key] for key in changed})
    return charter


@command(EDIT)
def set_posts(seat: Seat, posts: Sequence[Post], *, on: date) -> list[Caution]:
    """These posts fill the seats of conveners and office; how many conveners there are follows. Source: seed 二."""
    charter = queries.held_charter(seat.session, on)
    members = {unit.id: unit for unit in queries.units(seat.session, on)}
    rules.check_posts(posts, [unit.key for unit in members.values()], charter.office_host_id is not None)
    before = [row for row in charter.posts if row["role"] in rules.POST_ROLES]
    rest = [row for row in charter.posts if row["role"] not in rules.POST_ROLES]
    own = [rules.post_row(post.role, post.name, unit=post.unit, organ=post.organ, rank=post.rank) for post in posts]
    charter.posts = own + rest
    conveners = sum(post.role == "convener" for post in posts)
    charter.rules = {**charter.rules, "convener_count": conveners}
    note(seat, f"charter:{charter.id}", before=before, after=own)
    return _director_cautions(charter, members)
