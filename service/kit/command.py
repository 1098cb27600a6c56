"""The one way to write: one command, one policy, one transaction, one audit line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from service.kit.seat import Seat
from tenants.audit import Act, append
from tenants.db import FencedSession

P = ParamSpec("P")
T = TypeVar("T")

# Every command of the house by name, with the operation of the matrix it asks for. House tests read it.
COMMANDS: dict[str, str] = {}


@dataclass
class _Note:
    subject: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def command(
    operation: str, *, at_rest: bool = False
) -> Callable[[Callable[Concatenate[Seat, P], T]], Callable[Concatenate[Seat, P], T]]:
    """The function is a command: refused unless the seat may do `operation`, committed whole or not at all.

    `at_rest`: also in a tenant that is suspended or closed, where everything else is refused.
    """

    def wrap(verb: Callable[Concatenate[Seat, P], T]) -> Callable[Concatenate[Seat, P], T]:
        name = f"{verb.__module__.removeprefix('service.')}.{verb.__name__}"
        COMMANDS[name] = operation

        @wraps(verb)
        def run(seat: Seat, *args: P.args, **kwargs: P.kwargs) -> T:
            (seat.require_role if at_rest else seat.require)(operation)
            if "note" in seat.session.info:  # a step of a larger command: its transaction, its audit line
                return verb(seat, *args, **kwargs)
            return _in_one_transaction(seat, operation, lambda: verb(seat, *args, **kwargs))

        return run

    return wrap


def _in_one_transaction(seat: Seat, operation: str, verb: Callable[[], T]) -> T:
    session = seat.session
    session.info["note"] = note = _Note()
    # Where the commit is held, a refusal takes back this command, and none before it.
    step = session.begin_nested() if "held" in session.info else session
    try:
        result = verb()
        session.flush()
        append(session, Act(operation, seat.name, seat.account_id, note.subject, note.detail, seat.request_id))
        step.commit()
    except BaseException:
        step.rollback()
        raise
    finally:
        del session.info["note"]
    return result


@contextmanager
def commit_held(session: FencedSession) -> Iterator[None]:
    """The commands called here are committed at the end, together with what is added beside them, or not at all."""
    session.info["held"] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["held"]


def note(seat: Seat, subject: str, **detail: Any) -> None:
    """The running command's audit line names this thing and says this of it (`before=…, after=…`)."""
    line: _Note = seat.session.info["note"]
    line.subject = line.subject or subject
    line.detail |= detail
