"""The worked example at the end of dossier 6, and the first story of the product, on real rows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.charter.queries import duties_of, units
from service.kit.period import Period
from service.kit.web import today
from service.meetings.commands import Agreed, Held, record_meeting
from service.minutes.recording import issued
from service.oversight.queries import board
from service.rooms import handlers
from service.statistics.commands import publish_period
from service.statistics.queries import live
from service.submissions.commands import file_submission, lay_down_obligations
from service.submissions.models import Obligation
from service.tasks.commands import TaskText, add_task, withdraw
from service.tasks.progress import report_progress, request_close_out, verify_close_out
from tenants import audit, ledger
from tenants.db import acting_for
from tenants.errors import Forbidden, Missing, Refused
from tests.factories import a_seat, a_small_province, a_tenant, signed_in
from tests.work.office import a_plan, a_task, console

Q3 = Period.parse("2026Q3")
SEEN = date(2026, 11, 20)
AS_OF = date(2026, 9, 30)


def close(seat, task, claimed, done):
    report_progress(seat, task.id, percent=90, text="已开展", on=claimed)
    request_close_out(seat, task.id, statement="已完成", on=claimed)
    verify_close_out(seat, task.id, on=done)


def figures(seat):
    return {entry.code: entry for entry in live(seat.session, Q3)}


def test_the_worked_example_of_the_dossier(engine):
    """Source: dossier 6: 13/20, 10/12, 12/15, cumulative overdue 3, current overdue 2 of 12."""
    seat = console(engine, a_tenant(engine, furnish=furnish))
    plan, due, later = a_plan(seat), date(2026, 6, 30), date(2026, 12, 20)
    for _ in range(9):
        close(seat, a_task(seat, plan, due), due, due + timedelta(days=20))
    close(seat, a_task(seat, plan, due), due + timedelta(days=5), due + timedelta(days=9))
    for _ in range(2):
        a_task(seat, plan, due)
    for _ in range(3):
        close(seat, a_task(seat, plan, later), date(2026, 8, 1), date(2026, 8, 5))
    for _ in range(5):
        a_task(seat, plan, later)
    for _ in range(2):
        withdraw(seat, a_task(seat, plan, due).id, reason="省府批文", on=date(2026, 5, 1))
    found = figures(seat)
    parts = {code: (entry.numerator, entry.denominator) for code, entry in found.items()}
    assert parts["P01"] == (13, 20)
    assert parts["P02"] == (10, 12)
    assert parts["P03"] == (12, 15)
    assert parts["P05"][0] == 3
    assert parts["P07"] == (2, 12)


def test_progress_in_a_county_moves_the_provinces_figure(engine):
    province, city, county = a_small_province(engine, furnish=furnish)
    seat = console(engine, county)
    plan = a_plan(seat)
    task = a_task(seat, plan, date(2026, 6, 30))
    publish_period(seat, Q3, date(2026, 10, 12))
    list(ledger.drain(engine, handlers()))
    with acting_for(engine, province.id) as session:
        before = board(session, province, Q3, SEEN, deep=True)
    assert before.totals["P01"].amount.numerator == 0
    assert (before.reported, before.expected) == (1, 2)
    assert [place.id for place in before.silent] == [city.id]
    close(seat, task, date(2026, 6, 20), date(2026, 6, 28))
    publish_period(seat, Q3, date(2026, 10, 13))
    list(ledger.drain(engine, handlers()))
    with acting_for(engine, province.id) as session:
        after = board(session, province, Q3, SEEN, deep=True)
    assert after.totals["P01"].amount.numerator == Decimal(1)
    receipt = next(row for row in after.rows if row.tenant.id == county.id).receipt
    assert receipt is not None and receipt.revision == 2


def test_a_period_that_is_not_over_is_not_published(engine):
    seat = console(engine, a_tenant(engine, furnish=furnish))
    with pytest.raises(Refused, match="结束后才能发布"):
        publish_period(seat, Q3, AS_OF)
    assert publish_period(seat, Q3, AS_OF + timedelta(days=1)).revision == 1


def test_nothing_new_is_nothing_to_correct(engine):
    seat = console(engine, a_tenant(engine, furnish=furnish))
    publish_period(seat, Q3, date(2026, 10, 12))
    with pytest.raises(Refused, match="无需更正"):
        publish_period(seat, Q3, date(2026, 10, 12))


def test_a_task_under_a_duty_that_the_unit_does_not_hold_is_refused(engine):
    seat = console(engine, a_tenant(engine, furnish=furnish))
    plan, on = a_plan(seat), date(2026, 1, 10)
    first, second = units(seat.session, on)[:2]
    foreign = next(d for d in duties_of(seat.session, second.id, on))
    text = TaskText("开展培训", foreign.id, first.id, on, date(2026, 6, 30))
    with pytest.raises(Refused, match=r"不是.*的职责"):
        add_task(seat, plan.id, text, on=on)


def test_only_the_lead_units_people_report_and_the_office_verifies(engine):
    tenant = a_tenant(engine, furnish=furnish)
    office = console(engine, tenant)
    task = a_task(office, a_plan(office), date(2026, 6, 30))
    others = units(office.session, date(2026, 2, 1))
    own = a_seat(engine, tenant, "LI", unit=task.lead_unit_id)
    foreign = a_seat(engine, tenant, "LI", unit=next(u.id for u in others if u.id != task.lead_unit_id))
    with pytest.raises(Forbidden):
        report_progress(foreign, task.id, percent=10, text="已启动", on=AS_OF)
    report_progress(own, task.id, percent=10, text="已启动", on=AS_OF)
    request_close_out(own, task.id, statement="已完成", on=AS_OF)
    with pytest.raises(Forbidden):
        verify_close_out(own, task.id, on=AS_OF)
    assert verify_close_out(a_seat(engine, tenant, "OD"), task.id, on=AS_OF).state == "closed_out"


def test_a_foreign_task_is_not_found(engine):
    mine, theirs = a_tenant(engine, furnish=furnish), a_tenant(engine, furnish=furnish)
    office = console(engine, theirs)
    task = a_task(office, a_plan(office), date(2026, 6, 30))
    with pytest.raises(Missing):
        verify_close_out(console(engine, mine), task.id, on=AS_OF)
    report_progress(office, task.id, percent=10, text="已启动", on=AS_OF)


def test_submissions_and_meetings_are_counted_as_the_dossier_says(engine):
    """Source: dossier 6-8, 6-9, 6-10, 6-12."""
    seat = console(engine, a_tenant(engine, furnish=furnish))
    on = date(2026, 7, 1)
    table = units(seat.session, on)
    assert lay_down_obligations(seat, Period.parse("2026Q2"), on) == len(table)
    assert lay_down_obligations(seat, Period.parse("2026Q2"), on) == 0
    rows = list(seat.session.scalars(select(Obligation).order_by(Obligation.id)))
    file_submission(seat, rows[0].id, text="无", on=date(2026, 7, 8))
    file_submission(seat, rows[1].id, text="进展", on=date(2026, 7, 30))
    held = Held(
        "plenary",
        "第一次全体会议",
        date(2026, 3, 5),
        "召集人",
        "convener",
        {table[0].id: "present", table[1].id: "leave"},
        [
            Agreed("完善政策", table[0].id, date(2026, 8, 1)),
            Agreed("原则同意", table[0].id, date(2026, 8, 1), "in_principle"),
        ],
    )
    meeting = record_meeting(seat, held, date(2026, 3, 6))
    assert figures(seat)["P08"].denominator == 0
    issued(seat, meeting.id, date(2026, 3, 6), date(2026, 3, 12))
    found = figures(seat)
    assert (found["P10"].numerator, found["P10"].denominator) == (1, len(table))
    assert found["P11"].numerator == 2
    assert found["P12"].numerator == len(table) - 2
    assert (found["P08"].numerator, found["P08"].denominator) == (0, 1)
    assert found["P13"].numerator == 1


def test_every_write_leaves_one_line_in_a_chain_that_holds(engine, owner):
    tenant = a_tenant(engine, furnish=furnish)
    seat = console(engine, tenant)
    a_plan(seat)
    with acting_for(engine, tenant.id) as session:
        verdict = audit.verify(session)
        assert verdict.sound and verdict.rows == 3
    with owner.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL app.tenant = '{tenant.id}'")
        connection.exec_driver_sql("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2")
    with acting_for(engine, tenant.id) as session:
        assert audit.verify(session).bad_seq == 2


def test_a_task_that_is_due_later_this_quarter_is_not_overdue_on_the_home_page(engine):
    """Source: dossier 6 (as_of): a live board takes D = yesterday."""
    seat, on = console(engine, a_tenant(engine, furnish=furnish)), date(2026, 8, 1)
    plan = a_plan(seat)
    for due in (on - timedelta(days=1), on, on + timedelta(days=9)):
        a_task(seat, plan, due)
    overdue = {entry.code: entry for entry in live(seat.session, Q3.so_far(on))}["P07"]
    assert (overdue.numerator, overdue.denominator) == (1, 1)
    assert (figures(seat)["P07"].numerator, figures(seat)["P07"].denominator) == (3, 3)


def test_a_place_that_opened_today_has_a_home_page(app, engine):
    tenant = a_tenant(engine, furnish=furnish, on=today())
    assert signed_in(app, engine, tenant, "OS").get(f"/t/{tenant.slug}/").status_code == 200
