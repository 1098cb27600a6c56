"""The moments of the rooms: whoever has to do something now is told of it, by the command itself."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.charter.queries import units
from service.kit.period import Period
from service.kit.web import today
from service.matters.commands import draft_matter, return_matter, submit
from service.matters.consulting import reply
from service.minutes.commands import confirm, countersign, send
from service.minutes.queries import parties
from service.notices.models import Notice
from service.reports.commands import draft_report
from service.submissions.commands import file_submission, lay_down_obligations, return_submission
from service.submissions.models import Obligation
from tenants.db import acting_for
from tests.charter.drafts import in_force
from tests.consultations.papers import sent
from tests.factories import a_seat, a_tenant, an_account
from tests.invitations.conference import moved, planned, staffed
from tests.invitations.conference import tell as notify
from tests.matters.course import DAY, Table
from tests.minutes.scene import LATE, SENT, a_scene
from tests.work.office import a_plan, console

Q1 = Period.parse("2026Q1")


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


class Heard:
    """What an account was told, kind by kind, in order."""

    def __init__(self, engine, tenant):
        self.engine, self.tenant = engine, tenant

    def __call__(self, account: UUID | None) -> list[str]:
        with acting_for(self.engine, self.tenant.id) as session:
            query = select(Notice.kind).where(Notice.account_id == account).order_by(Notice.made_at, Notice.id)
            return list(session.scalars(query))


@pytest.fixture
def heard(engine, tenant):
    return Heard(engine, tenant)


def test_a_meeting_is_called_changed_and_cancelled_before_those_who_come(engine, tenant, seat, heard):
    staffed(seat)
    convener, staff = (an_account(engine, tenant, role).id for role in ("CV", "OS"))
    liaison = an_account(engine, tenant, "LI", unit=units(seat.session, today())[0].id).id
    row = planned(seat)
    assert heard(liaison) == []
    notify(seat, row)
    assert heard(liaison) == heard(convener) == ["meeting_called"] and heard(staff) == []
    moved(seat, row, place="省人社厅402会议室")
    notify(seat, row)
    assert heard(liaison) == ["meeting_called", "meeting_changed"]


def test_minutes_are_before_the_units_that_came_and_then_before_who_signs(engine):
    scene = a_scene(engine)
    scene.decided(minutes_countersign=True)
    heard = Heard(engine, scene.tenant)
    came, away = (scene.liaison(number).account_id for number in (0, 4))
    convener = scene.convener().account_id
    row = scene.circulated()
    assert heard(came) == ["minutes_to_confirm"] and heard(away) == []
    for party in parties(scene.seat.session, scene.meeting.id):
        confirm(scene.seat, row.id, party=party.id, opinion="agree", sha256=row.sha256, on=SENT)
    send(scene.seat, row.id, SENT)
    assert heard(came) == ["minutes_to_confirm", "minutes_to_countersign"] and heard(convener) == []
    for number in (0, 1, 3):
        unit = scene.table[number].id
        countersign(scene.seat, row.id, unit_id=unit, opinion="agree", sha256=row.sha256, on=SENT)
        assert heard(convener) == ([] if number != 3 else ["minutes_to_sign"])


def test_where_nobody_countersigns_the_last_confirmation_is_what_the_signer_hears(engine):
    scene = a_scene(engine)
    scene.decided(minutes_countersign=False)
    convener = scene.convener().account_id
    scene.confirmed()
    assert Heard(engine, scene.tenant)(convener) == ["minutes_to_sign"]
    assert LATE > SENT


def test_a_matter_goes_between_its_unit_the_office_and_those_concerned(engine, tenant, seat, heard):
    table = Table(engine, tenant, seat)
    raiser, asked, other = (table.rep(key).account_id for key in ("CIVIL", "FIN", "COM"))
    office = table.post("OS").account_id
    text = table.passages(("设立专项资金", "CZ1"))
    row = draft_matter(seat, kind="policy_proposal", unit_id=table.id("CIVIL"), title="养老", passages=text, on=DAY)
    submit(seat, row.id, on=DAY)
    assert (heard(office), heard(raiser)) == (["matter_submitted"], [])
    return_matter(seat, row.id, reason="请补充测算", on=DAY)
    submit(seat, row.id, on=DAY)
    assert (heard(office), heard(raiser)) == (["matter_submitted"] * 2, ["matter_returned"])
    asking = table.asked(("设立专项资金", "CZ1"))
    assert heard(asked) == ["matter_asked"] and heard(other) == []
    reply(table.rep("FIN"), asking.id, unit_id=table.id("FIN"), opinion="agree", on=DAY)
    assert heard(office)[-1] == "matter_answered" and heard(raiser)[-1] == "matter_accepted"


def test_units_are_told_that_their_opinion_is_asked(engine, tenant, seat, heard):
    asked, other = (an_account(engine, tenant, "LI", unit=units(seat.session, DAY)[at].id).id for at in (0, 5))
    sent(seat, 2)
    assert heard(asked) == ["consultation_asked"] and heard(other) == []


def test_a_unit_is_told_that_its_submission_was_returned(engine, tenant, seat, heard):
    unit = units(seat.session, DAY)[0].id
    liaison = an_account(engine, tenant, "LI", unit=unit).id
    lay_down_obligations(seat, Q1, date(2026, 1, 2))
    owed = seat.session.scalars(select(Obligation).where(Obligation.unit_id == unit)).first()
    assert owed
    for _time in range(2):
        file_submission(seat, owed.id, text="已办理", on=DAY)
        return_submission(seat, owed.id, reason="请补充数据", on=DAY)
    assert heard(liaison) == ["submission_returned"] * 2


def test_an_agreed_plan_and_a_settled_charter_are_told_to_everybody(engine, tenant, seat, heard):
    convener, staff = (an_account(engine, tenant, role).id for role in ("CV", "OS"))
    liaison = an_account(engine, tenant, "LI", unit=units(seat.session, DAY)[0].id).id
    a_plan(seat)
    assert heard(liaison) == heard(staff) == ["plan_agreed"]
    in_force(engine, tenant, since=date(2026, 3, 2))
    assert heard(convener) == ["charter_in_review"]
    assert heard(liaison) == heard(staff) == ["plan_agreed", "charter_approved"]


def test_who_signs_is_told_of_a_report_once_for_each_snapshot(engine, tenant, seat, heard):
    convener = an_account(engine, tenant, "CV").id
    draft_report(seat, Q1, date(2026, 4, 8))
    draft_report(seat, Q1, date(2026, 4, 8))
    assert heard(convener) == ["report_to_sign"]
    assert a_seat(engine, tenant, "CV").may_read("report.read")
