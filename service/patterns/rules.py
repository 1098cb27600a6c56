"""What a reference template is: whom it may be for, and which text it may begin with. Pure.

Source: dossier 1.5 L1 (上级只可下发“报送要求”和“参考模板”).
"""

from __future__ import annotations

from config.catalogue import reforms
from service.charter.text import CharterText
from tenants.models import LEVELS

BELOW = ("city", "county")
LEVEL, OWN, LAST = "level", "own", "last"
REFORMED = tuple(f"{LEVEL}+{reform}" for reform in reforms())  # the level's template as a reform leaves it
ORIGINS = (LEVEL, *REFORMED, OWN, LAST)


def levels_below(level: str) -> tuple[str, ...]:
    """The levels that a tenant may write templates for: a province for cities and counties, a city for counties."""
    return LEVELS[LEVELS.index(level) + 1 :]


def remembered(title: str, text: CharterText) -> str:
    """What a text that was compared with the template says it came from: its title, and the reform it stands after."""
    reform = reform_of(text.template_version)
    return f"{title}+{reform}" if reform else title


def reform_of(version: str) -> str | None:
    """The reform that a text of that version, or an origin, stands after: `city-1+2018`, `level+2018`."""
    return version.partition("+")[2] or None


def is_from(text_version: str, title: str) -> bool:
    """Whether a text with that note was last compared with the template of that title."""
    return text_version.partition("+")[0] == title
