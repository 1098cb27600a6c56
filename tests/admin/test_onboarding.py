"""A province from the catalogue in one run: killed half-way it goes on; what is wrong is refused whole; somebody can begin."""

import json
import os
import signal
import subprocess
import time

import pytest
from sqlalchemy import func, select

from config.settings import read_settings
from service.admin.onboarding import openings
from service.app import create_app
from service.embedded import endpoints, running
from service.installation import environment
from service.migrating import migrate
from tenants.db import acting_for, fenced_engine
from tenants.errors import Refused
from tenants.models import Tenant
from tests.running import LIANXI, lianxi, surroundings, wait_for

ANHUI = 121  # 1 + 16 + 104


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A migrated installation with nothing in it, its servers running."""
    data = tmp_path_factory.mktemp("onboarding") / "data"
    data.mkdir()
    with running(data) as at:
        migrate(at.owner)
        yield data


@pytest.fixture(scope="module")
def engine_of_site(site):
    engine = fenced_engine(endpoints(site).app)
    yield engine
    engine.dispose()


def opened(engine):
    with acting_for(engine, None) as session:
        return session.scalar(select(func.count()).select_from(Tenant)) or 0


def onboard(site, *arguments):
    return lianxi("onboard", "--data", str(site), *arguments)


def test_a_run_killed_half_way_and_run_again_ends_with_the_whole_province(site, engine_of_site):
    command = [*LIANXI, "onboard", "--region", "340000", "--all", "--data", str(site)]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=surroundings())
    wait_for(lambda: opened(engine_of_site) > 20 or first.poll() is not None, "some places")
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    time.sleep(0.5)  # the server may still commit the place that was under way
    half = opened(engine_of_site)
    assert 20 < half < ANHUI
    again = onboard(site, "--region", "340000", "--all", "--json")
    assert (again.returncode, json.loads(again.stdout)) == (0, {"total": ANHUI, "opened": ANHUI - half})
    assert opened(engine_of_site) == ANHUI
    third = onboard(site, "--region", "340000", "--all", "--json")
    assert json.loads(third.stdout) == {"total": ANHUI, "opened": 0}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--region", "349999"), "不在目录中"),
        (("--region", "370100"), "上级 370000 未开通"),
        (("--region", "340100", "--slug", "hefei"), "已以地址名 340100 开通"),
        (("--region", "500000", "--slug", "340100"), "已被 340100 使用"),
    ],
)
def test_what_is_wrong_is_said_clearly_and_nothing_is_written(site, engine_of_site, arguments, sentence):
    before = opened(engine_of_site)
    answer = onboard(site, *arguments)
    assert answer.returncode == 1
    assert sentence in answer.stderr and "Traceback" not in answer.stderr
    assert opened(engine_of_site) == before


def test_a_choice_that_makes_no_sense_is_not_understood(site):
    assert onboard(site, "--region", "340000", "--all", "--slug", "x").returncode == 2
    assert onboard(site).returncode == 2


def test_counties_directly_under_a_province_and_cities_without_counties_are_in_the_catalogue():
    xiantao, dongguan = openings("429004", whole=True), openings("441900", whole=True)
    assert [(o.level, o.parent_code) for o in xiantao] == [("county", "420000")]
    assert [(o.level, o.parent_code) for o in dongguan] == [("city", "440000")]
    with pytest.raises(Refused, match="不在目录中"):
        openings("000000", whole=False)


def test_an_empty_installation_has_a_first_administrator_who_signs_in(site):
    answer = onboard(
        site, "--region", "710000", "--slug", "first", "--admin", "first-admin", "--admin-name", "王建国", "--json"
    )
    assert answer.returncode == 0, answer.stderr
    link = json.loads(answer.stdout)["invitation"]
    app = create_app(settings_of(site))
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    assert "王建国" in browser.get(link).text
    password = {"password": "first-light-7Q", "repeat": "first-light-7Q"}
    assert browser.post(link, data=password).status_code == 302
    signed_in = browser.post("/sign-in", data={"username": "first-admin", "password": "first-light-7Q"})
    assert signed_in.status_code == 302
    assert browser.get("/t/first/accounts/").status_code == 200
    assert browser.get(link).status_code != 200, "the link opens once"
    app.extensions["lianxi.engine"].dispose()
    app.extensions["lianxi.redis"].close()


def settings_of(site):
    return read_settings(environment(site))
