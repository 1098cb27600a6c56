"""Collects every text of the pages into the English catalogue; prints those that wait for a translation.

Run by `make messages`. A translation that nobody asks for any more is dropped.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
ENGLISH = ROOT / "service/kit/translations/en.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
# A menu entry and a tab are said by the frame: the label is the second of their words.
KEYWORDS = {"_": None, "_later": None, "Entry": (2,), "Tab": (2,)}


def said() -> set[str]:
    """Every text in Python and in templates that is looked up for the reader."""
    options = {"**/templates/**.html": {"trimmed": "true"}}
    found = extract_from_dir(str(ROOT / "service"), METHODS, options, KEYWORDS)
    return {text for _file, _line, text, _comments, _context in found if isinstance(text, str)}


def translated() -> dict[str, str]:
    """What the English catalogue says for each text."""
    with ENGLISH.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def collect() -> list[str]:
    """The catalogue has exactly the texts that are said; the ones without a translation are returned."""
    known = translated() if ENGLISH.exists() else {}
    write({text: known.get(text, "") for text in said()})
    return sorted(text for text in said() if not known.get(text))


def write(texts: dict[str, str]) -> None:
    """The catalogue file, in an order that keeps changes apart."""
    book = Catalog(locale="en", fuzzy=False)
    for text, english in texts.items():
        book.add(text, english)
    with ENGLISH.open("wb") as file:
        write_po(file, book, width=0, omit_header=True, sort_output=True)


if __name__ == "__main__":
    waiting = collect()
    print("\n".join(waiting))
    sys.exit(bool(waiting))
