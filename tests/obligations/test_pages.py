"""The year's obligations on pages and for programs: each seat its own, by the rules that are in force."""

from __future__ import annotations

import io
from datetime import date

import pytest
import time_machine
from flask import g
from openpyxl import load_workbook
from uuid_utils.compat import uuid7

from benchmarks.statements import said_by
from service.agendas.arranging import call_for_items
from service.agendas.commands import ItemText, add_item
from service.charter.commands import set_rules
from service.charter.opening import furnish
from service.charter.queries import units
from service.consultations.replying import reply
from service.kit.period import Period
from service.meetings.commands import Held, record_meeting
from service.minutes.recording import issued
from service.obligations.queries import year_of
from service.obligations.rules import KINDS, Due
from service.obligations.view import link
from service.rooms import handlers
from service.submissions.commands import file_submission, lay_down_obligations
from service.submissions.queries import obligations_of
from tenants import ledger
from tests.agendas.scene import a_meeting
from tests.charter.drafts import in_force
from tests.consultations.papers import AFTER, AGREE, DUE, SENT, representative, sent, table
from tests.factories import a_small_province, a_tenant, a_token, bearing, signed_in
from tests.work.office import console

ON = date(2026, 7, 6)


@pytest.fixture(autouse=True)
def _in_july():
    with time_machine.travel(date(2026, 7, 6), tick=False):
        yield


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def page(tenant):
    return f"/t/{tenant.slug}/obligations/"


@pytest.fixture
def api(tenant):
    return f"/api/v1/t/{tenant.slug}/obligations"


@pytest.fixture
def worked(engine, tenant):
    """The second quarter is laid down and one unit has filed; a plenary was held and its minutes signed late."""
    seat = console(engine, tenant)
    lay_down_obligations(seat, Period.parse("2026Q2"), ON)
    file_submission(seat, obligations_of(seat.session, 2026)[0].id, text="已完成。", on=ON)
    first = units(seat.session, ON)[0]
    held = Held("plenary", "第一次全体会议", date(2026, 3, 2), "张建国", "convener", {first.id: "present"})
    meeting = record_meeting(seat, held, on=date(2026, 3, 2))
    issued(seat, meeting.id, date(2026, 3, 2), date(2026, 3, 20))
    seat.session.commit()
    return seat


def test_the_office_sees_the_whole_year_and_a_unit_its_own(app, engine, tenant, page, worked):
    office = signed_in(app, engine, tenant, "OS").get(page).text
    assert "2026年年度履职" in office
    assert "第一次全体会议" in office and "印发纪要" in office
    unit = units(worked.session, ON)[1]
    liaison = signed_in(app, engine, tenant, "LI", unit=unit.id).get(page).text
    assert unit.name in liaison and "印发纪要" not in liaison
    assert units(worked.session, ON)[2].name not in liaison.split("<table")[1]


def test_what_was_done_in_time_late_and_not_is_told_in_words(app, engine, tenant, page, worked):
    seen = signed_in(app, engine, tenant, "OS").get(f"{page}?kind=minutes").text
    assert "逾期完成" in seen and "2026-03-20" in seen and "制度四(二)" in seen
    assert "按时完成 1" in seen


def test_a_seat_without_a_part_in_it_is_refused_and_one_with_is_not(app, engine, tenant, page, api):
    assert signed_in(app, engine, tenant, "AS").get(page).status_code == 403
    assert signed_in(app, engine, tenant, "OD").get(page).status_code == 200
    with app.test_client() as client:
        assert client.get(api, headers=bearing(a_token(engine, tenant, "AS"))).status_code == 403
        assert client.get(api, headers=bearing(a_token(engine, tenant, "OD"))).status_code == 200


def test_programs_are_told_the_same_with_its_rule_and_where_it_is_done(client, engine, tenant, api, worked):
    token = bearing(a_token(engine, tenant, "OS"))
    body = client.get(f"{api}?kind=progress&unit=HRSS", headers=token).json
    assert [item["period"] for item in body["items"]] == ["2026Q1", "2026Q2", "2026Q3"]
    first, second = body["items"][0], body["items"][1]
    assert (first["standing"], first["article"], first["rule"], first["who"]) == (
        "overdue", "四(四)", "progress_cycle", "unit",
    )  # fmt: skip
    assert second["link"].startswith(f"/t/{tenant.slug}/submissions/")
    assert client.get(f"{api}?year=2025", headers=token).json["total"] == 0
    assert client.get(f"{api}?standing=nonsense", headers=token).status_code == 422


def test_the_wheel_counts_each_month(client, engine, tenant, api, worked):
    token = bearing(a_token(engine, tenant, "OS"))
    wheel = client.get(f"{api}/wheel", headers=token).json
    assert [month["month"] for month in wheel["months"]] == list(range(1, 13))
    [july] = [mark for mark in wheel["months"][6]["marks"] if mark["kind"] == "progress"]
    assert (july["owed"], july["done"], july["standing"]) == (11, 1, "soon")
    assert wheel["reminded"] == {"10": 10, "3": 0, "1": 0}
    own = client.get(f"{api}/wheel", headers=bearing(a_token(engine, tenant, "LI"))).json
    assert own["counts"] == {}  # a liaison of no unit owes nothing


def test_the_list_is_narrowed_sorted_paged_and_taken_along(app, engine, tenant, page, worked):
    office = signed_in(app, engine, tenant, "OS")
    rows = list(load_workbook(io.BytesIO(office.get(f"{page}?kind=plan&format=xlsx").data)).worksheets[0].values)
    assert rows[0][:3] == ("事项", "所属", "责任方") and len(rows) == 12
    csv = office.get(f"{page}?sort=-due&format=csv").data.decode("utf-8-sig").splitlines()
    assert csv[1].split(",")[3] == "2026-12-31"
    assert "没有应办事项" in office.get(f"{page}?year=2020").text
    assert "没有这一页" in office.get(f"{page}?page=99").text
    assert "没有“13”这一选项" in office.get(f"{page}?month=13", follow_redirects=True).text
    assert "page=2" in office.get(f"{page}?per_page=10").text


def test_a_rule_that_changes_within_the_year_changes_what_comes_after(engine, tenant, worked):
    seat = worked
    before = {line.due.key: line.due.due for line in year_of(seat, 2026, ON).lines}
    monthly = {"progress_cycle": "month", "progress_offset_days": 5}
    in_force(engine, tenant, lambda seat: set_rules(seat, monthly), since=ON)
    seat.session.commit()
    after = {line.due.key: line.due.due for line in year_of(seat, 2026, ON).lines}
    assert {key: due for key, due in after.items() if due <= ON} == {
        key: due for key, due in before.items() if due <= ON
    }
    assert {key[1][1] for key in after.keys() - before.keys()} == {
        "2026M07",
        "2026M08",
        "2026M09",
        "2026M10",
        "2026M11",
    }


def test_the_home_page_says_what_is_next_and_what_is_late_to_each_seat(app, engine, tenant, worked):
    home = f"/t/{tenant.slug}/"
    office = signed_in(app, engine, tenant, "OS").get(home).text
    assert "10 日内到期 10 项" in office and "接下来" in office and "11 个单位" in office
    assert office.index("接下来") < office.index("lx-year-now")  # the list comes before the wheel
    convener = signed_in(app, engine, tenant, "CV").get(home).text
    assert "向政府报告：2026年上半年" in convener and "工作进展：" not in convener
    liaison = signed_in(app, engine, tenant, "LI", unit=units(worked.session, ON)[3].id).get(home).text
    assert "工作进展：2026年第二季度" in liaison and "向政府报告：" not in liaison
    assert "接下来" not in signed_in(app, engine, tenant, "AS").get(home).text


def test_the_wheel_is_one_statement_more(engine, tenant, worked):
    seat = worked
    assert len(said_by(engine, lambda: year_of(seat, 2026, ON))) == 1


def test_an_opinion_is_owed_by_whom_it_is_asked_of_until_it_is_given(engine, tenant):
    seat = console(engine, tenant)
    row, (own, other, *_rest) = sent(seat, 2), table(seat)
    reply(representative(engine, tenant, own), row.id, unit_id=own.id, opinion=AGREE, on=SENT)
    seat.session.commit()
    opinions = [line for line in year_of(seat, 2026, AFTER).lines if line.due.kind == "opinion"]
    assert {line.due.unit: line.standing for line in opinions} == {str(own.id): "on_time", str(other.id): "overdue"}
    assert {line.due.due for line in opinions} == {DUE}


def test_what_a_plenary_is_prepared_by_is_owed_by_the_office(engine, tenant):
    """Source: dossier 6 (议题征集 会前10工作日, 通知 会前5工作日, 材料 会前3工作日)."""
    seat, on = console(engine, tenant), date(2026, 9, 7)
    ahead = a_meeting(seat, date(2026, 9, 24))
    assert _around(seat, ahead.id, on) == {
        "agenda_call": (date(2026, 9, 11), "soon"),
        "notice": (date(2026, 9, 18), "open"),  # the Sunday before is worked
    }
    call_for_items(seat, ahead.id, on=on)
    add_item(seat, ItemText("通报进展", "progress", minutes=10), meeting_id=ahead.id, on=on)
    stands = {kind: standing for kind, (_due, standing) in _around(seat, ahead.id, on).items()}
    assert stands == {"agenda_call": "on_time", "notice": "open", "materials": "open"}


def _around(seat, meeting_id, on):
    lines = year_of(seat, 2026, on).lines
    return {line.due.kind: (line.due.due, line.standing) for line in lines if line.due.row == str(meeting_id)}


def test_a_place_owes_its_figures_by_the_day_that_the_place_above_told_it(engine):
    province, city, county = a_small_province(engine, furnish=furnish)
    assert _figures(engine, city, ON)["2026Q3"] == date(2026, 10, 10)
    in_force(engine, province, lambda seat: set_rules(seat, {"figures_due_days": 20}), since=ON)
    list(ledger.drain(engine, handlers()))
    assert _figures(engine, city, ON) == {
        "2026Q1": date(2026, 4, 10),
        "2026Q2": date(2026, 7, 10),
        "2026Q3": date(2026, 10, 20),
    }
    assert _figures(engine, county, ON)["2026Q3"] == date(2026, 10, 10)  # told by its city, which said nothing new
    in_force(engine, province, lambda seat: set_rules(seat, {"plenary_max": 3}), since=date(2026, 7, 8))
    assert len(list(ledger.drain(engine, handlers()))) == 0  # nothing new to tell


def _figures(engine, tenant, on):
    lines = year_of(console(engine, tenant), 2026, on).lines
    return {line.due.period: line.due.due for line in lines if line.due.kind == "figures"}


def test_every_kind_has_a_page_where_it_is_done(app):
    with app.test_request_context("/t/somewhere/"):
        g.slug = "somewhere"
        on_record = [Due(kind, "2026Q1", ON, row=str(uuid7())) for kind in KINDS if kind != "liaison_vacancy"]
        not_yet = [Due(kind, "2026Q1", ON) for kind, known in KINDS.items() if not known.bound]
        assert all(link(due).startswith("/t/somewhere/") for due in on_record + not_yet)
