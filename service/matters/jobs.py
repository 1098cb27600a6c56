"""What this room does later: silent units are reminded."""

from __future__ import annotations

from service.matters.reminders import REMIND, remind

HANDLERS = {REMIND: remind}
