"""A notice as its reader meets it: the sentence in his language and the place that it leads to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for
from werkzeug.routing import BuildError

from config.notices import notice_kinds
from config.outward import read_outward
from service.kit.layout import in_own_word, locale
from service.kit.seat import Seat
from service.notices import queries
from service.notices.models import Notice


def sentence(row: Notice) -> str:
    """What happened."""
    return in_own_word(notice_kinds()[row.kind].sentence(row.params, locale()))


def kind_name(row: Notice) -> str:
    """The kind's short name."""
    return in_own_word(notice_kinds()[row.kind].named(locale()))


def address(row: Notice, **more: Any) -> str | None:
    """The page that it leads to, which answers for itself who may see it; none where a later version has it no more."""
    try:
        return url_for(row.endpoint, **row.args, **more)
    except (BuildError, KeyError):
        return None


def told(row: Notice) -> dict[str, datetime | str | object]:
    """The notice as the API says it."""
    shown = {"id": row.id, "kind": row.kind, "sentence": sentence(row), "place": address(row)}
    shown |= {"for_account_id": row.for_id, "deputy_account_id": row.deputy_id}
    return shown | {"made_at": row.made_at, "read_at": row.read_at}


def settings_of(seat: Seat, on: date) -> dict[str, object]:
    """How the person is told, as the API says it."""
    box = queries.mailbox(seat)
    return {
        "letters": read_outward().smtp is not None,
        "address": box.address if box else "",
        "asked": box.asked if box else "",
        "ways": queries.ways(seat),
        "quiet_from": box.quiet_from if box else None,
        "quiet_to": box.quiet_to if box else None,
        "deputies": queries.deputies(seat, on),
    }
