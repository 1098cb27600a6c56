from dataclasses import replace

import pytest

from config.catalogue import charter_template
from service.charter import comparison, document
from service.charter.opening import clause_row

TEMPLATES = [
    charter_template("province"),
    charter_template("province", reform="2018"),
    charter_template("city"),
    charter_template("county", word="区"),
]


def text_of(template):
    return document.Text(
        conference_name=template.conference_name,
        template=template,
        clauses=[clause_row(clause, template) for clause in template.clauses],
        members=document.members_of(template),
        office_host=template.unit(template.office_host).name,
        posts=[{"role": p.role, "unit": p.unit, "organ": "", "name": p.name} for p in template.posts if p.count],
        rules={rule.key: rule.value for rule in template.rules},
    )


def paragraphs(text):
    return {p.key: p for article in document.articles(text) for p in article.paragraphs}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.version + t.word)
def test_an_untouched_charter_reads_word_for_word_as_its_template(template):
    found = [p for article in document.articles(text_of(template)) for p in article.paragraphs]
    assert [p.text for p in found] == [clause.text for clause in template.clauses]
    assert not any(p.own for p in found)


def test_another_lead_two_conveners_and_more_meetings_are_written_into_the_text():
    text = text_of(TEMPLATES[0])
    posts = [
        {"role": "convener", "unit": "NDRC", "organ": "", "name": "主任"},
        {"role": "convener", "unit": None, "organ": "省政府", "name": "副秘书长"},
        {"role": "office_director", "unit": "NDRC", "organ": "", "name": "副主任"},
    ]
    rules = {**text.rules, "plenary_min": 10, "plenary_max": 12, "liaison_rank": "科级"}
    found = paragraphs(replace(text, posts=posts, rules=rules, office_host="省发展改革委"))
    assert "召集人由省发展改革委主任、省政府副秘书长共同担任" in found["composition"].text
    assert "办公室设在省发展改革委" in found["office"].text
    assert "一名科级干部" in found["office"].text
    assert "每年召开十至十二次联席会议全体会议" in found["plenary"].text
    assert all(found[key].own for key in ("composition", "office", "plenary"))
    assert not found["escalation"].own


def test_only_the_units_whose_duties_changed_are_rewritten():
    text = text_of(TEMPLATES[0])
    members = [
        replace(member, duties=(*member.duties, ("X1", "协助开展检查", "assist"))) if member.key == "LTAX" else member
        for member in text.members
    ]
    found = paragraphs(replace(text, members=members))
    assert "duty_tax" not in found  # the joint paragraph of both tax bureaus no longer says what holds
    assert found["duty_LTAX"].text == "省地税局：负责落实税收优惠政策，鼓励支持发展；协助开展检查。"
    assert found["duty_STAX"].own
    assert not found["duty_union"].own


def test_no_office_says_who_does_its_work():
    assert "不设办公室" in paragraphs(replace(text_of(TEMPLATES[0]), office_host=None))["office"].text


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(1, 2, "一至两次"), (2, 2, "两次"), (4, 6, "四至六次"), (10, 12, "十至十二次"), (20, 22, "二十至二十二次")],
)
def test_times_a_year_are_spelled_as_the_seed_spells_them(least, most, words):
    assert document.times(least, most) == words


def test_a_copy_does_not_differ_and_each_change_is_one_difference():
    template = comparison.outline_of(TEMPLATES[0])
    assert comparison.differences(template, template) == []
    units = {key: name for key, name in template.units.items() if key != "YOUTH"} | {"EDU": "省教育厅"}
    own = replace(template, leads=frozenset({"COM"}), units=units, rules={**template.rules, "plenary_max": 4})
    found = comparison.differences(template, own)
    assert [(d.kind, d.key) for d in found] == [
        ("leads", "leads"),
        ("unit", "YOUTH"),
        ("unit", "EDU"),
        ("rule", "plenary_max"),
    ]
