"""Every text of the pages stands in the English catalogue, translated, with the same blanks."""

import re

import pytest

from scripts.messages import said, translated
from service.kit.translation import catalogue

BLANK = re.compile(r"%\(\w+\)[sd]")


def test_the_catalogue_has_each_text_that_is_said_and_no_other():
    assert set(translated()) == said(), "run `make messages`"


def test_each_text_is_translated():
    assert [text for text, english in translated().items() if not english] == []


def test_a_translation_has_the_blanks_of_its_text():
    astray = [
        text for text, english in translated().items() if sorted(BLANK.findall(text)) != sorted(BLANK.findall(english))
    ]
    assert astray == []


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Password"), ("en_GB", "Password"), ("zh", "口令"), ("fr", "口令")]
)
def test_a_language_that_we_do_not_have_reads_chinese(language, text):
    assert catalogue(language).gettext("口令") == text
