"""What still stands between minutes that are out and their signature, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from service.minutes.models import Minutes
from service.minutes.queries import Line, confirming, countersigning, rules_of
from service.minutes.rules import AMEND, ARTICLE
from tenants.errors import Conflict


def why_unsettled(session: Session, row: Minutes, on: date) -> Conflict | None:
    """Why the text cannot be signed yet: somebody has days left, an amendment stands open, a unit has not countersigned.

    Source: dossier 1.4 R2, 2.1 (会签).
    """
    if not rules_of(session, row)["minutes_countersign"]:
        return why_unconfirmed(session, row, on)
    if row.countersign_on is None:
        return Conflict(
            "按本级制度，纪要签发前须经到会单位会签，请先送会签。",
            en="The units that attended countersign first: send them the minutes.",
            source="制度四(二)",
        )
    return _why_open(countersigning(session, row, on), "会签同意", "agreed")


def why_unconfirmed(session: Session, row: Minutes, on: date) -> Conflict | None:
    """Why the text is not confirmed by those who were there."""
    return _why_open(confirming(session, row, on), "核对", "confirmed")


def _why_open(lines: Sequence[Line], zh: str, en: str) -> Conflict | None:
    """Somebody has days left to speak, or an amendment stands open."""
    waiting = [line.name or line.unit for line in lines if line.standing == "waiting"]
    amend = [line.name or line.unit for line in lines if line.standing == AMEND]
    if amend:
        return Conflict(
            f"{'、'.join(amend)}的修改意见尚未处理：采纳的请修改文稿，不采纳的请答复。",
            en=f"{len(amend)} amendments stand open: take them up, or answer them.",
            source=ARTICLE,
        )
    if waiting:
        return Conflict(f"{'、'.join(waiting)}尚未{zh}。", en=f"{len(waiting)} have not {en} yet.", source="制度四(二)")
    return None
