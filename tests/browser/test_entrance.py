"""The way in, click by click: an invitation by one-time link, the first password, signing in, out, and elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import SignsIn, Site, serious

pytestmark = pytest.mark.browser
PASSWORD = "榕树下的四把椅子和一壶新茶"


def test_an_invited_colleague_comes_in_by_a_link_that_opens_once(
    site: Site, signs_in: SignsIn, browser: Browser
) -> None:
    administrator = signs_in("luoxi-admin")
    administrator.get_by_role("link", name="账号与席位").first.click()
    administrator.get_by_role("link", name="邀请人员").click()
    administrator.get_by_label("姓名").fill("赵新")
    administrator.get_by_label("用户名").fill("luoxi-newcomer")
    administrator.get_by_label("办公室工作人员").check()
    administrator.get_by_role("button", name="生成邀请链接").click()
    link = administrator.get_by_label("邀请链接").input_value()
    assert serious(administrator) == []

    with browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_have_text("启用账号")
        assert serious(page) == []
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_label("再次输入新口令").fill(PASSWORD)
        page.get_by_role("button", name="启用账号").click()
        page.get_by_label("用户名").fill("luoxi-newcomer")
        page.get_by_label("口令").fill(PASSWORD)
        assert serious(page) == []
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/t/luoxi/")
        (cookie,) = (cookie for cookie in context.cookies() if cookie.get("name") == "lianxi")
        assert cookie.get("httpOnly") and cookie.get("sameSite") == "Lax"
        answer = page.goto(link)
        assert answer is not None and answer.status == 410

        page.goto(site.url("luoxi"))
        page.locator("summary").filter(has_text="账号菜单").click()
        page.get_by_role("button", name="退出").click()
        page.wait_for_url("**/sign-in")
        page.goto(site.url("luoxi"))
        expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_the_pages_beside_the_tenants_hide_nothing(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-office", width=390)
    for path in ("/tenants", "/password"):
        page.goto(f"{site.up.url}{path}")
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
