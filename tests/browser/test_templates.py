"""A province offers a template, a city compares it with its own charter and takes one thing: click by click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignsIn, Site, serious

pytestmark = pytest.mark.browser


def test_a_template_goes_down_is_compared_and_taken_in_part(site: Site, signs_in: SignsIn) -> None:
    above = signs_in("hengchuan-director")
    above.goto(site.url("hengchuan", "/templates/"))
    above.get_by_label("市级").check()
    above.get_by_label("该级统一模板（2018年机构改革后）").check()
    above.get_by_role("button", name="开始起草").click()
    above.get_by_role("link", name="四(二)").click()
    above.get_by_label("全体会议每年至多次数").fill("20")
    above.get_by_role("button", name="保存").click()
    expect(above.get_by_role("heading", level=1)).to_have_text(re.compile("市级参考模板第1版"))
    for width in (1280, 390):
        above.set_viewport_size({"width": width, "height": 900})
        assert serious(above) == []
    above.get_by_label("下发说明").fill("放宽全体会议次数")
    above.get_by_role("button", name="封存并下发给市级各地").click()
    expect(above.get_by_text("已封存并下发")).to_be_visible()

    below = signs_in("luoxi-office")
    address = site.url("luoxi", "/templates/")
    below.goto(address)
    for _turn in range(60):  # the worker carries it
        if below.get_by_role("link", name="逐项对照").count():
            break
        below.wait_for_timeout(500)
        below.goto(address)
    below.get_by_role("link", name="逐项对照").first.click()
    for width in (390, 1280):
        below.set_viewport_size({"width": width, "height": 900})
        assert below.evaluate("document.documentElement.scrollWidth") <= width
        assert serious(below) == []
    item = below.locator("section.lx-item", has_text="全体会议每年至多次数")
    item.get_by_label("采用新模板").check()
    below.get_by_role("button", name="写入修订稿").click()
    expect(below.get_by_text("所选内容已写入修订稿")).to_be_visible()
    changed = below.get_by_role("row", name=re.compile("全体会议每年至多次数"))
    expect(changed.get_by_role("cell").last).to_have_text("20")

    for page, slug, path in (
        (above, "hengchuan", "/templates/divergence/"),
        (above, "hengchuan", "/templates/issued/"),
    ):
        page.goto(site.url(slug, path))
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert serious(page) == []
