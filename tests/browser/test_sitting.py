"""The secretary's page: a laptop closed in mid-sentence, a lost network, two who write at once; a phone signs in.

Not one word that was typed is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import Engine

from service.accounts.passwords import password_hash
from service.embedded import endpoints
from service.sittings.commands import issue_code
from tenants.db import acting_for, fenced_engine
from tests.browser.conftest import FLAGS, Site, chromium, serious
from tests.factories import an_account
from tests.sittings.scene import TEN, Sat, a_sitting

pytestmark = pytest.mark.browser
SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "榕树下的四把椅子和一壶新茶"
SENTENCE = "张厅长强调，各单位要在三月底前"


@dataclass
class Room:
    """A meeting that sits in the running service, and two who keep its record."""

    site: Site
    engine: Engine
    sat: Sat
    names: list[str]

    @property
    def url(self) -> str:
        return self.site.up.url + self.sat.path

    def enter(self, context: BrowserContext, who: int = 0) -> Page:
        """That person has the meeting's page open."""
        page = context.new_page()
        page.goto(f"{self.site.up.url}/sign-in?next={self.sat.path}")
        page.get_by_label("用户名").fill(self.names[who])
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"**{self.sat.path}")
        return page


@pytest.fixture(scope="module")
def room(site: Site) -> Iterator[Room]:
    engine = fenced_engine(endpoints(site.up.data).app)
    sat = a_sitting(engine)
    names = []
    for name in ("甲书记员", "乙书记员"):
        account = an_account(engine, sat.tenant, "OS", name=name)
        names.append(account.username)
        with acting_for(engine, None) as session, session.begin():
            session.merge(account).set_password(password_hash(PASSWORD))
    yield Room(site, engine, sat, names)
    sat.office.session.close()
    engine.dispose()


@pytest.fixture
def laptops(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Two machines."""
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN") for _ in range(2)]
    yield contexts
    for context in contexts:
        context.close()


def written(page: Page) -> Locator:
    return page.get_by_label("会议记录（不分议题）")


def said(page: Page) -> Locator:
    return page.locator("#state-all")


def saved(page: Page) -> None:
    expect(said(page)).to_contain_text("已保存")
    expect(said(page)).not_to_contain_text("未保存")


def test_a_sentence_survives_the_laptop_that_is_closed_in_its_middle(
    room: Room, browser: Browser, tmp_path: Path
) -> None:
    laptop = opened(browser, tmp_path)
    page = room.enter(laptop)
    page.route("**/sitting/notes", lambda route: route.abort())  # the lid falls before anything is saved
    written(page).press_sequentially(SENTENCE)
    expect(said(page)).to_contain_text("未保存")
    laptop.close()
    laptop = opened(browser, tmp_path)
    page = laptop.new_page()
    page.goto(room.url)
    expect(written(page)).to_have_value(SENTENCE)
    saved(page)
    assert page.evaluate("localStorage.length") == 0, "what is saved is not kept on the machine"
    page.reload()
    expect(written(page)).to_have_value(SENTENCE)
    laptop.close()


def opened(browser: Browser, home: Path) -> BrowserContext:
    """A browser of its own, with a disk."""
    return browser.browser_type.launch_persistent_context(
        home, executable_path=chromium(), args=FLAGS, viewport={"width": 1280, "height": 900}, locale="zh-CN"
    )


def test_what_is_written_without_a_network_is_saved_when_it_is_back(room: Room, laptops: list[BrowserContext]) -> None:
    page = room.enter(laptops[0])
    box = page.get_by_label("本项记录").first
    state = page.locator(".lx-written [data-state]").first
    laptops[0].set_offline(True)
    box.fill("断网时写的")
    expect(state).to_contain_text("未保存（网络中断")
    laptops[0].set_offline(False)
    expect(state).to_contain_text("已保存", timeout=15_000)
    page.reload()
    expect(box).to_have_value("断网时写的")


def test_a_session_that_expired_loses_nothing_that_is_written_on(room: Room, laptops: list[BrowserContext]) -> None:
    page = room.enter(laptops[0])
    box, state = page.get_by_label("本项记录").nth(1), page.locator(".lx-written [data-state]").nth(1)
    laptops[0].clear_cookies()
    box.fill("登录过期后写的")
    expect(state).to_contain_text("登录已过期")
    room.enter(laptops[0]).close()
    expect(state).to_contain_text("已保存", timeout=15_000)
    page.reload()
    expect(box).to_have_value("登录过期后写的")


def test_two_who_write_at_once_keep_both_texts(room: Room, laptops: list[BrowserContext]) -> None:
    first, second = room.enter(laptops[0]), room.enter(laptops[1], 1)
    written(first).fill("共识")
    saved(first)
    expect(written(second)).to_have_value("共识", timeout=15_000)
    laptops[1].set_offline(True)
    written(second).fill("共识：乙记的")
    expect(said(second)).to_contain_text("网络中断")
    written(first).fill("共识：甲记的")
    saved(first)
    laptops[1].set_offline(False)
    expect(said(second)).to_contain_text("另存一稿", timeout=15_000)
    panel = second.locator(".lx-conflict")
    expect(panel).to_contain_text("共识：甲记的", timeout=15_000)
    expect(panel).to_contain_text("共识：乙记的")
    panel.get_by_role("button", name="两稿都保留").click()
    expect(written(second)).to_have_value("共识：甲记的\n共识：乙记的")
    expect(written(first)).to_have_value("共识：甲记的\n共识：乙记的", timeout=15_000)


def test_what_is_said_of_a_note_follows_the_server_and_contradicts_nothing(
    room: Room, browser: Browser, laptops: list[BrowserContext]
) -> None:
    with browser.new_context(locale="zh-CN", timezone_id="America/New_York") as abroad:
        there, here = room.enter(abroad), room.enter(laptops[1], 1)
        before = datetime.now(SHANGHAI)
        written(there).fill("初稿")
        saved(there)
        hours = {at.strftime("%H:%M") for at in (before, datetime.now(SHANGHAI))}
        assert any(hour in said(there).inner_text() for hour in hours), "the server's clock, not this machine's"
        expect(written(here)).to_have_value("初稿", timeout=15_000)
        abroad.set_offline(True)
        written(there).fill("初稿：外地记的")
        expect(said(there)).to_contain_text("网络中断")
        written(here).fill("初稿：本地记的")
        saved(here)
        abroad.set_offline(False)
        expect(said(there)).to_contain_text("另存一稿", timeout=15_000)
        here.locator(".lx-conflict").get_by_role("button", name="用另存的一稿").click()
        expect(said(there)).to_contain_text("已保存", timeout=15_000)
        expect(said(there)).not_to_contain_text("另存一稿")


def test_an_agreed_item_that_was_not_sent_is_found_again_and_recorded_once(
    room: Room, laptops: list[BrowserContext]
) -> None:
    page = room.enter(laptops[0])
    page.get_by_text("登记一条议定事项").click()
    page.get_by_label("事项", exact=False).first.fill("编制三年行动方案")
    page.reload()
    expect(page.get_by_label("事项", exact=False).first).to_have_value("编制三年行动方案")
    page.get_by_text("原则同意").click()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".lx-agreed")).to_contain_text("编制三年行动方案")
    expect(page.locator("#f-agreed-text")).to_have_value("")
    expect(page.locator(".lx-agreed li")).to_have_count(1)


def test_the_pages_hide_nothing_from_a_reader_a_phone_or_the_back_row(room: Room, browser: Browser) -> None:
    code = issue_code(room.sat.office, room.sat.meeting.id, TEN).code
    who = room.sat.called(at=2)
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN") as phone:
        page = phone.new_page()
        page.goto(f"{room.site.up.url}/checkin/{room.sat.tenant.slug}/{code}")
        assert serious(page) == []
        page.locator("select").select_option(str(who.id))
        page.get_by_role("button", name="签到").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("已签到")
        assert serious(page) == []
        page = room.enter(phone)
        for path in ("", "/closing", "/projector"):
            page.goto(room.url + path)
            assert serious(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
