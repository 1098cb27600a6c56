"""The edge: headers, cookies, sessions, hosts, request ids, and what never reaches a log."""

import logging
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask

from config.settings import SettingsError, read_settings
from service.app import create_app
from service.kit import face, security
from tenants import ledger
from tests.accounts.people import PASSWORD, a_person, post, sign_in, token_in
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
    with standing(settings, secure_cookies=True, trusted_hosts=("lianxi.example",)) as app:
        yield app


@contextmanager
def standing(settings, **changed) -> Iterator[Flask]:
    """The app under other settings, with nobody's attempts counted yet."""
    app = create_app(replace(settings, **changed))
    ledger.hang_doorbell(None)
    redis = app.extensions["lianxi.redis"]
    redis.delete(*redis.keys("LIMITS*") or ["none"])
    yield app
    app.extensions["lianxi.engine"].dispose()
    redis.close()


def attempts(app: Flask, *said: str, address: str = "10.0.0.1") -> list[int]:
    """What one sign-in after another was answered, all from one proxy's address, each saying it asks for this one."""
    client, codes = app.test_client(), []
    form = token_in(client.get("/sign-in"))
    for number, reader in enumerate(said):
        answer = client.post(
            "/sign-in",
            data={"csrf_token": form, "username": f"{reader}-{number}", "password": "x"},
            headers={"X-Forwarded-For": reader},
            environ_base={"REMOTE_ADDR": address},
        )
        codes.append(answer.status_code)
    return codes


THREE, OTHER = ["203.0.113.7"] * 3, ["203.0.113.8"]


def test_behind_a_trusted_proxy_each_reader_has_attempts_of_his_own(settings):
    with standing(settings, sign_in_rate="2 per minute", trusted_proxies=1) as app:
        assert attempts(app, *THREE, *OTHER) == [422, 422, 429, 422]


def test_with_no_trusted_proxy_what_a_reader_says_of_his_address_counts_for_nothing(settings):
    with standing(settings, sign_in_rate="2 per minute") as app:
        assert attempts(app, *THREE, *OTHER) == [422, 422, 429, 429]


def test_behind_one_proxy_an_address_that_the_reader_wrote_before_it_counts_for_nothing(settings):
    forged = [f"198.51.100.{number}, 203.0.113.7" for number in range(3)]
    with standing(settings, sign_in_rate="2 per minute", trusted_proxies=1) as app:
        assert attempts(app, *forged) == [422, 422, 429]


@pytest.mark.parametrize(("proxies", "scheme"), [(0, "http"), (1, "https")])
def test_a_link_begins_as_the_trusted_proxy_was_asked(settings, engine, proxies, scheme):
    tenant = a_tenant(engine)
    wanted = {"username": f"new-{tenant.slug}", "name": "王芳", "roles": ["OS"]}
    office = bearing(a_token(engine, tenant, "SA"), X_Forwarded_Proto="https", X_Forwarded_Host="evil.example")
    with standing(settings, trusted_proxies=proxies) as app:
        answer = app.test_client().post(f"/api/v1/t/{tenant.slug}/invitations", json=wanted, headers=office)
    assert answer.status_code == 201
    assert answer.get_json()["link"].startswith(f"{scheme}://localhost/invitations/")


def test_how_many_proxies_is_a_number_or_there_is_no_start():
    given = {"DATABASE_URL": "postgresql://x", "REDIS_URL": "redis://x", "SECRET_KEY": "x"}
    assert read_settings(given).trusted_proxies == 0
    assert read_settings(given | {"LIANXI_TRUSTED_PROXIES": "2"}).trusted_proxies == 2
    for wrong in ("-1", "one", "1.5"):
        with pytest.raises(SettingsError, match="LIANXI_TRUSTED_PROXIES"):
            read_settings(given | {"LIANXI_TRUSTED_PROXIES": wrong})


def test_a_space_between_trusted_hosts_is_no_part_of_a_name():
    given = {"DATABASE_URL": "postgresql://x", "REDIS_URL": "redis://x", "SECRET_KEY": "x"}
    assert read_settings(given).trusted_hosts == ()
    assert read_settings(given | {"LIANXI_TRUSTED_HOSTS": "a.example, b.example,"}).trusted_hosts == (
        "a.example",
        "b.example",
    )


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
    answer = client.post(
        "/sign-in", data=b"x" * (settings.max_upload_bytes + security.BESIDE_A_FILE + 1), content_type="text/plain"
    )
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
