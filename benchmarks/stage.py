"""Two installations side by side, one with few tenants and one with many, each under its own `lianxi up`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine

from benchmarks.browser import Browser
from benchmarks.data import CITY, PASSWORD, PROVINCE, Scale, build, reader, without_wall
from service.embedded import Endpoints, endpoints, running
from service.installation import environment
from service.migrating import migrate
from service.supervisor import PARTS
from tenants.db import fenced_engine

UNFENCED = "unfenced"
PATIENCE = 180.0  # seconds
Say = Callable[[str], None]


@dataclass(frozen=True)
class House:
    """A running installation."""

    data: Path
    at: Endpoints
    engine: Engine  # as the product has it
    port: int
    pid: int
    city: Browser  # signed in at the city
    province: Browser  # signed in at the province


@dataclass(frozen=True)
class Stage:
    """What is measured on."""

    small: House
    large: House
    open_engine: Engine  # the large one's rows without the wall
    open_city: Browser  # the same service on them


@contextmanager
def stage(where: Path, few: Scale | None, many: Scale, say: Say) -> Iterator[Stage]:
    """Built, started, signed in; everything is stopped at the end. Without `few`, the one stands for both."""
    scales = {"many": many} | ({"few": few} if few else {})
    for name, scale in scales.items():
        say(f"building the installation with {name} tenants: {scale.places} + {scale.others}")
        _prepare(where / name, scale, copy=name == "many")
    with ExitStack() as stack:
        say("starting with `lianxi up`")
        houses = {name: stack.enter_context(house(where / name)) for name in scales}
        large = houses["many"]
        open_engine = create_engine(_elsewhere(large.at.app), pool_pre_ping=True)
        stack.callback(open_engine.dispose)
        yield Stage(houses.get("few", large), large, open_engine, stack.enter_context(_web_without_wall(large)))


def _prepare(data: Path, scale: Scale, *, copy: bool) -> None:
    with running(data) as at:
        migrate(at.owner)
        engine = fenced_engine(at.app)
        build(engine, data, scale)
        engine.dispose()
        if copy:
            without_wall(data, UNFENCED)


def _elsewhere(url: str) -> str:
    return url.replace("/lianxi?", f"/{UNFENCED}?")


@contextmanager
def house(data: Path) -> Iterator[House]:
    """`lianxi up` runs on that data directory."""
    port = free_port()
    command = [sys.executable, "-m", "service.supervisor", "--data", str(data), "--port", str(port)]
    with _process(command, os.environ, data / "up.log") as process, ExitStack() as stack:
        wait_for(lambda: "READY" in (data / "up.log").read_text(), "lianxi up", process)
        at = endpoints(data)
        engine = fenced_engine(at.app)
        stack.callback(engine.dispose)
        browsers = [_signed_in(port, slug) for slug in (CITY, PROVINCE)]
        for browser in browsers:
            stack.callback(browser.close)
        yield House(data, at, engine, port, process.pid, *browsers)


def _signed_in(port: int, slug: str) -> Browser:
    browser = Browser(port)
    browser.sign_in(reader(slug), PASSWORD)
    return browser


@contextmanager
def _web_without_wall(large: House) -> Iterator[Browser]:
    port = free_port()
    surroundings = environment(large.data) | {"DATABASE_URL": _elsewhere(large.at.app), "LIANXI_LOG": "text"}
    command = [sys.executable, *PARTS["web"], "--host", "127.0.0.1", "--port", str(port), "benchmarks.unfenced:app"]
    with _process(command, surroundings, large.data / "unfenced.log") as process:
        wait_for(lambda: _listens(port), "the web without the wall", process)
        browser = _signed_in(port, CITY)
        yield browser
        browser.close()


@contextmanager
def _process(command: list[str], surroundings: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=dict(surroundings))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def wait_for(ready: Callable[[], bool], what: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not start")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
