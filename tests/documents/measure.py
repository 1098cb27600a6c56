"""What a reader with a ruler finds on a PDF page: characters, rules and ink, in millimetres from upper left."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

MM = 72 / 25.4


@dataclass(frozen=True)
class Char:
    """One character; the em box in which it is drawn, from `left` to `right` and `baseline`."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    font: str


@dataclass(frozen=True)
class Rule:
    """A straight line: its middle, its ends and its width."""

    y: float
    left: float
    right: float
    width: float


class Sheet:
    """One page of a PDF, measured."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.page = page
        self.width, self.height = page.get_width() / MM, page.get_height() / MM
        self.textpage = page.get_textpage()

    @property
    def text(self) -> str:
        return self.textpage.get_text_bounded().replace("\r\n", "\n")

    def chars(self) -> list[Char]:
        return [self._char(index) for index in range(self.textpage.count_chars()) if self._printed(index)]

    def _printed(self, index: int) -> bool:
        code = raw.FPDFText_GetUnicode(self.textpage, index)
        return code > 32 and not raw.FPDFText_IsGenerated(self.textpage, index)

    def _char(self, index: int) -> Char:
        left, _bottom, right, _top = self.textpage.get_charbox(index, loose=True)
        x, y = raw.c_double(), raw.c_double()
        raw.FPDFText_GetCharOrigin(self.textpage, index, x, y)
        size = raw.FPDFText_GetFontSize(self.textpage, index)
        text = chr(raw.FPDFText_GetUnicode(self.textpage, index))
        return Char(text, left / MM, right / MM, self.height - y.value / MM, size, self._font(index))

    def _font(self, index: int) -> str:
        buffer, flags = raw.create_string_buffer(128), raw.c_int()
        raw.FPDFText_GetFontInfo(self.textpage, index, buffer, 128, flags)
        return buffer.value.decode().split("+")[-1]

    def tight_top(self, char: Char) -> float:
        """The upper edge of the ink of the character that stands there."""
        for index in range(self.textpage.count_chars()):
            if self._printed(index) and self._char(index) == char:
                return self.height - self.textpage.get_charbox(index)[3] / MM
        raise LookupError(char)

    def lines(self) -> list[list[Char]]:
        """The characters line by line, by baseline."""
        rows: defaultdict[float, list[Char]] = defaultdict(list)
        for char in self.chars():
            rows[round(char.baseline, 1)].append(char)
        return [sorted(rows[key], key=lambda char: char.left) for key in sorted(rows)]

    def line_with(self, words: str) -> list[Char]:
        """The first line that holds these words. A missing one is a failure, not an empty answer."""
        return next(line for line in self.lines() if words in "".join(char.text for char in line))

    def rules(self) -> list[Rule]:
        """Level lines from top to bottom, whatever wraps them."""
        found = [self._rule(thing) for thing in self.page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])]
        return sorted((rule for rule in found if rule), key=lambda rule: rule.y)

    def _rule(self, thing: pdfium.PdfObject) -> Rule | None:
        left, bottom, right, top = thing.get_bounds()
        width = raw.c_float()
        raw.FPDFPageObj_GetStrokeWidth(thing, width)
        level = top - bottom < 3 * width.value + 1
        y = self.height - (top + bottom) / 2 / MM
        return Rule(y, left / MM, right / MM, width.value / MM) if level else None

    def red_ink(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the first band of red on the page: the masthead."""
        scale = 2
        per_mm = scale * MM
        bitmap = self.page.render(scale=scale, rev_byteorder=True)
        data, stride, step = bytes(bitmap.buffer), bitmap.stride, bitmap.n_channels
        rows: list[list[int]] = []
        for y in range(bitmap.height):
            row = data[y * stride : y * stride + bitmap.width * step]
            rows.append(
                [x for x, (red, green) in enumerate(zip(row[::step], row[1::step], strict=True)) if red - green > 100]
            )
        top = next(y for y, row in enumerate(rows) if row)
        bottom = next(y for y in range(top, len(rows)) if not rows[y])
        columns = [x for row in rows[top:bottom] for x in row]
        return min(columns) / per_mm, top / per_mm, (max(columns) + 1) / per_mm, bottom / per_mm


def opened(pdf: bytes) -> list[Sheet]:
    """Every page, measured."""
    return [Sheet(page) for page in pdfium.PdfDocument(pdf)]


def steps(values: list[float]) -> list[float]:
    """The distance from each value to the next."""
    return [after - before for before, after in pairwise(values)]
