"""Who is signed in at this browser, and the frame that every page shows of it."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, g, session, url_for
from flask_login import LoginManager, UserMixin, current_user

from service.accounts.door import doors
from service.accounts.models import Account
from service.kit.database import engine
from tenants.db import acting_for


class SignedIn(UserMixin):
    """The account of this session, as Flask-Login asks for it."""

    def __init__(self, account: Account) -> None:
        self.id: UUID = account.id
        self.name = account.name


def install(app: Flask) -> None:
    """The app knows who is signed in, and its pages say so."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_load)
    app.context_processor(_shell)


def _load(user_id: str) -> SignedIn | None:
    with acting_for(engine(), None) as outside:
        account = outside.get(Account, UUID(user_id.partition(":")[0].partition(".")[0]))
    if account is None or not account.active:
        return None
    return SignedIn(account) if session.get("epoch", account.session_epoch) == account.session_epoch else None


def _shell() -> dict[str, object]:
    if not current_user.is_authenticated:
        return {"shell": {"preferences_url": url_for("accounts.prefer"), "text": session.get("text")}}
    with acting_for(engine(), None) as outside:
        places = doors(outside, current_user.id)
    here = g.get("slug")
    return {
        "shell": {
            "conference": "",
            "home_url": url_for("oversight.start", slug=here) if here else url_for("accounts.index"),
            "seats": [
                {"label": place.name, "url": url_for("oversight.start", slug=place.slug), "current": place.slug == here}
                for place in places
            ],
            "person": {"name": current_user.name, "post": "", "links": []},
            "text": session.get("text"),
            "sign_out_url": url_for("accounts.sign_out"),
            "preferences_url": url_for("accounts.prefer"),
        }
    }
