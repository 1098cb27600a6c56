"""A bar shows how far the work is on a terminal, and nowhere else."""

import io
import sys

import pytest

from service.bars import tracked


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, quiet: bool) -> str:
    """What is written while four things are done of which three were expected."""
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    assert list(tracked("送达", iter("甲乙丙丁"), 3, quiet=quiet)) == list("甲乙丙丁")
    return stream.getvalue()


def test_on_a_terminal_the_bar_ends_with_all_that_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown(monkeypatch, Terminal(), quiet=False)
    assert "送达" in seen and "4/4" in seen


def test_no_bar_is_mixed_into_a_file_or_an_answer_for_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), quiet=False) == ""
    assert shown(monkeypatch, Terminal(), quiet=True) == ""
