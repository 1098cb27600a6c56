"""What the pages of a sitting show: everything their templates name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import segno
from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from uuid_utils.compat import uuid7

from service.agendas.rules import OUTCOMES
from service.charter.names import unit_names
from service.charter.queries import units
from service.kit.face import label
from service.kit.seat import Seat
from service.kit.web import current_seat, today
from service.meetings.rules import RESOLUTIONS
from service.sittings import commands, queries, rules
from service.sittings.models import SignInCode

Errors = Mapping[str, str]


def now() -> datetime:
    return datetime.now(UTC)


def context_of(seat: Seat, meeting_id: UUID, form: str = "", errors: Errors | None = None) -> dict[str, Any]:
    found = queries.sitting(seat.session, meeting_id, now())
    state, may = found.meeting.state, seat.may("meeting.record")
    return {
        "sitting": found,
        "meeting": found.meeting,
        "names": unit_names(seat.session),
        "units": [(unit.id, unit.name) for unit in units(seat.session, found.meeting.held_on)],
        "groups": commands.by_unit(found.people),
        "records": may and state == "in_session",
        "notes_open": may and state in ("in_session", "held") and found.meeting.minutes_signed_on is None,
        "may_open": may and state in ("planned", "noticed") and found.meeting.held_on <= today(),
        "qr": _picture(found.code) if may and found.code and found.code.open else "",
        "checkin_url": _address(found.code) if found.code else "",
        "resolution_kinds": [(kind, label("resolution_kind", kind)) for kind in RESOLUTIONS],
        "outcomes": [(outcome, label("agenda_outcome", outcome)) for outcome in OUTCOMES],
        "shown_code": rules.shown_code,
        "new_id": uuid7,
        "place": f"{seat.tenant.slug}:{meeting_id}:{seat.account_id}",
        "words": _words(),
        "at": now(),
        "form_sent": form,
        "values": request.form if form else {},
        "errors": errors or {},
    }


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "saved": _("已保存"),
        "updated": _("已同步他人所写，"),
        "typing": _("未保存：正在输入，本机已留存"),
        "unkept": _("未保存：正在输入，本机无法留存，请勿关闭页面"),
        "offline": _("未保存（网络中断，恢复后自动保存；文字已留存在本机）"),
        "expired": _("未保存（登录已过期，重新登录后自动保存；文字已留存在本机）"),
        "recovered": _("已找回上次未保存的文字，正在保存"),
        "aside": _("两处同时修改：您写的已另存一稿，请在下方核对"),
        "restored": _("已找回上次填写但未提交的内容"),
        "here": _("尚未提交，内容已留存在本机"),
    }


def _address(code: SignInCode) -> str:
    return url_for("sittings.checkin.show", place=current_seat().tenant.slug, code=code.code, _external=True)


def _picture(code: SignInCode) -> Markup:
    """The code's address as a picture for phones."""
    picture = segno.make(_address(code), error="m", micro=False)
    return Markup(picture.svg_inline(omitsize=True, border=2, svgclass="lx-qr", lineclass=None))
