"""The product as people meet it: a real `lianxi up`, a small province with a year of work, a headless Chromium.

Console errors, refused resources and serious findings of axe fail the test that met them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from config.catalogue import SamplePlace, sample_people, sample_places
from service.admin.onboarding import open_place
from service.embedded import endpoints, running
from service.kit.command import commit_held
from service.kit.seat import Seat
from service.rooms import handlers, metadata
from service.sample import SignIn, cast_of, live, opening_of, seated
from service.sample_year import OPENED
from tenants import ledger
from tenants.db import acting_for, fenced_engine
from tests.running import Up, start

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLICE = ("hengchuan", "luoxi", "hefeng")


def chromium() -> str:
    """Where the browser is; without one the tests say so, and in continuous integration they fail."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        message = "no Chromium: install Debian's packages chromium and fonts-noto-cjk"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return found


@dataclass
class Site:
    """A running service with the passwords of its people."""

    up: Up
    passwords: dict[str, str] = field(default_factory=dict)

    def url(self, slug: str, path: str = "/") -> str:
        return f"{self.up.url}/t/{slug}{path}"


def beside(place: SamplePlace) -> list[SignIn]:
    """In the province one more unit answers for itself."""
    rep = next((one for one in sample_people(place) if (one.role, one.unit) == ("member_rep", "FIN")), None)
    if place.slug != SLICE[0] or rep is None:
        return []
    return [SignIn(place.slug, "MR", f"{place.slug}-finance", rep.name, "FIN")]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`lianxi up` with a province, a city and a county of the sample, and one sign-in for each part."""
    chromium()
    # So many people never sign in from one address in a minute as these tests do.
    up = start(tmp_path_factory.mktemp("browser") / "data", LIANXI_SIGN_IN_RATE="600 per minute")
    site = Site(up)
    metadata()  # every room's tables, as in the service itself
    with running(up.data):
        engine = fenced_engine(endpoints(up.data).app)
        for place in (place for place in sample_places() if place.slug in SLICE):
            tenant = open_place(engine, opening_of(place), on=OPENED, actor="sample")
            for row in [*cast_of(place), *beside(place)]:
                seated(engine, row, site.passwords.setdefault(row.username, "lianxi-browser-4Yx"))
            with acting_for(engine, tenant.id) as session, commit_held(session):
                live(Seat(session, tenant, "sample", console=True), place, full=True)
        list(ledger.drain(engine, handlers()))
        engine.dispose()
    yield site
    up.process.terminate()
    up.process.wait(60)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


SignsIn = Callable[..., Page]


@pytest.fixture
def signs_in(site: Site, browser: Browser) -> Iterator[SignsIn]:
    """`signs_in("luoxi-office")`: a page of a new browser in which that person is signed in."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def enter(username: str, width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site.up.url}/sign-in")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("口令").fill(site.passwords[username])
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/t/**")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def serious(page: Page) -> list[str]:
    """What axe-core finds on the page that is serious or critical."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
