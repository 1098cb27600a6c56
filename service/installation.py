"""One installation: the servers it stands on, and its secret."""

import fcntl
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.settings import Settings, SettingsError, read_settings
from service.embedded import endpoints, make_private, open_lock, running
from service.programs import cluster


@contextmanager
def installation(data: Path) -> Iterator[Settings]:
    """The settings of a place whose servers answer: those of the environment, else the private ones."""
    if external():
        yield read_settings(environment(data))
        return
    with _working(data), running(data):
        yield read_settings(environment(data))


@contextmanager
def _working(data: Path) -> Iterator[None]:
    """`lianxi down` does not stop the servers under us, and knows our name."""
    make_private(data)
    lock = open_lock(data, "work")
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
        os.truncate(lock, 0)
        os.pwrite(lock, json.dumps({"pid": os.getpid(), "command": " ".join(sys.argv[1:2])}).encode(), 0)
        yield
    finally:
        os.close(lock)


def who_works(data: Path) -> str:
    """Whoever wrote itself down last as working on this data directory, if it still lives."""
    try:
        found = json.loads((data / "work").read_text())
        os.kill(found["pid"], 0)
    except (OSError, ValueError, KeyError):
        return "其他 lianxi 命令"
    return f"lianxi {found['command']}（进程 {found['pid']}）"


def need_installed(data: Path) -> None:
    """There is something to work on; a command that only reads or writes tenants installs nothing."""
    if not external() and not cluster(data).exists():
        raise SettingsError(
            f"{data} 中没有安装，请先运行 lianxi up。There is no installation in {data}: run `lianxi up`."
        )


def external(environ: Mapping[str, str] = os.environ) -> bool:
    """Both servers are given by address; one alone would leave half of an installation elsewhere."""
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if environ.get(name)]
    if len(given) == 1:
        raise SettingsError(
            f"只设置了 {given[0]}：DATABASE_URL 与 REDIS_URL 须同时设置，或都不设置（使用内置服务）。"
            f" Only {given[0]} is set: set both DATABASE_URL and REDIS_URL, or neither."
        )
    return bool(given)


def environment(data: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a part of this installation reads from its environment."""
    found = dict(environ) | {"LIANXI_DATA": str(data.resolve())}
    if not external(environ):
        at = endpoints(data)
        found |= {"DATABASE_URL": at.app, "DATABASE_OWNER_URL": at.owner, "REDIS_URL": at.redis}
        found |= {"DATABASE_BACKUP_URL": at.backup}
    if environ.get("LIANXI_ENV") != "production" and not environ.get("SECRET_KEY"):
        found["SECRET_KEY"] = secret_key(data)
    return found


def secret_key(data: Path) -> str:
    """The key of an installation that is not in production: made once, readable by nobody else."""
    make_private(data)
    path = data / "secret-key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """The file holds one whole text, the first that anybody wrote; never half of one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
