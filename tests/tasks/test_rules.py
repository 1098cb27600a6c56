from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.tasks import rules
from service.tasks.rules import Pace, TaskFacts
from tenants.errors import Conflict, Refused

D = date(2026, 9, 30)
DAY = timedelta(days=1)


def facts(due=D, claimed=None, done=None, state=None, due0=None):
    return TaskFacts(state or ("closed_out" if done else "in_progress"), due, due0 or due, done, claimed)


def worked_example():
    """Source: dossier 6, 算例."""
    early = date(2026, 9, 1)
    return [
        *[facts(due=D, claimed=early, done=early + DAY) for _ in range(9)],
        facts(due=early, claimed=early + 5 * DAY, done=early + 6 * DAY),
        *[facts(due=early) for _ in range(2)],
        *[facts(due=date(2026, 12, 1), claimed=early, done=D) for _ in range(3)],
        *[facts(due=date(2026, 12, 20)) for _ in range(5)],
        facts(due=early, state="withdrawn"),
        facts(due=early, state="merged"),
    ]


def one_place(ratio):
    return round(float(ratio.value * 100), 1)


def test_the_worked_example_of_the_dossier_holds_to_the_decimal():
    tasks = worked_example()
    assert len(rules.planned(tasks)) == 20
    assert one_place(rules.completion(tasks, D)) == 65.0
    assert one_place(rules.due_completion(tasks, D)) == 83.3
    assert one_place(rules.on_time(tasks, D)) == 80.0
    assert rules.overdue_cumulative(tasks, D).numerator == 3
    assert rules.overdue_current(tasks, D).numerator == 2
    assert one_place(rules.overdue_current(tasks, D)) == 16.7


def test_an_empty_plan_has_no_rate_rather_than_nought_or_all():
    for formula in (rules.completion, rules.due_completion, rules.on_time, rules.overdue_current):
        assert formula([], D).value is None


def test_a_task_due_on_the_day_itself_is_due_and_a_day_later_is_not():
    assert rules.due_completion([facts(due=D)], D).denominator == 1
    assert rules.due_completion([facts(due=D + DAY)], D).denominator == 0


def test_a_close_out_verified_after_the_cutoff_is_not_done_yet():
    task = facts(due=D - DAY, claimed=D - DAY, done=D + DAY)
    assert rules.completion([task], D).numerator == 0
    assert rules.overdue_current([task], D).numerator == 1
    assert rules.completion([task], D + DAY).numerator == 1
    assert rules.overdue_cumulative([task], D + DAY).numerator == 0


def test_a_suspended_task_leaves_the_denominator_and_is_counted_apart():
    tasks = [facts(due=D), facts(due=D, state="suspended")]
    assert rules.completion(tasks, D).denominator == 1
    assert rules.overdue_current(tasks, D).numerator == 1
    assert len(rules.planned(tasks)) == 2
    assert len(rules.suspended(tasks)) == 1


def test_an_extension_that_saves_the_due_date_does_not_save_the_original_one():
    extended = facts(due0=D - 30 * DAY, due=D, claimed=D - DAY, done=D - DAY)
    assert rules.on_time([extended], D).value == 1
    assert rules.on_time_original([extended], D).value == 0


days = st.integers(-200, 200).map(lambda n: D + n * DAY)
states = st.sampled_from(rules.STATES)


@st.composite
def tasks_of_a_year(draw):
    def one():
        due0, later = draw(days), draw(st.integers(0, 100))
        claimed = draw(st.none() | days)
        done = claimed + draw(st.integers(0, 30)) * DAY if claimed else None
        return TaskFacts(draw(states), due0 + later * DAY, due0, done, claimed)

    return [one() for _ in range(draw(st.integers(0, 12)))]


RATES = (
    rules.completion,
    rules.due_completion,
    rules.on_time,
    rules.on_time_original,
    rules.overdue_current,
)


@given(tasks_of_a_year(), days)
def test_every_rate_lies_between_nought_and_one(tasks, as_of):
    for rate in RATES:
        value = rate(tasks, as_of).value
        assert value is None or 0 <= value <= 1


@given(tasks_of_a_year(), days, st.integers(0, 400))
def test_an_extension_never_improves_the_rate_by_original_due_dates(tasks, as_of, more):
    def extended(task):
        return TaskFacts(task.state, task.due + more * DAY, task.due0, task.done_on, task.claimed_on)

    before = rules.on_time_original(tasks, as_of).value
    after = rules.on_time_original([extended(task) for task in tasks], as_of).value
    assert (after or 0) <= (before or 0)


@given(tasks_of_a_year(), days)
def test_withdrawn_and_merged_tasks_change_no_figure(tasks, as_of):
    kept = [task for task in tasks if task.state not in ("withdrawn", "merged")]
    for figure in (*RATES, rules.overdue_cumulative):
        assert figure(tasks, as_of) == figure(kept, as_of)


@given(tasks_of_a_year(), days)
def test_what_is_overdue_now_is_overdue_in_all(tasks, as_of):
    now, ever = rules.overdue_current(tasks, as_of), rules.overdue_cumulative(tasks, as_of)
    assert now.numerator <= ever.numerator <= (now.denominator or 0)


def light_of(on=D, **given):
    pace = {"state": "in_progress", "start": date(2026, 1, 1), "due": date(2026, 12, 31), "percent": 100}
    return rules.light(Pace(**(pace | given)), on, soon_days=10, lag_points=10)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"state": "closed_out", "due": D - DAY}, "green"),
        ({"due": D - DAY}, "red"),
        ({"due": D - DAY, "state": "close_requested"}, "red"),
        ({"due": D}, "yellow"),
        ({"due": D + 10 * DAY}, "yellow"),
        ({"due": D + 11 * DAY}, "green"),
        ({"state": "close_requested"}, "yellow"),
        ({"start": D + DAY, "percent": 0}, "grey"),
        ({"start": D, "percent": 0}, "green"),
        ({"percent": 60}, "yellow"),
        ({"percent": 70}, "green"),
        ({"state": "suspended", "due": D - DAY}, None),
        ({"state": "withdrawn", "due": D - DAY}, None),
        ({"percent": 0, "milestones": ((D - DAY, D - DAY), (D + 60 * DAY, None))}, "green"),
        ({"percent": 100, "milestones": ((D - DAY, None), (D + 60 * DAY, None))}, "yellow"),
    ],
)
def test_the_light_shows_the_worst_that_is_true(given, expected):
    assert light_of(**given) == expected


def test_a_task_due_today_is_not_overdue_before_midnight():
    assert light_of(due=D, on=D) == "yellow"
    assert light_of(due=D, on=D + DAY) == "red"


def test_the_schedule_is_pro_rata_between_start_and_due():
    pace = Pace("in_progress", date(2026, 1, 1), date(2026, 1, 11), percent=20)
    assert rules.schedule_gap(pace, date(2026, 1, 6)) == -30
    assert rules.schedule_gap(pace, date(2025, 12, 1)) == 20
    assert rules.schedule_gap(pace, date(2026, 3, 1)) == -80
    one_day = Pace("in_progress", D, D, percent=0)
    assert rules.schedule_gap(one_day, D) == Fraction(-100)


def test_the_steps_lead_from_the_start_to_the_close_out_and_back_on_return():
    assert rules.step("not_started", "report") == "in_progress"
    assert rules.step("in_progress", "request_close_out") == "close_requested"
    assert rules.step("close_requested", "return") == "in_progress"
    assert rules.step("close_requested", "verify") == "closed_out"
    assert rules.step("in_progress", "extend") == "in_progress"
    assert rules.step("suspended", "resume") == "in_progress"


def test_a_closed_task_allows_nothing_and_the_refusal_says_what_it_is():
    assert rules.possible("closed_out") == frozenset()
    with pytest.raises(Conflict, match=r"已销号.*不能填报进展"):
        rules.step("closed_out", "report")


def test_no_verb_skips_the_offices_verification():
    ways = {source for rule in rules.STEPS.values() if rule.target == "closed_out" for source in rule.sources}
    assert ways == {"close_requested"}


@pytest.mark.parametrize(
    ("start", "due", "field"),
    [(date(2026, 3, 1), date(2027, 1, 1), "due"), (date(2026, 3, 2), date(2026, 3, 1), "start")],
)
def test_dates_outside_the_plan_or_upside_down_are_refused(start, due, field):
    with pytest.raises(Refused) as refusal:
        rules.check_dates(start, due, 2026)
    assert refusal.value.field == field


@given(st.lists(st.sampled_from(sorted(rules.STEPS))))
def test_whatever_is_tried_a_task_is_closed_only_by_a_verified_request_and_then_rests(verbs):
    state, before = "not_started", ""
    for verb in verbs:
        if verb not in rules.possible(state):
            with pytest.raises(Conflict):
                rules.step(state, verb)
            continue
        assert state not in ("closed_out", "withdrawn", "merged")
        state, before = rules.step(state, verb), state
        assert state in rules.STATES
        assert (state == "closed_out") == (verb == "verify" and before == "close_requested")


@st.composite
def a_pace(draw):
    start = draw(days)
    due = start + draw(st.integers(0, 300)) * DAY
    steps = draw(st.lists(st.tuples(st.integers(0, 300), st.none() | days), max_size=5))
    milestones = tuple((min(start + n * DAY, due), done) for n, done in steps)
    return Pace(draw(states), start, due, draw(st.integers(0, 100)), milestones)


@given(a_pace(), days)
def test_a_task_is_never_more_than_all_of_it_ahead_or_behind(pace, as_of):
    assert -100 <= rules.schedule_gap(pace, as_of) <= 100


@given(a_pace(), days)
def test_red_is_exactly_an_open_task_past_its_date_and_only_the_resting_show_nothing(pace, on):
    shown = rules.light(pace, on, soon_days=10, lag_points=10)
    assert (shown == "red") == (pace.state in rules.OPEN and pace.due < on)
    assert (shown is None) == (pace.state in ("suspended", "withdrawn", "merged"))


@given(a_pace(), days, st.integers(1, 300))
def test_without_progress_a_light_only_gets_worse(pace, on, later):
    order = [None, "grey", "green", "yellow", "red"]
    still = Pace("in_progress", pace.start, pace.due, pace.percent)
    first, then = (rules.light(still, day, soon_days=10, lag_points=10) for day in (on, on + later * DAY))
    assert order.index(first) <= order.index(then)


@given(days, days, days, days, st.sampled_from(["", " ", "书面报告"]))
def test_a_paper_entry_stands_exactly_when_its_days_are_in_order_and_its_paper_is_named(
    start, claimed, done, on, basis
):
    good = start <= claimed <= done <= on and bool(basis.strip())
    try:
        rules.check_on_paper(claimed, done, start, on, basis)
    except Refused:
        assert not good
    else:
        assert good
