"""The catalogue of the English switch: `python scripts/words.py` gathers what templates and pages say, keeps what is
translated, and compiles it. What is new stands with an empty msgstr; a test names it."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "service/kit/translations/en/LC_MESSAGES/messages.po"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}


def said() -> set[str]:
    """Every sentence that goes through gettext, and the menu's entries."""
    found = extract_from_dir(ROOT / "service", METHODS, OPTIONS, {"_": None, "gettext": None, "Entry": (2,)})
    return {message for _file, _line, message, _comments, _context in found if isinstance(message, str)}


def catalogue() -> Catalog:
    """The catalogue as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def updated() -> Catalog:
    """The catalogue of exactly what is said, with the translations there are."""
    kept, fresh = catalogue(), Catalog(locale="en", project="Lianxi", fuzzy=False)
    for sentence in sorted(said()):
        old = kept.get(sentence)
        fresh.add(sentence, old.string if old else "")
    fresh.creation_date = fresh.revision_date = kept.creation_date
    return fresh


def main() -> int:
    fresh = updated()
    with PO.open("wb") as file:
        write_po(file, fresh, width=120)
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, fresh)
    empty = [str(message.id) for message in fresh if message.id and not message.string]
    print(f"{len(fresh)} sentences, {len(empty)} without English", *empty, sep="\n")
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())
