"""Opening places from the command line: whole provinces, single places, what is refused, and who is invited first."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, event, func, select, update

from service.accounts.queries import by_username
from service.admin.onboarding import administrator as checked
from service.admin.onboarding import check_free, invite_administrator, open_place, openings, sync_regions
from service.charter import queries
from service.cli import main
from service.embedded import running
from service.migrating import migrate
from tenants import audit
from tenants.db import acting_for, fenced_engine
from tenants.errors import Conflict, Refused
from tenants.models import Region, Tenant
from tenants.onboarding import Opened, Opening, open_many
from tests.factories import a_region, a_tenant, unfurnished
from tests.running import LIANXI, surroundings, wait_for

ON = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANHUI = 1 + 16 + 104


@dataclass
class Installation:
    """An empty installation whose servers run, and the command line on it."""

    data: Path
    engine: Engine

    def command(self, *arguments: str) -> list[str]:
        return ["onboard", "--data", str(self.data), *arguments]

    def onboard(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, self.command(*arguments))

    def killed(self, *arguments: str, after: int) -> None:
        """The run died by SIGKILL when that many places stood."""
        command = [*LIANXI, *self.command(*arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=surroundings())
        try:
            wait_for(lambda: len(self.codes()) >= after or process.poll() is not None, f"{after} places")
        finally:
            process.kill()
            said, _ = process.communicate()
        assert process.returncode == -signal.SIGKILL, said.decode()

    def codes(self) -> list[str]:
        with acting_for(self.engine, None) as session:
            return list(session.scalars(select(Tenant.region_code).order_by(Tenant.region_code)))

    def tenant(self, code: str) -> Tenant:
        with acting_for(self.engine, None) as session:
            return session.scalars(select(Tenant).where(Tenant.region_code == code)).one()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patch, running(data) as endpoints:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "LIANXI_URL"):
            patch.delenv(name, raising=False)
        migrate(endpoints.owner)
        engine = fenced_engine(endpoints.app)
        yield Installation(data, engine)
        engine.dispose()


def test_a_province_killed_half_way_and_run_again_ends_with_each_of_its_places_once(empty: Installation):
    empty.killed("--region", "340000", "--all", after=30)
    survived = empty.codes()
    assert 30 <= len(survived) < ANHUI
    again = json.loads(empty.onboard("--region", "340000", "--all", "--json").stdout)
    assert again == {"total": ANHUI, "opened": ANHUI - len(survived)}
    codes = empty.codes()
    assert len(codes) == len(set(codes)) == ANHUI
    for code in codes:
        tenant = empty.tenant(code)
        with acting_for(empty.engine, tenant.id) as session:
            assert len(queries.duties(session, ON)) > 40, code
            assert audit.verify(session).sound, code
    assert json.loads(empty.onboard("--region", "340000", "--all", "--json").stdout)["opened"] == 0


def test_a_county_directly_below_a_province_and_a_city_without_counties_open(empty: Installation):
    """Source: GB/T 2260: 仙桃市 is administered by the province, 东莞市 has no districts."""
    for code in ("420000", "429004", "440000", "441900"):
        result = empty.onboard("--region", code)
        assert result.exit_code == 0, result.output
    assert empty.tenant("429004").level == "county"
    assert empty.tenant("429004").parent_id == empty.tenant("420000").id
    assert json.loads(empty.onboard("--region", "441900", "--all", "--json").stdout) == {"total": 1, "opened": 0}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--region", "999999"], "行政区划代码 999999 不在目录中，请核对（GB/T 2260）。"),
        (["--region", "510100"], "成都市的上级地区 510000 尚未开通，请先开通上级。"),
        (["--region", "510000", "--slug", "990001"], "地址名 990001 已被 360000 使用，请换一个。"),
        (["--region", "360000", "--slug", "jiangxi"], "江西省（360000）已经开通，地址名为 990001，不能改为 jiangxi。"),
        (["--region", "510000", "--all", "--slug", "990001"], "第1行：地址名 990001 已被 360000 使用，请换一个。"),
        (["--region", "510000", "--slug", "Si Chuan"], "地址名“Si Chuan”不合规"),
        (["--region", "510000", "--admin", "x", "--admin-name", "某人"], "用户名须为3—64位"),
        (["--region", "510000", "--admin", "somebody", "--admin-name", " "], "请填写姓名"),
    ],
)
def test_what_cannot_open_is_a_sentence_and_nothing_is_written(
    empty: Installation, arguments: list[str], sentence: str
):
    assert empty.onboard("--region", "360000", "--slug", "990001").exit_code == 0
    before = empty.codes()
    result = empty.onboard(*arguments)
    assert (result.exit_code, empty.codes()) == (1, before)
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_a_division_that_was_renamed_is_renamed(engine: Engine, owner: Engine):
    sync_regions(engine)
    with owner.begin() as connection:
        connection.execute(update(Region).where(Region.code == "110101").values(name="旧名"))
    sync_regions(engine)
    with acting_for(engine, None) as session:
        assert session.scalar(select(Region.name).where(Region.code == "110101")) == "东城区"


def test_an_administrator_without_a_name_is_not_understood(empty: Installation):
    result = empty.onboard("--region", "360000", "--admin", "somebody")
    assert result.exit_code == 2
    assert "--admin-name" in result.stderr


def test_the_first_administrator_gets_a_link_on_the_command_line(empty: Installation):
    asked = ("--region", "370000", "--admin", "li.na", "--admin-name", "李娜", "--url", "https://lx.example")
    result = empty.onboard(*asked)
    assert result.exit_code == 0, result.output
    assert "系统管理员李娜（li.na）的一次性链接" in result.stdout
    assert "\nhttps://lx.example/invitations/" in result.stdout
    told = json.loads(empty.onboard(*asked, "--json").stdout)
    assert told["invitation"] not in result.stdout, "run again, a new link"


def the_first_administrator(engine: Engine, code: str) -> tuple[Opening, str]:
    """A place, open, and the link of its first administrator."""
    (place,) = openings(code, whole=False)
    open_place(engine, place, on=ON, actor="test")
    person = checked(f"admin{code}", "王芳")
    invited = invite_administrator(engine, place, person, on=date.today(), now=datetime.now(UTC))
    assert invited.link
    return place, invited.link


def test_an_empty_installation_can_be_used_invitation_sign_in_office_charter(app, engine: Engine):
    """The administrator takes the link and invites the office, which changes its own charter."""
    place, link = the_first_administrator(engine, "630000")
    with in_browser(app, link, "admin630000") as administrator:
        form = {"username": "office630000", "name": "周敏", "roles": "OS"}
        page = administrator.post(f"/t/{place.slug}/accounts/invitation", data=form).text
        assert administrator.get(f"/t/{place.slug}/charter/").status_code == 403, "administrators see no business"
    office_link = page.partition("/invitations/")[2].partition('"')[0].split("<")[0].strip()
    with in_browser(app, office_link, "office630000") as office:
        shown = office.get(f"/t/{place.slug}/charter/")
        assert shown.status_code == 200
        assert "省发展家庭服务业联席会议" in shown.text


@contextmanager
def in_browser(app: Any, link: str, username: str) -> Iterator[Any]:
    """The invited person has set a password by the link and is signed in."""
    enforced, app.config["WTF_CSRF_ENABLED"] = app.config.get("WTF_CSRF_ENABLED", True), False
    try:
        client, password = app.test_client(), "long enough 7Kq"
        path = urlsplit(link).path if link.startswith("http") else f"/invitations/{link}"
        assert client.post(path, data={"password": password, "repeat": password}).status_code == 302
        assert client.get(path).status_code == 410, "the link opens once"
        assert client.post("/sign-in", data={"username": username, "password": password}).status_code == 302
        yield client
    finally:
        app.config["WTF_CSRF_ENABLED"] = enforced


def test_an_administrator_who_has_a_password_gets_no_link(app, engine: Engine):
    place, link = the_first_administrator(engine, "640000")
    with in_browser(app, link, "admin640000"):
        pass
    person = checked("admin640000", "王芳")
    assert invite_administrator(engine, place, person, on=date.today(), now=datetime.now(UTC)).link is None


def test_a_username_of_somebody_else_is_refused_before_the_place_opens(engine: Engine):
    the_first_administrator(engine, "650000")
    (hainan,) = openings("460000", whole=False)
    for name in ("另一人", "王芳"):  # the same person, too, must first take the link that was given out
        with pytest.raises(Conflict, match="admin650000 已被使用"):
            check_free(engine, hainan, checked("admin650000", name))
    check_free(engine, hainan, checked("nobody460000", "王芳"))
    with acting_for(engine, None) as session:
        assert by_username(session, "nobody460000") is None


def listed(engine: Engine, *openings: Opening) -> list[Opened]:
    return list(open_many(engine, openings, unfurnished, on=ON, actor="test"))


def a_place(engine: Engine, level: str = "province", parent: str | None = None) -> Opening:
    code = a_region(engine)
    return Opening(code, f"测试{code}", level, code.lower(), parent)


def test_a_list_is_read_to_its_end_before_anything_opens(engine: Engine):
    first = a_place(engine)
    astray = [
        (Opening(a_region(engine), "无上级", "county", "astray", "T99999"), Refused, "第2行：无上级的上级地区 T99999"),
        (first, Conflict, "第2行：行政区划代码 .* 在名单中重复"),
        (a_place(engine, "county"), Refused, "第2行：.*层级与上级不符"),
        (a_place(engine, "province", first.region_code), Refused, "第2行：.*层级与上级不符"),
    ]
    for bad, refusal, sentence in astray:
        with pytest.raises(refusal, match=sentence):
            listed(engine, first, bad)
    with acting_for(engine, None) as session:
        assert session.scalar(select(func.count()).where(Tenant.region_code == first.region_code)) == 0
    assert [step.fresh for step in listed(engine, first, a_place(engine, "city", first.region_code))] == [True, True]


def test_two_runs_of_one_list_at_once_open_each_place_once(engine: Engine):
    places = [a_place(engine), a_place(engine), a_place(engine)]
    run = open_many(engine, places, unfurnished, on=ON, actor="test")
    assert next(run).fresh
    assert [step.fresh for step in listed(engine, *places)] == [False, True, True]
    assert [step.fresh for step in run] == [False, False]


def test_opening_a_place_asks_the_same_of_the_database_however_many_stand(engine: Engine):
    sync_regions(engine)
    few = statements(engine, openings("610000", whole=False)[0])
    for _ in range(20):
        a_tenant(engine)
    assert statements(engine, openings("620000", whole=False)[0]) == few


def statements(engine: Engine, place: Opening) -> list[str]:
    """What opening the place sends to the database."""
    sent: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(re.split(" VALUES | app.tenant", statement)[0])

    event.listen(engine, "before_cursor_execute", keep)
    try:
        open_place(engine, place, on=ON, actor="test")
    finally:
        event.remove(engine, "before_cursor_execute", keep)
    return sent
