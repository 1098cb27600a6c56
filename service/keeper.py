"""Keeps programs running: what dies is started again, and none outlives the keeper."""

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, cast

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: orphaned grandchildren come to us, so that none is left behind
HEALTHY = 10.0  # seconds of life after which a death counts as the first one again
LONGEST_WAIT = 15.0  # seconds between two attempts
GIVE_UP = 5  # deaths in a row after which a start, still unfinished, has failed
FAREWELL = 15.0  # seconds a program may take to stop before it is killed

Guard = list[str]
Say = Callable[[str, str], None]


class StopRequested(Exception):
    """Someone pressed Ctrl-C or sent SIGTERM."""


class StartFailed(Exception):
    """A program that dies again and again, or that never became ready."""


@dataclass(frozen=True)
class Program:
    """What to run. `command` puts the guard, which ends it with its parent, right before the program itself."""

    name: str
    command: Callable[[Guard], list[str]]
    environment: Mapping[str, str]
    farewell: signal.Signals = signal.SIGTERM
    once: bool = False


@dataclass
class _Run:
    """One program's present life."""

    program: Program
    child: "subprocess.Popen[bytes]"
    started: float = field(default_factory=time.monotonic)
    deaths: int = 0
    due: float | None = None
    code: int | None = None

    @property
    def alive(self) -> bool:
        return self.code is None


class Keeper:
    """Used as a context: signals are turned into `StopRequested`, and at the end nothing is left running."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._runs: dict[str, _Run] = {}
        self._selector = selectors.DefaultSelector()
        self._stop_requested = False
        self._stopping = False

    def __enter__(self) -> "Keeper":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
        self._wake, self._waker = socket.socketpair()
        for end in (self._wake, self._waker):
            end.setblocking(False)
        self._selector.register(self._wake, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, self._note) for number in _HEEDED}
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stopping = True
        for run in reversed(list(self._runs.values())):
            self._stop(run)
        _end_strays()
        signal.set_wakeup_fd(-1)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        for key in list(self._selector.get_map().values()):
            self._drop(key)
        self._selector.close()
        self._waker.close()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._stop_requested |= number != signal.SIGCHLD

    # --- what the caller asks for ---

    def start(self, program: Program) -> None:
        """The program runs, and will again whenever it dies."""
        self._runs[program.name] = _Run(program, self._spawn(program))

    def finish(self, program: Program) -> int:
        """The program has run to its end; returns its exit code."""
        self.start(program)
        while (code := self._runs[program.name].code) is None:
            self._tick()
        del self._runs[program.name]
        return code

    def wait_until(self, ready: Callable[[], bool], what: str, patience: float = 120.0) -> None:
        """`ready` has come true; a start that cannot succeed is given up."""
        deadline = time.monotonic() + patience
        while not ready():
            self._tick(0.1)
            for run in self._runs.values():
                if run.deaths >= GIVE_UP:
                    raise StartFailed(f"{run.program.name} 反复退出 (keeps dying, code {run.code})")
            if time.monotonic() > deadline:
                raise StartFailed(f"{what} 未能就绪 (did not become ready in {patience:.0f} s)")

    def keep(self) -> None:
        """Never returns but by `StopRequested`."""
        while True:
            self._tick()

    # --- one turn of the wheel ---

    def _tick(self, longest: float = 60.0) -> None:
        """Output is passed on, the dead are noted, and those whose time has come are started again."""
        for key, _ in self._selector.select(self._pause(longest)):
            self._read(key)
        self._reap()
        if self._stop_requested and not self._stopping:
            raise StopRequested
        for run in list(self._runs.values()):
            if run.due is not None and run.due <= time.monotonic() and not self._stopping:
                self._revive(run)

    def _pause(self, longest: float) -> float:
        """Until the next restart is due, at most so long; a signal wakes us before."""
        dues = [run.due - time.monotonic() for run in self._runs.values() if run.due is not None]
        return max(0.0, min([longest, *dues]))

    def _read(self, key: selectors.SelectorKey) -> None:
        if key.fileobj is self._wake:
            with suppress(BlockingIOError):
                self._wake.recv(4096)
            return
        name, rest = key.data
        received = os.read(key.fd, 65536)
        *lines, tail = (rest + received).split(b"\n")
        for line in lines or ([tail] if tail and not received else []):
            self._say(name, line.decode(errors="replace"))
        if received:
            self._selector.modify(key.fileobj, selectors.EVENT_READ, (name, tail))
        else:
            self._drop(key)

    def _drop(self, key: selectors.SelectorKey) -> None:
        self._selector.unregister(key.fileobj)
        cast("IO[bytes] | socket.socket", key.fileobj).close()

    def _reap(self) -> None:
        """Every dead child is buried: ours are noted, adopted orphans only cleared away."""
        by_pid = {run.child.pid: run for run in self._runs.values() if run.alive}
        while (dead := _next_dead()) is not None:
            if run := by_pid.get(dead):
                run.code = run.child.wait()
                self._bury(run)
            else:
                os.waitpid(dead, 0)

    def _bury(self, run: _Run) -> None:
        """What the dead program left in its process group goes too; a new life is due, sooner or later."""
        _kill_group(run.child.pid)
        if run.program.once or self._stopping:
            return
        lived = time.monotonic() - run.started
        run.deaths = 1 if lived > HEALTHY else run.deaths + 1
        wait = min(0.1 * 2**run.deaths, LONGEST_WAIT)
        run.due = time.monotonic() + wait
        self._say("up", f"{run.program.name} 已退出（{run.code}），{wait:.1f} 秒后重启 (died; restarting)")

    def _revive(self, run: _Run) -> None:
        run.child = self._spawn(run.program)
        run.started, run.due, run.code = time.monotonic(), None, None

    def _spawn(self, program: Program) -> "subprocess.Popen[bytes]":
        """A session of its own, so that Ctrl-C in the terminal reaches the keeper alone."""
        guard = ["setpriv", "--pdeathsig", program.farewell.name.removeprefix("SIG"), "--"]
        child = subprocess.Popen(
            program.command(guard),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=program.environment,
        )
        assert child.stdout is not None
        self._selector.register(child.stdout, selectors.EVENT_READ, (program.name, b""))
        return child

    def _stop(self, run: _Run) -> None:
        """The program is gone, politely if it will."""
        if run.alive:
            run.child.send_signal(run.program.farewell)
        deadline = time.monotonic() + FAREWELL
        while run.alive:
            if time.monotonic() > deadline:
                _kill_group(run.child.pid)
            self._tick(0.5)


_HEEDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def _next_dead() -> int | None:
    """A child that has died and is not yet reaped."""
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return found.si_pid if found else None


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _end_strays() -> None:
    """Grandchildren that came to us as orphans end with us."""
    while strays := _children():
        for pid in strays:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _children() -> list[int]:
    """Nothing where the kernel does not tell."""
    with suppress(FileNotFoundError):
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    return []
