"""Seats: who grants them, which stand together, and what ends with them."""

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import NoResultFound

from service.accounts import commands, signin
from service.accounts.door import take_seat
from service.accounts.models import Account, ApiToken
from service.accounts.passwords import token_hash
from service.accounts.queries import bearer, door, seats_of
from service.charter.models import Unit
from service.kit.command import commit_held
from service.kit.seat import Seat
from tenants.audit import AuditEntry, AuditHead, verify
from tenants.db import acting_for
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.accounts.people import a_person
from tests.factories import a_seat, a_tenant, an_account

ON = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine)


@pytest.fixture
def admin(engine, tenant):
    return a_seat(engine, tenant, "SA")


def invite(seat, username, roles=("OS",), name="王芳", **more):
    return commands.invite(seat, username=username, name=name, roles=list(roles), on=ON, now=NOW, **more)


def own(seat) -> UUID:
    assert seat.account_id is not None
    return seat.account_id


def link_of(invited: commands.Invited) -> str:
    assert invited.link is not None
    return invited.link


def roles_on(engine, tenant, account, on=ON):
    with acting_for(engine, tenant.id) as session:
        return take_seat(session, tenant, account, on).roles


def may_enter(engine, account, tenant):
    with acting_for(engine, None) as session:
        return door(session, account.id, tenant.slug) is not None


def a_unit(engine, tenant, name="省商务厅"):
    unit = {
        "tenant_id": tenant.id, "key": name, "name": name, "category": "政府部门", "position": 1, "is_lead": False,
        "source": "seed 二", "joined_on": date(2020, 1, 1), "revision": 1,
    }  # fmt: skip
    with acting_for(engine, tenant.id) as session, session.begin():
        return session.execute(insert(Unit).values(unit).returning(Unit.id)).scalar_one()


def test_an_invited_person_has_the_seat_and_the_door_at_once(engine, tenant, admin):
    account = invite(admin, f"new-{tenant.slug}").account
    assert roles_on(engine, tenant, account) == {"OS"}
    assert may_enter(engine, account, tenant)


def test_only_the_system_administrator_invites(engine, tenant):
    for role in ("CV", "OD", "OS", "SEC", "AUD"):
        with pytest.raises(Forbidden):
            invite(a_seat(engine, tenant, role), f"new-{role.lower()}-{tenant.slug}")
    assert invite(a_seat(engine, tenant, "SA"), f"new-{tenant.slug}")


def test_the_operator_at_the_console_invites_the_first_administrator(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        seat = Seat(session=session, tenant=tenant, name="console", console=True)
        account = invite(seat, f"first-{tenant.slug}", ["SA"]).account
    assert roles_on(engine, tenant, account) == {"SA"}


def test_the_audit_line_of_an_invitation_holds_no_secret(engine, tenant, admin):
    invited = invite(admin, f"new-{tenant.slug}")
    with acting_for(engine, tenant.id) as session:
        line = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
        assert line.action == "account.invite"
        assert line.subject == f"account:{invited.account.id}"
        assert link_of(invited) not in str(line.detail)
        assert token_hash(link_of(invited)) not in str(line.detail)
        assert verify(session).sound


def test_nobody_grants_himself(engine, tenant, admin):
    other = a_seat(engine, tenant, "SA")
    for seat, account_id in ((admin, own(admin)), (other, own(other))):
        with pytest.raises(Forbidden, match="不得为本人"):
            commands.grant(seat, account_id, roles=["SA"], on=ON)
    mine = seats_of(admin.session, own(admin))[0]
    with pytest.raises(Forbidden, match="不得为本人"):
        commands.end_seat(admin, mine.id, on=ON, now=NOW)
    assert commands.end_seat(other, mine.id, on=ON, now=NOW)


@pytest.mark.parametrize("roles", [["SA", "SEC"], ["SEC", "AUD"], ["SA", "OS"], ["AUD", "CV"]])
def test_administrators_are_kept_apart_at_once_and_one_by_one(engine, tenant, admin, roles):
    with pytest.raises(Refused):
        invite(admin, f"both-{tenant.slug}", roles)
    account = invite(admin, f"one-{tenant.slug}", roles[:1]).account
    with pytest.raises(Refused):
        commands.grant(admin, account.id, roles=roles[1:], on=ON)
    assert roles_on(engine, tenant, account) == {roles[0]}


def test_two_administrators_at_once_cannot_make_one_person_both(engine, tenant):
    account = an_account(engine, tenant, "OS")
    seats = [a_seat(engine, tenant, "SA") for _ in range(2)]
    mine = seats_of(seats[0].session, account.id)[0]
    commands.end_seat(seats[0], mine.id, on=ON, now=NOW)
    outcomes = []

    def grant(seat, role):
        try:
            commands.grant(seat, account.id, roles=[role], on=ON)
            outcomes.append(role)
        except Refused:
            outcomes.append(None)

    threads = [threading.Thread(target=grant, args=pair) for pair in zip(seats, ("SEC", "AUD"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([role for role in outcomes if role]) == 1
    assert len(roles_on(engine, tenant, account)) == 1


def test_a_unit_role_needs_a_unit_of_this_tenant(engine, tenant, admin):
    ours, theirs = a_unit(engine, tenant), a_unit(engine, a_tenant(engine))
    with pytest.raises(Refused, match="所属单位"):
        invite(admin, f"li-{tenant.slug}", ["LI"])
    with pytest.raises(Missing):
        invite(admin, f"li-{tenant.slug}", ["LI"], unit_id=theirs)
    account = invite(admin, f"li-{tenant.slug}", ["LI"], unit_id=ours).account
    with acting_for(engine, tenant.id) as session:
        assert take_seat(session, tenant, account, ON).sits_for(ours, "task.report_progress")


def test_the_same_seat_twice_is_a_conflict(engine, tenant, admin):
    account = invite(admin, f"new-{tenant.slug}").account
    with pytest.raises(Conflict):
        commands.grant(admin, account.id, roles=["OS"], on=ON)
    commands.grant(admin, account.id, roles=["OD", "OD"], on=ON)
    assert [grant.role for grant in seats_of(admin.session, account.id)].count("OD") == 1


def test_an_ended_seat_is_over_that_very_day_and_shuts_the_door(engine, tenant, admin):
    account = invite(admin, f"new-{tenant.slug}", ["OS", "OD"]).account
    first, second = seats_of(admin.session, account.id)
    commands.end_seat(admin, first.id, on=ON, now=NOW)
    assert may_enter(engine, account, tenant)
    assert roles_on(engine, tenant, account) == {second.role}
    commands.end_seat(admin, second.id, on=ON, now=NOW)
    assert not may_enter(engine, account, tenant)
    assert roles_on(engine, tenant, account) == set()
    with pytest.raises(Conflict):
        commands.end_seat(admin, second.id, on=ON, now=NOW)
    commands.grant(admin, account.id, roles=["OS"], on=ON)
    assert may_enter(engine, account, tenant)


def test_a_seat_and_its_door_stand_or_fall_together(engine, tenant, admin):
    """The audit line cannot be written: nothing of the grant stands, neither inside nor outside the wall."""
    account = invite(admin, f"new-{tenant.slug}").account
    commands.end_seat(admin, seats_of(admin.session, account.id)[0].id, on=ON, now=NOW)
    with acting_for(engine, tenant.id) as session, session.begin():
        session.execute(delete(AuditHead).where(AuditHead.tenant_id == tenant.id))
    with pytest.raises(NoResultFound):
        commands.grant(admin, account.id, roles=["OD"], on=ON)
    assert not may_enter(engine, account, tenant)
    assert roles_on(engine, tenant, account) == set()


def test_a_foreign_account_or_seat_is_missing_like_an_unknown_one(engine, tenant, admin):
    foreign = an_account(engine, a_tenant(engine), "OS")
    said = []
    for account_id in (foreign.id, tenant.id):
        for act in (
            lambda unknown: commands.grant(admin, unknown, roles=["OS"], on=ON),
            lambda unknown: commands.invite_again(admin, unknown, now=NOW),
            lambda unknown: commands.end_seat(admin, unknown, on=ON, now=NOW),
        ):
            with pytest.raises(Missing) as missing:
                act(account_id)
            said.append(missing.value.message)
    assert len(set(said)) == 1


# --- persons who are known elsewhere ---


def test_a_person_known_elsewhere_is_seated_when_name_and_username_agree(engine, tenant, admin):
    there = a_tenant(engine)
    person = a_person(engine, there, "OS")
    with pytest.raises(Conflict, match=f"已由{there.name}启用"):  # somebody may have taken the name early
        invite(admin, person.username, name=person.name)
    assert not may_enter(engine, person, tenant)
    invited = invite(admin, person.username, name=person.name, same_person=True)
    assert invited.account.id == person.id
    assert invited.link is None
    assert may_enter(engine, person, tenant)


def test_another_name_only_says_that_the_username_is_taken(engine, admin):
    person = a_person(engine, a_tenant(engine), "OS")
    with pytest.raises(Conflict, match="已被使用") as refusal:
        invite(admin, person.username, name="别人")
    assert person.name not in refusal.value.message


def test_a_link_given_out_elsewhere_gains_no_seat_here(engine, tenant, admin):
    """The other tenant's administrator could open it: a person is seated here only after activation."""
    other = a_seat(engine, a_tenant(engine), "SA")
    waiting = invite(other, f"waiting-{tenant.slug}")
    with pytest.raises(Conflict):
        invite(admin, waiting.account.username)
    with acting_for(engine, None) as session:
        signin.accept(session, link_of(waiting), "a-long-enough-one", NOW)
    assert invite(admin, waiting.account.username, same_person=True).account.id == waiting.account.id


def test_a_second_link_closes_the_first_and_an_active_account_gets_none(engine, tenant, admin):
    first = invite(admin, f"new-{tenant.slug}")
    second = commands.invite_again(admin, first.account.id, now=NOW)
    with acting_for(engine, None) as session:
        with pytest.raises(Refused):
            signin.accept(session, link_of(first), "a-long-enough-one", NOW)
        signin.accept(session, link_of(second), "a-long-enough-one", NOW)
    admin.session.expire_all()
    with pytest.raises(Refused, match="已启用"):
        commands.invite_again(admin, first.account.id, now=NOW)


def test_two_administrators_at_once_leave_one_link_open(engine, tenant, admin):
    account = invite(admin, f"new-{tenant.slug}").account
    other = a_seat(engine, tenant, "SA")
    links = []
    second = threading.Thread(target=lambda: links.append(commands.invite_again(other, account.id, now=NOW)))
    with commit_held(admin.session):
        links.append(commands.invite_again(admin, account.id, now=NOW))
        second.start()
        second.join(0.5)
    second.join()
    with acting_for(engine, None) as session:
        with pytest.raises(Refused, match="无效"):
            signin.accept(session, link_of(links[0]), "a-long-enough-one", NOW)
        signin.accept(session, link_of(links[1]), "a-long-enough-one", NOW)


def test_a_link_never_sets_a_second_password(engine, tenant, admin):
    invited = invite(admin, f"new-{tenant.slug}")
    with acting_for(engine, None) as session, session.begin():
        session.get_one(Account, invited.account.id).set_password("kept")
    with acting_for(engine, None) as session, pytest.raises(Refused, match="无效"):
        signin.accept(session, link_of(invited), "a-long-enough-one", NOW)


def test_with_the_last_seat_the_link_is_void(engine, tenant, admin):
    invited = invite(admin, f"new-{tenant.slug}")
    commands.end_seat(admin, seats_of(admin.session, invited.account.id)[0].id, on=ON, now=NOW)
    with acting_for(engine, None) as session, pytest.raises(Refused, match="无效"):
        signin.accept(session, link_of(invited), "a-long-enough-one", NOW)


def test_a_link_lasts_seven_days(engine, tenant, admin):
    invited = invite(admin, f"new-{tenant.slug}")
    with acting_for(engine, None) as session:
        _invitation, account = signin.invited(session, link_of(invited), NOW + timedelta(days=7, seconds=-1))
        assert account.id == invited.account.id
        with pytest.raises(Refused):
            signin.invited(session, link_of(invited), NOW + timedelta(days=7))


# --- tokens ---


def test_a_token_is_known_by_its_hash_until_it_expires_or_is_revoked(engine, tenant):
    seat = a_seat(engine, tenant, "OS")
    issued = commands.issue_token(seat, own(seat), label="脚本", hours=2, now=NOW)
    with acting_for(engine, None) as session:
        hashed = token_hash(issued.token)
        assert session.scalars(select(ApiToken.token_hash).where(ApiToken.id == issued.row.id)).one() == hashed
        known = bearer(session, hashed, NOW + timedelta(minutes=119))
        assert known is not None
        assert (known[0].id, known[1]) == (own(seat), tenant.id)
        assert bearer(session, hashed, NOW + timedelta(hours=2)) is None
    commands.revoke_token(seat, issued.row.id, now=NOW)
    with acting_for(engine, None) as session:
        assert bearer(session, hashed, NOW) is None


@pytest.mark.parametrize("hours", [0, -1, 24 * 367])
def test_a_token_lasts_between_an_hour_and_a_year(engine, tenant, hours):
    seat = a_seat(engine, tenant, "OS")
    with pytest.raises(Refused):
        commands.issue_token(seat, own(seat), label="", hours=hours, now=NOW)


def test_nobody_makes_or_revokes_anothers_token(engine, tenant, admin):
    seat = a_seat(engine, tenant, "OS")
    with pytest.raises(Missing):
        commands.issue_token(admin, own(seat), label="", hours=1, now=NOW)
    issued = commands.issue_token(seat, own(seat), label="", hours=1, now=NOW)
    with pytest.raises(Missing):
        commands.revoke_token(admin, issued.row.id, now=NOW)


def test_the_last_seat_takes_the_tokens_with_it(engine, tenant, admin):
    seat = a_seat(engine, tenant, "OS")
    issued = commands.issue_token(seat, own(seat), label="", hours=1, now=NOW)
    commands.end_seat(admin, seats_of(admin.session, own(seat))[0].id, on=ON, now=NOW)
    commands.grant(admin, own(seat), roles=["OS"], on=ON)
    with acting_for(engine, None) as session:
        assert bearer(session, token_hash(issued.token), NOW) is None


def test_a_username_is_taken_once(engine, tenant, admin):
    with acting_for(engine, None) as session, session.begin():
        session.add(Account(username=f"taken-{tenant.slug}", name="李雷"))
    with pytest.raises(Conflict):
        invite(admin, f"Taken-{tenant.slug}", name="李雷")
