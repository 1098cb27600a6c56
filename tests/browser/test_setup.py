"""A charter that nobody here has seen is set up in one sitting, without code, and holds from the day it is approved.

Two conveners from outside the lead department, no office, minutes countersigned by the units, a plenary every two
months, a last day. Source: seed 末句; dossier 2.1.
"""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignsIn, Site, serious

pytestmark = pytest.mark.browser
NAME = "县家政服务工作专班"


def _save(page: Page) -> None:
    page.get_by_role("button", name="保存").click()


def _on(page: Page) -> None:
    assert serious(page) == []
    page.get_by_role("link", name="下一步").click()


def _start(page: Page, site: Site) -> None:
    page.goto(site.url("hefeng", "/charter/"))
    page.get_by_role("link", name="逐步设置").click()
    page.get_by_label("本级模板").check()
    page.get_by_role("button", name="开始").click()
    page.get_by_label("名称").fill(NAME)
    _save(page)
    page.locator('input[name="lead_units"][value="HRSS"]').uncheck()
    page.locator('input[name="lead_units"][value="COM"]').check()
    page.get_by_label("办公室设在").select_option("")
    _save(page)
    _on(page)  # the units stay as the template has them
    _on(page)  # so do the duties


def _post(page: Page, slot: str, place: str, name: str) -> None:
    page.locator(f"#f-{slot}-place").select_option(place)
    page.locator(f"#f-{slot}-name").fill(name)


def _posts(page: Page) -> None:
    organ = page.locator("#f-convener-1-place option").evaluate_all("all => all.map(o => o.value)")
    government = next(value for value in organ if value.startswith("@"))
    _post(page, "convener-1", government, "副县长")
    _post(page, "convener-2", "NDRC", "主任")
    _post(page, "office_director-1", "", "")
    _save(page)


def _rules(page: Page, site: Site) -> None:
    page.goto(site.url("hefeng", "/charter/draft/rules/edit?article=四(二)&setup=1"))
    page.locator("#f-plenary_cadence").select_option("two_months")
    page.locator("#f-plenary_min").fill("6")
    page.locator("#f-plenary_max").fill("6")
    page.get_by_label("纪要须经到会单位会签").check()
    _save(page)
    page.goto(site.url("hefeng", "/charter/draft/rules/edit?article=末句&setup=1"))
    page.locator("#f-sunset_on").fill(f"{date.today().year + 2}-12-31")
    _save(page)


def test_a_charter_never_seen_before_is_set_up_in_one_sitting(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("hefeng-office")
    _start(page, site)
    _posts(page)
    _rules(page, site)
    _on(page)
    document = page.locator("main")
    expect(document).to_contain_text(f"建立{NAME}")
    expect(document).to_contain_text("不设办公室")
    expect(document).to_contain_text("共同担任")
    _on(page)
    assert serious(page) == []
    page.get_by_label("修订依据").fill("县政府专题会议纪要〔2026〕8号")
    page.get_by_role("button", name="送审").click()
    expect(page.locator("main")).to_contain_text("待召集人批准")
    convener = signs_in("hefeng-convener")
    convener.goto(site.url("hefeng", "/charter/draft/changes"))
    convener.get_by_role("button", name="批准").click()
    expect(convener.locator("main")).to_contain_text("现行")
    page.goto(site.url("hefeng", "/"))
    expect(page.locator("main")).to_contain_text(NAME)
