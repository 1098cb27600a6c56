"""`lianxi`: the one command line. Exit code 0 done, 1 refused or failed, 2 not understood."""

import json
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from config.settings import SettingsError, normal_url
from service import embedded
from service.installation import environment, external, installation, need_installed, who_works
from service.programs import EmbeddedError
from service.supervisor import holder
from service.terminal import data_option, json_option, show
from tenants.errors import LianxiError

STOPS_WITHIN = 90.0  # seconds
OTHERS_MAY_FINISH = 2.0  # seconds that `down` waits for another command before it refuses


# Found where they stand when they are asked for: `dsn`, `down`, `migrate` and `up` need not wait for the whole service.
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(("onboard", "publish", "rollup", "report", "sample"), "service.console"),
    **dict.fromkeys(("token", "jobs", "audit", "doctor"), "service.upkeep"),
}


class Commands(click.Group):
    """A refusal is a sentence on standard error and exit code 1, never a traceback; with --json it is an object there."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in ELSEWHERE:
            return import_module(ELSEWHERE[cmd_name]).COMMANDS[cmd_name]
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LianxiError as refusal:
            raise Refusal(refusal) from refusal
        except (EmbeddedError, SettingsError) as error:
            raise click.ClickException(str(error)) from error

    def main(self, args: Sequence[str] | None = None, *more: Any, **how: Any) -> Any:
        given = sys.argv[1:] if args is None else args
        if "--json" not in given:
            return super().main(args, *more, **how)
        try:
            code = super().main(args, *more, **{**how, "standalone_mode": False})
        except click.ClickException as error:
            click.echo(json.dumps({"error": _told(error)}, ensure_ascii=False), err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


class Refusal(click.ClickException):
    """A rule said no."""

    def __init__(self, refusal: LianxiError) -> None:
        super().__init__(f"{refusal.message} {refusal.message_en}")
        self.refusal = refusal


def _told(error: click.ClickException) -> dict[str, str]:
    """What a program is told of it: as the API's problem, and its exit code says 1 refused or 2 not understood."""
    if not isinstance(error, Refusal):
        code = "usage" if isinstance(error, click.UsageError) else "failed"
        return {"code": code, "detail": error.format_message()}
    no = error.refusal
    told = {"code": no.code, "detail": no.message, "detail_en": no.message_en}
    more = {"source": no.source, "field": no.field}
    return told | {name: text for name, text in more.items() if text}


@click.group(cls=Commands)
def main() -> None:
    """Lianxi 联席: joint conferences of a province and its localities."""


@main.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def up(arguments: tuple[str, ...]) -> None:
    """Start everything and keep it running until Ctrl-C; `up --help` lists its options.

    The supervisor takes this process's place: it stays in memory all day and needs none of the rest.
    """
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "service.supervisor", *arguments])


@main.command()
@click.option("--wait", is_flag=True, help="等其他命令结束 Wait for other lianxi commands to end, however long.")
@data_option
@json_option
def down(wait: bool, data: Path, as_json: bool) -> None:
    """Stop what `up` started, from another terminal; also servers that a killed one left behind.

    While another command works on the same data it is refused. 其他命令正在使用时不停止。
    """
    stopped = data.is_dir() and _stopped(data, math.inf if wait else OTHERS_MAY_FINISH)
    show(as_json, {"stopped": stopped}, "已停止。Stopped." if stopped else "没有在运行。Nothing was running.")


def _stopped(data: Path, patience: float) -> bool:
    with _nobody_works(data, patience):
        return _stop_supervisor(data) or _stop_leftovers(data)


@contextmanager
def _nobody_works(data: Path, patience: float) -> Iterator[None]:
    """No command works on the servers of this data directory, and none begins to until we are done."""
    work, deadline = embedded.open_lock(data, "work"), time.monotonic() + patience
    try:
        while not embedded.alone(work):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{who_works(data)}正在使用数据库，现在停止会打断它。请等它结束后再停止，或用 lianxi down --wait。"
                    " Another lianxi command is at work: stop when it has ended, or use `lianxi down --wait`."
                )
            time.sleep(0.1)
        yield
    finally:
        os.close(work)


def _stop_supervisor(data: Path) -> bool:
    with embedded.gate(data):
        if not embedded.supervised(data):
            return False
        os.kill(int(str(holder(data)["pid"])), signal.SIGTERM)
    deadline = time.monotonic() + STOPS_WITHIN
    while _supervised(data):
        if time.monotonic() > deadline:
            raise EmbeddedError("lianxi up 没有在限时内停止。`lianxi up` did not stop in time.")
        time.sleep(0.1)
    return True


def _supervised(data: Path) -> bool:
    with embedded.gate(data):
        return embedded.supervised(data)


def _stop_leftovers(data: Path) -> bool:
    if not (embedded.postgres_pid(data) or embedded.valkey_pid(data)):
        return False
    users = embedded.open_lock(data, "users")
    try:
        with embedded.gate(data):
            if not embedded.alone(users):
                raise EmbeddedError("其他 lianxi 命令正在使用。Another lianxi command is using the servers.")
            embedded.stop(data)
    finally:
        os.close(users)
    return True


@main.command()
@click.option("--role", type=click.Choice(["app", "owner", "backup"]), default="app", show_default=True)
@data_option
@json_option
def dsn(role: str, data: Path, as_json: bool) -> None:
    """Print the address of the database for one role, as psql and every driver understand it."""
    name = {"app": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "backup": "DATABASE_BACKUP_URL"}[role]
    need_installed(data)
    url = environment(data).get(name)
    if not url:
        raise SettingsError(f"未设置 {name}。{name} is not set.")
    plain = normal_url(url).replace("postgresql+psycopg://", "postgresql://", 1)
    show(as_json, {"role": role, "dsn": plain}, plain)


@main.command("migrate")
@click.option("--owner", envvar="DATABASE_OWNER_URL", help="The owner role's address.")
@data_option
@json_option
def migrate_command(owner: str | None, data: Path, as_json: bool) -> None:
    """Bring the database to the shape that this version expects."""
    migrating = import_module("service.migrating")
    migrate: Callable[[str], None] = migrating.migrate
    if external() and not owner and migrating.at_head(environment(data)["DATABASE_URL"]):
        pass  # the service's own role may look; only a change of shape needs the owner
    elif owner or external():
        migrate(_needed_owner(owner))
    else:
        with installation(data) as settings:
            migrate(_needed_owner(settings.owner_url))
    show(as_json, {"migrated": True}, "数据库结构已是最新。The database is up to date.")


def _needed_owner(owner: str | None) -> str:
    if not owner:
        raise SettingsError(
            "迁移须用属主角色：请设置 DATABASE_OWNER_URL 或用 --owner。"
            " Migrations need the owner role: set DATABASE_OWNER_URL or use --owner."
        )
    return owner


if __name__ == "__main__":
    main(prog_name="lianxi")
