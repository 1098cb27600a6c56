"""A notice as its reader meets it: the sentence in his language and the place that it leads to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from werkzeug.routing import BuildError

from config.notices import notice_kinds
from service.kit.layout import in_own_word, locale
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
    return shown | {"made_at": row.made_at, "read_at": row.read_at}
