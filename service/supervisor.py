"""`lianxi up`: the whole service on one machine under one supervisor, READY when `/readyz` says so.

A program of its own, apart from the other commands, so that what stays in memory all day is small.
"""

import fcntl
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

import click

from config.settings import SettingsError, read_settings
from service import embedded
from service.installation import environment, external
from service.keeper import Guard, Keeper, Program, Say, StartFailed, StopRequested
from service.probe import answers
from service.programs import EmbeddedError, log_file, postgres_command, valkey_command

OTHERS_MAY_FINISH = 30.0  # seconds that `up` waits for another lianxi command on the same data
PARTS: dict[str, list[str]] = {
    "web": ["-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--no-ws"],
    "worker": ["-m", "service.worker"],
    "clock": ["-m", "service.clock"],
}
SERVERS = ("postgres", "valkey")
COLOURS = {"up": "green", "web": "cyan", "worker": "magenta", "clock": "blue"}


@dataclass(frozen=True)
class Site:
    """What `up` was asked for."""

    data: Path
    host: str
    port: int
    sample: str = "none"
    app: str = "service.wsgi:app"
    for_machines: bool = False

    @property
    def url(self) -> str:
        return f"http://{'127.0.0.1' if self.host in ('0.0.0.0', '::') else self.host}:{self.port}"


def up(site: Site) -> None:
    """Everything ran until it was told to stop; nothing of it runs any longer."""
    embedded.make_private(site.data)
    with _hold(site):
        _refuse_taken_port(site)
        surroundings = environment(site.data)
        say = voice(site.data, read_settings(surroundings).log_format)
        with Keeper(say) as keeper, _servers(site, keeper):
            _run(site, keeper, surroundings)


def _run(site: Site, keeper: Keeper, surroundings: Mapping[str, str]) -> None:
    _finish(keeper, "migrate", ["-m", "service.cli", "migrate"], surroundings)
    inside = {name: value for name, value in surroundings.items() if name not in _OWNERS_ONLY}
    for name, arguments in PARTS.items():
        more = ["--host", site.host, "--port", str(site.port), site.app] if name == "web" else []
        keeper.start(_python(name, [*arguments, *more], inside))
    if site.sample != "none":
        _finish(keeper, "sample", ["-m", "service.cli", "sample", "--name", site.sample], surroundings)
    trusted = read_settings(surroundings).trusted_hosts
    keeper.wait_until(lambda: answers(f"{site.url}/readyz", trusted), "/readyz")
    _say_ready(site)
    keeper.keep()


def _say_ready(site: Site) -> None:
    """READY with the address, and what to do next; for machines one object in a line."""
    if site.for_machines:
        sign_ins = site.data / "sign-ins.json"
        click.echo(json.dumps({"ready": site.url, "sign_ins": str(sign_ins) if sign_ins.exists() else None}))
        return
    click.echo(f"READY {site.url}")
    click.echo(f"网址 {site.url}    {_next(site.data)}    停止 Ctrl-C")


def _next(data: Path) -> str:
    """What to sign in with; where nobody can yet, how to begin."""
    sign_ins = data / "sign-ins.json"
    return f"登录账号 {sign_ins}" if sign_ins.exists() else "开通租户 lianxi onboard --help"


# The service itself never holds an address that could pass the wall.
_OWNERS_ONLY = ("DATABASE_OWNER_URL", "DATABASE_BACKUP_URL")


def _python(name: str, arguments: list[str], surroundings: Mapping[str, str], once: bool = False) -> Program:
    def command(guard: Guard) -> list[str]:
        return [*guard, sys.executable, *arguments]

    return Program(name, command, {**surroundings, "PYTHONUNBUFFERED": "1"}, once=once)


def _finish(keeper: Keeper, name: str, arguments: list[str], surroundings: Mapping[str, str]) -> None:
    code = keeper.finish(_python(name, arguments, surroundings, once=True))
    if code != 0:
        raise StartFailed(f"{name} 失败 (failed, code {code})")


# --- the data directory and the port ---


@contextmanager
def _hold(site: Site) -> Iterator[None]:
    """No other `up` runs on this data directory; its lock file says who we are."""
    lock = embedded.open_lock(site.data, "up")
    try:
        with embedded.gate(site.data):
            if not embedded.alone(lock):
                raise EmbeddedError(
                    f"数据目录 {site.data} 已有 lianxi up 在运行（{holder(site.data)}）；"
                    "请先 lianxi down，或用 --data 换一个目录。"
                    " Another `lianxi up` holds this data directory: stop it with `lianxi down`, or use --data."
                )
            os.truncate(lock, 0)
            os.pwrite(lock, json.dumps({"pid": os.getpid(), "url": site.url}).encode(), 0)
        yield
    finally:
        os.close(lock)


def holder(data: Path) -> dict[str, object]:
    """Who holds the data directory, as it wrote itself down."""
    try:
        return json.loads((data / "up").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _refuse_taken_port(site: Site) -> None:
    family = socket.AF_INET6 if ":" in site.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((site.host, site.port))
        except OSError as error:
            raise EmbeddedError(
                f"端口 {site.host}:{site.port} 无法使用（{error.strerror}）；请用 --port 换一个。"
                f" The port cannot be used: choose another with --port."
            ) from error


# --- PostgreSQL and Valkey ---


@contextmanager
def _servers(site: Site, keeper: Keeper) -> Iterator[None]:
    """Both servers answer, the private ones under the keeper; nobody else stops them meanwhile."""
    if external():
        yield
        return
    data = site.data
    users = embedded.open_lock(data, "users")
    try:
        keeper.wait_until(lambda: _taken_over(users, data, keeper), "lianxi 其他命令", OTHERS_MAY_FINISH)
        yield
    finally:
        os.close(users)


def _taken_over(users: int, data: Path, keeper: Keeper) -> bool:
    """Once no other command uses them: leftover servers were stopped and our own answer."""
    with embedded.gate(data):
        if not embedded.alone(users):
            return False
        embedded.stop(data)
        _start_servers(data, keeper)
        fcntl.flock(users, fcntl.LOCK_SH)
    return True


def _start_servers(data: Path, keeper: Keeper) -> None:
    surroundings = embedded.server_environment()

    def postgres(guard: Guard) -> list[str]:
        embedded.initialise(data)
        return postgres_command(data, guard)

    def valkey(guard: Guard) -> list[str]:
        return [*guard, *valkey_command(data)]

    keeper.start(Program("postgres", postgres, surroundings, signal.SIGINT))
    keeper.start(Program("valkey", valkey, surroundings))
    keeper.wait_until(lambda: embedded.postgres_ready(data), "PostgreSQL")
    embedded.provision(data)
    keeper.wait_until(lambda: embedded.valkey_ready(data), "Valkey")


# --- what is seen and heard ---


def voice(data: Path, log_format: str) -> Say:
    """Each line of a part goes to its own file in `log/` and, marked with its part, to the terminal.

    PostgreSQL and Valkey speak to their files only: a terminal full of checkpoints hides what matters.
    """
    files: dict[str, logging.Handler] = {}

    def say(name: str, line: str) -> None:
        if name not in files:
            files[name] = RotatingFileHandler(log_file(data, name), maxBytes=10_000_000, backupCount=3)
        files[name].emit(logging.makeLogRecord({"msg": line}))
        if name not in SERVERS:
            click.echo(_as_json(name, line) if log_format == "json" else _as_text(name, line))

    return say


def _as_text(name: str, line: str) -> str:
    return click.style(f"{name:<8} │ ", fg=COLOURS.get(name, "yellow")) + line


def _as_json(name: str, line: str) -> str:
    """A line that is an object already stays itself; of the others one is made."""
    if line.startswith("{"):
        return line
    return json.dumps({"logger": name, "event": line}, ensure_ascii=False)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=".data", envvar="LIANXI_DATA", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--sample", type=click.Choice(["none", "hengchuan"]), default="none", show_default=True)
@click.option("--json", "for_machines", is_flag=True, help="Readiness and refusals as objects, one a line.")
def main(data: Path, host: str, port: int, sample: str, for_machines: bool) -> None:
    """Start PostgreSQL, Valkey, web, worker and clock, and keep them running until Ctrl-C."""
    try:
        up(Site(data.absolute(), host, port, sample, for_machines=for_machines))
    except StopRequested:
        click.echo(json.dumps({"stopped": True}) if for_machines else "已停止。Stopped.")
    except (EmbeddedError, SettingsError, StartFailed) as error:
        if for_machines:
            click.echo(json.dumps({"error": {"code": "failed", "detail": str(error)}}, ensure_ascii=False), err=True)
            sys.exit(1)
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main(prog_name="lianxi up")
