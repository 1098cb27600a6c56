"""What is owed in a year, and how it stands: without a database."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.workdays import NATIONAL
from service.obligations.owing import dues
from service.obligations.rules import (
    DONE,
    KINDS,
    STANDINGS,
    Due,
    remind,
    reminded,
    seen,
    together,
    wheel,
)
from service.obligations.world import Asked, Countersigning, Filing, Handed, Member, Met, Version, World
from tests.charter.samples import BESIDE, LOCALITIES, rules_of
from tests.obligations.worlds import ABOVE, LONG_AGO, OPENED, a_world, member, rules

DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 30))
IN_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def found(world: World, kind: str, year: int = 2026) -> list[tuple[str, date]]:
    return [(due.period, due.due) for due in dues(world, year) if due.kind == kind]


def meeting(name: str, day: date, kind: str = "plenary", signed: date | None = None) -> Met:
    return Met(name, kind, f"会议{name}", day, minutes_signed_on=signed)


# --- the rules, kind by kind ---


def test_a_unit_owes_its_plan_its_progress_by_quarter_and_its_summary():
    """Source: seed 四(四); dossier 6 (默认期限): 2月底, 季后10日, 12月20日; on a day of rest the next working day."""
    world = a_world(opened_on=LONG_AGO)
    assert found(world, "plan") == [("2026", date(2026, 2, 28))]  # a Saturday that is worked
    assert found(world, "annual_summary") == [("2026", date(2026, 12, 21))]
    assert found(world, "progress") == [
        ("2025Q4", date(2026, 1, 12)),
        ("2026Q1", date(2026, 4, 10)),
        ("2026Q2", date(2026, 7, 10)),
        ("2026Q3", date(2026, 10, 10)),
    ]


def test_without_the_shift_a_due_day_stays_where_it_is():
    assert found(a_world({"due_shifts_to_workday": False}), "annual_summary") == [("2026", date(2026, 12, 20))]


def test_what_is_laid_down_stands_as_it_is_on_record():
    row = Filing("r1", "a", "progress", "2026Q2", date(2026, 7, 13), date(2026, 7, 20), "passed")
    world = a_world(filings=[row])
    assert ("2026Q2", date(2026, 7, 13)) in found(world, "progress")
    [due] = [due for due in dues(world, 2026) if due.row == "r1"]
    assert (due.standing(date(2026, 7, 19)), due.standing(date(2026, 7, 20))) == ("overdue", "late")


def test_an_exempted_report_is_owed_no_more():
    row = Filing("r1", "a", "plan", "2026", date(2026, 2, 28), None, "exempt")
    [due] = [due for due in dues(a_world(filings=[row]), 2026) if due.row == "r1"]
    assert due.standing(date(2026, 12, 1)) == "not_owed"


def test_who_joins_within_the_period_owes_from_the_next_and_who_left_owes_no_more():
    """Source: dossier 6-9."""
    late, gone = member("late", date(2026, 5, 4)), member("gone", left_on=date(2026, 6, 1))
    owed = Counter(
        (due.unit, due.period) for due in dues(a_world(members=[late, gone]), 2026) if due.kind == "progress"
    )
    assert owed == {("gone", "2026Q1"): 1, ("late", "2026Q3"): 1}


def test_a_plenary_is_owed_as_often_and_in_the_rhythm_that_the_charter_says():
    """Source: seed 四(二); dossier 2.4."""
    year = date(2026, 12, 31)
    assert found(a_world({"plenary_min": 2}), "plenary") == [("2026", year), ("2026", year)]
    assert found(a_world({"plenary_cadence": "irregular"}), "plenary") == [("2026", year)]
    half = {"plenary_cadence": "half_year", "plenary_min": 2}
    assert found(a_world(half), "plenary") == [("2026H1", date(2026, 6, 30)), ("2026H2", year)]
    assert len(found(a_world({"plenary_cadence": "month", "plenary_min": 12, "plenary_max": 12}), "plenary")) == 12


def test_who_is_opened_within_the_year_owes_by_the_months_left():
    """Source: dossier 6-12."""
    assert len(found(a_world({"plenary_min": 2}, opened_on=date(2026, 8, 1)), "plenary")) == 1
    monthly = {"plenary_cadence": "month", "plenary_min": 12, "plenary_max": 12}
    assert found(a_world(monthly, opened_on=date(2026, 8, 3)), "plenary")[0] == ("2026M09", date(2026, 9, 30))


def plenaries(world: World, on: date) -> list[str]:
    return [due.standing(on) for due in sorted(dues(world, 2026), key=lambda d: d.due) if due.kind == "plenary"]


def test_a_meeting_keeps_its_own_span_and_a_second_one_makes_good_an_earlier():
    quarterly = {"plenary_cadence": "quarter", "plenary_min": 4, "plenary_max": 6}
    held = [meeting("1", date(2026, 2, 3)), meeting("2", date(2026, 2, 20))]
    assert plenaries(a_world(quarterly, meetings=held), date(2026, 7, 1)) == ["on_time", "overdue", "open", "open"]
    held += [meeting("3", date(2026, 8, 3)), meeting("4", date(2026, 8, 20))]
    assert plenaries(a_world(quarterly, meetings=held), date(2026, 9, 1)) == ["on_time", "late", "on_time", "open"]


def test_a_month_may_pass_without_a_meeting_as_often_as_the_minimum_lets_it():
    """Source: dossier 2.4: 原则每月(10—12)."""
    monthly = {"plenary_cadence": "month", "plenary_min": 10, "plenary_max": 12}
    held = [meeting(str(month), date(2026, month, 9)) for month in (1, 2, 5, 6)]
    stands = plenaries(a_world(monthly, meetings=held), date(2026, 8, 10))
    assert stands == ["on_time", "on_time", "not_owed", "not_owed", "on_time", "on_time", "overdue"] + ["open"] * 5


def test_minutes_follow_a_meeting_that_was_held():
    """Source: dossier 6 (纪要 会后7工作日)."""
    world = a_world(meetings=[meeting("1", date(2026, 9, 24), "special", date(2026, 10, 13))])
    [due] = [due for due in dues(world, 2026) if due.kind == "minutes"]
    assert due.due == date(2026, 10, 12)  # two holidays between
    assert (due.standing(date(2026, 10, 12)), due.standing(date(2026, 10, 13))) == ("open", "late")
    assert found(a_world({"minutes_workdays": None}, meetings=world.meetings), "minutes") == []


def test_the_notice_of_a_meeting_goes_out_before_it():
    """Source: dossier 6 (会议通知 会前5工作日). Only what is held keeps a plenary; what was recorded after the fact had none."""
    day = date(2026, 7, 20)
    ahead = replace(meeting("1", day), state="planned")
    assert found(a_world(meetings=[ahead]), "notice") == [("2026-07-20", date(2026, 7, 13))]
    assert plenaries(a_world(meetings=[ahead]), date(2026, 12, 1)) == ["open"]
    sent = [replace(ahead, state="held", noticed_on=date(2026, 7, 14))]
    [notice] = [due for due in dues(a_world(meetings=sent), 2026) if due.kind == "notice"]
    assert notice.standing(day) == "late"
    assert found(a_world(meetings=[meeting("1", day)]), "notice") == []


def test_items_are_called_for_and_papers_sent_before_a_plenary():
    """Source: dossier 6 (议题征集 会前10工作日, 材料 会前3工作日), 2.2."""
    day, kinds = date(2026, 7, 20), ("agenda_call", "materials")
    ahead = replace(meeting("1", day), state="planned", papers=[date(2026, 7, 10), None])
    world = a_world(meetings=[ahead])
    assert [found(world, kind)[0][1] for kind in kinds] == [date(2026, 7, 6), date(2026, 7, 15)]
    ready = replace(ahead, called_on=date(2026, 7, 1), papers=[date(2026, 7, 10), date(2026, 7, 16)])
    done = [due.standing(day) for due in dues(a_world(meetings=[ready]), 2026) if due.kind in kinds]
    assert done == ["on_time", "late"]
    own = {"agenda_day_of_prev_month": 20, "agenda_lead_workdays": None, "materials_workdays": None}
    assert found(a_world(own, meetings=[ahead]), "agenda_call") == [("2026-07-20", date(2026, 6, 20))]
    assert found(a_world(own, meetings=[ahead]), "materials") == []
    assert found(a_world(meetings=[replace(ahead, kind="special")]), "agenda_call") == []


def test_liaison_officers_meet_in_their_rhythm_and_before_each_plenary_where_the_charter_says_so():
    monthly = {"liaison_meeting": True, "liaison_cadence": "month"}
    assert len(found(a_world(monthly), "liaison_meeting")) == 12
    assert found(a_world(monthly | {"liaison_meeting": False}), "liaison_meeting") == []
    before = {"liaison_meeting": True, "liaison_before_plenary": True}
    held = [meeting("1", date(2026, 3, 2), "liaison"), meeting("2", date(2026, 3, 9)), meeting("3", date(2026, 9, 9))]
    kept = [due.done_on for due in dues(a_world(before, meetings=held), 2026) if due.kind == "liaison_before"]
    assert kept == [date(2026, 3, 2), None]


def test_a_kind_of_meeting_of_its_own_has_its_own_rhythm():
    """Source: seed 末句; dossier 2.1."""
    kinds = [{"name": "月度调度会", "cadence": "month"}, {"name": "季度会商", "cadence": "quarter"}, "现场推进会"]
    held = [replace(meeting("1", date(2026, 1, 9), "own"), own_kind="月度调度会")]
    owed = [due for due in dues(a_world({"own_meetings": kinds}, meetings=held), 2026) if due.kind == "own_meeting"]
    assert Counter(due.title for due in owed) == {"月度调度会": 12, "季度会商": 4}
    assert [(due.title, due.period) for due in owed if due.done_on] == [("月度调度会", "2026M01")]


def test_the_government_is_told_by_the_charters_own_cycle():
    """Source: dossier 1.4 R1, 2.4."""
    world = a_world(opened_on=LONG_AGO, reported={"2026H1": (date(2026, 7, 20), "r")})
    assert found(world, "report") == [("2025", date(2026, 2, 2)), ("2026H1", date(2026, 7, 31))]
    assert [due.done_on for due in dues(world, 2026) if due.kind == "report"] == [None, date(2026, 7, 20)]
    assert found(a_world({"report_cycle": ["event"]}), "report") == []
    assert found(a_world({"report_cycle": ["quarter"]}), "report")[0] == ("2026Q1", date(2026, 4, 27))


def test_figures_are_owed_to_whoever_has_a_parent():
    """Source: dossier 4.4, 6-9."""
    assert found(a_world(), "figures") == []
    world = a_world(above=ABOVE, published={"2026Q1": date(2026, 4, 9)})
    assert found(world, "figures") == [
        ("2026Q1", date(2026, 4, 10)),
        ("2026Q2", date(2026, 7, 10)),
        ("2026Q3", date(2026, 10, 10)),
    ]


def test_figures_are_due_by_the_terms_of_the_place_above_from_their_day_on():
    told = [*ABOVE, Version(date(2026, 6, 1), rules(figures_due_days=20))]
    world = a_world({"figures_due_days": 3}, above=told)
    assert [due for _period, due in found(world, "figures")] == [
        date(2026, 4, 10),
        date(2026, 7, 20),
        date(2026, 10, 20),
    ]


def test_a_vacancy_is_to_be_filled_within_so_many_days():
    """Source: dossier 1.2 M7."""
    held = [(LONG_AGO, date(2026, 3, 1)), (date(2026, 3, 30), date(2026, 8, 31))]
    unit = Member("a", LONG_AGO, None, held)
    vacancies = [due for due in dues(a_world(members=[unit]), 2026) if due.kind == "liaison_vacancy"]
    assert [(due.period, due.due, due.done_on) for due in vacancies] == [
        ("2026-03-02", date(2026, 3, 17), date(2026, 3, 30)),
        ("2026-09-01", date(2026, 9, 16), None),
    ]


def test_a_unit_owes_its_opinion_by_the_day_that_it_was_given():
    """Source: dossier 2.2 (征求意见), 6."""
    asked = Asked("c", "a", "培训补贴办法", date(2026, 5, 6), date(2026, 5, 15), None, date(2026, 6, 1))
    [due] = [due for due in dues(a_world(asked=[asked]), 2026) if due.kind == "opinion"]
    days = (date(2026, 5, 15), date(2026, 5, 18), date(2026, 6, 1))
    assert [due.standing(day) for day in days] == ["open", "overdue", "not_owed"]
    said = replace(asked, said_on=date(2026, 5, 18))
    [due] = [due for due in dues(a_world(asked=[said]), 2026) if due.kind == "opinion"]
    assert due.standing(date(2026, 6, 1)) == "late"


def test_a_unit_that_attended_countersigns_within_three_working_days_of_being_asked():
    """Source: dossier 2.1, 6 (会签反馈 3工作日)."""
    asked = Countersigning("m", "a", "全体会议纪要", date(2026, 5, 6), date(2026, 5, 11), None, None)
    [due] = dues_of(asked)
    assert (due.due, due.who, due.unit) == (date(2026, 5, 14), "unit", "a")
    assert [due.standing(day) for day in (date(2026, 5, 14), date(2026, 5, 15))] == ["open", "overdue"]
    for more, standing in ((("said_on", date(2026, 5, 13)), "on_time"), (("signed_on", date(2026, 5, 18)), "not_owed")):
        [due] = dues_of(replace(asked, **dict([more])))
        assert due.standing(date(2026, 5, 20)) == standing


def dues_of(asked):
    return [due for due in dues(a_world(countersigning=[asked]), 2026) if due.kind == "countersign"]


def test_x1_the_office_handles_what_a_unit_hands_in_within_ten_working_days():
    """Source: seed 三; dossier 1.3 X1."""
    first = Handed("m", "培训补贴标准", date(2026, 5, 6), date(2026, 5, 25))
    handed = [first, replace(first, number=1, handled_on=None), replace(first, row="n", withdrawn_on=date(2026, 5, 8))]
    found = [due for due in dues(a_world(handed=handed), 2026) if due.kind == "matter_handling"]
    assert {due.due for due in found} == {date(2026, 5, 19)}  # the Saturday after the holiday is worked
    assert [due.standing(date(2026, 5, 26)) for due in found] == ["late", "overdue", "late"]


def test_after_its_last_day_nothing_new_is_owed():
    """Source: dossier 2.1 (任务完成自动撤销)."""
    world = a_world({"sunset_on": "2026-09-15"})
    assert found(world, "progress") == [("2026Q1", date(2026, 4, 10)), ("2026Q2", date(2026, 7, 10))]
    assert found(world, "plenary") == found(world, "annual_summary") == []


# --- versions within a year ---


def test_each_duty_follows_the_rule_in_force_on_its_own_day():
    changed = {"since": date(2026, 7, 1), "progress_cycle": "month", "progress_offset_days": 5, "summary_due": "12-10"}
    world = a_world({}, changed)
    assert [period for period, _due in found(world, "progress")] == [
        "2026Q1", "2026Q2", "2026M07", "2026M08", "2026M09", "2026M10", "2026M11",
    ]  # fmt: skip
    assert found(world, "progress")[1] == ("2026Q2", date(2026, 7, 10))
    assert found(world, "annual_summary") == [("2026", date(2026, 12, 10))]


def test_a_date_that_a_new_version_puts_into_the_past_is_owed_from_its_own_first_day():
    world = a_world({"plan_due": "03-31"}, {"plan_due": "02-28", "since": date(2026, 3, 10)})
    assert found(world, "plan") == [("2026", date(2026, 3, 10))]
    kept = a_world({"plan_due": "02-28"}, {"plan_due": "03-31", "since": date(2026, 3, 10)})
    assert found(kept, "plan") == [("2026", date(2026, 2, 28))]


def test_a_rhythm_that_ends_within_the_year_leaves_what_the_new_minimum_still_asks():
    quarterly = {"plenary_cadence": "quarter", "plenary_min": 4, "plenary_max": 4}
    yearly = {"since": date(2026, 7, 1), "plenary_cadence": "year", "plenary_min": 3, "plenary_max": 4}
    assert [period for period, _due in found(a_world(quarterly, yearly), "plenary")] == ["2026Q1", "2026Q2", "2026"]


CYCLES = st.fixed_dictionaries(
    {
        "progress_cycle": st.sampled_from(["month", "two_months", "quarter", "half_year"]),
        "progress_offset_days": st.one_of(st.none(), st.integers(0, 60)),
        "progress_day_of_month": st.one_of(st.none(), st.integers(1, 31)),
        "plan_due": st.sampled_from(["01-20", "02-28", "03-31", "06-30"]),
        "summary_due": st.sampled_from(["11-30", "12-20", "12-31"]),
        "report_cycle": st.lists(st.sampled_from(["month", "quarter", "half_year", "year", "event"]), unique=True),
        "plenary_cadence": st.sampled_from(["year", "half_year", "quarter", "two_months", "month", "irregular"]),
        "plenary_min": st.integers(0, 2),
        "liaison_meeting": st.booleans(),
        "liaison_cadence": st.sampled_from(["quarter", "two_months", "month", "irregular"]),
        "minutes_workdays": st.one_of(st.none(), st.integers(0, 30)),
        "due_shifts_to_workday": st.booleans(),
        "due_reminder_days": st.lists(st.integers(0, 30), max_size=3),
    }
)
MEETINGS = st.lists(
    st.builds(
        lambda day, kind, after: meeting(str(day), day, kind, day + timedelta(days=after) if after else None),
        IN_2026, st.sampled_from(["plenary", "liaison", "special"]), st.integers(0, 40),
    ),
    max_size=6, unique_by=lambda met: met.id,
)  # fmt: skip
MEMBERS = [
    member(),
    member("new", date(2026, 4, 15)),
    Member("gone", LONG_AGO, date(2026, 9, 1), [(LONG_AGO, date(2026, 5, 5)), (date(2026, 6, 1), None)]),
]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    changes = [draw(CYCLES)]
    changes += [draw(CYCLES) | {"since": day} for day in sorted(draw(st.sets(IN_2026, max_size=2)))]
    opened = draw(st.one_of(st.just(LONG_AGO), DAYS))
    return a_world(*changes, opened_on=opened, above=ABOVE, members=MEMBERS, meetings=draw(MEETINGS))


@settings(max_examples=40)
@given(worlds())
def test_every_obligation_appears_exactly_once_in_one_year(world):
    every = [due.key for year in (2025, 2026, 2027) for due in dues(world, year)]
    assert [key for key, number in Counter(every).items() if number > 1] == []


@settings(max_examples=40)
@given(worlds())
def test_nothing_is_owed_from_before_the_tenant_was_opened(world):
    for due in (due for year in (2025, 2026, 2027) for due in dues(world, year)):
        assert due.due >= world.opened_on, due


RANK = {"open": 0, "soon": 1, "overdue": 2, "not_owed": 3, "late": 4, "on_time": 4}


@settings(max_examples=40)
@given(worlds(), st.lists(DAYS, min_size=2, max_size=8).map(sorted))
def test_a_standing_only_moves_on_until_the_thing_is_done(world, days):
    for due in dues(world, 2026):
        ranks = [RANK[due.standing(day, (10, 3, 1))] for day in days]
        assert ranks == sorted(ranks), due


@settings(max_examples=40)
@given(worlds(), CYCLES, IN_2026)
def test_a_rule_that_changes_within_the_year_leaves_what_fell_due_before(world, changes, day):
    before = {due.key: due.due for due in dues(world, 2026) if due.due < day}
    later = a_world({"since": day} | changes).versions
    changed = World(**{**vars(world), "versions": [v for v in world.versions if v.since < day] + list(later)})
    after = {due.key: due.due for due in dues(changed, 2026) if due.due < day}
    assert after == before


@settings(max_examples=40)
@given(worlds())
def test_a_duty_by_period_is_due_when_offices_work_where_the_charter_shifts(world):
    if all(version.rules["due_shifts_to_workday"] for version in world.versions):
        moved = [due for due in dues(world, 2026) if due.kind in ("progress", "annual_summary", "report", "figures")]
        assert all(NATIONAL.works(due.due) for due in moved)


# --- how it is seen ---


@pytest.mark.parametrize(
    ("day", "standing", "reminder"),
    [
        (date(2026, 6, 19), "open", None),
        (date(2026, 6, 20), "soon", 10),
        (date(2026, 6, 27), "soon", 3),
        (date(2026, 6, 29), "soon", 1),
        (date(2026, 6, 30), "soon", 1),
        (date(2026, 7, 1), "overdue", None),
    ],
)
def test_what_falls_due_is_said_ten_three_and_one_days_before(day, standing, reminder):
    """Source: dossier 6 (临期提醒 前10/3/1日)."""
    [line] = seen([Due("plenary", "2026H1", date(2026, 6, 30))], day, [10, 3, 1])
    assert (line.standing, line.remind) == (standing, reminder)


def test_what_falls_due_within_a_day_does_within_ten():
    on = date(2026, 6, 29)
    lines = seen([Due("plan", "2026", on + timedelta(days=left)) for left in (0, 1, 2, 9, 11)], on, [10, 3, 1])
    assert reminded(lines, [10, 3, 1]) == {10: 4, 3: 3, 1: 2}
    assert remind(on, on, []) is None


def test_what_units_owe_alike_stands_together_under_what_asks_most():
    day = date(2026, 7, 10)
    owed = [Due("progress", "2026Q2", day, done, unit=unit) for unit, done in (("a", day), ("b", None), ("c", None))]
    [group] = together(
        seen([*owed, Due("progress", "2026Q2", day, excused_from=date.min, unit="d")], date(2026, 8, 1), [])
    )
    assert (group.standing, group.owed, group.done) == ("overdue", 3, 1)


@settings(max_examples=40)
@given(worlds(), DAYS)
def test_the_wheel_holds_everything_once_in_the_month_in_which_it_falls_due(world, on):
    lines = seen(dues(world, 2026), on, [10, 3, 1])
    months = wheel(lines)
    assert Counter(line.due.key for groups in months for group in groups for line in group.lines) == Counter(
        line.due.key for line in lines
    )
    assert all(
        line.due.due.month == n for n, groups in enumerate(months, 1) for group in groups for line in group.lines
    )


def test_every_kind_rests_on_a_rule_of_the_charter():
    assert all(kind.rule in rules() for kind in KINDS.values())
    assert set(DONE) <= set(STANDINGS)


# --- the five samples of dossier 2.4 ---


def sample(key: str) -> World:
    return a_world(rules_of(LOCALITIES[key]) | BESIDE[key], above=ABOVE if key != "hengchuan" else ())


def test_the_five_sample_places_have_different_wheels_by_their_own_rules():
    """Source: dossier 2.4."""
    kinds = {key: Counter(due.kind for due in dues(sample(key), 2026)) for key in LOCALITIES if key in BESIDE}
    assert len({frozenset(found.items()) for found in kinds.values()}) == 5
    assert [kinds[key]["plenary"] for key in BESIDE] == [1, 1, 4, 12, 2]
    assert [kinds[key]["liaison_meeting"] for key in BESIDE] == [0, 0, 12, 0, 0]
    assert [kinds[key]["progress"] for key in BESIDE] == [3, 11, 11, 11, 1]
    assert [kinds[key]["report"] for key in BESIDE] == [1, 0, 3, 0, 0]  # of 2026; the year's own is due in January
    assert found(sample("qingyu"), "progress")[0] == ("2026M01", date(2026, 2, 28))
    assert found(sample("luoxi"), "progress")[0] == ("2026M01", date(2026, 2, 25))
    assert found(sample("hefeng"), "progress") == [("2026H1", date(2026, 7, 10))]


def test_the_opening_day_of_the_samples_is_the_years_first():
    assert date(2026, 1, 1) == OPENED
