"""What a charter decides about the whole body is obeyed by every room, not only by its own pages."""

from datetime import UTC, date, datetime

import pytest

from service.accounts.commands import invite
from service.accounts.queries import take_seat
from service.charter import commands
from service.charter.opening import furnish
from service.charter.queries import units
from service.charter.rules import Post
from service.kit.period import Period
from service.kit.web import today
from service.plans.commands import draft_plan
from service.reports.commands import draft_report
from service.submissions.commands import lay_down_obligations
from service.tasks import rules as tasks
from tenants.db import acting_for
from tenants.errors import Refused
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_tenant, an_account, signed_in
from tests.work.office import a_plan, a_task, console

SINCE = date(2026, 2, 2)
Q2 = Period.parse("2026Q2")


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


def ruled(**changes):
    return lambda seat: commands.set_rules(seat, changes)


def without_an_office(seat):
    commands.set_lead_units(seat, ["HRSS"], office_host=None)
    commands.set_posts(seat, [Post("convener", "副省长", organ="省政府"), Post("convener", "秘书长", organ="省政府")])


def seat_of(engine, tenant, role, unit):
    account = an_account(engine, tenant, role, unit=unit)
    with acting_for(engine, tenant.id) as session:
        return take_seat(session, tenant, account, today())


def test_without_an_office_the_lead_departments_seats_do_its_work(engine, tenant):
    """Source: seed 二; dossier 2.1 (不设办公室的，日常工作由牵头部门承担)."""
    table = {unit.key: unit.id for unit in units(console(engine, tenant).session, today())}
    before = seat_of(engine, tenant, "LI", table["HRSS"])
    assert before.roles == {"LI"} and not before.may("submission.review")
    in_force(engine, tenant, without_an_office, since=SINCE)
    liaison, head = (seat_of(engine, tenant, role, table["HRSS"]) for role in ("LI", "MR"))
    assert liaison.may("meeting.record") and liaison.may("charter.edit") and not liaison.may("task.close_out")
    assert head.may("task.close_out") and head.may("minutes.sign")
    other = seat_of(engine, tenant, "LI", table["COM"])
    assert not other.may("meeting.record")


def test_nobody_is_seated_as_the_director_of_an_office_that_does_not_exist(engine, tenant):
    seat, now = console(engine, tenant), datetime.now(UTC)
    assert invite(seat, username="zhang.san", name="张三", roles=["OD"], on=today(), now=now).account
    in_force(engine, tenant, without_an_office, since=SINCE)
    with pytest.raises(Refused, match="本级制度不设办公室"):
        invite(seat, username="li.si", name="李四", roles=["OD"], on=today(), now=now)
    assert invite(seat, username="li.si", name="李四", roles=["OS"], on=today(), now=now).account


def test_after_its_last_day_nothing_new_is_opened_and_everything_is_read(app, engine, tenant):
    seat, last = console(engine, tenant), date(2026, 3, 31)
    plan = a_plan(seat)
    in_force(engine, tenant, ruled(sunset_on=last.isoformat()), since=SINCE)
    assert a_task(seat, plan, date(2026, 9, 30))
    assert lay_down_obligations(seat, Period.parse("2026Q1"), last) > 0
    late = date(2026, 4, 1)
    with pytest.raises(Refused, match="运行至2026-03-31"):
        draft_plan(seat, year=2027, title="2027年工作要点", on=late)
    with pytest.raises(Refused, match="运行至2026-03-31"):
        lay_down_obligations(seat, Q2, late)
    with pytest.raises(Refused, match="运行至2026-03-31"):
        a_task(seat, plan, date(2026, 9, 30), start=late)
    office = signed_in(app, engine, tenant, "OS")
    assert "此后只能查看和办结已有事项" in office.get(f"/t/{tenant.slug}/").text
    assert office.get(f"/t/{tenant.slug}/plans/{plan.id}").status_code == 200
    assert draft_plan(seat, year=2027, title="2027年工作要点", on=last).year == 2027


def test_a_body_that_is_no_conference_is_called_by_its_own_word_on_every_page(app, engine, tenant):
    office = signed_in(app, engine, tenant, "OS")
    assert "联席会议制度" in office.get(f"/t/{tenant.slug}/").text
    changes = (lambda seat: commands.name_conference(seat, "省家政服务工作专班"), ruled(body_kind="task_force"))
    in_force(engine, tenant, *changes, since=SINCE)
    for path in ("", "submissions/", "plans/", "charter/"):
        page = office.get(f"/t/{tenant.slug}/{path}").text
        assert "工作专班制度" in page, path
        assert "联席会议" not in page.replace("联席 · 政府联席会议工作平台", ""), path


def test_who_issues_the_report_and_to_whom_it_goes_is_the_charters_to_say(engine, tenant):
    """Source: 国办函〔2003〕49号; dossier 0-1, 1.5."""
    seat = console(engine, tenant)
    plain = draft_report(seat, Q2, today()).parts["head"]
    assert plain["organ"].endswith("人力资源社会保障厅") and plain["addressee"] == "省人民政府"
    in_force(engine, tenant, ruled(issues_documents=True, report_to="省委、省政府"), since=SINCE)
    own = draft_report(seat, Q2, today()).parts["head"]
    assert own["organ"] == f"{tenant.name}发展家庭服务业联席会议"
    assert own["addressee"] == "省人民政府" and own["copy_to"].startswith("省委")


LADDER = {
    "supervision_levels": ["yellow", "red"],
    "overdue_yellow_days": 1,
    "overdue_red_days": 10,
    "pro_rata_lag_points": 10,
}
DUE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("levels", "day", "lit", "rung"),
    [
        (["yellow", "red"], date(2026, 7, 1), "red", "yellow"),
        (["yellow", "red"], date(2026, 7, 10), "red", "red"),
        (["blue", "orange", "red"], date(2026, 7, 1), "red", "orange"),
        (["blue", "orange", "red"], date(2026, 6, 28), "yellow", "blue"),
        (["yellow", "red"], date(2026, 6, 28), "yellow", None),
        (["red"], date(2026, 7, 5), "red", None),
        ([], date(2026, 12, 1), "red", None),
    ],
)
def test_the_ladder_of_supervision_is_the_places_own(levels, day, lit, rung):
    """Source: dossier 2.4 督办: 黄/红, 蓝/橙/红, 无."""
    pace = tasks.Pace("in_progress", date(2026, 1, 5), DUE)
    assert tasks.rung(pace, lit, day, LADDER | {"supervision_levels": levels}) == rung


def test_what_is_due_soon_and_on_schedule_is_not_yet_blue():
    """Source: dossier 2.2 (蓝=提醒：进展慢)."""
    place = LADDER | {"supervision_levels": ["blue", "yellow", "red"]}
    on_schedule, slow = (tasks.Pace("in_progress", date(2026, 1, 5), DUE, percent) for percent in (97, 60))
    assert tasks.rung(on_schedule, "yellow", date(2026, 6, 28), place) is None
    assert tasks.rung(slow, "yellow", date(2026, 6, 28), place) == "blue"


def test_a_task_shows_the_rung_that_it_has_reached(app, engine, tenant):
    seat = console(engine, tenant)
    task = a_task(seat, a_plan(seat), date(2026, 3, 2))
    office = signed_in(app, engine, tenant, "OS")
    assert "应督办：红色" in office.get(f"/t/{tenant.slug}/tasks/{task.id}").text
    in_force(engine, tenant, ruled(supervision_levels=[]), since=SINCE)
    assert "应督办" not in office.get(f"/t/{tenant.slug}/tasks/{task.id}").text


def test_a_convener_from_outside_the_lead_department_convenes_all_the_same(engine, tenant):
    in_force(engine, tenant, without_an_office, since=SINCE)
    seat = a_seat(engine, tenant, "CV")
    assert seat.may("charter.approve") and seat.may("meeting.convene_plenary")
