"""What the pages say in other languages: Chinese is in the source, English in translations/en.po.

The catalogue is read as it is written, at the first text in that language (25 ms): nothing to compile, nothing to go stale.
`make messages` collects new texts into it; a house test keeps it complete.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

HERE = Path(__file__).parent / "translations"


class Catalogues(Domain):
    """The domain that flask-babel asks for every text."""

    def get_translations(self) -> NullTranslations:  # type: ignore[override]
        """The texts of the reader's language."""
        return catalogue(str(get_locale() or "zh"))


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts of one language; of Chinese, and of one that we do not have, the source's own."""
    path = HERE / f"{language.partition('_')[0]}.po"
    if not path.exists():
        return Translations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return Translations(compiled)
