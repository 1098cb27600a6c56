"""What 纪要 say, before any typesetting: whose they are, their number, their text, who was there, who gets them.

No addressee, no signature, no seal. Source: GB/T 9704—2012 10.3; dossier 3.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.documents.composition import MARK_SQUEEZE, MARK_TALLEST, TEXT_WIDTH, Mark
from service.documents.model import Block

PRESENT, LEAVE, OBSERVERS = "出席：", "请假：", "列席："


@dataclass(frozen=True, slots=True)
class Proceedings:
    """One 纪要. `number` is 〔2026〕1号 or 第1期; `lists` are 出席, 请假, 列席 with units and names behind them."""

    mark: str
    number: str
    organ: str
    day: date
    title: str
    blocks: tuple[Block, ...]
    lists: tuple[tuple[str, str], ...] = ()
    distribution: str = ""


def proceedings_mark(text: str) -> Mark:
    """标志 ××××纪要: as tall as the width of the text area lets it be; a long one is squeezed, not shrunk."""
    advance = TEXT_WIDTH / max(len(text), 1)
    size = min(MARK_TALLEST, advance / MARK_SQUEEZE)
    return Mark(text, round(size, 2), round(min(1.0, advance / size), 4))
