from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm.exc import StaleDataError

from service.charter import commands, queries
from service.charter.commands import DutyText, UnitText
from service.charter.models import Charter, Duty, Unit
from service.charter.opening import furnish
from service.charter.overview import overview
from service.charter.rules import Holding, Post
from tenants.audit import AuditEntry, verify
from tenants.db import acting_for
from tenants.errors import Forbidden, Missing, Refused
from tests.factories import a_seat, a_tenant

ON = date(2026, 5, 6)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return a_seat(engine, tenant, "OS")


def by_key(seat):
    return {unit.key: unit for unit in seat.session.scalars(select(Unit))}


def by_code(seat):
    return {duty.code: duty for duty in seat.session.scalars(select(Duty))}


def last_line(seat):
    return seat.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()


def names(units):
    return [unit.name for unit in units]


def test_another_department_leads_and_the_office_is_asked_after(seat):
    """Source: dossier 1.2 M4."""
    units = by_key(seat)
    cautions = commands.set_lead_units(seat, [units["COM"].id], office_host=units["HRSS"].id, on=ON)
    assert names(queries.lead_units(seat.session, ON)) == ["省商务厅"]
    assert "办公室" in cautions[0].message
    line = last_line(seat)
    assert line.detail["before"]["lead_units"] == ["省人力资源社会保障厅"]
    assert line.detail["after"]["lead_units"] == ["省商务厅"]
    assert verify(seat.session).sound


def test_two_departments_may_lead_and_the_office_move_with_them(seat):
    units = by_key(seat)
    cautions = commands.set_lead_units(seat, [units["NDRC"].id, units["COM"].id], office_host=units["NDRC"].id, on=ON)
    assert names(queries.lead_units(seat.session, ON)) == ["省发展改革委", "省商务厅"]
    assert ["主任" in caution.message for caution in cautions] == [True]  # the director still comes from HRSS


def test_a_charter_without_a_lead_is_refused_and_nothing_is_written(engine, tenant, seat):
    units = by_key(seat)
    before = seat.session.scalar(select(func.count()).select_from(AuditEntry))
    with pytest.raises(Refused, match="须有一个或两个牵头部门"):
        commands.set_lead_units(seat, [], office_host=units["HRSS"].id, on=ON)
    with acting_for(engine, tenant.id) as fresh:
        assert names(queries.lead_units(fresh, ON)) == ["省人力资源社会保障厅"]
        assert fresh.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_whoever_may_only_read_the_charter_does_not_change_it(engine, tenant, seat):
    units = by_key(seat)
    for role in ("LI", "MR", "GV", "SA"):
        with pytest.raises(Forbidden):
            commands.set_lead_units(a_seat(engine, tenant, role), [units["COM"].id], office_host=None, on=ON)
    commands.set_lead_units(a_seat(engine, tenant, "CV"), [units["COM"].id], office_host=None, on=ON)


def test_the_province_has_no_way_to_a_citys_charter(engine, tenant):
    """Source: dossier 1.5 L1: 上级不能修改下级制度."""
    city = a_tenant(engine, "city", tenant, furnish=furnish)
    province_seat = a_seat(engine, tenant, "CV", "OS")
    with acting_for(engine, city.id) as session:
        units = {unit.key: unit.id for unit in queries.units(session, ON)}
        duty_id = queries.duties(session, ON)[0].id
    with pytest.raises(Refused, match="须是本级成员单位"):
        commands.set_lead_units(province_seat, [units["COM"]], office_host=None, on=ON)
    with pytest.raises(Missing):
        commands.edit_unit(province_seat, units["COM"], UnitText("改名", "政府部门"), on=ON)
    with pytest.raises(Missing):
        commands.end_duty(province_seat, duty_id, on=ON)
    with acting_for(engine, city.id) as session:
        assert names(queries.lead_units(session, ON)) == ["市人力资源和社会保障局"]


def test_a_unit_joins_last_and_takes_its_name_once(seat):
    unit = commands.add_unit(seat, UnitText("省教育厅", "政府部门", key="EDU"), joined_on=ON, on=ON)
    assert names(queries.units(seat.session, ON))[-1] == "省教育厅"
    assert unit.position == 12
    assert names(queries.units(seat.session, date(2026, 5, 5)))[-1] == "省妇联"  # not yet the day before
    for words in (UnitText("省教育厅", "政府部门"), UnitText(" ", "政府部门"), UnitText("省公安厅", "公司")):
        with pytest.raises(Refused):
            commands.add_unit(seat, words, joined_on=ON, on=ON)
    with pytest.raises(Refused, match="代码"):
        commands.add_unit(seat, UnitText("省公安厅", "政府部门", key="EDU"), joined_on=ON, on=ON)


def test_a_renamed_unit_keeps_its_duties(seat):
    unit = by_key(seat)["AIC"]
    commands.edit_unit(seat, unit.id, UnitText("省市场监督管理局", "政府部门"), on=ON)
    assert len(queries.duties_of(seat.session, unit.id, ON)) == 4
    assert last_line(seat).detail["before"]["name"] == "省工商局"


def test_the_order_of_units_is_set_whole_or_refused(seat):
    units = queries.units(seat.session, ON)
    commands.reorder_units(seat, [unit.id for unit in reversed(units)], on=ON)
    assert names(queries.units(seat.session, ON))[0] == "省妇联"
    for order in ([units[0].id], [*[unit.id for unit in units[:-1]], uuid4()], [unit.id for unit in units] * 2):
        with pytest.raises(Refused, match="全部现任成员单位"):
            commands.reorder_units(seat, order, on=ON)


def test_a_unit_does_not_leave_while_it_leads_or_holds_duties_alone(seat):
    units = by_key(seat)
    with pytest.raises(Refused, match="是牵头部门"):
        commands.remove_unit(seat, units["HRSS"].id, left_on=ON, basis="", on=ON)
    with pytest.raises(Refused, match="GH1、GH2、GH3、GH4"):
        commands.remove_unit(seat, units["UNION"].id, left_on=ON, basis="", on=ON)


def test_a_unit_that_left_stays_readable_before_the_day_it_left(seat):
    """Source: dossier 1.2 M1: 历史会议的应到单位按会议当日名单."""
    units = by_key(seat)
    commands.remove_unit(seat, units["LTAX"].id, left_on=ON, basis="国税地税征管体制改革方案", on=ON)
    assert "省地税局" not in names(queries.units(seat.session, ON))
    assert "省地税局" in names(queries.units(seat.session, date(2026, 5, 5)))
    assert names(queries.former_units(seat.session, ON)) == ["省地税局"]
    tx1 = by_code(seat)["TX1"]
    assert [row.unit_id for row in queries.division(seat.session, ON)[tx1.id]] == [units["STAX"].id]
    assert len(queries.division(seat.session, date(2026, 5, 5))[tx1.id]) == 2
    with pytest.raises(Refused, match="TX1、TX2"):  # the one that remains is alone now
        commands.remove_unit(seat, units["STAX"].id, left_on=ON, basis="", on=ON)
    with pytest.raises(Refused, match="已退出"):
        commands.remove_unit(seat, units["LTAX"].id, left_on=ON, basis="", on=ON)


def test_a_duty_is_added_with_its_holders(seat):
    units = by_key(seat)
    words = DutyText("X1", "建立家政服务信用平台", "info_platform")
    duty = commands.add_duty(seat, words, [Holding(units["COM"].id, "lead"), Holding(units["AIC"].id, "assist")], on=ON)
    assert queries.holds(seat.session, units["AIC"].id, duty.id)
    assert not queries.holds(seat.session, units["FIN"].id, duty.id)
    assert queries.duties(seat.session, ON)[-1].id == duty.id
    for bad in (DutyText("X1", "又一项", "other"), DutyText("", "又一项", "other"), DutyText("X2", "", "other")):
        with pytest.raises(Refused):
            commands.add_duty(seat, bad, [Holding(units["COM"].id, "lead")], on=ON)
    with pytest.raises(Refused, match="领域"):
        commands.add_duty(seat, DutyText("X2", "一项", "sports"), [Holding(units["COM"].id, "lead")], on=ON)


def test_a_duty_without_a_holder_is_refused_and_stays_as_it_was(seat):
    units, duty = by_key(seat), by_code(seat)["RS3"]
    with pytest.raises(Refused, match="须有承担单位"):
        commands.assign_holders(seat, duty.id, [], on=ON)
    assert queries.holds(seat.session, units["HRSS"].id, duty.id)


def test_holders_are_replaced_and_the_change_is_on_record(seat):
    units, duty = by_key(seat), by_code(seat)["RS3"]
    before = duty.revision
    commands.assign_holders(
        seat, duty.id, [Holding(units["HRSS"].id, "lead"), Holding(units["COM"].id, "cooperate")], on=ON
    )
    assert [row.grade for row in queries.division(seat.session, ON)[duty.id]] == ["lead", "cooperate"]
    assert duty.revision > before
    assert last_line(seat).detail["after"] == [
        ["省人力资源社会保障厅", "lead", False],
        ["省商务厅", "cooperate", False],
    ]


def test_a_duty_and_its_holders_change_together_or_not_at_all(engine, tenant, seat):
    duty = by_code(seat)["RS3"]
    with pytest.raises(Refused):
        commands.revise_duty(seat, duty.id, DutyText("RS3", "职业技能培训", "training"), [], on=ON)
    with acting_for(engine, tenant.id) as fresh:
        assert queries.duty(fresh, duty.id).text == "职业培训"


def test_an_ended_duty_is_nobodys_but_stays_readable(seat):
    units, duty = by_key(seat), by_code(seat)["CZ2"]
    commands.end_duty(seat, duty.id, on=ON)
    assert "CZ2" not in [d.code for d in queries.duties_of(seat.session, units["FIN"].id, ON)]
    assert "CZ2" in [d.code for d in queries.duties_of(seat.session, units["FIN"].id, date(2026, 5, 5))]
    assert not queries.holds(seat.session, units["FIN"].id, duty.id)
    assert queries.duty(seat.session, duty.id).text == "配合落实支持保障措施"
    with pytest.raises(Missing):
        commands.end_duty(seat, duty.id, on=ON)


def test_the_working_rules_bite_only_at_home(engine, tenant, seat):
    """Source: dossier 1.5 L1: 四租户规则互不影响."""
    other = a_tenant(engine, "city", tenant, furnish=furnish)
    commands.set_rules(seat, {"plenary_min": 10, "plenary_max": 12}, on=ON)
    assert queries.plenary_bounds(seat.session, ON) == (10, 12)
    with acting_for(engine, other.id) as session:
        assert queries.plenary_bounds(session, ON) == (1, 2)
    assert last_line(seat).detail["before"] == {"plenary_min": 1, "plenary_max": 2}


def test_rules_that_contradict_each_other_leave_all_as_it_was(seat):
    with pytest.raises(Refused, match="不得大于"):
        commands.set_rules(seat, {"plenary_min": 5, "notice_workdays": 3}, on=ON)
    assert queries.rule(seat.session, "notice_workdays", ON) == 5


def test_the_rank_asked_of_liaisons_is_said_by_their_post_too(seat):
    commands.set_rules(seat, {"liaison_rank": "科级"}, on=ON)
    liaison = next(post for post in queries.in_force(seat.session, ON).posts if post["role"] == "liaison")
    assert (liaison["rank"], liaison["name"]) == ("科级", "科级干部")


def test_the_number_of_conveners_follows_from_the_posts(seat):
    posts = [
        Post("convener", "副秘书长", organ="省政府"),
        Post("convener", "厅长", unit="HRSS"),
        Post("office_director", "处长", unit="COM"),
    ]
    cautions = commands.set_posts(seat, posts, on=ON)
    assert queries.rule(seat.session, "convener_count", ON) == 2
    assert "主任不属于" in cautions[0].message
    roles = [post["role"] for post in queries.in_force(seat.session, ON).posts]
    assert roles == ["convener", "convener", "office_director", "member_rep", "liaison"]
    with pytest.raises(Refused, match="召集人数"):
        commands.set_rules(seat, {"convener_count": 1}, on=ON)


def test_the_conference_takes_its_own_name(seat):
    charter = commands.name_conference(seat, " 省家政服务业高质量发展联席会议 ", on=ON)
    assert charter.title == "省家政服务业高质量发展联席会议制度"
    seen = overview(seat.session, seat.tenant, ON)
    assert "建立省家政服务业高质量发展联席会议（以下简称联席会议）制度" in seen.articles[0].paragraphs[0].text
    with pytest.raises(Refused, match="名称"):
        commands.name_conference(seat, "  ", on=ON)


def test_two_charters_are_never_in_force_at_once(engine, tenant, seat):
    """The database itself refuses it. Source: dossier 1.1 P1."""
    standing = queries.in_force(seat.session, ON)
    columns = [column.name for column in Charter.__table__.columns if column.name not in ("id", "version")]
    listed = ", ".join(columns)
    copy = f"INSERT INTO charter (id, version, {listed}) SELECT gen_random_uuid(), 'x', {listed} FROM charter"  # noqa: S608
    seat.session.rollback()
    with acting_for(engine, tenant.id) as session, pytest.raises(Exception, match="ux_charter_in_force"):
        session.execute(text(copy))
    assert standing.state == "in_force"


def test_a_day_before_any_charter_is_refused_with_a_sentence(seat):
    with pytest.raises(Refused, match="没有施行中的联席会议制度"):
        queries.in_force(seat.session, date(2025, 12, 31))


def test_whoever_changes_a_charter_he_read_before_another_changed_it_is_told(engine, tenant, seat):
    other = a_seat(engine, tenant, "OS")
    stale = queries.in_force(other.session, ON)
    commands.set_rules(seat, {"plenary_max": 4}, on=ON)
    with pytest.raises(StaleDataError):
        commands.set_rules(other, {"plenary_min": 2}, on=ON)
    assert stale.rules["plenary_max"] == 4  # read again after the refusal
    commands.set_rules(other, {"plenary_min": 2}, on=ON)
    assert queries.plenary_bounds(other.session, ON) == (2, 4)


def test_who_left_stays_on_record_when_others_take_over(seat):
    units, duty = by_key(seat), by_code(seat)["TX1"]
    commands.remove_unit(seat, units["LTAX"].id, left_on=ON, basis="", on=ON)
    commands.assign_holders(seat, duty.id, [Holding(units["FIN"].id, "lead")], on=ON)
    assert [row.unit_id for row in queries.division(seat.session, ON)[duty.id]] == [units["FIN"].id]
    assert units["LTAX"].id in {row.unit_id for row in queries.holders_of(seat.session, duty.id)}


def test_two_who_hold_a_duty_together_do_not_leave_at_once(engine, tenant, seat):
    """The second change waits for the first, and is judged by what the first left."""
    units, other = by_key(seat), a_seat(engine, tenant, "OS")
    queries.held_charter(seat.session, ON)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(commands.remove_unit, other, units["LTAX"].id, left_on=ON, basis="", on=ON)
        assert wait([second], timeout=0.5).not_done
        commands.remove_unit(seat, units["STAX"].id, left_on=ON, basis="", on=ON)
        with pytest.raises(Refused, match="TX1、TX2"):
            second.result(timeout=10)
