"""Every sentence of the face has its English, with the same placeholders; what is compiled is what stands in the catalogue."""

import gettext
import re

import pytest

from scripts.words import PO, catalogue, said
from service.charter.opening import furnish
from tests.factories import a_tenant, signed_in

PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def english():
    return {message.id: message.string for message in catalogue() if message.id}


def test_every_sentence_is_in_english_and_none_is_left_over(english):
    assert set(english) == said(), "run scripts/words.py"
    assert [sentence for sentence, words in english.items() if not words] == []


def test_the_english_says_the_same_names(english):
    wrong = [s for s, words in english.items() if sorted(PLACEHOLDER.findall(s)) != sorted(PLACEHOLDER.findall(words))]
    assert wrong == []


def test_no_chinese_is_left_in_the_english_but_examples(english):
    left = {s for s, words in english.items() if re.search(r"[\u4e00-\u9fff]", re.sub(r"(e\.g\.|E\.g\.).*", "", words))}
    assert left <= {"多个数字之间用顿号分开", "确无内容的填“无”（零报送）"}


def test_what_is_compiled_is_the_catalogue(english):
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert {s: compiled.gettext(s) for s in english} == english


def test_the_reader_switches_and_the_page_is_english(app, engine):
    tenant = a_tenant(engine, furnish=furnish)
    office = signed_in(app, engine, tenant, "OS")
    assert "任务台账" in office.get(f"/t/{tenant.slug}/tasks/").text
    with office.session_transaction() as session:
        session["locale"] = "en"
    text = office.get(f"/t/{tenant.slug}/tasks/").text
    assert "Task ledger" in text and "任务台账" not in text
