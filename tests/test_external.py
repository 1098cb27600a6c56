"""On a customer's own servers: the commands of Dockerfile and compose.yaml, as they stand there."""

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from service.embedded import ROLES
from service.probe import answers
from service.programs import postgres_tool
from tests.external import Servers, process, servers
from tests.running import LIANXI, PATIENCE, children, command_line, free_port, surroundings, wait_for

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SECRET = "a secret of production, forty characters."
HOST = "lianxi.example"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers(tmp_path_factory.mktemp("external")) as here:
        yield here


def environment_of(name: str, here: Servers) -> dict[str, str]:
    """What compose.yaml gives that service, its servers' names replaced by where they listen here."""
    given = {f"LIANXI_{role.upper()}_PASSWORD": word for role, word in here.words.items()}
    given |= {"SECRET_KEY": SECRET, "LIANXI_TRUSTED_HOSTS": HOST}
    text = json.dumps(COMPOSE["services"][name]["environment"])
    text = re.sub(r"\$\{(\w+):\?\}", lambda found: str(given[found.group(1)]), text)
    text = re.sub(r"\$\{\w+:-(\w*)\}", r"\1", text)
    text = text.replace("@postgres/", f"@127.0.0.1:{here.postgres}/").replace("valkey:6379", f"127.0.0.1:{here.valkey}")
    return {**surroundings(), **json.loads(text)}


def command_of(name: str, port: int = 0) -> list[str]:
    """What the container runs, with this machine's Python; the web server on a free port."""
    asked: list[str] = COMPOSE["services"][name].get("command") or json.loads(
        re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[-1]
    )
    tools = {"python": [sys.executable], "lianxi": LIANXI, "granian": [sys.executable, "-m", "granian"]}
    swapped = {"8000": str(port), "0.0.0.0": "127.0.0.1"}
    return [*tools[asked[0]], *(swapped.get(part, part) for part in asked[1:])]


@pytest.fixture(scope="module")
def migrated(here: Servers) -> Servers:
    done = run(command_of("migrate"), environment_of("migrate", here))
    assert done.returncode == 0, done.stderr
    return here


@pytest.fixture(scope="module")
def site(migrated: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Web, worker and clock run as in their containers: where, and what they say."""
    port, folder = free_port(), tmp_path_factory.mktemp("containers")
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as running:
        for name in ("web", "worker", "clock"):
            log = folder / f"{name}.log"
            running.enter_context(process(command_of(name, port), environment_of(name, migrated), log, cwd=folder))
        wait_for(lambda: answers(f"{url}/readyz", [HOST]), "the web container is ready")
        yield url, folder


def run(command: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, env=dict(environment), check=False, cwd=ROOT
    )


def test_the_containers_commands_serve_production(site: tuple[str, Path], migrated: Servers) -> None:
    url, _folder = site
    assert answers(f"{url}/healthz", [HOST])
    assert not answers(f"{url}/healthz", ["elsewhere.example"]), "a host that is not trusted is refused"
    probe = [sys.executable, "-m", "service.probe", f"{url}/readyz"]
    assert run(probe, environment_of("web", migrated)).returncode == 0
    assert run(probe, {**environment_of("web", migrated), "LIANXI_TRUSTED_HOSTS": "elsewhere.example"}).returncode == 1


def test_an_operator_works_with_the_two_variables_and_the_worker_hears(site, migrated: Servers) -> None:
    environ = environment_of("web", migrated)
    opened = run([*LIANXI, "onboard", "--region", "340000", "--slug", "anhui", "--json"], environ)
    assert json.loads(opened.stdout) == {"total": 1, "opened": 1}
    found = json.loads(run([*LIANXI, "doctor", "--json"], environ).stdout)["findings"]
    faults = {row["part"]: row["fault"] for row in found if not row["sound"] and row["grave"]}
    assert faults == {}
    assert json.loads(run([*LIANXI, "audit", "verify", "--json"], environ).stdout)["bad"] == []


def test_logs_of_production_are_json(site: tuple[str, Path], migrated: Servers) -> None:
    log = site[1] / "clock.log"
    with psycopg.connect(migrated.dsn("postgres"), autocommit=True) as connection:
        connection.execute("ALTER ROLE lianxi_app NOLOGIN")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'lianxi_app'")
        try:
            wait_for(lambda: "did not answer" in log.read_text(), "the clock's sweep failed and said so")
            assert not answers(f"{site[0]}/readyz", [HOST])
            assert answers(f"{site[0]}/healthz", [HOST]), "alive, though not ready"
        finally:
            connection.execute("ALTER ROLE lianxi_app LOGIN")
    said = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"warning", "lianxi.clock"} <= {said[-1]["level"], said[-1]["logger"]}
    wait_for(lambda: answers(f"{site[0]}/readyz", [HOST]), "ready again")


def test_the_backup_role_dumps_every_tenants_rows_and_the_app_role_none(site, migrated: Servers) -> None:
    def dumped(role: str) -> "subprocess.CompletedProcess[str]":
        return run([postgres_tool("pg_dump"), "--data-only", "--table=charter", migrated.dsn(role)], surroundings())

    assert re.search(r"^COPY public\.charter .*\n.*\t", dumped("backup").stdout, re.MULTILINE)
    refused = dumped("app")
    assert refused.returncode != 0 and "row-level security" in refused.stderr


@pytest.mark.parametrize(
    ("name", "role"),
    [("clock", "owner"), ("clock", "backup"), ("clock", "postgres"), ("worker", "owner"), ("web", "owner")],
)
def test_a_privileged_role_is_no_start(migrated: Servers, name: str, role: str) -> None:
    refused = run(start_of(name), {**environment_of(name, migrated), "DATABASE_URL": migrated.dsn(role)})
    assert refused.returncode != 0
    assert "privileged" in refused.stderr


def start_of(name: str) -> list[str]:
    """What the part does first; the web server itself would try again and again."""
    return [sys.executable, "-c", "import service.wsgi"] if name == "web" else command_of(name)


@pytest.mark.parametrize("command", [start_of("web"), [*LIANXI, "up", "--port", "1024"]])
def test_production_without_its_secret_is_no_start(migrated: Servers, command: list[str]) -> None:
    environ = environment_of("web", migrated)
    del environ["SECRET_KEY"]
    refused = run(command, environ)
    assert refused.returncode != 0
    assert "SECRET_KEY is not set" in refused.stderr


def test_up_uses_the_servers_that_are_given_and_starts_none(migrated: Servers, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "up.log"
    environ = migrated.environment()  # migrated already: the owner is not needed
    command = [*LIANXI, "up", "--port", str(port), "--data", str(tmp_path / "data")]
    with process(command, environ, log) as up:
        wait_for(lambda: f"READY http://127.0.0.1:{port}" in log.read_text() or up.poll() is not None, "READY")
        parts = " ".join(command_line(pid) for pid in children(up.pid))
        assert "service.worker" in parts and "service.clock" in parts and "granian" in parts
        assert "postgres" not in parts and "valkey" not in parts
        up.send_signal(signal.SIGINT)
        assert up.wait(PATIENCE) == 0
    assert not (tmp_path / "data" / "postgres").exists()


def test_no_secret_stands_in_compose_or_dockerfile() -> None:
    for text in ((ROOT / name).read_text() for name in ("compose.yaml", "Dockerfile")):
        for line in text.splitlines():
            name, _colon, value = line.strip().partition(":")
            if re.search("PASSWORD|SECRET", name) and not name.startswith("#"):
                assert re.fullmatch(r"\$\{\w+:\?\}", value.strip()), line
    assert re.search(r"^USER lianxi$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert shlex.split((ROOT / "Dockerfile").read_text().split("HEALTHCHECK", 1)[1].splitlines()[0])


def test_a_dump_by_the_backup_role_restores_whole(site, migrated: Servers, tmp_path: Path) -> None:
    dump, tools = tmp_path / "lianxi.dump", surroundings()
    made = run([postgres_tool("pg_dump"), "--format=custom", f"--file={dump}", migrated.dsn("backup")], tools)
    assert made.returncode == 0, made.stderr
    elsewhere = migrated.dsn("postgres").replace("/lianxi", "/restored")
    with psycopg.connect(migrated.dsn("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(ROLES.read_bytes())
    back = run([postgres_tool("pg_restore"), "--exit-on-error", f"--dbname={elsewhere}", str(dump)], tools)
    assert back.returncode == 0, back.stderr
    environ = environment_of("web", migrated)
    environ["DATABASE_URL"] = environ["DATABASE_URL"].removesuffix("lianxi") + "restored"
    verdict = json.loads(run([*LIANXI, "audit", "verify", "--json"], environ).stdout)
    assert verdict["rows"] > 0 and verdict["bad"] == []
    findings = json.loads(run([*LIANXI, "doctor", "--json"], environ).stdout)["findings"]
    assert [row for row in findings if row["grave"] and not row["sound"]] == []


def test_an_operator_may_not_hold_a_privileged_role_either(migrated: Servers) -> None:
    for role in ("owner", "backup"):
        environ = {**migrated.environment(), "DATABASE_URL": migrated.dsn(role)}
        command = [*LIANXI, "rollup", "--json"]
        answer = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60, check=False)
        assert (answer.returncode, "权限过大" in answer.stderr) == (1, True), answer.stderr
    command = [*LIANXI, "rollup", "--json"]
    plain = subprocess.run(command, capture_output=True, text=True, env=migrated.environment(), timeout=60, check=False)
    assert plain.returncode == 0, plain.stderr
