"""Changing the text of a charter: each change gives the text that follows, or is refused with the rule. Pure.

Source: seed 末句 (each locality decides); dossier 1.2, 1.3, 1.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from config.catalogue import Rule
from service.charter import rules, working_rules
from service.charter.rules import Holding, Post
from service.charter.text import OWN_SOURCE, CharterText, DutyEntry, UnitEntry
from tenants.errors import Missing

MOST_LETTERS = 60


def named(text: CharterText, name: str) -> CharterText:
    """The conference bears this name, its charter too. Source: dossier 1.5 (terminology)."""
    name = name.strip()
    if not 0 < len(name) <= MOST_LETTERS:
        raise rules.refuse(
            "请填写联席会议名称，不超过60字。", "Give the conference a name.", "conference_name", rules.LAST_SENTENCE
        )
    return replace(text, conference_name=name)


def led(text: CharterText, leads: Sequence[str], host: str | None) -> CharterText:
    """These units lead, one or two; the office stands where it is said, if there is one. Source: seed 末句."""
    keys = [unit.key for unit in text.units]
    rules.check_lead(leads, keys)
    rules.check_office_host(host, keys)
    return replace(text, leads=tuple(key for key in keys if key in leads), office_host=host)


def with_unit(text: CharterText, unit: UnitEntry) -> CharterText:
    """The unit sits last at the table. Source: seed 二 (“等部门和单位”)."""
    unit = _tidy(unit)
    rules.check_unit(unit.name, unit.category, [other.name for other in text.units])
    if text.unit(unit.key):
        raise rules.refuse(
            f"单位代码“{unit.key}”已使用，请另取。", f"Unit key {unit.key} is taken.", "key", rules.COMPOSITION
        )
    return replace(text, units=(*text.units, unit))


def _tidy(unit: UnitEntry) -> UnitEntry:
    return replace(unit, name=unit.name.strip(), source=unit.source.strip() or OWN_SOURCE)


def unit_in(text: CharterText, key: str) -> UnitEntry:
    """The member unit of that key, or none such."""
    unit = text.unit(key)
    if unit is None:
        raise Missing()
    return unit


def reworded_unit(text: CharterText, key: str, *, name: str, category: str, source: str = "") -> CharterText:
    """The unit bears this name and category; its duties, tasks and history stay with it."""
    before = unit_in(text, key)
    after = _tidy(replace(before, name=name, category=category, source=source or before.source))
    rules.check_unit(after.name, after.category, [unit.name for unit in text.units if unit.key != key])
    return replace(text, units=tuple(after if unit is before else unit for unit in text.units))


def ordered(text: CharterText, keys: Sequence[str]) -> CharterText:
    """The units stand in this order everywhere. Source: dossier 7.5 (单位排序按制度文本顺序)."""
    units = {unit.key: unit for unit in text.units}
    if sorted(keys) != sorted(units):
        raise rules.refuse(
            "排序须列出全部现任成员单位，各一次。",
            "The order names every member unit once.",
            "units",
            rules.COMPOSITION,
        )
    return replace(text, units=tuple(units[key] for key in keys))


def without_unit(text: CharterText, key: str) -> CharterText:
    """The unit sits at the table no more, and holds nothing. Source: dossier 1.2 M1."""
    unit = unit_in(text, key)
    alone = [duty.code for duty in text.duties_of(key) if len(duty.holders) == 1]
    posts = [post.name for post in text.own_posts if post.unit == key]
    leads, hosts = key in text.leads, text.office_host == key
    rules.check_departure(unit.name, leads=leads, hosts_office=hosts, posts=posts, alone=alone)
    return replace(
        text,
        units=tuple(other for other in text.units if other.key != key),
        duties=tuple(without_holder(duty, key) for duty in text.duties),
    )


def without_holder(duty: DutyEntry, key: str) -> DutyEntry:
    """The duty without that holder; those who stay are joint only if two in one grade are left."""
    return replace(duty, holders=together(holding for holding in duty.holders if holding.unit != key))


def together(holdings: Iterable[Holding]) -> tuple[Holding, ...]:
    """The holders, none of them joint that has no companion in its grade."""
    held = tuple(holdings)
    joint = [holding.grade for holding in held if holding.joint]
    return tuple(replace(holding, joint=holding.joint and joint.count(holding.grade) > 1) for holding in held)


def duty_in(text: CharterText, code: str) -> DutyEntry:
    """The duty of that code, or none such."""
    duty = text.duty(code)
    if duty is None:
        raise Missing()
    return duty


def with_duty(text: CharterText, duty: DutyEntry) -> CharterText:
    """The duty stands last, and somebody holds it. Source: seed 末句; dossier 1.3."""
    return replace(text, duties=(*text.duties, _checked(text, duty, [other.code for other in text.duties])))


def _checked(text: CharterText, duty: DutyEntry, codes: Sequence[str]) -> DutyEntry:
    duty = replace(duty, code=duty.code.strip(), text=duty.text.strip(), source=duty.source.strip() or OWN_SOURCE)
    duty = replace(duty, own_field=duty.own_field.strip())
    rules.check_duty(duty.code, duty.text, duty.policy_field, codes)
    others = (other for other in text.duties if other.code in codes)
    rules.check_own_field(duty.own_field, duty.policy_field, own_fields(others))
    rules.check_holders(duty.holders, [unit.key for unit in text.units])
    return duty


def own_fields(duties: Iterable[DutyEntry]) -> dict[str, str]:
    """The fields by names of the place's own, each with the seed's field that it stands for."""
    return {duty.own_field: duty.policy_field for duty in duties if duty.own_field}


def mapped(text: CharterText, own: str, name: str, policy_field: str) -> CharterText:
    """All duties of the field `own` are of the field `name`, which stands for that one; no name: the seed's own word.

    Source: seed 一 (五个方面), 末句.
    """
    if own not in own_fields(text.duties):
        raise Missing()
    name = name.strip()
    others = own_fields(duty for duty in text.duties if duty.own_field != own)
    rules.check_policy_field(policy_field)
    rules.check_own_field(name, policy_field, others)
    return replace(text, duties=tuple(_moved(duty, own, name, policy_field) for duty in text.duties))


def _moved(duty: DutyEntry, own: str, name: str, policy_field: str) -> DutyEntry:
    return replace(duty, own_field=name, policy_field=policy_field) if duty.own_field == own else duty


def reworded_duty(text: CharterText, code: str, duty: DutyEntry) -> CharterText:
    """The duty reads so and is held so; an empty source keeps the one it has. Source: seed 三; dossier 1.3."""
    before = duty_in(text, code)
    after = replace(duty, source=duty.source.strip() or before.source)
    after = _checked(text, after, [other.code for other in text.duties if other.code != code])
    return replace(text, duties=tuple(after if other is before else other for other in text.duties))


def held(text: CharterText, code: str, holders: Sequence[Holding]) -> CharterText:
    """Exactly these units hold the duty, each in its grade. Source: seed 三; dossier 1.3."""
    return reworded_duty(text, code, replace(duty_in(text, code), holders=tuple(holders)))


def without_duty(text: CharterText, code: str) -> CharterText:
    """Nobody owes the duty; work that was done under it keeps it."""
    gone = duty_in(text, code)
    return replace(text, duties=tuple(duty for duty in text.duties if duty is not gone))


def ruled(text: CharterText, known: Iterable[Rule], changes: Mapping[str, Any]) -> CharterText:
    """The working rules have these values, all valid together. Source: seed 四; dossier 2.1."""
    if changes.get("convener_count", text.rules["convener_count"]) != text.rules["convener_count"]:
        raise rules.refuse(
            "召集人数由“召集人和办公室”中的设置确定，请在那里调整。",
            "The number of conveners follows from the posts.",
            "convener_count",
            rules.COMPOSITION,
        )
    after = working_rules.changed_rules(known, text.rules, changes)
    return replace(text, rules=after, posts=rules.ranked(text.posts, after["liaison_rank"]))


def posted(text: CharterText, posts: Sequence[Post]) -> CharterText:
    """These posts fill the seats of conveners and office; how many conveners there are follows. Source: seed 二."""
    rules.check_posts(posts, [unit.key for unit in text.units], text.office_host is not None)
    rest = [post for post in text.posts if post.role not in rules.POST_ROLES]
    conveners = sum(post.role == "convener" for post in posts)
    return replace(text, posts=(*posts, *rest), rules={**text.rules, "convener_count": conveners})
