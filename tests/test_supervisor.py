"""`lianxi up` as an operator meets it: ready, killed part by part, refused twice, and gone without a trace."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import embedded
from service.embedded import running
from tests.running import (
    LIANXI,
    MARKS,
    PATIENCE,
    Up,
    children,
    command_line,
    descendants,
    free_port,
    lianxi,
    start,
    surroundings,
    wait_for,
)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    up = start(tmp_path_factory.mktemp("up") / "data")
    yield up
    everyone = descendants(up.process.pid)
    assert up.stop(signal.SIGINT) == 0
    assert [command_line(pid) for pid in everyone if command_line(pid)] == [], "Ctrl-C leaves no process"


def test_it_says_ready_once_the_service_is(up: Up) -> None:
    assert up.ready()
    assert "lianxi onboard" in up.said(), "an empty installation says how to begin"


def test_every_part_runs_and_none_of_them_holds_an_address_that_passes_the_wall(up: Up) -> None:
    for name in ("web", "worker", "clock"):
        pid = up.part(name)
        environ = Path(f"/proc/{pid}/environ").read_text()
        assert "DATABASE_URL=" in environ
        assert "lianxi_owner" not in environ
        assert "lianxi_backup" not in environ


def test_the_secret_is_made_once_and_closed_to_others(up: Up) -> None:
    secret = up.data / "secret-key"
    assert secret.stat().st_mode & 0o077 == 0
    assert len(secret.read_text()) >= 40


def test_a_second_up_on_the_same_data_is_refused_and_changes_nothing(up: Up) -> None:
    parts = set(children(up.process.pid))
    second = lianxi("up", "--data", str(up.data), "--port", str(free_port()))
    assert second.returncode == 1
    assert "已有 lianxi up 在运行" in second.stderr
    assert up.url in second.stderr
    assert set(children(up.process.pid)) == parts


def test_a_taken_port_is_refused_before_anything_starts(up: Up, tmp_path: Path) -> None:
    second = lianxi("up", "--data", str(tmp_path), "--port", str(up.port))
    assert second.returncode == 1
    assert "端口" in second.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_program_is_told_in_objects(up: Up, tmp_path: Path) -> None:
    second = lianxi("up", "--data", str(tmp_path / "other"), "--port", str(up.port), "--json")
    assert second.returncode == 1
    assert "端口" in json.loads(second.stderr)["error"]["detail"]
    port, told = free_port(), tmp_path / "told"
    command = [*LIANXI, "up", "--data", str(tmp_path / "own"), "--port", str(port), "--json"]
    with told.open("wb") as out:
        third = subprocess.Popen(command, stdout=out, env=surroundings())
    wait_for(lambda: '{"ready"' in told.read_text() or third.poll() is not None, "READY")
    third.send_signal(signal.SIGINT)
    assert third.wait(PATIENCE) == 0
    objects = [json.loads(line) for line in told.read_text().splitlines() if line.startswith('{"')]
    assert {"ready": f"http://127.0.0.1:{port}", "sign_ins": None} in objects
    assert objects[-1] == {"stopped": True}


def test_half_an_environment_is_refused(tmp_path: Path) -> None:
    environ = {**surroundings(), "DATABASE_URL": "postgresql://nobody@/nowhere"}
    refused = subprocess.run(
        [*LIANXI, "up", "--data", str(tmp_path), "--port", str(free_port())],
        capture_output=True, text=True, env=environ, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "REDIS_URL" in refused.stderr
    assert not (tmp_path / "postgres").exists()


def test_other_commands_join_and_leave_the_servers_running(up: Up) -> None:
    before = up.part("postgres"), up.part("valkey")
    assert lianxi("migrate", "--data", str(up.data)).returncode == 0
    with running(up.data):
        assert embedded.postgres_pid(up.data) == before[0]
    assert (up.part("postgres"), up.part("valkey")) == before


def test_the_address_of_each_role_is_printed_for_people_and_machines(up: Up) -> None:
    plain = lianxi("dsn", "--role", "owner", "--data", str(up.data))
    assert plain.stdout.startswith("postgresql://lianxi_owner@/lianxi?host=")
    machine = lianxi("dsn", "--role", "backup", "--data", str(up.data), "--json")
    assert json.loads(machine.stdout)["dsn"].startswith("postgresql://lianxi_backup@")
    assert lianxi("dsn", "--role", "king").returncode == 2


@pytest.mark.parametrize("name", list(MARKS))
def test_a_killed_part_comes_back(up: Up, name: str) -> None:
    before = up.part(name)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: up.part(name) not in (None, before), f"{name} restarted")
    wait_for(up.ready, f"ready after {name} died")


def test_a_killed_process_of_the_web_server_comes_back(up: Up) -> None:
    main = up.part("web")
    assert main is not None
    serving = [pid for pid in descendants(main) if "granian" in command_line(pid)]
    os.kill(serving[0], signal.SIGKILL)
    wait_for(lambda: serving[0] not in descendants(up.process.pid), "the old process is gone")
    wait_for(up.ready, "ready after the serving process died")


def test_a_killed_supervisor_takes_its_parts_with_it_and_the_next_one_finds_everything(tmp_path: Path) -> None:
    up = start(tmp_path / "data")
    with embedded.superuser(up.data) as connection:
        connection.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('留下')")
    everyone = descendants(up.process.pid)
    secret = (up.data / "secret-key").read_text()
    up.stop(signal.SIGKILL)
    wait_for(lambda: not any(command_line(pid) for pid in everyone), "the parts ended with their supervisor")

    again = start(tmp_path / "data")
    assert (again.data / "secret-key").read_text() == secret
    assert lianxi("down", "--data", str(again.data)).returncode == 0
    assert again.process.wait(PATIENCE) == 0
    assert "没有在运行" in lianxi("down", "--data", str(again.data)).stdout
    with running(again.data), embedded.superuser(again.data) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("留下",)]


def test_everything_in_the_data_directory_is_closed_to_others(up: Up) -> None:
    open_to_others = [path.name for path in up.data.iterdir() if path.stat().st_mode & 0o077]
    assert up.data.stat().st_mode & 0o077 == 0 or open_to_others == []
