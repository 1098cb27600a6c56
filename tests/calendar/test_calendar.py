"""The working calendar: a place sets days of its own, and every deadline follows. Source: issue 5; dossier 6-9."""

from datetime import date, timedelta

import pytest

from config.workdays import Special
from service.calendar import rules
from service.calendar.commands import adopt_year, send_year, set_days, set_list, unset_day
from service.calendar.queries import told, workdays
from service.charter.opening import furnish
from service.kit.period import Period
from service.rooms import handlers
from service.submissions.commands import lay_down_obligations
from service.submissions.queries import obligations_of
from tenants import ledger
from tenants.errors import Conflict, Forbidden, Refused
from tests.factories import a_seat, a_small_province, a_tenant, a_token, bearing, signed_in

ON = date(2026, 11, 25)
NEXT = date(2027, 10, 1)  # a Friday; not announced yet
PAPER = "国办发明电〔2026〕9号"


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/calendar"


def rest(seat, first=NEXT, last=None, **changes):
    given = {"kind": "holiday", "name": "国庆节", "basis": PAPER} | changes
    return set_days(seat, first=first, last=last or first, **given, on=ON)


def test_days_set_by_the_place_move_its_deadlines_and_nobody_elses(engine, tenant):
    office, other = a_seat(engine, tenant, "OS"), a_seat(engine, a_tenant(engine, furnish=furnish), "OS")
    assert workdays(office.session).works(NEXT) and not workdays(office.session).known(2027)
    assert rest(office, last=NEXT + timedelta(days=6)) == 7
    assert workdays(office.session).next(NEXT) == date(2027, 10, 8)
    assert workdays(office.session).known(2027) and workdays(other.session).next(NEXT) == NEXT


def test_what_is_laid_down_after_the_change_is_due_by_the_new_calendar(engine, tenant):
    office = a_seat(engine, tenant, "OS")
    third = Period.parse("2027Q3")  # due ten days later: 10 October, a Sunday, so the 11th
    rest(office, date(2027, 10, 11))
    lay_down_obligations(office, third, NEXT)
    dues = {row.due for row in obligations_of(office.session, 2027) if row.kind == "progress"}
    assert dues == {date(2027, 10, 12)}


def test_what_is_over_and_what_is_too_long_is_refused_and_a_day_can_be_taken_back(engine, tenant):
    office = a_seat(engine, tenant, "OS")
    for first, last, field in ((ON, ON, "first"), (NEXT, ON, "last"), (NEXT, NEXT + timedelta(days=31), "last")):
        with pytest.raises(Refused) as refusal:
            rest(office, first, last)
        assert refusal.value.field == field
    rest(office)
    with pytest.raises(Refused):
        unset_day(office, NEXT, on=NEXT)
    unset_day(office, NEXT, on=ON)
    assert workdays(office.session).works(NEXT)
    with pytest.raises(Forbidden):
        rest(a_seat(engine, tenant, "LI"))


def test_a_pasted_list_is_taken_whole_or_refused_by_its_line(engine, tenant):
    office = a_seat(engine, tenant, "OD")
    with pytest.raises(Refused, match="第2行“2027-13-01,放假,国庆节”看不懂"):
        set_list(office, text="2027-10-01,放假,国庆节\n2027-13-01,放假,国庆节", basis=PAPER, on=ON)
    assert not workdays(office.session).known(2027)
    assert (
        set_list(
            office, text="2027年10月1日,放假,国庆节\n\n2027/9/26\t班\t国庆节\n2026-01-01,放假,元旦", basis=PAPER, on=ON
        )
        == 2
    )
    days = workdays(office.session)
    assert not days.works(NEXT) and days.works(date(2027, 9, 26)), "a Sunday that is worked"


def test_what_the_province_tells_is_taken_over_by_choice_and_only_what_differs(engine):
    province, city, county = a_small_province(engine, furnish)
    above, below = a_seat(engine, province, "OD"), a_seat(engine, city, "OS")
    with pytest.raises(Conflict, match="还没有放假安排"):
        send_year(above, 2027)
    rest(above, last=NEXT + timedelta(days=2))
    assert send_year(above, 2027) == 1
    list(ledger.drain(engine, handlers()))
    found = told(below.session, 2027, ON)
    assert found is not None and list(found.differing) == [NEXT + timedelta(days=n) for n in range(3)]
    assert workdays(below.session).works(NEXT), "an offer changes nothing by itself"
    assert told(a_seat(engine, county, "OS").session, 2027, ON) is None, "a city tells its own counties"
    assert adopt_year(below, 2027, on=ON) == 3 and not workdays(below.session).works(NEXT)
    with pytest.raises(Conflict, match="一致"):
        adopt_year(below, 2027, on=ON)


def test_a_days_kind_is_what_differs_not_its_name():
    own = [rules.Day(NEXT, "holiday", "国庆", True)]
    told_days = {NEXT: Special("holiday", "国庆节"), ON: Special("holiday", "过去")}
    assert rules.differing(told_days, own, ON) == {}


def test_the_page_shows_the_year_and_keeps_a_wrong_form_as_it_was(app, engine, tenant, root):
    office, reader = signed_in(app, engine, tenant, "OS"), signed_in(app, engine, tenant, "UC")
    text = office.get(f"{root}/?year=2026").text
    assert "全年工作日 248 天" in text and "国庆节" in text and 'title="上班 元旦"' in text
    assert "尚未公布" in office.get(f"{root}/?year=2031").text
    wrong = office.post(f"{root}/days?year=2031", data={"first": "2031-10-01", "kind": "holiday", "name": "国庆节"})
    assert wrong.status_code == 422 and 'value="2031-10-01"' in wrong.text and "请填写" in wrong.text
    whole = {"first": "2031-10-01", "kind": "holiday", "name": "国庆节", "basis": PAPER}
    done = office.post(f"{root}/days?year=2031", data=whole, follow_redirects=True)
    assert "已设置 1 天" in done.text and "本级设置" in done.text and PAPER in done.text
    assert reader.post(f"{root}/days?year=2031", data=whole).status_code == 403
    assert "设置放假或上班" not in reader.get(f"{root}/?year=2031").text
    gone = office.post(f"{root}/days/2031-10-01/removal", follow_redirects=True)
    assert "已撤销本级设置" in gone.text and office.post(f"{root}/days/nonsense/removal").status_code == 404
    sheet = office.get(f"{root}/?year=2026&format=csv")
    assert sheet.text.count("放假") == 33 and "国务院公布" in sheet.text


def test_programs_read_and_set_the_calendar(client, engine, tenant):
    api, own = f"/api/v1/t/{tenant.slug}/calendar", bearing(a_token(engine, tenant, "OS"))
    body = {"first": "2031-10-01", "last": "2031-10-03", "kind": "holiday", "name": "国庆节", "basis": PAPER}
    assert client.post(f"{api}/days", json=body, headers=own).json == {"days": 3}
    found = client.get(f"{api}?year=2031&sort=-day", headers=own).json
    assert (found["total"], found["known"], found["items"][0]["day"]) == (3, True, "2031-10-03")
    assert client.delete(f"{api}/days/2031-10-03", headers=own).status_code == 204
    assert client.delete(f"{api}/days/2031-10-03", headers=own).status_code == 404
    pasted = {"text": "2031-10-04,放假,国庆节", "basis": PAPER}
    assert client.post(f"{api}/list", json=pasted, headers=own).json == {"days": 1}
    assert client.post(f"{api}/2031/adoption", headers=own).status_code == 404
    assert client.post(f"{api}/2031/sending", headers=own).status_code == 403, "the director's to do"
    director = bearing(a_token(engine, tenant, "OD"))
    assert client.post(f"{api}/2031/sending", headers=director).status_code == 409, "there is no place below"
    other = bearing(a_token(engine, tenant, "GV"))
    assert client.get(api, headers=other).status_code == 200
    assert client.post(f"{api}/list", json=pasted, headers=other).status_code == 403
