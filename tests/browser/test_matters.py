"""A matter with an objecting department stays blocked until that department itself agrees after coordination."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignsIn, Site, serious

pytestmark = pytest.mark.browser
TITLE = "将社区用房优先用于家庭服务网点的建议"


def opened(page: Page, site: Site) -> Page:
    page.goto(site.url("hengchuan", "/matters/"))
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    return page


def test_the_button_stays_grey_until_finance_itself_agrees(site: Site, signs_in: SignsIn) -> None:
    convener = opened(signs_in("hengchuan-convener"), site)
    button = convener.get_by_role("button", name="签发上报")
    expect(button).to_be_disabled()
    expect(convener.locator("#lacking")).to_contain_text("省财政厅未同意")
    assert serious(convener) == []
    _look(convener, "blocked")
    finance = opened(signs_in("hengchuan-finance"), site)
    finance.get_by_label("同意", exact=True).check()
    finance.get_by_role("button", name="提交本单位意见").click()
    expect(finance.get_by_text("已办理。")).to_be_visible()
    expect(finance.get_by_text("经协调", exact=True)).to_be_visible()
    convener.reload()
    expect(convener.get_by_text("两个条件均已具备")).to_be_visible()
    convener.get_by_role("link", name="签发上报").click()
    expect(convener.get_by_text("正文和各单位意见随即锁定")).to_be_visible()
    convener.get_by_role("button", name="签发上报").click()
    expect(convener.get_by_text("已签发").first).to_be_visible()
    assert serious(convener) == []
    _look(convener, "signed")


def _look(page: Page, name: str) -> None:
    """A picture at both widths, where somebody asks for pictures."""
    folder = os.environ.get("LIANXI_SHOTS")
    for width in (1280, 390) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{folder}/matter-{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
