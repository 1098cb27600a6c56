"""The embedded default: a private PostgreSQL and Valkey, reached only by sockets in a private directory.

Four lock files stand in the data directory: `gate`, held while servers start or stop; `users`, held shared
by everyone who uses them; `up`, held by the supervisor, which alone restarts servers while it lives; `work`, held
shared by each other command (installation.py), so that `down` takes the servers from nobody. Without a supervisor
the last user to leave stops them; what a killed process left behind is joined by the next one.
"""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

from service.programs import (
    EmbeddedError,
    cluster,
    initdb_command,
    log_file,
    postgres_command,
    run_directory,
    server_environment,
    valkey_command,
    valkey_home,
)

ROLES = Path(__file__).parent.parent / "migrations" / "roles.sql"
DATABASE = "lianxi"
PATIENCE = 60.0  # seconds that a server may take to start (replaying its log) or to stop


@dataclass(frozen=True)
class Endpoints:
    """Where each role finds the servers: SQLAlchemy URLs, and a redis URL."""

    app: str
    owner: str
    backup: str
    redis: str


def endpoints(data: Path) -> Endpoints:
    """The addresses of the servers of this data directory, whether they run or not."""
    run = run_directory(data)
    return Endpoints(
        app=_database_url(run, "lianxi_app"),
        owner=_database_url(run, "lianxi_owner"),
        backup=_database_url(run, "lianxi_backup"),
        redis=f"unix://{quote(str(run / 'valkey.sock'))}",
    )


def _database_url(run: Path, role: str) -> str:
    return f"postgresql+psycopg://{role}@/{DATABASE}?host={quote(str(run))}&port=5432"


def superuser(data: Path, database: str = DATABASE) -> psycopg.Connection:
    """A connection that no wall stops: for roles, databases and tests of the servers themselves."""
    where = {"host": str(run_directory(data)), "port": 5432, "dbname": database}
    return psycopg.connect(**where, user="postgres", autocommit=True, connect_timeout=5)


# --- what runs now ---


def postgres_pid(data: Path) -> int | None:
    """The live postmaster of this data directory; none where the file is stale."""
    return _living(cluster(data) / "postmaster.pid", str(cluster(data)))


def valkey_pid(data: Path) -> int | None:
    """The live Valkey of this data directory."""
    return _living(valkey_home(data) / "valkey.pid", str(valkey_home(data)))


def _living(pid_file: Path, mark: str) -> int | None:
    """The process that the file names, if it is no zombie and its command line names our folder."""
    try:
        pid = int(pid_file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if os.fsencode(mark) in command else None


def postgres_ready(data: Path) -> bool:
    try:
        superuser(data, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def valkey_ready(data: Path) -> bool:
    with redis.Redis.from_url(endpoints(data).redis, socket_timeout=5) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


# --- using them ---


@contextmanager
def running(data: Path) -> Iterator[Endpoints]:
    """Both servers run, joined or started; the last of their users to leave has stopped them."""
    make_private(data)
    users = open_lock(data, "users")
    try:
        with gate(data):
            fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_started(data)
        yield endpoints(data)
    finally:
        with gate(data):
            if alone(users):
                stop(data)
        os.close(users)


def prepare(data: Path) -> None:
    """The cluster, its roles and its database exist; a kill half-way does not stop the next call."""
    with running(data):
        pass


def make_private(data: Path) -> None:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def gate(data: Path) -> Iterator[None]:
    """Nobody else starts or stops the servers of this data directory."""
    lock = open_lock(data, "gate")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def open_lock(data: Path, name: str) -> int:
    return os.open(data / name, os.O_RDWR | os.O_CREAT, 0o600)


def alone(lock: int) -> bool:
    """No other process holds this lock; the caller now does, exclusively."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def supervised(data: Path) -> bool:
    """A `lianxi up` lives on this data directory. To be asked with the gate held."""
    lock = open_lock(data, "up")
    try:
        return not alone(lock)
    finally:
        os.close(lock)


# --- starting and stopping, with the gate held ---


def _ensure_started(data: Path) -> None:
    while supervised(data):
        if postgres_ready(data) and valkey_ready(data):
            return
        time.sleep(0.1)
    initialise(data)
    if not (postgres_pid(data) and postgres_ready(data)):
        stop_postgres(data)
        _start(data, "postgres", postgres_command(data), postgres_ready)
    provision(data)
    if not (valkey_pid(data) and valkey_ready(data)):
        stop_valkey(data)
        _start(data, "valkey", valkey_command(data), valkey_ready)


def initialise(data: Path) -> None:
    """The cluster stands complete under its final name, and no stale lock file keeps it from starting.

    PostgreSQL itself takes a lock for live when its process number has gone to another program.
    """
    final = cluster(data)
    if not final.exists():
        _make_cluster(data).rename(final)
    elif postgres_pid(data) is None:
        (final / "postmaster.pid").unlink(missing_ok=True)
        (run_directory(data) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _make_cluster(data: Path) -> Path:
    """A complete cluster, under a name of its own: a killed attempt's initdb may still be at work in the last one."""
    for abandoned in cluster(data).parent.glob("postgres.*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    folder = cluster(data).with_name(f"postgres.{secrets.token_hex(4)}")
    done = subprocess.run(
        initdb_command(data, folder),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=server_environment(),
    )
    if done.returncode != 0:
        raise EmbeddedError(f"initdb: {done.stdout.strip()}")
    return folder


def provision(data: Path) -> None:
    """The database and the roles exist as migrations/roles.sql states them."""
    with superuser(data, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
    with superuser(data) as connection:
        connection.execute(ROLES.read_bytes())


# Servers that this process started: reaped when they end, whoever ends them.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


def _start(data: Path, name: str, command: list[str], ready: Callable[[Path], bool]) -> None:
    """The server answers; it belongs to no terminal and may outlive this process."""
    log = log_file(data, name)
    with log.open("ab") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            env=server_environment(),
        )
    _children[child.pid] = child
    deadline = time.monotonic() + PATIENCE
    while not ready(data):
        if child.poll() is not None or time.monotonic() > deadline:
            raise EmbeddedError(f"{name}: {_tail(log)}")
        time.sleep(0.03)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


def stop(data: Path) -> None:
    """Neither server runs any longer; both wrote down all they held."""
    stop_valkey(data)
    stop_postgres(data)


def stop_valkey(data: Path) -> None:
    _end(lambda: valkey_pid(data), signal.SIGTERM)


def stop_postgres(data: Path) -> None:
    """A fast shutdown: sessions are cut off, what was committed is kept."""
    _end(lambda: postgres_pid(data), signal.SIGINT, signal.SIGQUIT)


def _end(living: Callable[[], int | None], *farewells: signal.Signals) -> None:
    """The process is gone, asked ever less politely."""
    for farewell in (*farewells, signal.SIGKILL):
        pid = living()
        if pid is None:
            return
        os.kill(pid, farewell)
        deadline = time.monotonic() + PATIENCE / 2
        while living() == pid and time.monotonic() < deadline:
            time.sleep(0.02)
        if child := _children.pop(pid, None):
            child.wait(timeout=PATIENCE)
