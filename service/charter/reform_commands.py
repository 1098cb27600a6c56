"""Reforms of the organs in the draft: units merge, split, are renamed or abolished, duties go over.

The draft carries the record of them; when the version takes effect it is laid down for good (succession.py), so that
views follow a unit through time. Source: dossier 1.3 ⑤, 2.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from service.charter import checking, comparison, reforming
from service.charter.commands import EDIT, held, keyed
from service.charter.models import DRAFT
from service.charter.reforming import Reform
from service.charter.rules import Caution
from service.charter.text import CharterText, UnitEntry
from service.kit.command import command, note
from service.kit.seat import Seat


def _reformed(seat: Seat, reform: Callable[[CharterText], Reform]) -> list[Caution]:
    """The draft's text is what the reform makes of it, and the draft says so."""
    draft = held(seat, DRAFT)
    before = draft.text
    done = reform(before)
    draft.text, draft.successions = done.text, [*draft.successions, done.succession.as_json()]
    changes = [item.as_json() for item in comparison.compared(before, done.text)]
    note(seat, f"charter:{draft.id}", reform=done.succession.as_json(), after=changes)
    return checking.cautions(done.text)


@command(EDIT)
def merge_units(seat: Seat, keys: Sequence[str], heir: UnitEntry, *, basis: str = "") -> list[Caution]:
    """By the draft one unit carries on for several: a new one, or one of them if its key is given."""
    entry = heir if heir.key else keyed(heir)
    return _reformed(seat, lambda text: reforming.merged(text, keys, entry, basis))


@command(EDIT)
def split_unit(
    seat: Seat, key: str, heirs: Sequence[UnitEntry], duties: Mapping[str, Sequence[str]], *, basis: str = ""
) -> list[Caution]:
    """By the draft several units carry on for one, each with the duties named for it."""
    return _reformed(seat, lambda text: reforming.split(text, key, heirs, duties, basis))


@command(EDIT)
def rename_unit(seat: Seat, key: str, heir: UnitEntry, *, basis: str = "") -> list[Caution]:
    """By the draft the unit has another name; with a key of its own another unit stands in its place."""
    return _reformed(seat, lambda text: reforming.renamed(text, key, heir, basis))


@command(EDIT)
def abolish_unit(seat: Seat, key: str, duties: Mapping[str, str], *, basis: str = "") -> list[Caution]:
    """By the draft the unit is no more, its duties are others'."""
    return _reformed(seat, lambda text: reforming.abolished(text, key, duties, basis))


@command(EDIT)
def transfer_duty(seat: Seat, code: str, giver: str, taker: str, *, basis: str = "") -> list[Caution]:
    """By the draft the duty is the other unit's."""
    return _reformed(seat, lambda text: reforming.transferred(text, code, giver, taker, basis))


def numbered(heirs: Sequence[UnitEntry]) -> list[UnitEntry]:
    """The units, each with a key of its own."""
    return [heir if heir.key else replace(heir, key=keyed(heir).key) for heir in heirs]
