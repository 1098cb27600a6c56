"""The seed's own words are pasted, checked row by row and taken into the draft. Source: seed 二, 三."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignsIn, Site, serious

pytestmark = pytest.mark.browser
SEED = Path("config/charters/seed.txt").read_text("utf-8")


def _look(page: Page, name: str) -> None:
    """The page as a picture, where somebody wants to see it."""
    if folder := os.environ.get("LIANXI_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def _preview(page: Page, site: Site) -> None:
    page.goto(site.url("hengchuan", "/charter/setup/?setup=1"))
    _look(page, "setup")
    page.get_by_label("通知正文").fill(SEED)
    page.get_by_role("button", name="识别并预览").click()


def test_a_pasted_notice_is_corrected_and_taken(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("hengchuan-office")
    _preview(page, site)
    expect(page.locator("text=附件1：")).to_be_visible()
    assert serious(page) == []
    _look(page, "notice")
    page.locator("#f-duty-2-text").scroll_into_view_if_needed()
    _look(page, "notice-duties")
    page.locator("#f-conference_name").fill("省家政服务业联席会议")
    page.get_by_role("button", name="确认写入修订稿").click()
    expect(page.locator("#f-conference_name")).to_have_value("省家政服务业联席会议")
    page.goto(site.url("hengchuan", "/charter/draft/changes"))
    page.get_by_text("废弃修订稿").click()
    page.get_by_role("button", name="确认废弃").click()


def test_on_a_narrow_screen_nothing_of_a_row_is_out_of_sight(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("hengchuan-office", width=390)
    _preview(page, site)
    page.locator("#f-unit-2-name").scroll_into_view_if_needed()
    _look(page, "notice-390")
    page.locator("#f-duty-3-grade").scroll_into_view_if_needed()
    _look(page, "notice-390-duties")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(page) == []
