"""The pages of policies, measures and instruments: one entry in the menu, three lists under it."""

from __future__ import annotations

from flask import Blueprint

from service.kit.layout import Entry
from service.measures.instrument_pages import instruments
from service.measures.measure_pages import measures
from service.measures.policy_pages import policies
from service.measures.queries import READ

pages = Blueprint("measures", __name__, url_prefix="/t/<slug>", template_folder="templates")
NAV = (Entry(27, "政策措施", "measures.policies.index", READ, "file-text"),)
for part in (policies, measures, instruments):
    pages.register_blueprint(part)
