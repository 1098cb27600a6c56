"""Who leaves a post keeps reading what was his and does nothing more; what waits, waits for the post.

Source: dossier 1.2 M2 (换人当日), M7; dossier 1.6.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from service.accounts import commands as accounts
from service.accounts.queries import door, seats_of, take_seat
from service.charter import commands as charter
from service.charter.opening import furnish
from service.charter.queries import units
from service.kit.web import today
from service.meetings.commands import Held, record_meeting
from service.members import commands
from service.members.rules import PersonText
from service.minutes.commands import circulate
from service.minutes.commands import draft as draft_minutes
from service.plans.commands import draft_plan
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tenants.errors import Conflict, Forbidden, Refused
from tests.accounts.people import a_person, sign_in
from tests.factories import a_seat, a_tenant, a_token, an_account, bearing, signed_in

CONVENER, LIAISON = "convener/HRSS/1", "liaison/FIN/1"
MARCH, DAY = date(2026, 3, 1), timedelta(days=1)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(engine, tenant):
    return a_seat(engine, tenant, "OS")


@pytest.fixture
def unit(office):
    return {unit.key: unit.id for unit in units(office.session, today())}


@pytest.fixture
def account(engine, tenant):
    def named(name, *roles, unit=None):
        return an_account(engine, tenant, *roles, unit=unit, name=name)

    return named


@pytest.fixture
def on(engine, tenant):
    """What the account holds, and from what it only reads, that day."""

    def seated(account, day):
        with acting_for(engine, tenant.id) as session:
            seat = take_seat(session, tenant, account, day)
            return set(seat.roles), set(seat.former)

    return seated


def convene(office, name, since=MARCH):
    return commands.record_appointment(office, CONVENER, PersonText(name), from_date=since, on=today())


def name_liaison(office, name, since):
    words = PersonText(name, rank="处级")
    return commands.register_liaison(office, LIAISON, words, from_date=since, on=today())


def test_the_seat_before_reads_from_the_day_on_which_the_next_one_takes_office(account, office, on):
    old, start = account("王厅长", "CV"), today() + 5 * DAY
    convene(office, "王厅长")
    convene(office, "赵厅长", start)
    assert on(old, start - DAY) == ({"CV"}, set())
    assert on(old, start) == (set(), {"CV"})
    entry = office.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry.detail["reads_only"] == f"account:{old.id}"


def test_a_term_ended_in_the_past_leaves_the_seat_today_and_no_earlier(account, office, on):
    old, term = account("王厅长", "CV"), convene(office, "王厅长").appointment
    commands.end_appointment(office, term.id, to_date=MARCH + 9 * DAY, on=today())
    assert on(old, today() - DAY) == ({"CV"}, set())
    assert on(old, today()) == (set(), {"CV"})


def test_a_liaison_leaves_the_seat_of_that_unit_and_of_no_other(account, office, unit, on):
    old = account("张建国", "LI", unit=unit["FIN"])
    namesake = account("张建国", "LI", unit=unit["CIVIL"])
    name_liaison(office, "张建国", MARCH)
    name_liaison(office, "李红", today())
    assert on(old, today()) == (set(), {"LI"})
    assert on(namesake, today()) == ({"LI"}, set())


def test_a_second_term_of_the_same_person_leaves_nothing(account, office, on):
    old = account("王厅长", "CV")
    convene(office, "王厅长")
    convene(office, "王厅长", today())
    assert on(old, today()) == ({"CV"}, set())


def test_an_account_under_another_name_leaves_when_it_is_named(account, office, on):
    """Source: dossier 1.2 M2."""
    old, other = account("省厅王某", "CV"), account("李处长", "OS")
    convene(office, "王厅长")
    with pytest.raises(Refused, match="不持有该席位") as refused:
        commands.record_appointment(
            office, CONVENER, PersonText("赵厅长"), from_date=today(), leaver=other.id, on=today()
        )
    assert refused.value.field == "leaver"
    office.session.rollback()
    commands.record_appointment(office, CONVENER, PersonText("赵厅长"), from_date=today(), leaver=old.id, on=today())
    assert on(old, today()) == (set(), {"CV"})


def test_an_account_whose_owner_still_sits_there_is_not_to_be_named(account, office, on):
    sitting = account("赵厅长", "CV")
    term = convene(office, "王厅长").appointment
    convene(office, "赵厅长", today())
    with pytest.raises(Refused, match="仍在名录中任此职务"):
        commands.record_appointment(
            office, CONVENER, PersonText("赵厅长"), from_date=today() + DAY, leaver=sitting.id, on=today()
        )
    assert on(sitting, today()) == ({"CV"}, set()) and term


def test_who_ends_a_term_is_told_of_accounts_that_the_directory_does_not_know(account, office, on):
    old, term = account("省厅王某", "CV"), convene(office, "王厅长").appointment
    told = commands.end_appointment(office, term.id, to_date=today() - DAY, on=today())
    assert "省厅王某" in told.cautions[0].message
    assert on(old, today()) == ({"CV"}, set())


def test_a_term_ended_with_its_account_named_leaves_nothing_to_tell(account, office, on):
    old, term = account("省厅王某", "CV"), convene(office, "王厅长").appointment
    told = commands.end_appointment(office, term.id, to_date=today() - DAY, leaver=old.id, on=today())
    assert told.cautions == []
    assert on(old, today()) == (set(), {"CV"})


def test_the_forms_and_programs_name_the_account_that_leaves(app, engine, tenant, account, office, on):
    old = account("省厅王某", "CV")
    term = convene(office, "王厅长").appointment
    client, root = signed_in(app, engine, tenant, "OS"), f"/t/{tenant.slug}/members"
    page = client.get(f"{root}/appointments/new?post={CONVENER}").text
    assert "前任的账号" in page and "省厅王某" in page
    edit = client.get(f"{root}/appointments/{term.id}").text
    assert "离任人的账号" in edit
    headers = bearing(a_token(engine, tenant, "OS"))
    path = f"/api/v1/t/{tenant.slug}/members/appointments/{term.id}/end"
    body = {"to_date": (today() - DAY).isoformat(), "leaver": str(old.id)}
    wrong = app.test_client().post(path, json=body | {"leaver": str(tenant.id)}, headers=headers)
    assert wrong.status_code == 422
    done = app.test_client().post(path, json=body, headers=headers)
    assert (done.status_code, done.json["cautions"]) == (201, [])
    assert on(old, today()) == (set(), {"CV"})


def test_two_accounts_of_one_name_are_left_to_the_administrator_with_a_word(account, office, on):
    both = [account("王厅长", "CV"), account("王厅长", "CV")]
    convene(office, "王厅长")
    cautions = convene(office, "赵厅长", today()).cautions
    assert ["王厅长" in caution.message for caution in cautions] == [True]
    assert [on(one, today())[0] for one in both] == [{"CV"}, {"CV"}]


def test_m2_the_one_before_reads_and_signs_nothing_and_the_next_one_signs(engine, tenant, account, office):
    old, new = account("王厅长", "CV"), account("赵厅长", "CV")
    charter.begin_draft(office, on=today())
    charter.submit_draft(office, "第一次全体会议议定")
    convene(office, "王厅长")
    convene(office, "赵厅长", today())
    with acting_for(engine, tenant.id) as session:
        seat = take_seat(session, tenant, old, today())
        assert seat.may_read("charter.read") and not seat.may_read("account.manage") and seat.may("account.own")
        with pytest.raises(Forbidden):
            charter.approve_draft(seat, effective_from=today(), on=today())
    with acting_for(engine, tenant.id) as session:
        seat = take_seat(session, tenant, new, today())
        assert charter.approve_draft(seat, effective_from=today() + DAY, on=today()).approved_by == new.name


def test_m2_pages_open_for_the_one_before_and_what_waits_is_on_the_next_ones_home(app, engine, tenant, office):
    home = f"/t/{tenant.slug}/"
    old = a_person(engine, tenant, "CV", name="王厅长")
    convene(office, "王厅长")
    charter.begin_draft(office, on=today())
    charter.submit_draft(office, "第一次全体会议议定")
    head = office_head(engine, tenant)
    held = record_meeting(head, a_plenary(office), today())
    circulate(head, draft_minutes(head, held.id, today()).id, on=today())
    draft_plan(office, year=today().year, title="工作计划", on=today())
    before = sign_in(app, old.username)
    piles = ("待批准制度修订稿", "待签发纪要", "待议定计划")
    assert all(pile in before.get(home).text for pile in piles)
    convene(office, "赵厅长", today())
    seen = before.get(home)
    assert seen.status_code == 200 and "原召集人" in seen.text
    assert not any(pile in seen.text for pile in piles)
    assert before.get(f"{home}meetings/").status_code == before.get(f"{home}charter/draft/").status_code == 200
    after = signed_in(app, engine, tenant, "CV").get(home).text
    assert all(pile in after for pile in piles)


def office_head(engine, tenant):
    return a_seat(engine, tenant, "OD")


def a_plenary(office):
    first = units(office.session, today())[0].id
    return Held("plenary", "第1次全体会议", today(), "王厅长", "convener", {first: "present"})


def test_programs_see_that_the_one_before_only_reads(engine, tenant, client, office, account):
    root = f"/api/v1/t/{tenant.slug}"
    old, new = account("王厅长", "CV"), account("赵厅长", "CV")
    before, after = ({**bearing(token_of(engine, tenant, who)), "Idempotency-Key": who.name[0]} for who in (old, new))
    convene(office, "王厅长")
    assert client.get(f"{root}/me", headers=before).json["former"] == []
    convene(office, "赵厅长", today())
    me = client.get(f"{root}/me", headers=before).json
    assert (me["roles"], me["former"], me["operations"]) == ([], ["CV"], ["account.own"])
    assert client.get(f"{root}/charter", headers=before).status_code == 200
    assert client.post(f"{root}/charter/draft", headers=before).status_code == 403
    assert client.post(f"{root}/charter/draft", headers=after).status_code == 201


def test_the_administrator_sees_who_only_reads_and_ends_that_too(app, engine, tenant, client, office, account):
    root = f"/t/{tenant.slug}"
    old = account("王厅长", "CV")
    convene(office, "王厅长")
    convene(office, "赵厅长", today())
    admin = signed_in(app, engine, tenant, "SA")
    shown = admin.get(f"{root}/accounts/{old.id}").text
    assert "离任，仅可查阅" in shown and "停止查阅" in shown and "原召集人" in admin.get(f"{root}/accounts/").text
    (row,) = client.get(f"/api/v1{root}/accounts/{old.id}/seats", headers=bearing(a_token(engine, tenant, "SA"))).json
    assert row["former"] and row["to_date"] == today().isoformat()
    assert admin.post(f"{root}/seats/{row['id']}/ending").status_code == 302
    with acting_for(engine, tenant.id) as session:
        assert door(session, old.id, tenant.slug) is None
        assert not take_seat(session, tenant, old, today()).sits


def test_who_left_a_post_may_not_turn_administrator_while_he_reads(engine, tenant, office, account):
    """Source: dossier 1.6 (三员无业务数据权限)."""
    old, admin = account("王厅长", "CV"), a_seat(engine, tenant, "SA")
    convene(office, "王厅长")
    convene(office, "赵厅长", today())
    with pytest.raises(Refused, match="管理员不得兼任业务角色"):
        accounts.grant(admin, old.id, roles=["AUD"], on=today())
    (row,) = seats_of(admin.session, old.id)
    now = datetime.now(UTC)
    accounts.end_seat(admin, row.id, on=today(), now=now)
    with pytest.raises(Conflict):
        accounts.end_seat(admin, row.id, on=today(), now=now)
    assert accounts.grant(admin, old.id, roles=["AUD"], on=today())


def token_of(engine, tenant, account):
    with acting_for(engine, tenant.id) as session:
        seat = take_seat(session, tenant, account, today())
        return accounts.issue_token(seat, account.id, label="", hours=1, now=datetime.now(UTC)).token
