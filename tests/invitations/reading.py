"""iCalendar read by hand and by a parser that did not write it: lines, folding, components."""

from __future__ import annotations

from typing import Any

import vobject


def unfolded(body: bytes) -> list[str]:
    """The content lines; refused where a line breaks RFC 5545 3.1: CRLF, at most 75 octets, whole characters."""
    assert body.endswith(b"\r\n")
    physical = body.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 for line in physical), max(physical, key=len)
    assert not any(b"\n" in line or b"\r" in line for line in physical)
    lines: list[str] = []
    for line in physical:
        text = line.decode("utf-8")  # a fold within a character would not decode
        if text[:1] in (" ", "\t"):
            lines[-1] += text[1:]
        else:
            lines.append(text)
    return lines


def parsed(body: bytes) -> Any:
    """The calendar as vobject reads it: it refuses what it does not understand."""
    unfolded(body)
    (calendar,) = vobject.readComponents(body.decode("utf-8"))
    calendar.validate(raiseException=True)
    return calendar
