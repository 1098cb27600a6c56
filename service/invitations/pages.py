"""The pages before a meeting: the tab of its notice and replies, proposals to convene, a calendar to subscribe to."""

from __future__ import annotations

from flask import Blueprint

from service.invitations import calendar_pages, notice_pages, proposal_pages
from service.meetings.tabs import Tab

pages = Blueprint("invitations", __name__, template_folder="templates")
for part, prefix in (
    (notice_pages.pages, "/t/<slug>/meetings"),
    (proposal_pages.pages, "/t/<slug>/meetings/proposals"),
    (calendar_pages.pages, "/t/<slug>/meetings/calendar"),
    (calendar_pages.open_feed, ""),
):
    pages.register_blueprint(part, url_prefix=prefix)
MEETING_TABS = (Tab(30, "通知与回执", "invitations.notices.show", "meeting.read"),)
