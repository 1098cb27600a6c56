"""A plenary from its call to published minutes, click by click: opened, signed in, agreed on, closed, drafted, confirmed,
signed, numbered, published; and what was agreed becomes tasks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from service.accounts.passwords import password_hash
from service.embedded import endpoints
from service.kit.web import today
from service.meetings.convening import call
from tenants.db import acting_for, fenced_engine
from tests.browser.conftest import Site, serious
from tests.factories import an_account
from tests.sittings.scene import Sat, a_sitting
from tests.work.office import a_plan, console

pytestmark = pytest.mark.browser
PASSWORD = "榕树下的四把椅子和一壶新茶"


@dataclass
class Conference:
    """A plenary that was called for today, in the running service, and the people around it."""

    site: Site
    engine: Engine
    sat: Sat
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def enter(self, role: str, width: int = 1280) -> Page:
        """A new person in that role has the meeting's page open."""
        unit = self.sat.units[0].id if role == "LI" else None
        account = an_account(self.engine, self.sat.tenant, role, unit=unit, name={"CV": "张厅长"}.get(role, "李科长"))
        with acting_for(self.engine, None) as session, session.begin():
            session.merge(account).set_password(password_hash(PASSWORD))
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", accept_downloads=True
        )
        self.contexts.append(context)
        page = context.new_page()
        page.goto(f"{self.site.up.url}/sign-in?next={self.path}")
        page.get_by_label("用户名").fill(account.username)
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"**{self.path}")
        return page

    @property
    def path(self) -> str:
        return self.sat.path.removesuffix("/sitting")


@pytest.fixture
def conference(site: Site, browser: Browser) -> Iterator[Conference]:
    engine = fenced_engine(endpoints(site.up.data).app)
    sat = a_sitting(engine, opened=False)
    call(sat.office, sat.meeting.id, reason="急需研究", on=today())
    operator = console(engine, sat.tenant)
    a_plan(operator, today().year)
    operator.session.close()
    found = Conference(site, engine, sat, browser)
    yield found
    for context in found.contexts:
        context.close()
    sat.office.session.close()
    engine.dispose()


def look(page: Page, name: str) -> None:
    """The page as a picture, where somebody wants to see it."""
    if folder := os.environ.get("LIANXI_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def tab(page: Page, name: str) -> None:
    page.locator(".lx-tabs").get_by_role("link", name=name).click()


def sits_and_agrees(office: Page, lead: str) -> None:
    """The meeting is opened, one unit signs in, one thing is agreed on, the meeting is closed."""
    tab(office, "会场")
    office.get_by_role("button", name="开会").click()
    office.get_by_role("button", name="到会", exact=True).first.click()
    office.get_by_text("登记一条议定事项").click()
    office.get_by_label("事项", exact=False).first.fill("完善家政服务业培训政策")
    office.get_by_label("牵头单位").select_option(label=lead)
    office.get_by_label("办理时限").fill((today() + timedelta(days=20)).isoformat())
    office.get_by_role("button", name="登记", exact=True).click()
    expect(office.locator("#agreed")).to_contain_text("完善家政服务业培训政策")
    office.get_by_role("link", name="结束会议").click()
    office.get_by_role("button", name="结束会议").click()


def drafts_and_circulates(office: Page) -> None:
    tab(office, "纪要")
    office.get_by_role("button", name="起草纪要").click()
    expect(office.locator("article")).to_contain_text("会议明确，完善家政服务业培训政策")
    office.get_by_role("link", name="修改文稿").click()
    office.get_by_label("其他要求").fill("会议要求，各成员单位密切配合、形成合力。")
    look(office, "minutes-text")
    assert serious(office) == []
    office.get_by_role("button", name="保存文稿").click()
    expect(office.locator("article ins")).to_contain_text("形成合力")
    look(office, "minutes-draft")
    office.get_by_role("button", name="送参会人员核对").click()
    expect(office.locator("main")).to_contain_text("纪要已送参会人员核对")


def test_a_plenary_from_call_to_published_minutes(conference: Conference) -> None:
    office = conference.enter("OS")
    sits_and_agrees(office, conference.sat.units[0].name)
    office.goto(conference.site.up.url + conference.path)
    drafts_and_circulates(office)

    liaison = conference.enter("LI")
    tab(liaison, "纪要")
    expect(liaison.locator("main")).to_contain_text("本单位核对")
    look(liaison, "minutes-confirm")
    assert serious(liaison) == []
    while liaison.get_by_text("待核对").count():
        waiting = liaison.locator("select[name=party] option", has_text="待核对")
        if waiting.count():
            liaison.locator("select[name=party]").select_option(waiting.first.get_attribute("value"))
        liaison.get_by_role("button", name="提交核对意见").click()
        expect(liaison.locator("main")).to_contain_text("核对意见已记录")

    convener = conference.enter("CV")
    tab(convener, "纪要")
    convener.get_by_role("link", name="签发", exact=True).click()
    expect(convener.locator("main")).to_contain_text("1 条议定事项随即锁定")
    convener.get_by_role("button", name="签发纪要").click()
    expect(convener.locator("main")).to_contain_text("纪要已签发")

    office.reload()
    office.get_by_role("button", name="编号").click()
    expect(office.locator("main")).to_contain_text(f"〔{today().year}〕1号")
    office.get_by_role("link", name="印发", exact=True).click()
    office.get_by_role("button", name="印发").click()
    expect(office.locator("main")).to_contain_text("纪要已印发")
    look(office, "minutes-published")
    with office.expect_download() as waiting_file:
        office.get_by_role("link", name="下载 PDF").click()
    assert waiting_file.value.path().read_bytes().startswith(b"%PDF-")

    tab(office, "议定事项")
    office.get_by_role("link", name="转为任务").click()
    look(office, "minutes-tasks")
    assert serious(office) == []
    office.get_by_role("button", name="列入年度计划").click()
    expect(office.locator("#items")).to_contain_text("第 1 项")
    look(office, "minutes-items")

    reader = conference.enter("LI", width=390)
    tab(reader, "纪要")
    expect(reader.locator("article")).to_contain_text("形成合力")
    look(reader, "minutes-390")
    assert reader.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(reader) == []
