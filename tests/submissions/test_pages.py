"""What units owe: laid down once, filed by the unit, taken, returned or exempted by the office."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from config.workdays import NATIONAL
from service.charter import queries as charter
from service.charter.commands import set_rules
from service.charter.opening import furnish
from service.charter.queries import units
from service.kit.period import Period
from service.submissions import rules
from service.submissions.commands import lay_down_obligations
from service.submissions.models import Obligation
from service.submissions.queries import obligations_of, stands
from service.submissions.rules import STANDINGS, Owed
from tenants.errors import Refused
from tests.charter.drafts import in_force
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import console

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/submissions"


@pytest.fixture
def owed(app, engine, tenant, root):
    """The first obligation of the second quarter, laid down by the office."""
    office = signed_in(app, engine, tenant, "OS")
    answer = office.post(f"{root}/", data={"period": "2026Q2"}, follow_redirects=True)
    assert "已列出 11 项" in answer.text
    return obligations_of(console(engine, tenant).session, 2026)[0]


def test_nothing_owed_says_what_to_do_and_nonsense_is_refused(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    assert "没有应报事项" in office.get(f"{root}/").text
    wrong = office.post(f"{root}/", data={"period": "第二季度"})
    assert wrong.status_code == 422 and "无法识别" in wrong.text


def test_a_period_is_laid_down_once(app, engine, tenant, root, owed):
    again = signed_in(app, engine, tenant, "OS").post(f"{root}/", data={"period": "2026Q2"}, follow_redirects=True)
    assert "已全部列出" in again.text
    assert signed_in(app, engine, tenant, "LI", unit=owed.unit_id).post(f"{root}/", data={}).status_code in (403, 422)


def test_a_unit_files_its_own_and_the_office_returns_then_takes_it(app, engine, tenant, root, owed):
    own = signed_in(app, engine, tenant, "LI", unit=owed.unit_id)
    other = obligations_of(console(engine, tenant).session, 2026)[1]
    office, path = signed_in(app, engine, tenant, "OS"), f"{root}/{owed.id}"
    assert own.post(f"{root}/{other.id}/filing", data={"text": "x"}).status_code == 403
    assert own.post(f"{path}/filing", data={"text": " "}).status_code == 422
    assert "已报" in own.post(f"{path}/filing", data={"text": "进展顺利"}, follow_redirects=True).text
    assert "缺少数据" in office.post(f"{path}/return", data={"reason": "缺少数据"}, follow_redirects=True).text
    own.post(f"{path}/filing", data={"text": "已补数据"})
    assert "已受理" in office.post(f"{path}/acceptance", follow_redirects=True).text
    assert own.post(f"{path}/acceptance").status_code == 403


def test_an_exemption_needs_a_director_and_a_reason(app, engine, tenant, root, owed):
    path = f"{root}/{owed.id}/exemption"
    assert signed_in(app, engine, tenant, "OS").post(path, data={"reason": "机构调整"}).status_code == 403
    director = signed_in(app, engine, tenant, "OD")
    assert director.post(path, data={"reason": ""}).status_code == 422
    assert "免报" in director.post(path, data={"reason": "机构调整"}, follow_redirects=True).text


def test_the_list_is_narrowed_and_leaves_as_a_file(app, engine, tenant, root, owed):
    reader = signed_in(app, engine, tenant, "MR", unit=owed.unit_id)
    assert "省人力资源社会保障厅" in reader.get(f"{root}/?kind=progress&period=2026Q2&sort=unit").text
    assert "没有应报事项" in reader.get(f"{root}/?state=passed").text
    assert reader.get(f"{root}/?format=csv").get_data().decode("utf-8-sig").count("2026Q2") == 11


def test_a_program_does_the_same(client, engine, tenant, owed):
    api = f"/api/v1/t/{tenant.slug}/submissions"
    own, office = bearing(a_token(engine, tenant, "LI", unit=owed.unit_id)), bearing(a_token(engine, tenant, "OD"))
    assert client.post(api, json={"period": "2026Q2"}, headers=office).json["added"] == 0
    assert client.post(f"{api}/{owed.id}/filing", json={"text": "无"}, headers=own).json["state"] == "filed"
    assert client.post(f"{api}/{owed.id}/filing", json={"text": "无"}, headers=own).status_code == 409
    assert client.post(f"{api}/{owed.id}/return", json={"reason": "补充"}, headers=office).json["state"] == "returned"
    assert (
        client.post(f"{api}/{owed.id}/exemption", json={"reason": "批文"}, headers=office).json["standing"] == "exempt"
    )
    assert client.get(f"{api}?state=exempt", headers=own).json["total"] == 1
    assert client.get(f"{api}/{owed.id}", headers=own).json["reason"] == "批文"


def test_the_office_narrows_to_what_is_late_or_missing(app, engine, tenant, root, owed):
    office, session = signed_in(app, engine, tenant, "OS"), console(engine, tenant).session
    for moment, said in (("2026-07-10", "未到期 11"), ("2026-07-13", "逾期未报 11"), ("2026-08-30", "漏报 11")):
        with time_machine.travel(f"{moment}T02:00:00Z", tick=False):
            assert said in office.get(f"{root}/?kind=progress").text
    grace = rules.Grace(5, NATIONAL)
    for on in (owed.due, owed.due + timedelta(days=1), owed.due + timedelta(days=40)):
        found = {key: _ids(session, stands(key, on, grace)) for key in STANDINGS}
        rows = obligations_of(session, 2026)
        for row in rows:
            assert [key for key in STANDINGS if row.id in found[key]] == [
                rules.standing(row.due, row.filed_on, row.state, on, grace)
            ]
    assert "没有应报事项" in office.get(f"{root}/?standing=late").text
    assert "没有应报事项" in office.get(f"{root}/?until={owed.due - timedelta(days=1)}").text
    nonsense = office.get(f"{root}/?until=x&year=99999999999&standing=nonsense", follow_redirects=True)
    assert nonsense.status_code == 200 and nonsense.text.count("已不按它筛选") == 3


def _ids(session, condition):
    return set(session.scalars(select(Obligation.id).where(condition)))


def test_a_unit_owes_from_the_period_after_it_joined(engine, tenant):
    """Source: dossier 6-9."""
    seat = console(engine, tenant)
    table = units(seat.session, date(2026, 6, 30))
    table[0].joined_on = date(2026, 5, 1)
    seat.session.flush()
    assert lay_down_obligations(seat, Period.parse("2026Q2"), date(2026, 6, 30)) == len(table) - 1
    assert lay_down_obligations(seat, Period.parse("2026Q3"), date(2026, 9, 30)) == len(table)


def test_plan_and_summary_are_owed_once_a_year_on_working_days(engine, tenant):
    seat = console(engine, tenant)
    for quarter in range(1, 5):
        lay_down_obligations(seat, Period(2026, "Q", quarter), date(2026, 3, 1))
    rows = obligations_of(seat.session, 2026)
    table = len(units(seat.session, date(2026, 3, 1)))
    assert {kind: sum(row.kind == kind for row in rows) for kind in rules.KINDS} == {
        "plan": table,
        "progress": 4 * table,
        "annual_summary": table,
    }
    assert all(NATIONAL.works(row.due) for row in rows)


@given(on=DAYS, grace=st.integers(0, 12))
def test_all_that_was_due_by_the_last_missed_day_is_missed_and_nothing_after(on, grace):
    last = rules.Grace(grace, NATIONAL).last_missed(on)
    assert rules.standing(last, None, "owed", on, rules.Grace(grace, NATIONAL)) == "missed"
    assert rules.standing(last + timedelta(days=1), None, "owed", on, rules.Grace(grace, NATIONAL)) != "missed"


@given(due=DAYS, filed=st.none() | DAYS, as_of=DAYS)
def test_what_is_timely_is_filed_and_what_is_missed_is_not(due, filed, as_of):
    rows = [Owed(due, filed)]
    timely, counted = rules.timely(rows, as_of)
    done, same = rules.filed(rows, as_of)
    missed, also = rules.missed(rows, as_of, rules.Grace(5, NATIONAL))
    assert counted == same == also == (due <= as_of)
    assert missed + done <= counted
    assert timely <= counted


def test_a_deadline_on_a_day_of_rest_moves_to_the_next_working_day():
    """2026-10-10 is a Saturday worked in lieu; 2026-10-03 lies in the national holiday. Source: dossier 6-9."""
    assert rules.progress_due(date(2026, 9, 23), NATIONAL, 10) == date(2026, 10, 8)


def test_progress_is_due_by_the_charters_own_count_or_day():
    """Source: dossier 2.4: some places say so many days after the period, others a day of the next month."""
    end = date(2026, 6, 30)
    assert rules.progress_due(end, NATIONAL, 15) == date(2026, 7, 15)
    assert rules.progress_due(end, NATIONAL, None, 8) == date(2026, 7, 8)
    assert rules.progress_due(end, NATIONAL, None) == date(2026, 7, 10)
    assert rules.progress_due(end, NATIONAL, 4) == date(2026, 7, 6), "the fourth is a Saturday"
    assert rules.progress_due(end, None, 4) == date(2026, 7, 4)


def test_who_reports_by_the_half_year_owes_with_the_second_and_fourth_quarter(engine, tenant):
    seat, on = console(engine, tenant), date(2026, 3, 1)
    charter.in_force(seat.session, on).rules = charter.in_force(seat.session, on).rules | {
        "progress_cycle": "half_year"
    }
    seat.session.flush()
    table = len(units(seat.session, on))
    for quarter, added in ((1, table), (2, table), (3, 0), (4, 2 * table)):
        assert lay_down_obligations(seat, Period(2026, "Q", quarter), on) == added
    assert {row.period for row in obligations_of(seat.session, 2026) if row.kind == "progress"} == {"2026H1", "2026H2"}
    assert lay_down_obligations(seat, Period.parse("2026H1"), on) == 0, "both halves of the year are laid down"
    with pytest.raises(Refused, match="每半年报送"):
        lay_down_obligations(seat, Period(2026, "M", 7), on)


def test_who_reports_by_the_month_owes_by_the_month_whatever_is_named(engine, tenant):
    """Source: dossier 2.4: 云澜市 within five days after the month."""
    seat, on = console(engine, tenant), date(2026, 3, 1)
    monthly = {"progress_cycle": "month", "progress_offset_days": 5}
    in_force(engine, tenant, lambda seat: set_rules(seat, monthly), since=on)
    table = len(units(seat.session, on))
    assert lay_down_obligations(seat, Period(2026, "M", 7), on) == table
    assert lay_down_obligations(seat, Period(2026, "Q", 3), on) == 2 * table, "the other two months"
    assert lay_down_obligations(seat, Period(2026, "Y", 1), on) == (9 + 2) * table, "the rest, the plan, the summary"
    due = {row.period: row.due for row in obligations_of(seat.session, 2026) if row.kind == "progress"}
    assert list(due) == [f"2026M{number:02}" for number in range(1, 13)]
    assert (due["2026M07"], due["2026M09"]) == (date(2026, 8, 5), date(2026, 10, 8)), "after the holiday"


def test_a_unit_that_joined_within_a_month_owes_from_the_next_month_on(engine, tenant):
    """Source: dossier 6-9."""
    seat, on = console(engine, tenant), date(2026, 9, 30)
    in_force(engine, tenant, lambda seat: set_rules(seat, {"progress_cycle": "month"}), since=date(2026, 7, 1), on=on)
    table = units(seat.session, on)
    table[0].joined_on = date(2026, 8, 2)
    seat.session.flush()
    assert lay_down_obligations(seat, Period.parse("2026Q3"), on) == 3 * len(table) - 2


def test_a_monthly_conference_lays_down_months_on_its_page_and_by_program(app, client, engine, tenant, root):
    in_force(engine, tenant, lambda seat: set_rules(seat, {"progress_cycle": "month"}), since=date(2026, 3, 1))
    office, token = signed_in(app, engine, tenant, "OS"), bearing(a_token(engine, tenant, "OS"))
    with time_machine.travel("2026-08-02T02:00:00Z", tick=False):
        page = office.get(f"{root}/")
        assert 'value="2026M07"' in page.text and "2026Q3（含三个月）" in page.text
        made = client.post(f"/api/v1{root}", json={"period": "2026M07"}, headers=token)
        assert (made.status_code, made.json["added"]) == (201, 11)
        listed = client.get(f"/api/v1{root}?period=2026M07", headers=token).json
        assert {row["period"] for row in listed["items"]} == {"2026M07"} and listed["total"] == 11
        assert "2026年7月" in office.get(f"{root}/?period=2026M07").text
        assert client.post(f"/api/v1{root}", json={"period": "2026M13"}, headers=token).status_code == 422
        assert client.get(f"/api/v1{root}?period=2026M13", headers=token).status_code == 422
        assert client.post(f"/api/v1{root}", json={"period": "2026M06"}, headers=token).json["added"] == 11


def test_a_quarterly_conference_is_told_which_period_to_name(app, client, engine, tenant, root):
    token = bearing(a_token(engine, tenant, "OS"))
    wrong = client.post(f"/api/v1{root}", json={"period": "2026M07"}, headers=token)
    assert wrong.status_code == 422 and "请填写 2026Q3（2026年第三季度）" in wrong.text
    page = signed_in(app, engine, tenant, "OS").post(f"{root}/", data={"period": "2026M07"})
    assert page.status_code == 422 and "按季报送" in page.text and 'value="2026M07"' in page.text


RULES = {"due_shifts_to_workday": True, "plan_due": "02-28", "summary_due": "12-20"}


@given(
    year=st.integers(2024, 2030),
    cycle=st.sampled_from(tuple(rules.CYCLES)),
    offset=st.none() | st.integers(0, 40),
    day=st.none() | st.integers(1, 31),
)
def test_a_year_laid_down_by_quarters_is_the_year_laid_down_at_once(year, cycle, offset, day):
    own = {**RULES, "progress_cycle": cycle, "progress_offset_days": offset, "progress_day_of_month": day}
    whole = list(rules.owing(Period(year, "Y", 1), own, NATIONAL))
    parts = [found for number in range(1, 5) for found in rules.owing(Period(year, "Q", number), own, NATIONAL)]
    assert sorted(parts, key=str) == sorted(whole, key=str)
    assert len({(found.kind, found.about) for found in whole}) == len(whole)
    assert [found.about for found in whole if found.kind == "progress"] == Period(year, "Y", 1).ending(
        rules.CYCLES[cycle]
    )
    assert all(found.due >= found.about.last for found in whole if found.kind == "progress")


def test_the_thirty_first_of_a_shorter_month_is_its_last():
    assert rules.progress_due(date(2026, 1, 31), None, None, 31) == date(2026, 2, 28)
    assert rules.progress_due(date(2026, 8, 31), None, None, 31) == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("cycle", "on", "period"),
    [("month", "2026-08-01", "2026M07"), ("two_months", "2026-09-01", "2026B4"), ("half_year", "2026-08-01", "2026Q2")],
)
def test_the_period_to_lay_down_next_follows_the_cycle(cycle, on, period):
    assert str(rules.last_closed(date.fromisoformat(on), cycle)) == period


def test_an_exempted_one_leaves_the_denominator():
    rows = [Owed(date(2026, 7, 10), None, exempt=True), Owed(date(2026, 7, 10), date(2026, 7, 9))]
    assert rules.timely(rows, date(2026, 9, 30)) == (1, 1)


def test_how_one_stands_is_said_in_six_ways():
    due, later = date(2026, 7, 10), date(2026, 8, 30)
    ways = [
        rules.standing(due, date(2026, 7, 9), "filed", later, rules.Grace(5, NATIONAL)),
        rules.standing(due, date(2026, 7, 11), "filed", later, rules.Grace(5, NATIONAL)),
        rules.standing(due, None, "owed", due, rules.Grace(5, NATIONAL)),
        rules.standing(due, None, "owed", date(2026, 7, 13), rules.Grace(5, NATIONAL)),
        rules.standing(due, None, "owed", later, rules.Grace(5, NATIONAL)),
        rules.standing(due, None, "exempt", later, rules.Grace(5, NATIONAL)),
    ]
    assert ways == ["on_time", "late", "open", "overdue", "missed", "exempt"]
