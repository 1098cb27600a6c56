"""A notice read beside what the place has: its level's templates, and its own units."""

from __future__ import annotations

from config.catalogue import CharterTemplate, reforms
from service.charter import notice, queries
from service.charter.original import template_for
from service.kit.seat import Seat


def templates_for(seat: Seat) -> list[CharterTemplate]:
    """The level's template as it stands before and after each reform."""
    return [template_for(seat.tenant, reform) for reform in (None, *reforms())]


def recognised(seat: Seat, words: str) -> tuple[CharterTemplate, notice.Notice]:
    """What the notice says, read with the template whose units it names."""
    template = notice.best_template(words, templates_for(seat))
    own = queries.settled(seat.session)[0].text
    return template, notice.read(words, template, [(unit.key, unit.name) for unit in own.units])
