from dataclasses import replace

import pytest

from config.catalogue import charter_template
from service.charter import amending, comparison, document, sayings
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
    assert sayings.times(least, most) == words


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


SAYING = {
    "body_kind": "task_force",
    "chief_convener": True,
    "sunset_on": "2028-12-31",
    "issues_documents": True,
    "plenary_cadence": "irregular",
    "own_meetings": ["月度调度会"],
    "special_chair": ["convener"],
    "report_to": "市委、市政府",
    "liaison_rank": "股级",
    "agenda_day_of_prev_month": 20,
    "progress_day_of_month": 25,
    "supervision_code": "发家督",
    "supervision_red_copies": ["省政府督查室"],
}
SETTABLE = [rule for rule in TEMPLATE.rules if rule.adjustable and rule.key != "convener_count"]


def another(rule):
    """A value that the rule does not have in the template."""
    match rule.kind:
        case "boolean":
            return not rule.value
        case "integer":
            return rule.value + 1
        case "integers":
            return [5]
        case "choice":
            return next(choice for choice in rule.choices if choice != rule.value)
        case "choices":
            return list(rule.choices[:1])
        case "month_day":
            return "05-04"
        case _:
            return SAYING[rule.key]


def whole(text):
    return "\n".join(p.text for p in paragraphs(text).values())


@pytest.mark.parametrize("rule", SETTABLE, ids=lambda rule: rule.key)
def test_every_rule_that_a_place_may_set_is_said_where_it_differs(rule):
    """The text that one reads is what the system does."""
    posts = (Post("convener", "厅长", "HRSS"), Post("convener", "主任", "NDRC"), *TEXT.posts[1:])
    before = replace(TEXT, posts=posts)
    value = SAYING[rule.key] if rule.key in SAYING else another(rule)
    instead = {"progress_offset_days": None} if rule.key == "progress_day_of_month" else {}
    after = replace(before, rules={**TEXT.rules, rule.key: value, **instead})
    assert whole(after) != whole(before)
    assert "None" not in whole(after) and "{" not in whole(after)


def test_a_place_of_its_own_kind_reads_as_it_works():
    """Two conveners from outside, no office, countersigned minutes, every two months, a last day."""
    own = {
        "body_kind": "task_force",
        "plenary_cadence": "two_months",
        "plenary_min": 5,
        "plenary_max": 6,
        "deputy_may_chair": True,
        "partial_attendance": True,
        "minutes_countersign": True,
        "liaison_meeting": True,
        "liaison_cadence": "month",
        "liaison_before_plenary": True,
        "own_meetings": ["片区协调会"],
        "supervision_levels": [],
        "sunset_on": "2028-12-31",
        "report_to": "省委、省政府",
    }
    posts = (Post("convener", "副省长", organ="省政府"), Post("convener", "秘书长", organ="省政府"))
    text = replace(
        TEXT,
        conference_name="省家政服务业提质扩容工作专班",
        office_host=None,
        posts=(*posts, *(post for post in TEXT.posts if not post.unit)),
        rules={**TEXT.rules, **own},
    )
    found = paragraphs(text)
    assert "建立省家政服务业提质扩容工作专班（以下简称工作专班）制度" in found["preamble"].text
    assert "召集人由省政府副省长、省政府秘书长共同担任" in found["composition"].text
    assert found["office"].text == (
        "工作专班不设办公室，日常工作由牵头部门承担。各成员单位确定一名处级干部作为联络员。"
    )
    plenary = found["plenary"].text
    assert "（二）原则上每两个月召开一次工作专班全体会议，全年五至六次。" in plenary
    assert "会议由召集人主持召开，或受召集人委托由副召集人主持" in plenary
    assert "可视议题召集全部或部分成员单位参加。会前召开联络员会议预审议题。" in plenary
    assert "会议纪要经到会单位会签，3个工作日内反馈，于会后7个工作日内由召集人签发。" in plenary
    assert "联络员会议每月召开一次，预审议题、核对进度。另设片区协调会" in found["special"].text
    assert "由牵头部门负责同志主持" in found["special"].text
    assert "（一）定期向省委、省政府报告工作。" in found["reporting"].text
    assert found["rest"].text == (
        "（七）本级另行规定。不发督办单，由牵头部门催办。工作专班运行至2028年12月31日，此后不再新立事项。"
    )
    assert "联席会议" not in whole(text) and "办公室主任" not in whole(text)


def test_kinds_of_meeting_say_how_often_and_who_chairs():
    own = [{"name": "月度调度会", "cadence": "month", "chairs": ["office_director", "convener"]}, "片区会"]
    said = paragraphs(replace(TEXT, rules={**TEXT.rules, "own_meetings": own}))["special"].text
    assert (
        "另设月度调度会、片区会。月度调度会每月召开一次，由办公室主任或召集人主持。片区会主持人与专题会议相同。" in said
    )


def test_the_first_of_several_conveners_may_be_the_chief():
    posts = (Post("convener", "副省长", organ="省政府"), Post("convener", "厅长", "HRSS"), *TEXT.posts[1:])
    said = paragraphs(replace(TEXT, posts=posts, rules={**TEXT.rules, "chief_convener": True}))["composition"].text
    assert "总召集人由省政府副省长担任，召集人由省人力资源社会保障厅厅长担任" in said


def test_deputy_directors_from_different_units_are_named():
    deputies = (Post("office_deputy", "处长", "HRSS"), Post("office_deputy", "处长", "COM"))
    said = paragraphs(replace(TEXT, posts=(*TEXT.posts, *deputies)))["office"].text
    assert "办公室副主任由省人力资源社会保障厅处长、省商务厅处长担任。" in said


def test_a_text_from_before_a_rule_was_made_reads_as_the_template_has_it():
    older = {
        key: value for key, value in TEXT.rules.items() if key not in ("plenary_cadence", "sunset_on", "body_kind")
    }
    assert whole(replace(TEXT, rules=older)) == whole(TEXT)


def test_how_often_one_meets_is_said_in_short():
    assert sayings.rhythm(TEXT.rules) == "每年一至两次"
    own = {**TEXT.rules, "plenary_cadence": "month", "plenary_min": 10, "plenary_max": 12}
    assert sayings.rhythm(own) == "每月一次，全年十至十二次"
    assert sayings.rhythm({**own, "plenary_cadence": "irregular"}) == "不定期，每年不超过十二次"


def test_nothing_that_a_draft_changes_stays_out_of_sight():
    """Whoever approves sees it: order, category, field, and who holds a duty together. Source: dossier 1.1 P1."""
    units = (TEXT.units[1], replace(TEXT.units[0], category="事业单位"), *TEXT.units[2:])
    changes = {
        "RS3": {"policy_field": "other"},
        "TX1": {"holders": tuple(replace(held, joint=False) for held in amending.duty_in(TEXT, "TX1").holders)},
    }
    duties = tuple(replace(duty, **changes.get(duty.code, {})) for duty in TEXT.duties)
    found = {(d.kind, d.key) for d in comparison.compared(TEXT, replace(TEXT, units=units, duties=duties))}
    assert found == {("category", "HRSS"), ("order", "order"), ("field", "RS3"), ("joint", "TX1")}
