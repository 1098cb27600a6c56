"""What tests of notices tell, and whom."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Engine

from service.notices.telling import tell
from tenants.db import acting_for
from tenants.models import Tenant


def account_of(client: FlaskClient) -> UUID:
    """Whose browser that is."""
    with client.session_transaction() as session:
        return UUID(session["_user_id"].partition(".")[0])


def say(
    engine: Engine,
    tenant: Tenant,
    accounts: Iterable[UUID | None],
    key: str,
    meeting: str = "第一次全体会议",
    **more: object,
) -> None:
    """These accounts were told of a meeting."""
    said = {"kind": "meeting_called", "params": {"meeting": meeting, "date": "3月9日"}, "place": ("meetings.index", {})}
    with acting_for(engine, tenant.id) as session, session.begin():
        tell(session, [one for one in accounts if one], key=key, **{**said, **more})  # type: ignore[arg-type]
