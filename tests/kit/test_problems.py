"""Each error is answered in the form that its reader can use."""

import re

import pytest
from redis import Redis
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from service.kit import problems, security
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.factories import a_tenant, signed_in
from tests.house.requests import NO_ID

ERRORS = {
    "refused": Refused("牵头部门不得为空。", en="A lead department is needed.", source="种子末句", field="lead"),
    "forbidden": Forbidden("不能办理。", en="No."),
    "missing": Missing(),
    "conflict": Conflict("已有。", en="There already."),
    "stale": StaleDataError("x"),
    "unavailable": OperationalError("SELECT 1", {}, Exception("gone")),
    "unknown": ZeroDivisionError("secret 42"),
}


@pytest.fixture
def fail(app, monkeypatch):
    """Make `/healthz` or an API address raise the error."""

    def raising(name, path="/healthz", **headers):
        def view(**_values):
            raise ERRORS[name]

        endpoint = "health.healthz" if path == "/healthz" else "api-docs.openapi_json"
        monkeypatch.setitem(app.view_functions, endpoint, view)
        return app.test_client().get(path, headers=headers)

    return raising


def test_a_program_gets_problem_json(fail):
    answer = fail("refused", "/api/openapi.json")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "about:blank#refused",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "牵头部门不得为空。",
        "detail_en": "A lead department is needed.",
        "source": "种子末句",
        "field": "lead",
    }


STATUS = {"refused": 422, "forbidden": 403, "missing": 404, "conflict": 409}
STATUS |= {"stale": 412, "unavailable": 503, "unknown": 500}


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_a_person_gets_a_page_and_htmx_a_fragment(fail, name, status):
    page, fragment = fail(name), fail(name, **{"HX-Request": "true"})
    assert page.status_code == fragment.status_code == status
    assert "<html" in page.get_data(as_text=True)
    assert "<html" not in fragment.get_data(as_text=True)
    assert "lx-note" in fragment.get_data(as_text=True)


def test_an_unknown_error_says_its_number_and_nothing_of_itself(fail):
    text = fail("unknown", **{"X-Request-Id": "number-7"}).get_data(as_text=True)
    assert "number-7" in text
    assert "secret" not in text


def test_an_expected_error_has_no_number_that_would_make_two_of_them_differ(fail):
    assert "number-7" not in fail("missing", **{"X-Request-Id": "number-7"}).get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["/no-such-page", "/api/v1/no-such-thing", "/t/x/no-such", "/api/v1/t/x/tasks/not-an-id"]
)
def test_an_address_that_is_none_is_answered_by_us(client, path):
    answer = client.get(path)
    assert answer.status_code in (404, 401)
    assert ("problem+json" in answer.mimetype) == path.startswith("/api/")


def test_who_is_signed_in_keeps_the_menu_around_a_refusal_and_an_address_that_is_none(app, client, engine):
    slug = a_tenant(engine).slug
    browser = signed_in(app, engine, a_tenant(engine), "SA")
    home = signed_in(app, engine, a_tenant(engine), "SA")
    own = home.get("/").headers["Location"]
    for path, status in ((f"{own}tasks/", 403), (f"{own}accounts/{NO_ID}", 404), (f"{own}no-such-page", 404)):
        answer = home.get(path)
        assert answer.status_code == status
        assert f'href="{own}accounts/"' in answer.text, path
        assert "lx-nav" in answer.text and "错误代码" in answer.text
    stranger, nowhere = browser.get(f"/t/{slug}/no-such-page"), browser.get("/t/no-such-tenant/no-such-page")
    assert stranger.status_code == nowhere.status_code == 404
    assert "lx-nav" not in stranger.text, "no menu of a tenant that one may not enter"
    assert "退出" in stranger.text, "but the way out of one's own session"
    assert settled(stranger) == settled(nowhere)
    assert client.get(f"/t/{slug}/no-such-page").status_code == 404


def settled(answer) -> str:
    """The page without its tokens."""
    return re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", answer.text)


def test_a_method_that_is_none_says_which_are(client):
    answer = client.delete("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_nobody_signed_in_is_led_to_the_sign_in_page_and_htmx_too(client, engine):
    slug = a_tenant(engine).slug
    assert client.get(f"/t/{slug}/accounts/").headers["Location"].startswith("/sign-in?next=")
    answer = client.get(f"/t/{slug}/accounts/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_errors_of_a_form_in_english_for_whoever_chose_it(app, engine):
    browser = signed_in(app, engine, a_tenant(engine), "OS")
    with browser.session_transaction() as session:
        session["locale"] = "en"
    assert "Not found." in browser.get("/t/no-such-tenant/").get_data(as_text=True)


def test_where_even_the_page_cannot_be_made_a_sentence_is_left(app, monkeypatch):
    """The session store does not answer: an honest sentence in plain text, no page, no stack."""
    monkeypatch.setattr(app.session_interface, "client", Redis(unix_socket_path="/nowhere"))
    client = app.test_client()
    client.set_cookie("lianxi", "somebody")
    answer = client.get("/sign-in")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.mimetype == "text/plain"
    assert "服务暂不可用" in answer.get_data(as_text=True)


def test_every_status_that_is_answered_has_its_sentence():
    assert {404, 409, 412, 422, 429} <= set(problems.CODES)
    assert all(zh.endswith("。") and en.endswith(".") for zh, en in problems.SENTENCES.values() if "(" not in zh)
    assert security.PREFERENCES == ("locale", "text")
