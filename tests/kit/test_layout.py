"""The frame: which menu entries a seat sees, in which language, and where it is."""

import pytest

from service.kit.face import spoken
from service.kit.period import Period
from tests.accounts.people import a_person, post, sign_in
from tests.factories import a_tenant, signed_in


@pytest.fixture
def tenant(engine):
    return a_tenant(engine)


def page(response):
    return response.get_data(as_text=True)


def test_the_menu_shows_what_the_seat_may_see_and_where_it_is(app, engine, tenant):
    at = f"/t/{tenant.slug}/accounts/"
    administrator = page(signed_in(app, engine, tenant, "SA").get(at))
    assert f'<a href="{at}" aria-current="page">' in administrator
    office = page(signed_in(app, engine, tenant, "OS").get(f"/t/{tenant.slug}/tokens/"))
    assert "账号与席位" not in office


def test_the_frame_says_who_sits_where(app, engine, tenant):
    text = page(sign_in(app, a_person(engine, tenant, "OS", "LI").username).get(f"/t/{tenant.slug}/tokens/"))
    assert tenant.name in text
    assert "办公室工作人员、联络员" in text


def test_language_and_size_are_chosen_and_kept(app, engine, tenant):
    browser = sign_in(app, a_person(engine, tenant, "OS").username)
    answer = post(browser, "/tenants", "/locale", lang="en", text="xlarge", next="/tenants")
    assert answer.headers["Location"] == "/tenants"
    assert '<html lang="en" class="text-xlarge">' in page(browser.get("/tenants"))


@pytest.mark.parametrize("fields", [{"lang": "fr"}, {"text": "huge"}, {"lang": "<script>"}])
def test_a_language_or_size_that_is_none_changes_nothing(app, client, fields):
    assert post(client, "/sign-in", "/locale", **fields, next="//evil.example").headers["Location"] == "/"
    assert '<html lang="zh-CN" class="text-normal">' in page(client.get("/sign-in"))


def test_a_program_chooses_by_accept_language(app):
    with app.test_request_context("/api/v1/t/x/me", headers={"Accept-Language": "en-GB,en;q=0.9"}):
        assert app.extensions["babel"].locale_selector() == "en"


def test_a_page_is_read_in_english_by_who_asked_for_it(app, engine, tenant):
    browser = signed_in(app, engine, tenant, "SA")
    at = f"/t/{tenant.slug}/accounts/"
    assert "账号与席位" in page(browser.get(at))
    post(browser, at, "/locale", lang="en", next=at)
    english = page(browser.get(at))
    assert "Accounts and seats" in english and "System administrator" in english
    assert "账号与席位" not in english


def test_the_api_docs_are_a_page_and_follow_the_choice(app, client):
    post(client, "/sign-in", "/locale", lang="en", next="/api/docs")
    assert '<html lang="en"' in page(client.get("/api/docs"))


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [("2026Q3", "2026年第三季度", "Q3 2026"), ("2026H1", "2026年上半年", "H1 2026"), ("2026", "2026年全年", "2026")],
)
def test_a_period_is_said_as_the_reader_says_it(app, period, chinese, english):
    for language, words in (("zh", chinese), ("en", english)):
        with app.test_request_context("/api/v1/", headers={"Accept-Language": language}):
            assert spoken(Period.parse(period)) == words
