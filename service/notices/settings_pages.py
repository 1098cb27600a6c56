"""How one is told: the address, the way of each kind, the quiet hours, and who is told beside one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.labels import choices
from config.notices import notice_kinds
from config.outward import read_outward
from config.settings import remind_at
from service.kit.forms import submitted
from service.kit.layout import in_own_word, locale
from service.kit.seat import OWN, Seat
from service.kit.web import current_seat, page, reading, today
from service.notices import choosing, deputies, queries, schemas
from tenants.errors import Missing

pages = Blueprint("settings", __name__, url_prefix="/settings")
Act = Callable[[Seat, dict[str, Any]], object]


@pages.get("")
def show() -> ResponseReturnValue:
    """How the reader is told."""
    return _page(reading(OWN), "", {})


def _page(seat: Seat, wrong: str, errors: dict[str, str]) -> ResponseReturnValue:
    """`wrong`: the form that came back with errors."""
    named = queries.deputies(seat, today())
    return page(
        "notices/settings.html",
        422 if errors else 200,
        letters=read_outward().smtp is not None,
        digest_at=remind_at().isoformat("minutes"),
        box=queries.mailbox(seat),
        ways=queries.ways(seat),
        kinds=kinds_by_about(queries.readable(seat)),
        way_names=choices("notice_way", locale()),
        deputies=named,
        names=queries.names(seat.session, [row.deputy_id for row in named]),
        people=[(one.id, one.name) for one in queries.seated(seat.session, today()) if one.id != seat.account_id],
        on=today(),
        wrong=wrong,
        errors={form: errors if form == wrong else {} for form in ("address", "code", "ways", "deputy")},
    )


def kinds_by_about(keys: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds under what they are about, in words."""
    known, found = notice_kinds(), dict[str, list[tuple[str, str]]]()
    for key in keys:
        found.setdefault(known[key].about, []).append((key, in_own_word(known[key].named(locale()))))
    return [(word, found[about]) for about, word in choices("notice_about", locale()) if about in found]


def _letters() -> Seat:
    """Nothing is said of letters where this installation sends none."""
    if read_outward().smtp is None:
        raise Missing()
    return current_seat()


@pages.post("/address")
def ask_address() -> ResponseReturnValue:
    """A code is on its way."""
    seat = _letters()

    def act(given: dict[str, Any]) -> object:
        return choosing.ask_address(seat, **given, locale=locale(), now=datetime.now(UTC))

    done, errors = submitted(schemas.AddressIn(), act)
    return _done(_("确认码已发往该邮箱，请在30分钟内填写。")) if done else _page(seat, "address", errors)


@pages.post("/address/confirmation")
def confirm_address() -> ResponseReturnValue:
    """The address is the reader's, or the code was wrong."""
    seat = _letters()
    right, errors = submitted(
        schemas.CodeIn(), lambda given: choosing.confirm_address(seat, **given, now=datetime.now(UTC))
    )
    if right:
        return _done(_("邮箱已确认，今后的通知会发往该邮箱。"))
    return _page(seat, "code", errors or {"code": _("确认码不正确，请核对；连错5次须重新发送。")})


@pages.post("/address/removal")
def drop_address() -> ResponseReturnValue:
    """The reader is written to no more."""
    choosing.drop_address(current_seat())
    return _done(_("已停用邮件通知。"))


@pages.post("/ways")
def choose() -> ResponseReturnValue:
    """The reader is written to as he chose."""
    seat = _letters()
    ways = {name.removeprefix("way."): way for name, way in request.form.items() if name.startswith("way.")}
    done, errors = submitted(schemas.WaysIn(exclude=["ways"]), lambda given: choosing.choose(seat, ways=ways, **given))
    return _done(_("提醒方式已保存。")) if done else _page(seat, "ways", errors)


@pages.post("/deputies")
def name_deputy() -> ResponseReturnValue:
    """Somebody is told beside the reader over some days."""
    seat = current_seat()
    done, errors = submitted(schemas.DeputyIn(), lambda given: deputies.name_deputy(seat, **given, on=today()))
    return _done(_("代办人已设置。其只接收通知，不因此取得任何权限。")) if done else _page(seat, "deputy", errors)


@pages.post("/deputies/<uuid:deputy_id>/ending")
def end_deputy(deputy_id: UUID) -> ResponseReturnValue:
    """Nobody is told beside the reader any more."""
    deputies.end_deputy(current_seat(), deputy_id, on=today(), now=datetime.now(UTC))
    return _done(_("代办已撤销。"))


def _done(words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("notices.settings.show"))
