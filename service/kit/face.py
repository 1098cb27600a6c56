"""What the templates call: addresses of assets, words of states, figures, numbers, dates, query strings.

`install(app)` is called once. Templates then have `asset`, `label`, `query`, `icon_svg`, `figure_text` and the filters
`number`, `day` and `spoken`; `_` comes from flask-babel and `csrf_token` from flask-wtf.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, Response, has_request_context, request
from flask_babel import get_locale
from markupsafe import Markup, escape

from config import labels
from service.kit.layout import said as _
from service.kit.period import Period

STATIC = Path(__file__).parent / "static"
TEXT = frozenset({".css", ".js", ".svg"})
YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Templates can call the helpers; static files are compressed and kept by browsers until they change."""
    app.jinja_env.globals.update(asset=asset, query=query, label=label, icon_svg=icon_svg, figure_text=figure_text)
    app.jinja_env.filters.update(number=number, day=day, spoken=spoken)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR
    app.after_request(_compressed)


def asset(name: str) -> str:
    """The address of a static file; it changes when the content does, so that browsers may keep it for a year."""
    return _address(request.script_root if has_request_context() else "", name)


@cache
def _address(root: str, name: str) -> str:
    # Not url_for: a list of fifty rows asks for hundreds of icons.
    return f"{root}/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


@cache
def _zipped(name: str) -> bytes:
    return gzip.compress((STATIC / name).read_bytes(), mtime=0)


def icon_svg(name: str, label: str = "", cls: str = "") -> Markup:
    """One icon of static/icons.svg: decoration, unless `label` is given; then it is announced."""
    return _drawn(asset("icons.svg"), name, label, cls)


@lru_cache(1000)
def _drawn(sprite: str, name: str, label: str, cls: str) -> Markup:
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true" focusable="false"'
    classes = f"lx-icon {cls}".strip()
    return Markup(f'<svg class="{classes}" viewBox="0 0 24 24" {role}><use href="{sprite}#{name}"></use></svg>')


def _compressed(response: Response) -> Response:
    """A static text leaves compressed when the browser takes it; granian does not do this for us."""
    name = (request.view_args or {}).get("filename", "")
    if request.endpoint != "static" or response.status_code != 200 or Path(name).suffix not in TEXT:
        return response
    response.vary.add("Accept-Encoding")
    if "gzip" in request.accept_encodings and "Range" not in request.headers:
        response.direct_passthrough = False
        response.close()
        response.set_data(_zipped(name))
        response.headers["Content-Encoding"] = "gzip"
    return response


def label(group: str, key: str) -> str:
    """The word for a state, role or level in the reader's language; a global, because macros do not see the context."""
    return labels.label(group, key, str(get_locale() or "zh"))


def query(args: Mapping[str, Any], **changes: Any) -> str:
    """The query string of a list page with some of its parameters changed; None and '' drop a parameter."""
    kept = {key: value for key, value in {**args, **changes}.items() if value not in (None, "", [])}
    return "?" + urlencode(kept, doseq=True)


def number(value: Decimal | float | str | None, digits: int | None = None) -> str:
    """12345.6 reads 12,345.6; with `digits`, exactly so many decimals; None stays empty."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    if isinstance(digits, int):  # an absent key of a template arrives as Undefined
        return f"{exact:,.{digits}f}"
    return f"{exact.normalize():,f}"


def figure_text(figure: Any) -> Markup:
    """A figure as it stands in a cell: its value and unit, 未报 when nobody reported it, — where it does not apply.

    In Python because a board of 121 localities asks a thousand times: the macro took five times as long.
    """
    read = figure.get if isinstance(figure, Mapping) else partial(_attribute, figure)
    value, state = read("value"), read("state")
    empty = state == "not_applicable" or read("denominator") == 0  # nothing to divide by: dossier 6
    if state == "missing" or (value is None and not empty):
        return Markup(f'<span class="lx-missing">{escape(_("未报"))}</span>')
    if value is None or state == "not_applicable":
        return Markup(f'<span class="lx-none">—<span class="visually-hidden">{escape(_("（不适用）"))}</span></span>')
    if read("written"):  # held against a rule of one's own: 1/1—2
        return Markup(f'<span class="lx-value">{escape(read("written"))}</span>')
    unit, digits = read("unit"), read("digits")
    shown = number(value, 1 if digits is None and unit == "%" else digits)
    after = f'<span class="lx-unit">{escape(unit)}</span>' if unit else ""
    return Markup(f'<span class="lx-value">{shown}</span>{after}')


def _attribute(figure: object, name: str) -> Any:
    return getattr(figure, name, None)


def spoken(period: Period) -> str:
    """A period as the reader says it: 2026年第三季度, Q3 2026."""
    return period.english if str(get_locale() or "zh").startswith("en") else period.label


def day(value: date | datetime | str | None) -> str:
    """A date reads 2026-09-30, a moment 2026-09-30 14:05 in Asia/Shanghai."""
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo("Asia/Shanghai")) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else value or ""
