"""What the charter does later: a version takes effect on its day."""

from __future__ import annotations

from service.charter.projection import TAKE_EFFECT, due

HANDLERS = {TAKE_EFFECT: due}
