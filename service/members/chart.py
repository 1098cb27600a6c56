"""The organisation chart: who sits where, tier by tier in the charter's order, laid out on a sheet. Pure.

It is drawn from the roster of a day and from nothing else. Source: dossier 1.1 P2 (架构须由任职记录实时生成，不手绘).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from service.documents.title import width_of

SOFT = "\u200b"  # where a line that is too long is broken first: between a unit and a post


class Look(StrEnum):
    """How a line of a card is set."""

    HEAD = "head"
    PLAIN = "plain"
    NOTE = "note"
    VACANT = "vacant"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words on a card."""

    text: str
    look: Look = Look.PLAIN

    @property
    def said(self) -> str:
        """The words alone."""
        return self.text.replace(SOFT, "").replace("　", " ").strip()


@dataclass(frozen=True, slots=True)
class Card:
    """A place at the table or a member unit: what it is, who is there."""

    lines: tuple[Line, ...]

    @property
    def vacant(self) -> bool:
        """Whether somebody is missing here."""
        return any(line.look == Look.VACANT for line in self.lines)


@dataclass(frozen=True, slots=True)
class Tier:
    """A row of the hierarchy; without cards its note says why there is nobody."""

    title: str
    cards: tuple[Card, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words at its baseline's left end."""

    x: float
    y: float
    text: str
    look: Look
    size: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card where it lies, and its words."""

    card: Card
    box: Box
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A tier where it lies, with its heading and its cards."""

    box: Box
    heading: tuple[Words, ...]
    cards: tuple[Drawn, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole chart: frames from top to bottom, each joined to the next."""

    width: float
    frames: list[Frame] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.frames[-1].box.bottom + EDGE if self.frames else 2 * EDGE

    @property
    def links(self) -> list[tuple[float, float, float]]:
        """The lines between the frames: x, from y, to y."""
        pairs = zip(self.frames, self.frames[1:], strict=False)
        return [(upper.box.middle, upper.box.bottom, lower.box.y) for upper, lower in pairs]


EDGE, INSET, GAP, PADDING, DROP = 1.0, 12.0, 10.0, 9.0, 20.0
SIZES = {Look.HEAD: 13.5, Look.PLAIN: 13.0, Look.NOTE: 12.0, Look.VACANT: 13.0}
LEADING, HEADING_SIZE, HEADING_ROOM = 1.45, 13.5, 24.0
WIDE, NARROW = (820.0, 4), (360.0, 2)
# Closing marks may hang over the edge of a card; they never begin a line.
CLOSING = "，。、；：）》”"


def laid_out(tiers: Iterable[Tier], shape: tuple[float, int] = WIDE) -> Sheet:
    """The tiers below one another on a sheet of this width, at most so many cards beside one another."""
    width, columns = shape
    sheet, top = Sheet(width), EDGE
    for tier in tiers:
        frame = _frame(tier, Box(EDGE, top, width - 2 * EDGE, 0), columns)
        sheet.frames.append(frame)
        top = frame.box.bottom + DROP
    return sheet


def _frame(tier: Tier, place: Box, columns: int) -> Frame:
    inner = place.width - 2 * INSET
    heading = _set([Line(tier.title, Look.HEAD), *_note(tier)], place.x + INSET, place.y + 6, inner)
    top = (heading[-1].y if heading else place.y) + 9
    cards = tuple(_grid(tier.cards, Box(place.x + INSET, top, inner, 0), columns))
    bottom = max((card.box.bottom for card in cards), default=top - 6)
    return Frame(Box(place.x, place.y, place.width, bottom + INSET - place.y), heading, cards)


def _note(tier: Tier) -> list[Line]:
    return [Line(tier.note, Look.NOTE)] if tier.note else []


def _grid(cards: tuple[Card, ...], place: Box, columns: int) -> Iterator[Drawn]:
    """Rows of equal cards, those of one row equally tall; a row that is not full stands in the middle if it is alone."""
    width = (place.width - (columns - 1) * GAP) / columns
    alone = min(len(cards), columns) * (width + GAP) - GAP
    left = place.x + (place.width - alone) / 2 if len(cards) < columns else place.x
    top = place.y
    for _row, members in groupby(enumerate(cards), key=lambda item: item[0] // columns):
        row = [card for _position, card in members]
        height = max(_height(card, width) for card in row)
        for position, card in enumerate(row):
            box = Box(left + position * (width + GAP), top, width, height)
            yield Drawn(card, box, _set(card.lines, box.x + PADDING, box.y + PADDING - 3, width - 2 * PADDING))
        top += height + GAP


def _height(card: Card, width: float) -> float:
    words = _set(card.lines, 0, PADDING - 3, width - 2 * PADDING)
    return words[-1].y + PADDING if words else 2 * PADDING


def _set(lines: Iterable[Line], x: float, top: float, width: float) -> tuple[Words, ...]:
    """The lines one below another, each broken where it is too long."""
    found: list[Words] = []
    for line in lines:
        size = SIZES[line.look]
        for text in broken(line.text, width / size):
            top += size * LEADING
            found.append(Words(x, round(top - size * 0.25, 2), text, line.look, size))
    return tuple(found)


def broken(text: str, room: float) -> list[str]:
    """The text in pieces of at most this many characters' width, broken at its soft places first."""
    pieces = [""]
    for stretch in text.split(SOFT):
        if width_of(pieces[-1] + stretch) > room and pieces[-1]:
            pieces.append("")
        for character in stretch:
            if width_of(pieces[-1] + character) > room and character not in CLOSING:
                pieces.append("")
            pieces[-1] += character
    return [piece.strip("　 ") for piece in pieces]
