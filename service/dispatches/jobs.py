"""What is told when something arrives: the receiver's office of a dispatch, the sender's of an answer."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from service.notices.telling import of_office, tell
from tenants import answers, dispatch
from tenants.db import FencedSession
from tenants.dispatch import OPEN, Dispatch, DispatchPlace, ReceivedDispatch
from tenants.ledger import Work
from tenants.models import Tenant

TOLD = ("declined", "finished")  # the answers that ask something of the sender's office


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def relay_down(work: Work) -> None:
    """It stands in the receiver's rows, and its office is told."""
    dispatch.relay(work, _arrived)


def _arrived(session: FencedSession, row: ReceivedDispatch) -> None:
    key = f"received_dispatch:{row.id}/{row.wording}/{row.sender_state}/{row.verdicts}"
    kind = _said(row)
    params = {"title": row.title, "sender": _name(session, row.source_id), "words": row.verdict_text or row.ended_why}
    place = ("dispatches.inbox.show", {"received_dispatch_id": str(row.id)})
    tell(session, of_office(session, _today()), kind=kind, key=key, params=params, place=place)


def _said(row: ReceivedDispatch) -> str:
    """What the arrival is, as a kind of notice."""
    if row.sender_state != OPEN:
        return f"dispatch_{row.sender_state}"
    if row.verdict in ("returned", "reminded", "accepted") and row.answers:
        return f"dispatch_{row.verdict}"
    if row.verdict == "reminded":
        return "dispatch_reminded"
    return "dispatch_arrived" if row.wording == 1 else "dispatch_amended"


def relay_up(work: Work) -> None:
    """It stands in the sender's rows, and where it asks something of its office that is told."""
    answers.relay(work, _answered)


def _answered(session: FencedSession, row: DispatchPlace) -> None:
    if row.state not in TOLD:
        return
    title = session.scalars(select(Dispatch.title).where(Dispatch.id == row.dispatch_id)).one()
    params = {"title": title, "place": _name(session, row.receiver_id), "words": row.words}
    key = f"dispatch:{row.dispatch_id}/{row.receiver_id}/{row.answers}"
    place = ("dispatches.sent.show", {"dispatch_id": str(row.dispatch_id)})
    tell(session, of_office(session, _today()), kind=f"dispatch_{row.state}", key=key, params=params, place=place)


def _name(session: FencedSession, tenant_id: object) -> str:
    return session.scalars(select(Tenant.name).where(Tenant.id == tenant_id)).one()


HANDLERS = {dispatch.RELAY: relay_down, answers.RELAY: relay_up}
