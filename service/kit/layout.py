"""The frame around every page: the way through the rooms, the words, the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask_babel import Babel, gettext, ngettext

from config.catalogue import label
from service.kit.translation import Catalogues

LOCALES = ("zh", "en")
TEXT_SIZES = ("normal", "large", "xlarge")


@dataclass(frozen=True)
class Entry:
    """A room's place in the menu; shown to seats that may see what `operation` is about."""

    order: int
    label: str
    endpoint: str
    operation: str
    icon: str = "circle"


def install(app: Flask, entries: Iterable[Entry]) -> None:
    """Every template of this app knows the menu, the labels and the reader's language."""
    menu = sorted(entries, key=lambda entry: entry.order)
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    Babel(app, locale_selector=locale).domain_instance = Catalogues()  # type: ignore[assignment]
    app.jinja_env.install_gettext_callables(said, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.context_processor(lambda: _context(menu))


def said(text: str) -> str:
    """The text in the reader's language, looked up once a request: a board says the same words a thousand times."""
    if not has_request_context():
        return gettext(text)
    known: dict[str, str] = request.environ.setdefault("lianxi.said", {})
    if text not in known:
        known[text] = in_own_word(gettext(text))
    return known[text]


def in_own_word(text: str) -> str:
    """The text with the word that this body calls itself by, where its charter has another than 联席会议.

    Source: dossier 1.5, 2.1 (术语:联席会议、工作专班、领导小组).
    """
    plain = PLAIN[locale()]
    if not any(word in text for word in plain) or text.startswith(PLATFORM):
        return text
    own = _own_word()
    for word in plain if own else ():
        text = text.replace(word, own if word.islower() or locale() == "zh" else own.capitalize())
    return text


PLAIN = {"zh": ("联席会议",), "en": ("joint conference", "Joint conference")}
PLATFORM = ("联席 · ", "Lianxi · ")


def _own_word() -> str:
    """That word in the reader's language, asked once a request; empty where it is the plain one."""
    if "lianxi.own_word" not in request.environ:
        kind = current_app.extensions.get("lianxi.body", _plain)(g.get("seat"))
        named = label("body_kind", kind, locale()) if kind else ""
        request.environ["lianxi.own_word"] = named.lower() if locale() == "en" else named
    word: str = request.environ["lianxi.own_word"]
    return word


def _plain(_seat: object) -> str:
    return ""


def locale() -> str:
    """Chinese first; English for whoever asked for it, on pages by choice, of the API by Accept-Language."""
    if not has_request_context():
        return LOCALES[0]
    kept: str | None = request.environ.get("lianxi.locale")
    if kept is None:
        kept = request.environ["lianxi.locale"] = _chosen()
    return kept


def _chosen() -> str:
    if request.path.startswith("/api/v1/"):
        return request.accept_languages.best_match(LOCALES, default=LOCALES[0])
    chosen = session.get("locale")
    return chosen if chosen in LOCALES else LOCALES[0]


def _context(menu: list[Entry]) -> dict[str, object]:
    seat = g.get("seat")
    return {
        "seat": seat,
        "tenant": seat.tenant if seat else None,
        "nav": [_item(entry) for entry in menu if seat.may_read(entry.operation)] if seat else [],
        "label": lambda group, key: label(group, key, locale()),
        "locale": locale(),
    }


def _item(entry: Entry) -> dict[str, object]:
    url = url_for(entry.endpoint)
    return {"label": said(entry.label), "url": url, "icon": entry.icon, "active": _here(url), "count": None}


def _here(url: str) -> bool:
    """Whether the page lies in that entry's part; the home page's part is itself only."""
    path = request.script_root + request.path
    home = f"{request.script_root}/t/{g.get('slug')}/"
    return path == url or (url != home and path.startswith(url.rstrip("/") + "/"))
