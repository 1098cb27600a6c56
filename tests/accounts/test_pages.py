"""The administrator's pages and everyone's own tokens, in a browser without JavaScript; the same by API."""

import re
from uuid import UUID

import pytest

from tests.accounts.people import PASSWORD, a_person, closed, found_in, post, sign_in, token_in
from tests.factories import a_tenant, a_token, an_account, bearing, signed_in


@pytest.fixture
def tenant(engine):
    return a_tenant(engine)


@pytest.fixture
def browser(app, engine, tenant):
    return signed_in(app, engine, tenant, "SA")


def page(response):
    return response.get_data(as_text=True)


def api_of(engine, tenant, *roles):
    return bearing(a_token(engine, tenant, *roles))


def test_the_story_of_a_new_colleague(app, engine, tenant, browser):
    """Invited, activated, given a second seat, a seat taken back, out."""
    at = f"/t/{tenant.slug}"
    assert "还没有" not in page(browser.get(f"{at}/accounts/"))
    fields = {"name": "王芳", "username": f"wang.fang.{tenant.slug}", "roles": "OS"}
    answer = post(browser, f"{at}/accounts/invitation", **fields)
    assert answer.status_code == 201
    link = found_in(answer, r"http://localhost(/invitations/[^\"]+)")
    assert "已邀请" in page(browser.get(f"{at}/accounts/?q=王芳"))
    guest = app.test_client()
    assert post(guest, link, password=PASSWORD, repeat=PASSWORD).status_code == 302
    colleague = sign_in(app, fields["username"])
    assert colleague.get(f"{at}/accounts/").status_code == 403
    account = found_in(browser.get(f"{at}/accounts/?q=王芳"), r"/accounts/([0-9a-f-]{36})")
    assert post(browser, f"{at}/accounts/{account}", f"{at}/accounts/{account}/seats", roles="OD").status_code == 302
    shown = page(browser.get(f"{at}/accounts/{account}"))
    assert "办公室主任" in shown
    for ending in re.findall(r'href="([^"]+/ending)"', shown):
        assert "收回" in page(browser.get(ending))
        assert post(browser, ending).status_code == 302
    assert colleague.get(f"{at}/tokens/").status_code == 404
    assert "无席位" in page(browser.get(f"{at}/accounts/?q=王芳"))


def test_what_was_typed_is_kept_beside_the_refusal(tenant, browser):
    form = f"/t/{tenant.slug}/accounts/invitation"
    answer = post(browser, form, name="王芳", username="王芳", roles="OS")
    assert answer.status_code == 422
    assert 'value="王芳"' in page(answer)
    assert "用户名须为" in page(answer)
    assert re.search(r'value="OS" checked', page(answer))


@pytest.mark.parametrize("role", ["SEC", "AUD"])
def test_the_other_administrators_look_and_change_nothing(app, engine, tenant, role):
    browser, someone = signed_in(app, engine, tenant, role), an_account(engine, tenant, "OS")
    at = f"/t/{tenant.slug}/accounts"
    assert browser.get(f"{at}/").status_code == 200
    assert "授予席位" not in page(browser.get(f"{at}/{someone.id}"))
    assert browser.get(f"{at}/invitation").status_code == 403
    assert browser.post(f"{at}/{someone.id}/seats", data={"roles": "CV"}).status_code == 403


def test_without_the_forms_token_nothing_is_written(app, engine, tenant):
    browser = signed_in(app, engine, tenant, "SA")
    del browser.environ_base["HTTP_X_CSRFTOKEN"]
    answer = browser.post(
        f"/t/{tenant.slug}/accounts/invitation", data={"name": "王芳", "username": "w", "roles": "OS"}
    )
    assert answer.status_code == 400
    assert "页面停留过久" in page(answer)


def test_a_foreign_account_looks_like_an_unknown_one(engine, tenant, browser):
    foreign = an_account(engine, a_tenant(engine), "OS").id
    answers = [browser.get(f"/t/{tenant.slug}/accounts/{some}") for some in (foreign, tenant.id)]
    assert {answer.status_code for answer in answers} == {404}


def test_the_own_token_page_makes_a_token_that_works_and_revokes_it(app, engine, tenant):
    person = a_person(engine, tenant, "OS")
    browser, at = sign_in(app, person.username), f"/t/{tenant.slug}/tokens/"
    answer = post(browser, at, label="脚本", hours="8")
    token = found_in(answer, r'aria-label="新令牌" value="([^"]+)"')
    me = f"/api/v1/t/{tenant.slug}/me"
    assert app.test_client().get(me, headers=bearing(token)).json["roles"] == ["OS"]
    assert token not in page(browser.get(at))
    revocation = found_in(browser.get(at), r'action="([^"]+/revocation)"')
    assert post(browser, at, revocation).status_code == 302
    assert app.test_client().get(me, headers=bearing(token)).status_code == 401


# --- the API ---


def test_me_says_who_and_where_and_what_may_be_done(client, engine, tenant):
    me = client.get(f"/api/v1/t/{tenant.slug}/me", headers=api_of(engine, tenant, "GV")).json
    assert me["tenant"]["slug"] == tenant.slug
    assert me["roles"] == ["GV"]
    assert "report.receive" in me["operations"]
    assert "task.plan" not in me["operations"]


def test_a_browser_session_is_no_key_to_the_api(app, engine, tenant):
    person = a_person(engine, tenant, "SA")
    browser = sign_in(app, person.username)
    assert browser.get(f"/api/v1/t/{tenant.slug}/me").status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer a b"])
def test_without_a_good_token_the_api_asks_for_one(client, tenant, header):
    answer = client.get(f"/api/v1/t/{tenant.slug}/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.mimetype == "application/problem+json"


def test_a_token_opens_one_tenant_only(client, engine, tenant):
    token, other = a_token(engine, tenant, "OS"), a_tenant(engine)
    for slug in (other.slug, "no-such-tenant"):
        assert client.get(f"/api/v1/t/{slug}/me", headers=bearing(token)).status_code == 404


def test_accounts_and_seats_by_api(client, engine, tenant):
    at, headers = f"/api/v1/t/{tenant.slug}", api_of(engine, tenant, "SA")
    wanted = {"username": f"by-api-{tenant.slug}", "name": "赵六", "roles": ["OS"]}
    invited = client.post(f"{at}/invitations", json=wanted, headers=headers)
    assert invited.status_code == 201
    assert invited.json["link"].startswith("http://localhost/invitations/")
    account = invited.json["account_id"]
    assert [row["account_id"] for row in client.get(f"{at}/invitations", headers=headers).json] == [account]
    found = client.get(f"{at}/accounts?q=赵六", headers=headers).json
    assert found["total"] == 1
    assert found["items"][0]["state"] == "invited"
    granted = client.post(f"{at}/accounts/{account}/seats", json={"roles": ["OD"]}, headers=headers)
    assert [seat["role"] for seat in granted.json] == ["OD"]
    ended = client.post(f"{at}/seats/{granted.json[0]['id']}/ending", headers=headers)
    assert ended.json["to_date"] is not None
    assert [seat["role"] for seat in client.get(f"{at}/accounts/{account}", headers=headers).json["seats"]] == ["OS"]
    assert {seat["role"] for seat in client.get(f"{at}/seats", headers=headers).json} == {"SA", "OS"}
    again = client.post(f"{at}/accounts/{account}/invitation", headers=headers)
    assert again.json["link"] != invited.json["link"]


def test_a_repeated_invitation_does_nothing_twice_and_shows_no_secret(client, engine, tenant):
    at, headers = f"/api/v1/t/{tenant.slug}/invitations", api_of(engine, tenant, "SA") | {"Idempotency-Key": "one"}
    wanted = {"username": f"twice-{tenant.slug}", "name": "赵六", "roles": ["OS"]}
    first, second = (client.post(at, json=wanted, headers=headers) for _ in range(2))
    assert first.json["link"]
    assert second.json == first.json | {"link": None}


def test_a_wrong_field_is_named_in_chinese_and_english(client, engine, tenant):
    answer = client.post(f"/api/v1/t/{tenant.slug}/invitations", json={"name": 3}, headers=api_of(engine, tenant, "SA"))
    assert answer.status_code == 422
    assert answer.json["errors"]["json"]["username"] == ["缺少必填项。 Missing data for required field."]
    assert answer.json["errors"]["json"]["name"] == ["应为文本。 Not a valid string."]


def test_the_same_things_are_refused_to_business_roles(client, engine, tenant):
    headers, at = api_of(engine, tenant, "OD"), f"/api/v1/t/{tenant.slug}"
    assert client.get(f"{at}/accounts", headers=headers).status_code == 403
    answer = client.post(f"{at}/invitations", json={"username": "abc", "name": "a", "roles": ["SA"]}, headers=headers)
    assert answer.status_code == 403
    assert answer.json["source"] == "角色与权限矩阵"


def test_a_token_by_api_is_shown_once(client, engine, tenant):
    at, headers = f"/api/v1/t/{tenant.slug}/tokens", api_of(engine, tenant, "OS")
    made = client.post(at, json={"label": "二", "hours": 1}, headers=headers).json
    assert client.get(f"/api/v1/t/{tenant.slug}/me", headers=bearing(made["token"])).status_code == 200
    assert made["token"] not in page(client.get(at, headers=headers))
    assert client.post(f"{at}/{made['id']}/revocation", headers=headers).status_code == 200
    assert client.get(f"/api/v1/t/{tenant.slug}/me", headers=bearing(made["token"])).status_code == 401


def test_a_closed_account_holds_no_working_token(client, engine, owner, tenant):
    token, me = a_token(engine, tenant, "OS"), f"/api/v1/t/{tenant.slug}/me"
    account_id = client.get(me, headers=bearing(token)).json["account_id"]
    closed(owner, UUID(account_id))
    assert client.get(me, headers=bearing(token)).status_code == 401


def test_a_form_of_another_session_is_refused(app, engine, tenant):
    mine, theirs = (sign_in(app, a_person(engine, tenant, "SA").username) for _ in range(2))
    form = f"/t/{tenant.slug}/accounts/invitation"
    stolen = token_in(theirs.get(form))
    data = {"csrf_token": stolen, "name": "王芳", "username": f"x-{tenant.slug}", "roles": "OS"}
    assert mine.post(form, data=data).status_code == 400
