"""`lianxi`: the one command line. Exit code 0 done, 1 refused or failed, 2 not understood."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from config.settings import SettingsError, normal_url
from service import embedded
from service.installation import environment, external, installation, need_installed
from service.programs import EmbeddedError
from service.supervisor import holder
from tenants.errors import LianxiError

STOPS_WITHIN = 90.0  # seconds


# Found in service.console when they are asked for: `dsn`, `down`, `migrate` and `up` need not wait for the whole service.
ON_TENANTS = ("onboard", "publish", "rollup", "report", "token", "sample", "audit", "doctor")


class Commands(click.Group):
    """A refusal is a sentence on standard error and exit code 1, never a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ON_TENANTS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in ON_TENANTS:
            return import_module("service.console").COMMANDS[cmd_name]
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LianxiError as refusal:
            raise click.ClickException(f"{refusal.message} {refusal.message_en}") from refusal
        except (EmbeddedError, SettingsError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
def main() -> None:
    """Lianxi 联席: joint conferences of a province and its localities."""


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=".data",
    envvar="LIANXI_DATA",
    show_default=True,
    help="The installation's directory, unless DATABASE_URL and REDIS_URL name servers.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print data for machines.")


def show(as_json: bool, data: dict[str, Any], text: str) -> None:
    """One result, for a machine or for a reader."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)


@main.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def up(arguments: tuple[str, ...]) -> None:
    """Start everything and keep it running until Ctrl-C; `up --help` lists its options.

    The supervisor takes this process's place: it stays in memory all day and needs none of the rest.
    """
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "service.supervisor", *arguments])


@main.command()
@data_option
@json_option
def down(data: Path, as_json: bool) -> None:
    """Stop what `up` started, from another terminal; also servers that a killed one left behind."""
    stopped = data.is_dir() and (_stop_supervisor(data) or _stop_leftovers(data))
    show(as_json, {"stopped": stopped}, "已停止。Stopped." if stopped else "没有在运行。Nothing was running.")


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
