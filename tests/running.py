"""A real `lianxi up` to test against: started on a data directory of its own, ready, and its processes found."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 90.0
LIANXI = [sys.executable, "-m", "service.cli"]
# Which part a process is, by what its command line says.
MARKS = {
    "postgres": "pginstall/bin/postgres",
    "valkey": "valkey-server",
    "web": "granian",
    "worker": "service.worker",
    "clock": "service.clock",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(truth: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not truth():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def children(pid: int) -> list[int]:
    """The direct children of a process, zombies aside."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(stat.parent.name))
    return sorted(found)


def descendants(pid: int) -> list[int]:
    below = children(pid)
    return below + [deeper for child in below for deeper in descendants(child)]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def surroundings() -> dict[str, str]:
    """The environment of somebody who has set nothing."""
    ours = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "LIANXI_ENV", "LIANXI_DATA")
    return {name: value for name, value in os.environ.items() if name not in ours}


def lianxi(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*LIANXI, *arguments], capture_output=True, text=True, timeout=PATIENCE, env=surroundings(), check=False
    )


@dataclass
class Up:
    """A running `lianxi up`."""

    data: Path
    port: int
    process: "subprocess.Popen[bytes]"
    output: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return self.output.read_text()

    def part(self, name: str) -> int | None:
        """The process of that part right below the supervisor."""
        found = [pid for pid in children(self.process.pid) if MARKS[name] in command_line(pid)]
        return found[0] if found else None

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def start(data: Path, **environ: str) -> Up:
    data.mkdir(exist_ok=True)
    port, output = free_port(), data.with_name(f"{data.name}.out")
    with output.open("wb") as out:
        command = [*LIANXI, "up", "--data", str(data), "--port", str(port)]
        process = subprocess.Popen(command, stdout=out, stderr=out, env=surroundings() | environ)
    up = Up(data, port, process, output)
    wait_for(lambda: f"READY {up.url}\n" in up.said() or process.poll() is not None, "READY")
    assert process.poll() is None, up.said()
    return up
