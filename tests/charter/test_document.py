from dataclasses import replace

import pytest

from config.catalogue import charter_template
from service.charter import comparison, document
from service.charter.rules import Holding, Post
from service.charter.text import CharterText, DutyEntry, UnitEntry, text_of

TEMPLATES = [
    charter_template("province"),
    charter_template("province", reform="2018"),
    charter_template("city"),
    charter_template("county", word="区"),
]
TEMPLATE = TEMPLATES[0]
TEXT = text_of(TEMPLATE)


def paragraphs(text):
    return {p.key: p for article in document.articles(text, TEMPLATE) for p in article.paragraphs}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.version + t.word)
def test_an_untouched_charter_reads_word_for_word_as_its_template(template):
    articles = document.articles(text_of(template), template)
    found = [p for article in articles for p in article.paragraphs]
    assert [p.text for p in found] == [clause.text for clause in template.clauses]
    assert not any(p.own for p in found)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.version + t.word)
def test_a_text_comes_back_whole_from_what_was_stored(template):
    text = text_of(template)
    assert CharterText.from_json(text.as_json()) == text


def test_another_lead_two_conveners_and_more_meetings_are_written_into_the_text():
    posts = (
        Post("convener", "主任", "NDRC"),
        Post("convener", "副秘书长", organ="省政府"),
        Post("office_director", "副主任", "NDRC"),
    )
    rules = {**TEXT.rules, "plenary_min": 10, "plenary_max": 12, "liaison_rank": "科级"}
    found = paragraphs(replace(TEXT, posts=posts, rules=rules, office_host="NDRC"))
    assert "召集人由省发展改革委主任、省政府副秘书长共同担任" in found["composition"].text
    assert "办公室设在省发展改革委" in found["office"].text
    assert "一名科级干部" in found["office"].text
    assert "每年召开十至十二次联席会议全体会议" in found["plenary"].text
    assert all(found[key].own for key in ("composition", "office", "plenary"))
    assert not found["escalation"].own


def test_only_the_units_whose_duties_changed_are_rewritten():
    more = DutyEntry("X1", "协助开展检查", "other", holders=(Holding("LTAX", "assist"),))
    found = paragraphs(replace(TEXT, duties=(*TEXT.duties, more)))
    assert "duty_tax" not in found  # the joint paragraph of both tax bureaus no longer says what holds
    assert found["duty_LTAX"].text == "省地税局：负责落实税收优惠政策，鼓励支持发展；协助开展检查。"
    assert found["duty_STAX"].own
    assert not found["duty_union"].own


def test_no_office_says_who_does_its_work():
    assert "不设办公室" in paragraphs(replace(TEXT, office_host=None))["office"].text


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(1, 2, "一至两次"), (2, 2, "两次"), (4, 6, "四至六次"), (10, 12, "十至十二次"), (20, 22, "二十至二十二次")],
)
def test_times_a_year_are_spelled_as_the_seed_spells_them(least, most, words):
    assert document.times(least, most) == words


def test_a_copy_does_not_differ_and_each_change_is_one_difference():
    assert comparison.compared(TEXT, TEXT) == []
    units = (*(unit for unit in TEXT.units if unit.key != "YOUTH"), UnitEntry("EDU", "省教育厅", "政府部门"))
    own = replace(TEXT, leads=("COM",), units=units, rules={**TEXT.rules, "plenary_max": 4})
    assert [(d.kind, d.key) for d in comparison.compared(TEXT, own)] == [
        ("leads", "leads"),
        ("unit", "YOUTH"),
        ("unit", "EDU"),
        ("rule", "plenary_max"),
    ]
