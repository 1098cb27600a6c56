"""PostgreSQL and Valkey as a customer runs them: reached over TCP, each role with a password."""

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from service.embedded import ROLES, server_environment
from service.programs import postgres_tool, unprivileged, valkey_command
from tests.running import free_port, surroundings, wait_for

PASSWORDS = ROLES.with_name("passwords.sh")


@dataclass(frozen=True)
class Servers:
    """Where they listen, and the words that open them."""

    postgres: int
    valkey: int
    words: Mapping[str, str]

    def dsn(self, role: str) -> str:
        """The address for `owner`, `app`, `backup` or the superuser `postgres`."""
        name = role if role == "postgres" else f"lianxi_{role}"
        return f"postgresql://{name}:{self.words[role]}@127.0.0.1:{self.postgres}/lianxi"

    @property
    def redis(self) -> str:
        return f"redis://127.0.0.1:{self.valkey}/0"

    def environment(self) -> dict[str, str]:
        """What an operator sets."""
        given = {"DATABASE_URL": self.dsn("app"), "REDIS_URL": self.redis, "SECRET_KEY": secrets.token_urlsafe(48)}
        return {**surroundings(), **given}


@contextmanager
def servers(home: Path) -> Iterator[Servers]:
    """Both run, the three roles stand and have their passwords; a wrong password is refused."""
    words = {role: secrets.token_hex(12) for role in ("postgres", "owner", "app", "backup")}
    here = Servers(free_port(), free_port(), words)
    with ExitStack() as running:
        running.enter_context(_postgres(home, here))
        running.enter_context(_valkey(home, here))
        yield here


@contextmanager
def _postgres(home: Path, here: Servers) -> Iterator[None]:
    folder, word = home / "postgres", home / "word"
    word.write_text(here.words["postgres"])
    as_user = unprivileged(home)
    sure = ["-A", "scram-sha-256", "--pwfile", str(word)]
    initdb = [*as_user, postgres_tool("initdb"), "-D", str(folder), "-U", "postgres", "-E", "UTF8", *sure]
    subprocess.run(
        [*initdb, "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
        check=True, stdout=subprocess.DEVNULL, env=server_environment(),
    )  # fmt: skip
    listen = {"port": here.postgres, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    flags = [part for name, value in listen.items() for part in ("-c", f"{name}={value}")]
    with process([*as_user, postgres_tool("postgres"), "-D", str(folder), *flags], server_environment(), home / "log"):
        wait_for(lambda: _answers(here), "PostgreSQL over TCP")
        _provision(here)
        yield


def _answers(here: Servers) -> bool:
    try:
        _superuser(here, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _superuser(here: Servers, database: str) -> psycopg.Connection:
    address = here.dsn("postgres").replace("/lianxi", f"/{database}")
    return psycopg.connect(address, autocommit=True, connect_timeout=5)


def _provision(here: Servers) -> None:
    """As compose.yaml has it done: roles.sql, then passwords.sh."""
    with _superuser(here, "postgres") as connection:
        connection.execute("CREATE DATABASE lianxi")
    with _superuser(here, "lianxi") as connection:
        connection.execute(ROLES.read_bytes())
    words = {f"LIANXI_{role.upper()}_PASSWORD": word for role, word in here.words.items()}
    asked = {"PGHOST": "127.0.0.1", "PGPORT": str(here.postgres), "PGPASSWORD": here.words["postgres"]}
    path = f"{Path(postgres_tool('psql')).parent}:{os.environ['PATH']}"
    named = {"POSTGRES_USER": "postgres", "POSTGRES_DB": "lianxi", "PATH": path}
    subprocess.run(["sh", str(PASSWORDS)], check=True, stdout=subprocess.DEVNULL, env={**words, **asked, **named})


@contextmanager
def _valkey(home: Path, here: Servers) -> Iterator[None]:
    command = valkey_command(home)
    command[command.index("--port") + 1] = str(here.valkey)
    with process([*command, "--bind", "127.0.0.1"], server_environment(), home / "log"):
        with redis.Redis.from_url(here.redis) as client:
            wait_for(lambda: _pings(client), "Valkey over TCP")
        yield


def _pings(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


@contextmanager
def process(
    command: list[str], environment: Mapping[str, str], log: Path, cwd: Path | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """It runs for as long as it is used; its output is in the log."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=dict(environment), cwd=cwd
        )
    try:
        yield child
    finally:
        child.terminate()
        child.wait(30)
