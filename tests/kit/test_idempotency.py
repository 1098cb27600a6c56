"""A POST that is repeated does nothing twice, whatever happened to the first one."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import delete, event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from service.accounts.models import Account, ApiToken
from service.kit import idempotency
from service.kit.idempotency import IdempotencyKey
from tenants.audit import AuditEntry, verify
from tenants.db import FencedSession, acting_for
from tests.factories import a_tenant, a_token, bearing


@pytest.fixture
def tenant(engine):
    return a_tenant(engine)


@pytest.fixture
def headers(engine, tenant):
    return bearing(a_token(engine, tenant, "SA"))


class Post:
    """An invitation sent by API under a key, as often as wanted."""

    def __init__(self, app, tenant, headers):
        self.app, self.tenant, self.headers = app, tenant, headers
        self.url = f"/api/v1/t/{tenant.slug}/invitations"

    def __call__(self, key="k1", username=None, **headers):
        wanted = {"username": username or f"person-{self.tenant.slug}", "name": "王芳", "roles": ["OS"]}
        sent = self.headers | {"Idempotency-Key": key} | headers
        return self.app.test_client().post(self.url, json=wanted, headers=sent)


@pytest.fixture
def post(app, tenant, headers):
    return Post(app, tenant, headers)


def invited(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        lines = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "account.invite")
        assert verify(session).sound
        return session.scalar(lines.where(AuditEntry.tenant_id == tenant.id))


def keys(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        return session.scalar(select(func.count()).select_from(IdempotencyKey))


def test_a_repetition_is_answered_as_the_first_and_does_nothing(engine, tenant, post):
    first, second = post(), post()
    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.json["account_id"] == first.json["account_id"]
    assert invited(engine, tenant) == 1


def test_the_same_key_with_another_content_is_refused(engine, tenant, post):
    assert post().status_code == 201
    assert post(username=f"other-{tenant.slug}").status_code == 422
    assert invited(engine, tenant) == 1


def test_a_key_belongs_to_its_account_its_route_and_its_tenant(app, engine, tenant, post):
    assert post().status_code == 201
    elsewhere = a_tenant(engine)
    for place in (tenant, elsewhere):
        other = Post(app, place, bearing(a_token(engine, place, "SA")))
        assert other(username=f"second-{place.slug}").status_code == 201
    url = f"/api/v1/t/{tenant.slug}/tokens"
    assert app.test_client().post(url, json={}, headers=post.headers | {"Idempotency-Key": "k1"}).status_code == 201


def test_what_was_refused_is_not_kept(engine, owner, tenant, post):
    username = f"taken-{tenant.slug}"
    with acting_for(engine, None) as session, session.begin():
        session.add(Account(username=username, name="别人"))
    assert post(username=username).status_code == 409
    assert keys(engine, tenant) == 0
    with owner.begin() as connection:
        connection.execute(delete(Account).where(Account.username == username))
    assert post(username=username).status_code == 201


def test_what_could_not_be_read_is_not_kept(app, engine, tenant, post):
    headers = post.headers | {"Idempotency-Key": "k1"}
    assert app.test_client().post(post.url, json={}, headers=headers).status_code == 422
    assert post().status_code == 201


def test_a_crash_between_effect_and_answer_leaves_neither(engine, tenant, post):
    """The process dies as it commits; the client, who heard nothing, sends the same again."""

    def die(session):
        raise OperationalError("COMMIT", {}, Exception("the server is gone"))

    event.listen(FencedSession, "before_commit", die)
    try:
        assert post().status_code == 503
    finally:
        event.remove(FencedSession, "before_commit", die)
    assert (invited(engine, tenant), keys(engine, tenant)) == (0, 0)
    assert post().status_code == 201
    assert post().headers["Idempotency-Replayed"] == "true"
    assert invited(engine, tenant) == 1


def test_an_answer_that_cannot_be_made_undoes_its_effect(engine, tenant, post, monkeypatch):
    monkeypatch.setattr(idempotency, "make_response", lambda _given: 1 / 0)
    assert post().status_code == 500
    monkeypatch.undo()
    assert invited(engine, tenant) == 0
    assert post().status_code == 201


def test_while_the_first_runs_a_second_is_told_so_at_once(engine, tenant, post):
    arrived, go_on, answers = threading.Event(), threading.Event(), []

    def linger(session):
        if session.info.get("held"):
            arrived.set()
            assert go_on.wait(30)

    event.listen(FencedSession, "before_commit", linger)
    first = threading.Thread(target=lambda: answers.append(post()))
    try:
        first.start()
        assert arrived.wait(30)
        second = post()
    finally:
        go_on.set()
        first.join()
        event.remove(FencedSession, "before_commit", linger)
    assert second.status_code == 409
    assert "正在办理" in second.json["detail"]
    assert answers[0].status_code == 201
    assert post().headers["Idempotency-Replayed"] == "true"
    assert invited(engine, tenant) == 1


def test_many_at_once_have_one_effect(engine, tenant, post):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(post())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert [answer.status_code for answer in answers].count(201) >= 1
    assert len([a for a in answers if a.status_code == 201 and "Idempotency-Replayed" not in a.headers]) == 1
    assert invited(engine, tenant) == 1


def test_the_database_itself_insists_on_one_row_a_key(engine, tenant, post):
    assert post().status_code == 201
    with acting_for(engine, tenant.id) as session:
        row = session.scalars(select(IdempotencyKey)).one()
        copied = ("account_id", "route", "key", "payload_hash", "status", "headers", "body")
        session.add(IdempotencyKey(**{name: getattr(row, name) for name in copied}))
        with pytest.raises(IntegrityError):
            session.flush()


def test_no_secret_is_kept_with_the_answer(app, engine, tenant, post):
    url, headers = f"/api/v1/t/{tenant.slug}/tokens", post.headers | {"Idempotency-Key": "t"}
    made = app.test_client().post(url, json={}, headers=headers).json
    assert app.test_client().post(url, json={}, headers=headers).json == made | {"token": None}
    with acting_for(engine, tenant.id) as session:
        assert made["token"] not in session.scalars(select(IdempotencyKey.body)).one()
        assert session.get_one(ApiToken, UUID(made["id"]))


def test_a_key_that_is_too_long_is_refused(post):
    assert post(key="x" * 201).status_code == 422
    assert post(key="x" * 200).status_code == 201
