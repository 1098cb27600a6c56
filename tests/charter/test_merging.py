"""Three texts side by side: what is one's own is never lost, and nothing changes that was not chosen."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.catalogue import charter_template
from service.charter import amending
from service.charter.blending import ABSENT, seen
from service.charter.merging import (
    ALIKE,
    CONFLICT,
    KEEP,
    MERGE,
    OWN,
    SINGLE,
    TAKE,
    TEMPLATE,
    UNCHANGED,
    items,
    merged,
    proposed,
    woven,
)
from service.charter.rules import Holding, Post
from service.charter.text import CharterText, DutyEntry, UnitEntry, text_of
from tenants.errors import Refused

CITY = charter_template("city")
BASE = text_of(CITY)
KNOWN = CITY.rules

# --- any three texts ---

WORDS = st.sampled_from(["甲", "乙", "丙"])
UNITS, CODES, CLAUSES, RULES = ("U1", "U2", "U3", "U4"), ("D1", "D2", "D3"), ("k1", "k2"), ("a", "b", "list")
GRADES = ("lead", "coordinate", "assist")


def some_of(names):
    return st.permutations(names).flatmap(lambda row: st.integers(0, len(row)).map(lambda n: row[:n]))


@st.composite
def texts(draw):
    units = tuple(UnitEntry(key, draw(WORDS), "群团") for key in draw(some_of(UNITS)))
    holders = st.dictionaries(st.sampled_from(UNITS), st.sampled_from(GRADES), min_size=1, max_size=3)
    duties = tuple(
        DutyEntry(code, draw(WORDS), "other", holders=tuple(Holding(*pair) for pair in draw(holders).items()))
        for code in draw(some_of(CODES))
    )
    keys = [unit.key for unit in units]
    posts = tuple(Post("convener", draw(WORDS), "U1") for _ in range(draw(st.integers(1, 2))))
    working = {key: draw(st.lists(WORDS, unique=True) if key == "list" else WORDS) for key in draw(some_of(RULES))}
    return replace(
        BASE,
        conference_name=draw(WORDS),
        leads=tuple(key for key in keys if draw(st.booleans())),
        office_host=draw(st.sampled_from([None, *UNITS])),
        units=units,
        duties=duties,
        posts=posts,
        rules=working | {"convener_count": len(posts)},
        clauses=tuple({"key": key, "text": draw(WORDS), "units": []} for key in draw(some_of(CLAUSES))),
        basis=tuple({"title": word} for word in draw(st.lists(WORDS, max_size=1))),
        template_version=f"版本{draw(WORDS)}",
    )


trios = st.tuples(texts(), texts(), texts())


def chosen(draw, found):
    """Any choices that can be made."""
    return {item.id: draw(st.sampled_from(item.options)) for item in found if draw(st.booleans())}


def value_in(text, item, others):
    """What the text says of the item: told by comparing the text with itself and the others' keys."""
    return next((one.own for one in items(others, text, others) if one.id == item.id), ABSENT)


@given(trios)
def test_each_item_is_told_exactly_once(trio):
    found = Counter(item.id for item in items(*trio))
    assert set(found.values()) == {1}
    told = {*SINGLE, "unit_order", "duty_order", "clause_order"}
    for text in trio:
        told |= {f"unit:{unit.key}" for unit in text.units} | {f"duty:{duty.code}" for duty in text.duties}
        told |= {f"clause:{clause['key']}" for clause in text.clauses}
        told |= {f"rule:{key}" for key in text.rules if key != "convener_count"}
    assert set(found) == told


@given(trios, st.data())
def test_a_local_change_is_lost_only_where_the_template_was_taken(trio, data):
    base, own, new = trio
    found = items(base, own, new)
    choices = chosen(data.draw, found)
    after = {item.id: item for item in items(own, woven(base, own, new, choices), own)}
    for item in found:
        changed_here = seen(item.kind, item.own) != seen(item.kind, item.base)
        if changed_here and choices.get(item.id, KEEP) == KEEP and not item.kind.endswith("_order"):
            now = after[item.id].own if item.id in after else ABSENT
            assert seen(item.kind, now) == seen(item.kind, item.own), item.id


@given(trios)
def test_nothing_changes_by_itself(trio):
    base, own, new = trio
    assert woven(base, own, new, {}) == _as_kept(own, new)


def _as_kept(own, new):
    """The same text, with the note which template it was compared with."""
    leads = sorted(own.leads, key=[unit.key for unit in own.units].index)
    return replace(own, leads=tuple(leads), template_version=new.template_version)


@given(texts(), texts())
def test_with_the_template_it_came_from_there_is_nothing_to_propose(base, own):
    found = items(base, own, base)
    assert {item.status for item in found} <= {UNCHANGED, OWN}
    assert set(proposed(found).values()) <= {KEEP}
    assert woven(base, own, base, proposed(found)) == _as_kept(own, base)


@given(trios)
def test_all_that_is_proposed_keeps_what_is_ones_own(trio):
    base, own, new = trio
    found = items(base, own, new)
    assert {item.status for item in found if item.proposal == TAKE} <= {TEMPLATE}
    for item in items(own, woven(base, own, new, proposed(found)), new):
        before = next((one for one in found if one.id == item.id), None)
        if before and before.status in (OWN, CONFLICT, ALIKE) and not item.kind.endswith("_order"):
            assert seen(item.kind, item.own) == seen(item.kind, before.own)


@given(trios)
def test_taking_everything_gives_the_new_template(trio):
    base, own, new = trio
    everything = {item.id: TAKE for item in items(base, own, new)}
    taken = woven(base, own, new, everything)
    assert _undated(taken) == _undated(replace(new, leads=tuple(sorted(new.leads, key=_place(new)))))


def _place(text):
    return [unit.key for unit in text.units].index


def _undated(text):
    return replace(text, units=tuple(replace(unit, joined_on=None) for unit in text.units), posts=())


@given(trios)
def test_a_merge_has_what_each_side_changed(trio):
    base, own, new = trio
    for item in items(base, own, new):
        if item.kind != "duty" or item.blend is ABSENT:
            continue
        before, here, there, both = (
            set() if value is ABSENT else {holding.unit for holding in value.holders}
            for value in (item.base, item.own, item.new, item.blend)
        )
        assert both >= (here - before) | (there - before)
        assert both >= here & there
        assert not both & (before - here - there)
        assert item.status == CONFLICT


# --- the city's real template ---


def adopted(own, new, choices):
    return merged(BASE, own, new, choices, KNOWN)


def item(own, new, name):
    return next(one for one in items(BASE, own, new) if one.id == name)


OWN_LEAD = amending.led(BASE, ["COM"], "COM")
NEXT = replace(amending.ruled(BASE, KNOWN, {"plenary_max": 4}), template_version="hengchuan-city-1")


def test_the_place_keeps_its_lead_and_takes_the_new_rule():
    assert item(OWN_LEAD, NEXT, "leads").status == OWN
    assert item(OWN_LEAD, NEXT, "rule:plenary_max").status == TEMPLATE
    after = adopted(OWN_LEAD, NEXT, {"rule:plenary_max": TAKE})
    assert (after.leads, after.rules["plenary_max"]) == (("COM",), 4)
    assert after.template_version == "hengchuan-city-1"
    assert adopted(OWN_LEAD, NEXT, {}).rules["plenary_max"] == BASE.rules["plenary_max"]


def test_what_both_changed_alike_is_no_question():
    own = amending.ruled(BASE, KNOWN, {"plenary_max": 4})
    both = item(own, NEXT, "rule:plenary_max")
    assert (both.status, both.options) == (ALIKE, (KEEP,))


def test_a_duty_that_both_gave_to_somebody_else_can_be_held_by_both():
    code = BASE.duties[0].code
    mine, theirs = (Holding(unit, "assist") for unit in ("FIN", "CIVIL"))
    own = amending.held(BASE, code, [*BASE.duties[0].holders, mine])
    new = amending.held(BASE, code, [*BASE.duties[0].holders, theirs])
    assert item(own, new, f"duty:{code}").options == (KEEP, TAKE, MERGE)
    both = merged(BASE, own, new, {f"duty:{code}": MERGE}, KNOWN).duty(code)
    assert both is not None
    assert set(both.holders) == {*BASE.duties[0].holders, mine, theirs}


def test_two_wordings_of_one_duty_cannot_both_live():
    duty = BASE.duties[0]
    own, new = (amending.reworded_duty(BASE, duty.code, replace(duty, text=text)) for text in ("甲", "乙"))
    clash = item(own, new, f"duty:{duty.code}")
    assert (clash.status, clash.options) == (CONFLICT, (KEEP, TAKE))
    with pytest.raises(Refused, match="不能选“merge”"):
        merged(BASE, own, new, {f"duty:{duty.code}": MERGE}, KNOWN)


def test_a_new_unit_comes_in_after_its_neighbour_and_since_when_one_sits_stays():
    unit = UnitEntry("EDU", "市教育局", "政府部门")
    new = amending.ordered(amending.with_unit(BASE, unit), ["HRSS", "EDU", *[u.key for u in BASE.units[1:]]])
    own = amending.with_unit(BASE, UnitEntry("POL", "市公安局", "政府部门"))
    after = merged(BASE, own, new, {"unit:EDU": TAKE}, KNOWN)
    assert [unit.key for unit in after.units] == ["HRSS", "EDU", *[u.key for u in own.units[1:]]]


def test_a_duty_of_a_unit_that_is_not_taken_is_refused_by_its_name():
    unit = UnitEntry("EDU", "市教育局", "政府部门")
    new = amending.with_duty(amending.with_unit(BASE, unit), DutyEntry("EDU1", "家政专业", "training", "", (Holding("EDU", "lead"),)))  # fmt: skip
    with pytest.raises(Refused, match="职责EDU1涉及“市教育局”") as refusal:
        merged(BASE, BASE, new, {"duty:EDU1": TAKE}, KNOWN)
    assert refusal.value.field == "duty:EDU1"
    after = merged(BASE, BASE, new, {"duty:EDU1": TAKE, "unit:EDU": TAKE}, KNOWN)
    assert after.units[-1] == unit
    assert after.duties[-1].code == "EDU1"


def test_two_conveners_taken_make_the_rule_that_counts_them():
    posts = [Post("convener", "副秘书长", organ="市政府"), *BASE.own_posts]
    after = merged(BASE, OWN_LEAD, amending.posted(BASE, posts), {"posts": TAKE}, KNOWN)
    assert after.rules["convener_count"] == 2


def test_rules_that_contradict_each_other_by_the_choices_are_refused_at_the_rule():
    own = amending.ruled(BASE, KNOWN, {"plenary_min": 2, "plenary_max": 3})
    new = amending.ruled(BASE, KNOWN, {"plenary_min": 1, "plenary_max": 1})
    with pytest.raises(Refused, match="至少次数不得大于至多次数") as refusal:
        merged(BASE, own, new, {"rule:plenary_max": TAKE}, KNOWN)
    assert refusal.value.field == "rule:plenary_min"


def test_another_source_of_the_same_words_is_no_difference():
    own = replace(BASE, units=tuple(replace(unit, source="本级制度") for unit in BASE.units))
    assert {one.status for one in items(BASE, own, BASE)} == {UNCHANGED}
    assert merged(BASE, own, NEXT, {"rule:plenary_max": TAKE}, KNOWN).units == own.units


def test_a_choice_about_nothing_is_refused():
    with pytest.raises(Refused, match="“duty:NONE”这一项不能选"):
        adopted(OWN_LEAD, NEXT, {"duty:NONE": TAKE})


@given(st.data())
def test_any_choices_among_real_charters_give_a_charter_or_a_sentence_at_an_item(data):
    own, new = (_wandered(data.draw) for _ in range(2))
    found = items(BASE, own, new)
    choices = chosen(data.draw, found)
    try:
        after = merged(BASE, own, new, choices, KNOWN)
    except Refused as refusal:
        assert refusal.source
        return
    assert CharterText.from_json(after.as_json()) == after


def _wandered(draw):
    """A charter after a few changes of its own."""
    text = BASE
    for _ in range(draw(st.integers(0, 3))):
        try:
            text = draw(st.sampled_from(STEPS))(text, draw)
        except Refused:
            assume(False)
    return text


def _key(text, draw):
    return draw(st.sampled_from([unit.key for unit in text.units]))


STEPS = (
    lambda text, draw: amending.led(text, [_key(text, draw)], _key(text, draw)),
    lambda text, draw: amending.without_duty(text, draw(st.sampled_from(text.duties)).code),
    lambda text, draw: amending.held(
        text, draw(st.sampled_from(text.duties)).code, [Holding(_key(text, draw), "lead")]
    ),
    lambda text, draw: amending.with_unit(text, UnitEntry(draw(st.sampled_from(["X1", "X2"])), draw(WORDS), "群团")),
    lambda text, draw: amending.ruled(text, KNOWN, {"plenary_max": draw(st.integers(1, 9))}),
    lambda text, draw: amending.ordered(text, draw(st.permutations([unit.key for unit in text.units]))),
)
