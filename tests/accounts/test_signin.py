import statistics
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.accounts import commands, signin
from service.accounts.models import Account, Invitation
from service.accounts.passwords import matches
from service.accounts.queries import take_seat
from service.app import create_app
from tenants import ledger
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tenants.errors import Refused
from tests.accounts.people import PASSWORD, a_person, closed, post, sign_in, token_in
from tests.factories import a_seat, a_tenant, a_token, bearing

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine)


@pytest.fixture
def person(engine, tenant):
    return a_person(engine, tenant, "OS")


def page(response):
    return response.get_data(as_text=True)


def session_id(client):
    cookie = client.get_cookie("lianxi")
    return cookie.value if cookie else None


def test_a_person_signs_in_and_is_led_to_the_only_tenant(app, tenant, person):
    client = sign_in(app, person.username.upper())
    assert client.get("/").headers["Location"] == f"/t/{tenant.slug}/"


def test_a_deep_link_leads_through_the_sign_in_page_and_back(app, client, tenant, person):
    deep = f"/t/{tenant.slug}/accounts/?q=a"
    asked = client.get(deep)
    assert asked.headers["Location"] == f"/sign-in?next=/t/{tenant.slug}/accounts/?q%3Da"
    answer = post(client, asked.headers["Location"], "/sign-in", next=deep, username=person.username, password=PASSWORD)
    assert answer.headers["Location"] == deep


def test_a_link_that_leads_elsewhere_is_not_followed(client, person):
    answer = post(client, "/sign-in", next="//evil.example/", username=person.username, password=PASSWORD)
    assert answer.headers["Location"] == "/"


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(client, person):
    wrong = post(client, "/sign-in", username=person.username, password="not-the-password")
    unknown = post(client, "/sign-in", username="nobody.knows", password="not-the-password")
    assert wrong.status_code == unknown.status_code == 422
    token = token_in(wrong)
    same = page(wrong).replace(person.username, "nobody.knows").replace(token, token_in(unknown))
    assert same == page(unknown)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(app, engine, tenant):
    redis = app.extensions["lianxi.redis"]

    def seconds(username):
        with acting_for(engine, None) as session:
            began = time.perf_counter()
            with pytest.raises(Refused):
                signin.sign_in(session, redis, username, "not-the-password")
            return time.perf_counter() - began

    known = [seconds(a_person(engine, tenant, "OS").username) for _ in range(15)]
    unknown = [seconds(f"nobody{number}") for number in range(15)]
    assert 0.5 < statistics.median(known) / statistics.median(unknown) < 2


@pytest.mark.parametrize("bears_it", [True, False])
def test_five_failures_close_a_username_for_a_quarter_of_an_hour(app, engine, person, bears_it):
    username = person.username if bears_it else f"nobody-{person.username}"
    redis = app.extensions["lianxi.redis"]
    client = app.test_client()
    said = [page(post(client, "/sign-in", username=username, password="wrong-password")) for _ in range(5)]
    assert all("用户名或口令不正确" in text for text in said[:4])
    assert "15分钟后再试" in said[4]
    assert "已暂停登录" in page(post(client, "/sign-in", username=username, password=PASSWORD))
    key = signin.Attempts(redis, username)._key
    assert 800 < redis.ttl(key) <= signin.LOCK_SECONDS
    redis.delete(key)  # the quarter of an hour is over
    if bears_it:
        assert post(client, "/sign-in", username=username, password=PASSWORD).status_code == 302


def test_guessing_in_parallel_gets_no_more_than_five_guesses(app, engine, person):
    redis, wrong = app.extensions["lianxi.redis"], []

    def guess():
        with acting_for(engine, None) as session:
            try:
                signin.sign_in(session, redis, person.username, "wrong-password")
            except Refused as refusal:
                wrong.append(refusal.message)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("用户名或口令不正确" in message for message in wrong) == 4
    assert sum("为保护账号安全" in message for message in wrong) == 8


def test_a_success_forgets_the_failures(app, person):
    client = app.test_client()
    for _ in range(2):
        for _ in range(4):
            post(client, "/sign-in", username=person.username, password="wrong-password")
        assert sign_in(app, person.username)


def test_a_closed_account_does_not_sign_in(client, owner, person):
    closed(owner, person.id)
    assert post(client, "/sign-in", username=person.username, password=PASSWORD).status_code == 422


def test_a_session_id_from_before_signing_in_is_worth_nothing(app, tenant, person):
    """Session fixation: the attacker knows the id that the victim had before."""
    victim, attacker = app.test_client(), app.test_client()
    form = token_in(victim.get("/sign-in"))
    planted = session_id(victim)
    attacker.set_cookie("lianxi", planted)
    fields = {"csrf_token": form, "username": person.username, "password": PASSWORD}
    assert victim.post("/sign-in", data=fields).status_code == 302
    assert session_id(victim) != planted
    assert victim.get("/tenants").status_code == 200
    assert attacker.get("/tenants").status_code == 302


def test_an_invented_session_id_is_not_taken_over(app, client, person):
    client.set_cookie("lianxi", "invented-by-somebody")
    assert post(client, "/sign-in", username=person.username, password=PASSWORD).status_code == 302
    assert session_id(client) != "invented-by-somebody"


def test_the_next_person_at_the_browser_sees_nothing_of_the_one_before(app, engine, tenant, person):
    client = sign_in(app, person.username)
    client.get(f"/t/{tenant.slug}/tokens/")
    other = a_person(engine, a_tenant(engine), "OS")
    fields = {"csrf_token": token_in(client.get("/password")), "username": other.username, "password": PASSWORD}
    client.post("/sign-in", data=fields)
    assert client.get(f"/t/{tenant.slug}/tokens/").status_code == 404
    with client.session_transaction() as session:
        assert "entered" not in session


def test_signing_out_ends_the_session_and_keeps_the_language(app, person):
    client = sign_in(app, person.username)
    post(client, "/tenants", "/locale", lang="en", text="large")
    stolen = session_id(client)
    assert post(client, "/tenants", "/sign-out").status_code == 302
    assert client.get("/tenants").status_code == 302
    thief = app.test_client()
    thief.set_cookie("lianxi", stolen)
    assert thief.get("/tenants").status_code == 302
    assert '<html lang="en" class="text-large">' in page(client.get("/sign-in"))


def test_a_new_password_ends_every_other_session(app, person):
    here, elsewhere = sign_in(app, person.username), sign_in(app, person.username)
    before = session_id(here)
    new = "another-long-password"
    assert post(here, "/password", current=PASSWORD, password=new, repeat=new).status_code == 302
    assert session_id(here) != before
    assert here.get("/tenants").status_code == 200
    assert elsewhere.get("/tenants").status_code == 302
    assert sign_in(app, person.username, new)


def a_token_of(engine, tenant, account) -> dict[str, str]:
    """A token that the person made in that tenant, as the headers of a request."""
    with acting_for(engine, tenant.id) as session:
        seat = take_seat(session, tenant, account, date.max)
        issued = commands.issue_token(seat, account.id, label="", hours=24, now=datetime.now(UTC))
    return bearing(issued.token)


def test_a_new_password_revokes_the_persons_tokens_in_every_tenant_and_nobody_elses(
    app, client, engine, tenant, person
):
    other = a_tenant(engine)
    known = {"username": person.username, "name": person.name, "same_person": True}
    commands.invite(a_seat(engine, other, "SA"), **known, roles=["OS"], on=NOW.date(), now=NOW)
    mine = [(place, a_token_of(engine, place, person)) for place in (tenant, other)]
    colleague = a_token(engine, tenant, "OS")
    for place, headers in mine:
        assert client.get(f"/api/v1/t/{place.slug}/me", headers=headers).status_code == 200
    browser, new = sign_in(app, person.username), "another-long-password"
    assert "接口令牌" in page(browser.get("/password"))
    post(browser, "/password", current="not-it-at-all", password=new, repeat=new)
    assert client.get(f"/api/v1/t/{tenant.slug}/me", headers=mine[0][1]).status_code == 200
    post(browser, "/password", current=PASSWORD, password=new, repeat=new)
    for place, headers in mine:
        assert client.get(f"/api/v1/t/{place.slug}/me", headers=headers).status_code == 401
    assert client.get(f"/api/v1/t/{tenant.slug}/me", headers=bearing(colleague)).status_code == 200


def test_a_first_password_revokes_what_was_made_before_it(client, engine, tenant, invited):
    headers = a_token_of(engine, tenant, invited.account)
    assert client.get(f"/api/v1/t/{tenant.slug}/me", headers=headers).status_code == 200
    post(client, f"/invitations/{invited.link}", password=PASSWORD, repeat=PASSWORD)
    assert client.get(f"/api/v1/t/{tenant.slug}/me", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"current": "not-it-at-all", "password": "another-long-one", "repeat": "another-long-one"}, "不正确"),
        ({"current": PASSWORD, "password": "short", "repeat": "short"}, "至少10位"),
        ({"current": PASSWORD, "password": "another-long-one", "repeat": "another-long-two"}, "不一致"),
        ({"current": PASSWORD, "password": PASSWORD, "repeat": PASSWORD}, "不得与原口令相同"),
    ],
)
def test_a_new_password_that_may_not_stand_changes_nothing(app, person, fields, sentence):
    client = sign_in(app, person.username)
    answer = post(client, "/password", **fields)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert sign_in(app, person.username)


def test_entering_a_tenant_is_on_its_record_once_a_session(app, engine, tenant, person):
    client = sign_in(app, person.username)
    for _ in range(3):
        client.get(f"/t/{tenant.slug}/tokens/")
    with acting_for(engine, tenant.id) as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.account_id == person.id)).all()
    assert [act.detail for act in acts] == [{"act": "enter", "roles": ["OS"]}]


def test_a_person_of_two_tenants_chooses_one(app, engine, tenant, person):
    other = a_tenant(engine)
    commands.invite(
        a_seat(engine, other, "SA"),
        username=person.username,
        name=person.name,
        roles=["CV"],
        same_person=True,
        on=NOW.date(),
        now=NOW,
    )
    client = sign_in(app, person.username)
    places = page(client.get("/tenants"))
    assert f'href="/t/{tenant.slug}/"' in places
    assert f'href="/t/{other.slug}/"' in places


# --- invitations ---


@pytest.fixture
def invited(engine, tenant):
    seat = a_seat(engine, tenant, "SA")
    now = datetime.now(UTC)
    return commands.invite(seat, username=f"new-{tenant.slug}", name="王芳", roles=["OS"], on=now.date(), now=now)


def test_an_invited_person_sets_a_password_and_signs_in(app, client, tenant, invited):
    url = f"/invitations/{invited.link}"
    assert "王芳" in page(client.get(url))
    assert post(client, url, password=PASSWORD, repeat=PASSWORD).status_code == 302
    assert sign_in(app, invited.account.username).get(f"/t/{tenant.slug}/tokens/").status_code == 200


def test_a_link_opens_once(client, invited):
    url = f"/invitations/{invited.link}"
    token = token_in(client.get(url))
    fields = {"csrf_token": token, "password": PASSWORD, "repeat": PASSWORD}
    assert client.post(url, data=fields).status_code == 302
    again = client.post(url, data=fields | {"password": "somebody-elses", "repeat": "somebody-elses"})
    assert again.status_code == 410
    assert client.get(url).status_code == 410


def test_a_link_used_by_two_at_once_opens_for_one(engine, invited):
    outcomes = []

    def use(password):
        with acting_for(engine, None) as session:
            try:
                signin.accept(session, invited.link, password, datetime.now(UTC))
                outcomes.append(password)
            except Refused:
                outcomes.append(None)

    threads = [threading.Thread(target=use, args=(f"password-number-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [password for password in outcomes if password]
    assert len(winners) == 1
    with acting_for(engine, None) as session:
        assert matches(session.get_one(Account, invited.account.id).password_hash, winners[0])


def test_an_expired_or_invented_link_is_answered_alike(owner, client, invited):
    over = datetime.now(UTC) - timedelta(seconds=1)
    with owner.begin() as connection:
        mine = Invitation.account_id == invited.account.id
        connection.execute(update(Invitation).where(mine).values(expires_at=over))
    expired, invented = client.get(f"/invitations/{invited.link}"), client.get("/invitations/never-given-out")
    assert expired.status_code == invented.status_code == 410
    token, other = token_in(expired), token_in(invented)
    assert page(expired).replace(invited.link, "never-given-out").replace(token, other) == page(invented)


def test_a_weak_first_password_leaves_the_link_open(client, invited):
    url = f"/invitations/{invited.link}"
    assert "至少10位" in page(post(client, url, password="short", repeat="short"))
    assert "不一致" in page(post(client, url, password=PASSWORD, repeat="something-else"))
    assert post(client, url, password=PASSWORD, repeat=PASSWORD).status_code == 302


# --- the rate ---


def test_too_many_attempts_are_answered_in_chinese(settings):
    strict = create_app(replace(settings, sign_in_rate="3 per minute"))
    ledger.hang_doorbell(None)
    strict.extensions["lianxi.redis"].delete(*strict.extensions["lianxi.redis"].keys("LIMITS*") or ["none"])
    client = strict.test_client()
    form = token_in(client.get("/sign-in"))
    codes = []
    for number in range(5):
        data = {"csrf_token": form, "username": f"rate{number}", "password": "x"}
        answer = client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "203.0.113.7"})
        codes.append(answer.status_code)
    assert codes == [422, 422, 422, 429, 429]
    assert "操作过于频繁" in page(answer)
    assert int(answer.headers["Retry-After"]) <= 60
    elsewhere = client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "203.0.113.8"})
    assert elsewhere.status_code == 422
    strict.extensions["lianxi.engine"].dispose()
    strict.extensions["lianxi.redis"].close()


@pytest.mark.parametrize("path", ["/sign-in", "/invitations/invented"])
def test_a_look_without_a_body_is_answered_as_the_page_and_counts_as_no_attempt(client, path):
    assert client.head(path).status_code == client.get(path).status_code
