from datetime import date

import pytest
from sqlalchemy import select

from service.charter import commands as charter_commands
from service.charter import queries as charter
from service.charter.opening import furnish
from service.members import commands, queries
from service.members.models import Appointment
from service.members.rules import PersonText
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tenants.errors import Forbidden, Missing, Refused
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_tenant

MARCH, MAY, TODAY = date(2026, 3, 1), date(2026, 5, 6), date(2026, 6, 1)
LI_FIN, CONVENER = "liaison/FIN/1", "convener/HRSS/1"
ZHANG = PersonText("张建国", "预算处处长", "处级", "13800001234")
LI = PersonText("李红", "预算处副处长", "处级", "13900005678")


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return a_seat(engine, tenant, "OS")


def holder(seat, post, on=TODAY):
    held = next(held for held in queries.roster(seat.session, on) if held.place.key == post)
    return held.person.name if held.person else None


def register(seat, words=ZHANG, post=LI_FIN, from_date=MARCH):
    return commands.register_liaison(seat, post, words, from_date=from_date, on=TODAY)


def test_the_table_has_a_place_for_each_post_of_the_charter(seat):
    roles = [held.place.role for held in queries.roster(seat.session, TODAY)]
    assert roles == ["convener", "office_director", *["member_rep"] * 11, *["liaison"] * 11]


def test_m2_a_convener_takes_office_and_his_predecessor_left_the_day_before(seat):
    """Source: dossier 1.2 M2: 厅长换人当日."""
    commands.record_appointment(seat, CONVENER, PersonText("王厅长"), from_date=MARCH, on=TODAY)
    commands.record_appointment(
        seat, CONVENER, PersonText("赵厅长"), from_date=MAY, basis="皖人任〔2026〕3号", on=TODAY
    )
    assert holder(seat, CONVENER, date(2026, 5, 5)) == "王厅长"
    assert holder(seat, CONVENER, MAY) == "赵厅长"
    assert [person.name for _, person in queries.history(seat.session, CONVENER)] == ["赵厅长", "王厅长"]
    assert [person.name for person in queries.office_holders(seat.session, "convener", TODAY)] == ["赵厅长"]


def test_no_two_people_hold_one_post_at_a_time(seat):
    register(seat, from_date=MAY)
    for day in (MARCH, MAY):
        with pytest.raises(Refused, match="同一时点只能有一人在任"):
            register(seat, LI, from_date=day)
    assert holder(seat, LI_FIN) == "张建国"


def test_m3_each_unit_has_one_representative_at_a_time(seat):
    """Source: dossier 1.2 M3: 11名代表齐备率显示11/11."""
    reps = [held.place.key for held in queries.roster(seat.session, TODAY) if held.place.role == "member_rep"]
    for number, post in enumerate(reps):
        register(seat, PersonText(f"代表{number}"), post)
    filled = [held for held in queries.roster(seat.session, TODAY) if held.place.role == "member_rep" and held.person]
    assert (len(filled), len({held.unit.id for held in filled if held.unit})) == (11, 11)
    with pytest.raises(Refused, match="同一时点只能有一人在任"):
        register(seat, PersonText("另一人"), reps[0])


def test_m7_units_without_a_liaison_are_listed_until_they_name_one(seat):
    """Source: dossier 1.2 M7: 待确定联络员(n)."""
    assert len(queries.missing_liaisons(seat.session, TODAY)) == 11
    register(seat)
    missing = queries.missing_liaisons(seat.session, TODAY)
    assert "省财政厅" not in [vacancy.unit.name for vacancy in missing]
    assert all(vacancy.overdue for vacancy in missing)


def test_a_post_is_empty_after_its_holder_left_and_overdue_after_the_days_allowed(seat):
    done = register(seat)
    commands.end_liaison(seat, done.appointment.id, to_date=date(2026, 5, 20), on=TODAY)
    assert holder(seat, LI_FIN, date(2026, 5, 20)) == "张建国"
    assert holder(seat, LI_FIN) is None
    vacancy = next(v for v in queries.missing_liaisons(seat.session, TODAY) if v.unit.key == "FIN")
    assert (vacancy.since, vacancy.overdue) == (date(2026, 5, 21), False)
    later = next(v for v in queries.missing_liaisons(seat.session, date(2026, 6, 6)) if v.unit.key == "FIN")
    assert later.overdue
    with pytest.raises(Missing):
        commands.end_liaison(seat, done.appointment.id, to_date=MAY, on=TODAY)


def test_a_term_does_not_end_before_it_began(seat):
    done = register(seat, from_date=MAY)
    with pytest.raises(Refused, match="离任日期不得早于任职日期"):
        commands.end_liaison(seat, done.appointment.id, to_date=MARCH, on=TODAY)


def test_m7_a_liaison_of_another_rank_is_taken_with_a_word(seat):
    assert register(seat).cautions == []
    done = register(seat, PersonText("李红", rank="科级"), from_date=MAY)
    assert "处级" in done.cautions[0].message
    assert next(held for held in queries.roster(seat.session, TODAY) if held.place.key == LI_FIN).wrong_rank


def test_a_unit_names_its_own_people_and_no_other_units(engine, tenant, seat):
    with acting_for(engine, tenant.id) as session:
        units = {unit.key: unit.id for unit in charter.units(session, TODAY)}
    finance = a_seat(engine, tenant, "MR", unit=units["FIN"])
    register(finance)
    with pytest.raises(Forbidden, match="本单位"):
        register(finance, post="liaison/COM/1")
    with pytest.raises(Forbidden):
        commands.record_appointment(finance, CONVENER, ZHANG, from_date=MARCH, on=TODAY)
    with pytest.raises(Forbidden):
        register(a_seat(engine, tenant, "LI", unit=units["FIN"]), LI, from_date=MAY)
    assert holder(seat, LI_FIN) == "张建国"


def test_a_place_that_the_charter_does_not_have_is_not_found(seat):
    for post in ("liaison/EDU/1", "convener/HRSS/2", "nonsense"):
        with pytest.raises(Missing):
            commands.register_liaison(seat, post, ZHANG, from_date=MARCH, on=TODAY)
    with pytest.raises(Missing):  # a post of the conference is not a unit's to fill, nor the other way round
        commands.register_liaison(seat, CONVENER, ZHANG, from_date=MARCH, on=TODAY)
    with pytest.raises(Missing):
        commands.record_appointment(seat, LI_FIN, ZHANG, from_date=MARCH, on=TODAY)


def test_what_is_said_of_a_person_is_corrected_and_the_number_stays_out_of_the_log(seat):
    done = register(seat)
    commands.correct_liaison(
        seat, done.appointment.id, PersonText("张建国", "办公室主任", "处级", "13700000000"), on=TODAY
    )
    _, person = queries.appointment_named(seat.session, done.appointment.id)
    assert (person.title, person.mobile) == ("办公室主任", "13700000000")
    details = str([entry.detail for entry in seat.session.scalars(select(AuditEntry))])
    assert "mobile_changed" in details
    assert "13700000000" not in details
    assert "13800001234" not in details


def test_a_unit_that_left_needs_no_liaison(engine, tenant, seat):
    register(seat, post="liaison/LTAX/1")
    in_force(engine, tenant, lambda office: charter_commands.remove_unit(office, "LTAX"), since=MAY, on=TODAY)
    assert "liaison/LTAX/1" not in [held.place.key for held in queries.roster(seat.session, TODAY)]
    assert holder(seat, "liaison/LTAX/1", date(2026, 5, 5)) == "张建国"


def test_the_database_itself_keeps_one_open_appointment_a_post(engine, tenant, seat):
    register(seat)
    with acting_for(engine, tenant.id) as session:
        standing = session.scalars(select(Appointment)).one()
        twin = Appointment(
            post=LI_FIN, role="liaison", unit_id=standing.unit_id, person_id=standing.person_id, basis=""
        )
        twin.from_date = TODAY
        session.add(twin)
        with pytest.raises(Exception, match="ux_appointment_open"):
            session.flush()


def test_another_tenants_appointment_is_not_found(engine, tenant, seat):
    other = a_tenant(engine, furnish=furnish)
    done = register(a_seat(engine, other, "OS"))
    with pytest.raises(Missing):
        commands.end_liaison(seat, done.appointment.id, to_date=TODAY, on=TODAY)
