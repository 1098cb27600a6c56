"""The main part of a page as its reader meets it: headings, words, links, fields and cells; no look, no ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

SILENT = {"script", "style", "svg", "template", "head"}
NAMED = {"h1", "h2", "h3", "h4", "th", "td", "dt", "dd", "caption", "legend", "label", "button", "option", "li", "p"}
VOID = {"input", "br", "img", "meta", "link", "hr", "use", "path", "source", "wbr"}
_CHANGING = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "SHA256"),
    (re.compile(r"\b[0-9a-f]{10,}…?"), "HEX"),
    (re.compile(r"\?v=[0-9a-f]+"), ""),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?"), "MOMENT"),
    (re.compile(r"\b(user|t)\d+\b"), r"\1N"),
    (re.compile(r"T\d{5}"), "TN"),
)


def outline(html: str) -> str:
    """One line for each thing on the page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n".join(_merged(reader.lines)) + "\n"


def settled(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


def _merged(lines: list[tuple[str, str]]) -> Iterator[str]:
    for kind, text in lines:
        words = settled(" ".join(text.split()))
        if words:
            yield f"{kind}: {words}" if kind else words


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []
        self._silent = 0
        self._kinds: list[str] = []

    @property
    def _heard(self) -> bool:
        return not self._silent and "main" in self._kinds

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in SILENT:
            self._silent += 1
        elif self._heard:
            self._open(tag, given)
        if tag not in VOID:
            self._kinds.append(tag)

    def _open(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "a":
            self.lines.append(("a", f"→ {given.get('href') or ''}"))
        elif tag in ("input", "select", "textarea") and given.get("name") != "csrf_token":
            self.lines.append((tag, f"{given.get('name') or ''} {given.get('type') or ''} {given.get('value') or ''}"))
        elif tag == "form":
            self.lines.append(("form", f"{given.get('method') or 'get'} {given.get('action') or ''}"))

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent -= 1
        while tag in self._kinds and self._kinds.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._heard and data.strip():
            kind = next((tag for tag in reversed(self._kinds) if tag in NAMED), "")
            self.lines.append((kind, data))
