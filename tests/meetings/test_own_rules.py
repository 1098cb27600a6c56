"""What a place decided about its meetings is asked of it when it records one; elsewhere it is not."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.charter.opening import furnish
from service.charter.queries import in_force, units
from service.charter.rules import Post
from service.kit.period import Period
from service.kit.web import today
from service.meetings import rhythm, rules
from service.meetings.commands import Held, record_meeting
from service.meetings.queries import kinds, next_liaison_meeting, own_standings, plenaries, whole
from service.meetings.rhythm import Span
from service.members.commands import record_appointment
from service.members.queries import roster
from service.members.rules import PersonText
from service.statistics.queries import live
from tenants.errors import Refused
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import console

DAY = date(2026, 3, 5)
CADENCES = [*rhythm.MONTHS, "irregular"]


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


@pytest.fixture
def table(seat):
    return units(seat.session, today())


def decided(seat, **changes):
    """The charter in force says so."""
    charter = in_force(seat.session, DAY)
    charter.rules = charter.rules | changes
    seat.session.commit()


def meet(seat, table, kind="plenary", day=DAY, post="convener", modes=("present",), **more):
    came = {unit.id: mode for unit, mode in zip(table, modes, strict=False)}
    return record_meeting(seat, Held(kind, "第1次会议", day, "张三", post, came, **more), today())


def test_only_the_kinds_of_meeting_that_the_charter_knows_are_recorded(seat, table):
    assert kinds(seat.session, DAY) == ["plenary", "special"]
    with pytest.raises(Refused, match="不召开联络员会议") as refused:
        meet(seat, table, "liaison", post="office_director")
    assert refused.value.field == "kind" and "四(三)" in (refused.value.source or "")
    decided(seat, liaison_meeting=True, special_meeting=False)
    assert meet(seat, table, "liaison", post="office_director").kind == "liaison"
    with pytest.raises(Refused, match="不召开专题工作会议"):
        meet(seat, table, "special", post="office_director")


def test_a_kind_of_its_own_is_named(seat, table):
    with pytest.raises(Refused, match="不召开本级另设的会议"):
        meet(seat, table, "own", post="office_director", own_kind="月度调度会")
    decided(seat, own_meetings=["月度调度会"])
    for name in ("", "季度例会"):
        with pytest.raises(Refused, match="请选择是哪一种会议：月度调度会"):
            meet(seat, table, "own", post="office_director", own_kind=name)
    assert meet(seat, table, "own", post="office_director", own_kind="月度调度会").own_kind == "月度调度会"


MONTHLY = {"name": "月度调度会", "cadence": "month", "chairs": ["convener"]}


def test_a_kind_of_its_own_is_chaired_and_owed_by_its_own_rule(seat, tenant, table):
    """Source: dossier 2.1."""
    decided(seat, own_meetings=[MONTHLY, "片区会"])
    with pytest.raises(Refused, match="由召集人主持"):
        meet(seat, table, "own", post="office_director", own_kind="月度调度会")
    assert meet(seat, table, "own", post="convener", own_kind="月度调度会").chair_post == "convener"
    assert meet(seat, table, "own", post="office_director", own_kind="片区会").own_kind == "片区会"
    monthly, other = own_standings(seat.session, date(2026, 1, 1), date(2026, 4, 10))
    assert monthly.next == Span(date(2026, 4, 1), date(2026, 4, 30))
    assert [span.start.month for span in monthly.missed] == [1, 2]
    assert (other.next, other.missed) == (None, [])
    assert other.chairs == ("office_director", "office_deputy")


def seated(seat, *names):
    """The charter has these conveners of the government, the first the chief; each is in office."""
    conveners = [Post("convener", f"副市长{number}", organ="市政府") for number in range(len(names))]
    charter = in_force(seat.session, DAY)
    others = [post for post in charter.text.posts if post.role != "convener"]
    charter.text = replace(charter.text, posts=(*conveners, *others))
    decided(seat, chief_convener=True, convener_count=len(names))
    places = [held.place for held in roster(seat.session, DAY) if held.place.role == "convener"]
    for place, name in zip(places, names, strict=True):
        record_appointment(seat, place.key, PersonText(name), from_date=date(2026, 1, 1), on=DAY)


def test_another_convener_chairs_in_the_chiefs_place_only_when_deputed(seat, table):
    """Source: seed 四(二); dossier 2.1."""
    seated(seat, "张三", "李四")
    assert meet(seat, table).chair == "张三"
    with pytest.raises(Refused, match="由总召集人张三主持") as refused:
        record_meeting(seat, Held("plenary", "第2次会议", DAY, "李四", "convener", {table[0].id: "present"}), today())
    assert refused.value.field == "chair_basis"
    held = Held("plenary", "第2次会议", DAY, "李四", "convener", {table[0].id: "present"}, chair_basis="张三3月1日委托")
    assert record_meeting(seat, held, today()).chair_basis


def test_without_a_chief_each_convener_chairs(seat, table):
    seated(seat, "张三", "李四")
    decided(seat, chief_convener=False)
    held = Held("plenary", "第2次会议", DAY, "李四", "convener", {table[0].id: "present"})
    assert record_meeting(seat, held, today()).chair == "李四"


def test_who_chairs_in_anothers_place_has_been_deputed(seat, table):
    """Source: dossier 1.2 M6, 2.1."""
    with pytest.raises(Refused, match="由召集人、受召集人委托的负责同志主持"):
        meet(seat, table, post="deputy_convener", chair_basis="召集人委托")
    decided(seat, deputy_may_chair=True)
    with pytest.raises(Refused, match="副召集人主持会议须有委托") as refused:
        meet(seat, table, post="deputy_convener")
    assert refused.value.field == "chair_basis"
    assert meet(seat, table, post="deputy_convener", chair_basis="召集人3月1日委托").chair_basis
    with pytest.raises(Refused, match="办公室副主任主持会议须有委托"):
        meet(seat, table, "special", post="office_deputy")
    assert meet(seat, table, "special", post="office_director").chair_basis == ""


def test_where_a_special_meeting_has_another_chair_the_director_is_refused(seat, table):
    decided(seat, special_chair=["convener"])
    with pytest.raises(Refused, match="由召集人主持"):
        meet(seat, table, "special", post="office_director")
    assert meet(seat, table, "special", post="convener")


def test_without_an_office_the_lead_department_chairs_special_meetings(seat, table):
    in_force(seat.session, DAY).office_host = None
    seat.session.commit()
    with pytest.raises(Refused, match="由牵头部门负责同志主持"):
        meet(seat, table, "special", post="office_director")
    assert meet(seat, table, "special", post="lead_unit")


def test_some_members_only_are_called_where_the_charter_lets_it_be(seat, table):
    modes = ("present", "present", "proxy", *["not_called"] * 8)
    with pytest.raises(Refused, match="须召集全部成员单位"):
        meet(seat, table, modes=modes)
    decided(seat, partial_attendance=True)
    found = whole(seat.session, meet(seat, table, modes=modes).id)
    assert (found.called, found.attended, found.short) == (3, 3, False)
    assert whole(seat.session, meet(seat, table).id).short, "the others were called and did not come"
    decided(seat, proxy_attendance=False)
    with pytest.raises(Refused, match="不得委派"):
        meet(seat, table, modes=modes)


def test_a_liaison_meeting_comes_before_each_plenary_where_the_charter_asks_for_it(seat, table):
    """Source: dossier 2.1 (会前由办公室主任开联络员会议过议题)."""
    assert meet(seat, table, day=date(2026, 2, 3))
    decided(seat, liaison_meeting=True, liaison_before_plenary=True, plenary_max=9)
    meet(seat, table, "liaison", day=date(2026, 1, 9), post="office_director")
    with pytest.raises(Refused, match="上次全体会议以来没有联络员会议") as refused:
        meet(seat, table)
    assert refused.value.field == "departure_reason"
    assert meet(seat, table, departure_reason="紧急会议").departure_reason == "紧急会议"
    meet(seat, table, "liaison", day=date(2026, 4, 1), post="office_director")
    assert meet(seat, table, day=date(2026, 4, 8)).departure_reason == ""


def test_nothing_is_opened_after_the_last_day(seat, table):
    decided(seat, sunset_on="2026-03-04")
    with pytest.raises(Refused, match="运行至2026-03-04"):
        meet(seat, table)
    decided(seat, sunset_on="2026-03-05")
    assert meet(seat, table)


def test_the_pages_ask_for_what_the_charter_asks_and_no_more(app, engine, tenant, seat, table):
    office, root = signed_in(app, engine, tenant, "OS"), f"/t/{tenant.slug}/meetings"
    plain = office.get(f"{root}/new").text
    assert "未通知参会" not in plain and "会议种类" not in plain and "联络员会议由" not in plain
    assert "全体会议由召集人、受召集人委托的负责同志主持" in plain
    decided(
        seat,
        partial_attendance=True,
        own_meetings=["月度调度会"],
        liaison_meeting=True,
        liaison_before_plenary=True,
        special_meeting=False,
        plenary_cadence="month",
        plenary_min=10,
        plenary_max=12,
        agenda_day_of_prev_month=20,
    )
    own = office.get(f"{root}/new").text
    assert all(word in own for word in ("未通知参会", "月度调度会", "未开联络员会议的原因", "联络员会议由办公室主任"))
    assert "专题工作会议由" not in own
    assert "每月一次" in office.get(f"{root}/").text and "议题请于" in office.get(f"{root}/").text
    form = {"kind": "plenary", "title": "3月例会", "held_on": "2026-03-05", "chair": "张三", "chair_post": "convener"}
    form |= {str(table[0].id): "present"} | {str(unit.id): "not_called" for unit in table[1:]}
    refused = office.post(f"{root}/", data=form)
    assert refused.status_code == 422 and "f-departure_reason" in refused.text
    path = office.post(f"{root}/", data=form | {"departure_reason": "首次会议"}, follow_redirects=True).request.path
    assert "应到 1 个单位，到会 1 个" in office.get(path).text


def test_a_program_reads_what_is_owed_and_who_may_chair(client, engine, tenant, seat, table):
    decided(
        seat, plenary_cadence="quarter", plenary_min=4, plenary_max=6, liaison_meeting=True, liaison_cadence="month"
    )
    meet(seat, table)
    api, office = f"/api/v1/t/{tenant.slug}/meetings", bearing(a_token(engine, tenant, "OS"))
    found = client.get(f"{api}/standing?on=2026-03-20", headers=office).json
    assert found["next"] == {"start": "2026-04-01", "until": "2026-06-30"}
    assert found["next_liaison"] == {"start": "2026-03-01", "until": "2026-03-31"}
    assert found["kinds"] == ["plenary", "special", "liaison"] and found["chairs"]["plenary"][0] == "convener"
    later = client.get(f"{api}/standing?on=2026-07-02", headers=office).json
    assert later["missed"] == [{"start": "2026-04-01", "until": "2026-06-30"}]


def test_in_a_rhythm_one_meeting_counts_for_its_own_span_only(seat, table):
    """Four meetings in the first quarter are not one in each. Source: dossier 6-12, 2.4."""
    decided(seat, plenary_min=4, plenary_max=6)
    for number in range(3):
        meet(seat, table, day=date(2026, 2, 3) + timedelta(days=number))
    period = Period.parse("2026Q3")
    compliance = {entry.code: entry for entry in live(seat.session, period)}["P13"]
    assert compliance.numerator == 1, "three of three are owed by September"
    decided(seat, plenary_cadence="quarter")
    compliance = {entry.code: entry for entry in live(seat.session, period)}["P13"]
    assert compliance.numerator == 0 and (compliance.detail or {})["held"] == 3
    assert len(plenaries(seat.session, tenant_opened(seat), date(2026, 10, 8)).missed) == 2


def test_a_year_without_a_plenary_is_red_from_the_day_that_the_charter_names(app, engine, tenant, seat, table):
    """Source: dossier 1.4 R2 (年内已开0次,11月1日起红色提示)."""
    opened = tenant.opened_on
    assert not plenaries(seat.session, opened, date(2026, 10, 31)).red
    assert plenaries(seat.session, opened, date(2026, 11, 1)).red
    decided(seat, plenary_none_red_from="12-01")
    assert not plenaries(seat.session, opened, date(2026, 11, 1)).red
    decided(seat, plenary_none_red_from="01-02")
    office = signed_in(app, engine, tenant, "OS")
    for path in ("", "meetings/"):
        assert "今年还没有召开全体会议" in office.get(f"/t/{tenant.slug}/{path}").text
    meet(seat, table, day=today())
    assert "今年还没有召开全体会议" not in office.get(f"/t/{tenant.slug}/").text


def tenant_opened(seat):
    return seat.tenant.opened_on


def test_the_officers_meet_in_their_own_rhythm(seat, table):
    assert next_liaison_meeting(seat.session, DAY) is None
    decided(seat, liaison_meeting=True, liaison_cadence="month")
    found = next_liaison_meeting(seat.session, DAY)
    assert found and (found.start, found.until) == (date(2026, 3, 1), date(2026, 3, 31))


@given(cadence=st.sampled_from(CADENCES), year=st.integers(2020, 2032))
def test_the_spans_of_a_year_cover_it_once(cadence, year):
    found = rhythm.spans(cadence, year)
    if cadence == "irregular":
        assert found == []
        return
    assert (found[0].start, found[-1].until) == (date(year, 1, 1), date(year, 12, 31))
    for before, after in pairwise(found):
        assert before.until + timedelta(days=1) == after.start


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(cadence=st.sampled_from(CADENCES), held=st.lists(DAYS, max_size=8), on=DAYS, least=st.integers(0, 12))
def test_what_is_owed_next_lies_ahead_and_is_not_held_yet(cadence, held, on, least):
    found = rhythm.owing(cadence, least, held, on)
    if found is None:
        assert cadence == "irregular" or len(held) >= least
        return
    assert found.until >= on
    assert cadence == "year" or not any(found.has(day) for day in held)
    lost = rhythm.missed(cadence, held, date(2025, 1, 1), on)
    assert found not in lost and all(span.until < on for span in lost)


@given(cadence=st.sampled_from(CADENCES), held=st.lists(DAYS, max_size=8))
def test_no_more_spans_are_covered_than_meetings_were_held(cadence, held):
    assert rhythm.covered(cadence, held, date(2026, 12, 31)) <= len(held)


def test_called_as_needed_nothing_is_owed_before_the_year_is_over():
    assert rules.owed_by(2, date(2026, 9, 30), "irregular") == 0
    assert rules.owed_by(2, date(2026, 12, 31), "irregular") == 2
    assert rules.owed_by(12, date(2026, 3, 30)) == 2, "March is not over"
    assert rules.owed_by(12, date(2026, 3, 31)) == 3
