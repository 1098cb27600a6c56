"""A task goes from the province to a city and on to a county, each routes it by its own charter, and the progress returns."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignsIn, Site, serious

pytestmark = pytest.mark.browser
TITLE = "核实家政企业名录"
DUE = (date.today() + timedelta(days=20)).isoformat()


def until(page: Page, seen: Callable[[], bool]) -> None:
    """The page is asked again until it shows it: what was sent is carried by the worker."""
    for _ in range(60):
        if seen():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def send(page: Page, place: str) -> None:
    """The draft that stands in the form goes to that place."""
    page.get_by_label(place).check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("下级将看到")).to_be_visible()
    page.get_by_role("button", name="下达", exact=True).click()
    expect(page.get_by_text("已下达")).to_be_visible()


def taken_up(page: Page, site: Site, slug: str, unit: str) -> Page:
    """The office of that place finds it in its inbox and routes it to that unit."""
    page.goto(site.url(slug, "/dispatches/inbox/"))
    until(page, lambda: page.get_by_role("link", name=TITLE).count() > 0)
    page.get_by_role("link", name=TITLE).click()
    options = page.get_by_label("本级职责和承担单位").locator("option").all_inner_texts()
    page.get_by_label("本级职责和承担单位").select_option(label=next(option for option in options if unit in option))
    page.get_by_role("button", name="交办").click()
    expect(page.get_by_text("已交办并列入任务台账")).to_be_visible()
    expect(page.locator("main .lx-todo").first).to_contain_text(unit)
    return page


def tell(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="进展").fill(words)
    page.get_by_role("button", name="上报").click()
    expect(page.get_by_text("进展已上报")).to_be_visible()


def test_from_the_province_through_a_city_to_a_county_and_back(site: Site, signs_in: SignsIn) -> None:
    province = signs_in("hengchuan-director")
    province.goto(site.url("hengchuan", "/dispatches/drafts/new"))
    province.get_by_label("标题").fill(TITLE)
    province.get_by_label("内容", exact=False).first.fill("逐企业核实。")
    province.get_by_label("时限").fill(DUE)
    assert serious(province) == []
    send(province, "洛溪市")
    city = taken_up(signs_in("luoxi-office"), site, "luoxi", "市发展改革委")
    inbox = city.url
    city_director = signs_in("luoxi-director")
    city_director.goto(inbox)
    city_director.get_by_role("link", name="转办到下级").click()
    send(city_director, "禾丰县")
    county = taken_up(signs_in("hefeng-office", 390), site, "hefeng", "县人力资源和社会保障局")
    _look(county, "county")
    liaison = signs_in("hefeng-liaison")
    liaison.goto(site.url("hefeng", "/tasks/"))
    liaison.get_by_role("link", name=TITLE).first.click()
    liaison.get_by_role("spinbutton", name="完成进度").fill("45")
    liaison.get_by_label("进展情况").fill("县里自己的话，不上报。")
    liaison.get_by_role("button", name="提交进展").click()
    county.reload()
    tell(county, "已核实三分之一的企业")
    city_director.get_by_role("link", name="禾丰县").click()
    until(city_director, lambda: city_director.get_by_text("已核实三分之一的企业").count() > 0)
    assert city_director.get_by_text("县里自己的话").count() == 0
    city.goto(inbox)
    tell(city, "市里部署完毕，县里在办")
    until(province, lambda: province.get_by_text("市里部署完毕，县里在办").count() > 0)
    province.get_by_role("link", name="洛溪市").click()
    expect(province.get_by_text("启动 1")).to_be_visible()
    assert province.get_by_text("已核实三分之一的企业").count() == 0, "what a county tells stays with its city"
    assert serious(province) == []
    _look(province, "province")


def _look(page: Page, name: str) -> None:
    """A picture, where somebody asks for pictures."""
    if folder := os.environ.get("LIANXI_SHOTS"):
        page.screenshot(path=f"{folder}/dispatch-{name}.png", full_page=True)
