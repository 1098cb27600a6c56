"""The private PostgreSQL and Valkey: who may do what, and what survives a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from service import embedded
from service.embedded import running
from service.programs import cluster, run_directory

HOLD = """
import sys, pathlib
from service.embedded import running
with running(pathlib.Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.read()
"""


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def another_user(data: Path) -> "subprocess.Popen[str]":
    """A process that uses the servers until its standard input closes."""
    user = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "in\n"
    return user


def leave(user: "subprocess.Popen[str]") -> None:
    user.communicate(timeout=60)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory with a little in it, its servers stopped after each test."""
    place = tmp_path_factory.mktemp("data")
    with running(place) as at:
        with connect(at.owner) as owner:
            owner.execute("CREATE TABLE kept (word text); GRANT SELECT, INSERT ON kept TO lianxi_app")
            owner.execute("INSERT INTO kept VALUES ('before')")
        yield place


def test_the_app_role_creates_nothing(data: Path) -> None:
    with connect(embedded.endpoints(data).app) as app:
        assert app.execute("SELECT word FROM kept").fetchall() == [("before",)]
        for refused in ("CREATE TABLE t ()", "CREATE TEMP TABLE t ()", "CREATE SCHEMA s", "DROP TABLE kept"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(refused)


def test_only_the_backup_role_passes_the_wall_and_it_only_reads(data: Path) -> None:
    at = embedded.endpoints(data)
    with connect(at.owner) as owner:
        owner.execute("CREATE TABLE walled (word text); INSERT INTO walled VALUES ('secret')")
        owner.execute("ALTER TABLE walled ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        owner.execute("GRANT SELECT ON walled TO lianxi_app")
        assert owner.execute("SELECT count(*) FROM walled").fetchone() == (0,)
    with connect(at.app) as app:
        assert app.execute("SELECT count(*) FROM walled").fetchone() == (0,)
    with connect(at.backup) as backup:
        assert backup.execute("SELECT word FROM walled").fetchall() == [("secret",)]
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
            backup.execute("DELETE FROM walled")


def test_the_owner_can_make_the_tree_extension_and_search_chinese(data: Path) -> None:
    with connect(embedded.endpoints(data).owner) as owner:
        owner.execute("CREATE EXTENSION ltree; CREATE EXTENSION pg_trgm")
        assert owner.execute("SELECT cardinality(show_trgm('联席会议'))").fetchone() == (5,)


def test_roles_can_be_set_up_again(data: Path) -> None:
    embedded.provision(data)
    embedded.provision(data)


def test_servers_answer_on_private_sockets_only(data: Path) -> None:
    assert run_directory(data).stat().st_mode & 0o077 == 0
    with embedded.superuser(data) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_who_joins_and_leaves_does_not_stop_the_servers(data: Path) -> None:
    before = embedded.postgres_pid(data), embedded.valkey_pid(data)
    leave(another_user(data))
    assert (embedded.postgres_pid(data), embedded.valkey_pid(data)) == before


def test_what_was_written_survives_a_kill_of_both_servers(tmp_path: Path) -> None:
    with running(tmp_path) as at:
        with connect(at.owner) as owner:
            owner.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('写下')")
        with redis.Redis.from_url(at.redis) as client:
            client.set("bell", "rung")
        for pid in (embedded.postgres_pid(tmp_path), embedded.valkey_pid(tmp_path)):
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
    with running(tmp_path) as at:
        with connect(at.owner) as owner:
            assert owner.execute("SELECT word FROM kept").fetchall() == [("写下",)]
        with redis.Redis.from_url(at.redis) as client:
            assert client.get("bell") == b"rung"
    assert embedded.postgres_pid(tmp_path) is None
    assert embedded.valkey_pid(tmp_path) is None


def test_servers_of_a_killed_process_are_joined_then_stopped(tmp_path: Path) -> None:
    user = another_user(tmp_path)
    orphans = embedded.postgres_pid(tmp_path), embedded.valkey_pid(tmp_path)
    assert None not in orphans
    user.kill()
    leave(user)
    with running(tmp_path):
        assert (embedded.postgres_pid(tmp_path), embedded.valkey_pid(tmp_path)) == orphans
    assert embedded.postgres_pid(tmp_path) is None


def test_the_last_to_leave_stops_servers_that_another_started(tmp_path: Path) -> None:
    first = another_user(tmp_path)
    second = another_user(tmp_path)
    leave(first)
    assert embedded.postgres_ready(tmp_path)
    leave(second)
    assert embedded.postgres_pid(tmp_path) is None


def test_a_lock_file_whose_number_went_to_another_program_is_no_server(tmp_path: Path) -> None:
    embedded.prepare(tmp_path)
    port = (run_directory(tmp_path) / ".s.PGSQL.5432.lock", cluster(tmp_path) / "postmaster.pid")
    for lock in port:
        lock.write_text(f"{os.getppid()}\n{cluster(tmp_path)}\n0\n5432\n\n\n")
    (tmp_path / "valkey" / "valkey.pid").write_text(f"{os.getpid()}\n")
    with running(tmp_path) as at, connect(at.app) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_a_kill_in_the_middle_of_the_first_start_does_not_stop_the_next(tmp_path: Path) -> None:
    starting = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.DEVNULL)
    while not list(tmp_path.glob("postgres.*/base")):
        assert starting.poll() is None
        time.sleep(0.01)
    starting.kill()
    starting.wait()
    with running(tmp_path) as at, connect(at.app) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_a_path_too_long_or_strange_for_a_socket_works_and_is_found_again(tmp_path: Path) -> None:
    place = tmp_path / ("很长的目录, " * 6)
    for _ in range(2):
        with running(place) as at, connect(at.app) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
    sockets = run_directory(place)
    assert len(bytes(sockets)) < 80
    assert sockets.stat().st_mode & 0o077 == 0
    sockets.rmdir()
    embedded.prepare(place)
    run_directory(place).rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_as_root_a_directory_of_somebody_else_is_served_as_that_user(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    with running(tmp_path) as at, connect(at.app) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)
        pid = embedded.postgres_pid(tmp_path)
        assert "\nUid:\t65534\t65534\t65534\t65534\n" in Path(f"/proc/{pid}/status").read_text()
    assert cluster(tmp_path).stat().st_uid == 65534
