"""Every page that the menu leads to: nothing serious for axe, nothing wider than a phone, readable on paper and at 200%."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignsIn, Site, serious

pytestmark = pytest.mark.browser

OFFICE = (
    "/",
    "/charter/",
    "/charter/versions/",
    "/charter/draft/",
    "/charter/draft/lead",
    "/charter/draft/posts",
    "/charter/draft/changes",
    "/charter/duties/",
    "/charter/duties/matrix",
    "/charter/units/",
    "/charter/rules",
    "/charter/comparison",
    "/members/",
    "/members/chart",
    "/handbook/",
    "/plans/",
    "/plans/new",
    "/tasks/",
    "/tasks/new",
    "/meetings/",
    "/meetings/new",
    "/submissions/",
    "/figures/",
    "/figures/2026Q3",
    "/board/?period=2026Q3",
    "/board/luoxi?period=2026Q3",
    "/board/luoxi/charter",
    "/reports/",
)
ADMIN = ("/", "/accounts/", "/accounts/invitation", "/jobs/", "/tokens/")


def faults(page: Page, site: Site, slug: str, paths: tuple[str, ...], width: int) -> list[str]:
    """What is wrong with these pages at that width: axe's findings, and a page wider than the window."""
    page.set_viewport_size({"width": width, "height": 900})
    found = []
    for path in paths:
        answer = page.goto(site.url(slug, path))
        assert answer is not None and answer.status == 200, path
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path}: {wide} px wide"] if wide > width else []
        found += [f"{path}: {fault}" for fault in serious(page)]
    return found


def test_no_page_of_the_office_hides_anything_from_a_reader_or_a_phone(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("hengchuan-office")
    page.goto(site.url("hengchuan", "/charter/"))
    page.get_by_role("button", name="起草修订稿").click()
    assert faults(page, site, "hengchuan", OFFICE, 1280) == []
    assert faults(page, site, "hengchuan", OFFICE, 390) == []


def test_no_page_of_an_administrator_does(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-admin")
    assert faults(page, site, "luoxi", ADMIN, 1280) == []
    assert faults(page, site, "luoxi", ADMIN, 390) == []


def test_at_twice_the_size_nothing_is_cut_off(site: Site, signs_in: SignsIn) -> None:
    """200% on a screen of 1280 px leaves 640 px."""
    assert faults(signs_in("luoxi-office"), site, "luoxi", ("/", "/tasks/", "/figures/2026Q3"), 640) == []


def test_on_paper_there_is_no_menu(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-office")
    page.goto(site.url("luoxi", "/tasks/"))
    page.emulate_media(media="print")
    assert page.locator(".lx-nav").is_hidden()
    assert page.locator("table").first.is_visible()


def test_english_is_a_choice_that_stays(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-office")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_text("显示", exact=True).first.click()
    page.get_by_role("button", name="English").first.click()
    page.goto(site.url("luoxi", "/tasks/"))
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_api_can_be_browsed_without_leaving_the_house(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-office")
    page.goto(f"{site.up.url}/api/docs")
    page.get_by_role("link", name="tasks").first.wait_for()
    assert serious(page) == []


def test_a_row_leads_to_its_page_and_sorting_changes_the_list_alone(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-office")
    page.goto(site.url("luoxi", "/tasks/"))
    page.locator("thead a").nth(1).click()
    page.wait_for_url("**sort=**")
    expect(page.locator("tbody tr").first).to_be_visible()
    row = page.locator("tbody th a").first
    text = row.inner_text()
    row.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(text[:10])


def test_the_keyboard_alone_skips_the_menu_and_shows_where_it_is(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-office")
    page.goto(site.url("luoxi", "/tasks/"))
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到主要内容")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    held = page.locator("main :focus")
    expect(held).to_have_count(1)
    seen = held.evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).boxShadow")
    assert seen != "nonenone"


def test_no_english_page_hides_anything_either(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("hengchuan-office")
    page.get_by_text("显示", exact=True).first.click()
    page.get_by_role("button", name="English").first.click()
    shown = (
        "/",
        "/members/chart",
        "/handbook/",
        "/charter/rules",
        "/tasks/",
        "/figures/2026Q3",
        "/board/?period=2026Q3",
    )
    assert faults(page, site, "hengchuan", shown, 1280) == []
    assert faults(page, site, "hengchuan", shown, 390) == []
    expect(page.get_by_role("heading", level=1)).to_have_text("Localities")


def test_the_largest_letters_fit_a_phone(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-office")
    page.get_by_text("显示", exact=True).first.click()
    page.get_by_role("button", name="特大").first.click()
    expect(page.locator("html.text-xlarge")).to_have_count(1)
    assert faults(page, site, "luoxi", ("/", "/tasks/", "/tasks/new", "/figures/2026Q3"), 390) == []
