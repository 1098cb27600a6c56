"""The edge: headers, cookies, sessions, hosts, request ids, and what never reaches a log."""

import logging
import pickle
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from service.app import create_app
from service.kit import face
from tenants import ledger
from tests.accounts.people import PASSWORD, a_person, post, sign_in
from tests.factories import a_tenant, a_token, bearing
from tests.house.requests import url_of

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine)


@pytest.fixture
def deployed(settings) -> Iterator[Flask]:
    """The app as it stands behind a proxy in production."""
    app = create_app(replace(settings, secure_cookies=True, trusted_hosts=("lianxi.example",)))
    ledger.hang_doorbell(None)
    yield app
    app.extensions["lianxi.engine"].dispose()
    app.extensions["lianxi.redis"].close()


def test_every_page_carries_the_strict_policy(client):
    for path in ("/sign-in", "/no-such-page", "/api/docs", "/api/v1/t/x/me"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(client):
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_secure_and_the_browser_told_to_stay(deployed):
    answer = deployed.test_client().get("/sign-in", base_url="https://lianxi.example")
    assert "; Secure;" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/t/x/me", "/healthz"])
def test_a_host_that_is_not_ours_is_refused(deployed, path):
    answer = deployed.test_client().get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.get_data(as_text=True)
    assert deployed.test_client().get("/sign-in", headers={"Host": "lianxi.example"}).status_code == 200


def test_nothing_of_a_tenant_or_a_person_is_kept_by_caches(app, client, engine, tenant):
    browser = sign_in(app, a_person(engine, tenant, "OS").username)
    api = {"path": f"/api/v1/t/{tenant.slug}/me", "headers": bearing(a_token(engine, tenant, "OS"))}
    answers = [browser.get(f"/t/{tenant.slug}/tokens/"), browser.get("/tenants"), client.get(**api)]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_public_asset_may_be_kept_and_carries_no_cookie(app, engine, tenant):
    browser = sign_in(app, a_person(engine, tenant, "OS").username)
    with app.test_request_context():
        url = face.asset("favicon.svg")
    with browser.get(url) as answer:
        assert answer.status_code == 200
        assert "no-store" not in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers


def test_a_session_before_signing_in_is_short_and_one_after_it_lasts_the_day(app, engine, tenant, settings):
    redis = app.extensions["lianxi.redis"]

    def seconds(client):
        return redis.ttl(f"session:{client.get_cookie('lianxi').value}")

    visitor = app.test_client()
    visitor.get("/sign-in")
    assert 0 < seconds(visitor) <= 2 * 3600
    person = sign_in(app, a_person(engine, tenant, "OS").username)
    assert 2 * 3600 < seconds(person) <= settings.session_hours * 3600


class Bomb:
    def __reduce__(self):
        return (print, ("a session was unpickled",))


def test_what_lies_in_redis_is_never_unpickled(app, client, capsys):
    app.extensions["lianxi.redis"].set("session:planted", pickle.dumps(Bomb()))
    client.set_cookie("lianxi", "planted")
    assert client.get("/sign-in").status_code == 200
    assert "unpickled" not in capsys.readouterr().out


def test_a_harmless_request_id_is_kept_and_any_other_replaced(client):
    assert client.get("/healthz", headers={"X-Request-Id": "abc-123"}).headers["X-Request-Id"] == "abc-123"
    for given in ("a b", "x" * 65, 'x"y', "<script>"):
        answered = client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
        assert answered != given
        assert len(answered) == 32


def test_no_secret_reaches_the_log(app, engine, tenant, caplog):
    caplog.set_level(logging.DEBUG, logger="lianxi")
    person = a_person(engine, tenant, "OS")
    token = a_token(engine, tenant, "OS")
    post(app.test_client(), "/sign-in", username=person.username, password="a-wrong-secret")
    browser = sign_in(app, person.username)
    post(browser, "/password", current=PASSWORD, password="the-new-secret", repeat="the-new-secret")
    app.test_client().get(f"/api/v1/t/{tenant.slug}/me", headers=bearing(token))
    assert "signed in" in caplog.text
    cookie = browser.get_cookie("lianxi")
    assert cookie is not None
    for secret in ("a-wrong-secret", PASSWORD, "the-new-secret", token, cookie.value):
        assert secret not in caplog.text


def test_a_body_that_is_too_large_is_refused(app, client, settings):
    answer = client.post("/sign-in", data=b"x" * (settings.max_upload_bytes + 1), content_type="text/plain")
    assert answer.status_code in (400, 413)


def test_every_unsafe_page_route_wants_the_forms_token(app, client):
    unsafe = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if not rule.rule.startswith("/api/v1/")
    ]
    assert unsafe
    for rule, method in unsafe:
        answer = client.open(url_of(app, rule, method), method=method)
        assert answer.status_code == 400, f"{method} {rule.rule} answered {answer.status_code} without a token"
        assert "页面停留过久" in answer.get_data(as_text=True)
