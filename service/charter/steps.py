"""The way through the pages of a draft when a charter is set up in one sitting.

The steps are the draft's own pages; `setup` in the address carries the way along, from form to form.
"""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request, url_for
from flask_babel import lazy_gettext as _later

START = "charter.setup.start"
# Step, endpoint, words.
STEPS = (
    ("start", START, _later("起点")),
    ("name", "charter.name_form", _later("名称")),
    ("lead", "charter.lead_form", _later("牵头部门")),
    ("units", "charter.units.index", _later("成员单位")),
    ("duties", "charter.duties.index", _later("职责分工")),
    ("posts", "charter.posts_form", _later("召集人和办公室")),
    ("rules", "charter.show_rules", _later("工作规则")),
    ("text", "charter.show", _later("预览")),
    ("changes", "charter.approval.changes", _later("检查和送审")),
)
_NAMES = [name for name, _endpoint, _words in STEPS]
_AT = ("charter.units.index", "charter.duties.index", "charter.show_rules", "charter.show")
# What the form of a step leads to once it is saved.
_AFTER = {"charter.name_conference": "lead", "charter.set_lead_units": "units", "charter.set_posts": "rules"}


def on_the_way() -> bool:
    """Whether the reader goes through the steps."""
    return request.args.get("setup") == "1"


def step_url(name: str) -> str:
    """The address of a step."""
    endpoint = STEPS[_NAMES.index(name)][1]
    at: dict[str, Any] = {"at": "draft"} if endpoint in _AT else {}
    return url_for(endpoint, **at, setup="1")


def steps_at(current: str) -> list[dict[str, Any]]:
    """The steps with where one stands, each with its address."""
    here = _NAMES.index(current)
    return [
        {
            "label": str(words),
            "state": "done" if number < here else "current" if number == here else "open",
            "url": step_url(name),
        }
        for number, (name, _endpoint, words) in enumerate(STEPS)
    ]


def next_url(current: str) -> str:
    """The address of the step after this one; none after the last."""
    at = _NAMES.index(current) + 1
    return step_url(_NAMES[at]) if at < len(STEPS) else ""


def after(to: str) -> str:
    """Where a saved form leads: on the way to the next step, else where it says."""
    step = _AFTER.get(request.endpoint or "")
    return step_url(step) if step and on_the_way() else to


def carry(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of the draft's pages keep the way that one is on."""
    leaves = endpoint in ("charter.show", "charter.versions") and values.get("at") != "draft"
    if has_request_context() and on_the_way() and not leaves:
        values.setdefault("setup", "1")
