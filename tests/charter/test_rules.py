from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import charter_template
from service.charter import own_meetings, rules, working_rules
from service.charter.rules import Holding, Post
from tenants.errors import Refused

A, B, C = "A", "B", "C"
TEMPLATE = charter_template("province")
VALUES = {rule.key: list(rule.value) if isinstance(rule.value, tuple) else rule.value for rule in TEMPLATE.rules}
DIRECTOR = Post("office_director", "副厅长", unit="HRSS")
CONVENER = Post("convener", "厅长", unit="HRSS")


def change(**changes):
    return working_rules.changed_rules(TEMPLATE.rules, VALUES, changes)


@pytest.mark.parametrize("chosen", [[], [A, B, C]])
def test_a_conference_without_one_or_two_leads_is_refused_at_the_field(chosen):
    with pytest.raises(Refused, match="联席会议须有一个或两个牵头部门") as caught:
        rules.check_lead(chosen, [A, B, C])
    assert caught.value.field == "lead_units"
    assert "确定牵头部门和职责分工" in (caught.value.source or "")


def test_one_lead_or_two_from_among_the_members_are_taken():
    rules.check_lead([A], [A, B])
    rules.check_lead([A, B], [A, B])
    with pytest.raises(Refused, match="须是本级成员单位"):
        rules.check_lead([C], [A, B])


def test_m4_the_office_stands_in_a_member_unit_or_nowhere():
    rules.check_office_host(None, [A])
    rules.check_office_host(A, [A])
    with pytest.raises(Refused, match="须是成员单位"):
        rules.check_office_host(B, [A])


def test_m4_an_office_outside_the_lead_is_let_pass_with_a_word():
    """Source: dossier 1.2 M4: 租户改牵头部门为商务局→提示同步办公室所在地."""
    assert rules.office_cautions(A, [A, B]) == []
    assert rules.office_cautions(None, [B]) == []
    assert "办公室" in rules.office_cautions(C, [A, B])[0].message


def test_a_duty_needs_somebody_who_holds_it():
    with pytest.raises(Refused, match="须有承担单位"):
        rules.check_holders([], [A])


def test_of_several_holders_one_carries_the_duty():
    rules.check_holders([Holding(A, "assist")], [A])  # the seed itself: 协助监督管理服务质量
    rules.check_holders([Holding(A, "lead"), Holding(B, "cooperate")], [A, B])
    with pytest.raises(Refused, match="须有一个负责"):
        rules.check_holders([Holding(A, "assist"), Holding(B, "cooperate")], [A, B])


@pytest.mark.parametrize(
    "holdings",
    [
        [Holding(C, "lead")],
        [Holding(A, "lead"), Holding(A, "assist")],
        [Holding(A, "牵头")],
        [Holding(A, "lead", joint=True)],
        [Holding(A, "lead", joint=True), Holding(B, "assist", joint=True)],
    ],
)
def test_holders_that_make_no_sense_are_refused(holdings):
    with pytest.raises(Refused) as caught:
        rules.check_holders(holdings, [A, B])
    assert caught.value.field == "holders"


def leaving(**held):
    rules.check_departure("省妇联", **({"leads": False, "hosts_office": False, "posts": [], "alone": []} | held))


def test_a_unit_that_leads_hosts_fills_a_post_or_holds_alone_does_not_leave():
    leaving()
    with pytest.raises(Refused, match="先另行确定牵头部门"):
        leaving(leads=True)
    with pytest.raises(Refused, match="先调整办公室"):
        leaving(hosts_office=True)
    with pytest.raises(Refused, match="主席由省妇联的职务担任"):
        leaving(posts=["主席"])
    with pytest.raises(Refused, match="2项职责（FL1、FL2）"):
        leaving(alone=["FL1", "FL2"])


def test_several_conveners_may_share_but_never_none_or_six():
    rules.check_posts([CONVENER, DIRECTOR], ["HRSS"], True)
    rules.check_posts([CONVENER, Post("convener", "副秘书长", organ="市政府"), DIRECTOR], ["HRSS"], True)
    rules.check_posts([*[CONVENER] * 5, DIRECTOR], ["HRSS"], True)
    for conveners in ([], [CONVENER] * 6):
        with pytest.raises(Refused, match="召集人"):
            rules.check_posts([*conveners, DIRECTOR], ["HRSS"], True)


def test_m5_an_office_has_one_director_and_no_office_has_none():
    rules.check_posts([CONVENER], ["HRSS"], False)
    for posts, office in (([CONVENER], True), ([CONVENER, DIRECTOR, DIRECTOR], True), ([CONVENER, DIRECTOR], False)):
        with pytest.raises(Refused, match="办公室主任"):
            rules.check_posts(posts, ["HRSS"], office)
    deputies = [Post("office_deputy", "处长", unit) for unit in ("HRSS", "COM")]
    rules.check_posts([CONVENER, DIRECTOR, *deputies], ["HRSS", "COM"], True)
    with pytest.raises(Refused, match="不设办公室副主任"):
        rules.check_posts([CONVENER, *deputies], ["HRSS", "COM"], False)


def test_a_post_belongs_to_a_unit_or_to_the_government_never_to_both_or_a_stranger():
    for post in (
        Post("convener", "厅长"),
        Post("convener", "厅长", unit="HRSS", organ="省政府"),
        Post("convener", "厅长", unit="EDU"),
        Post("convener", "", unit="HRSS"),
        Post("liaison", "处长", unit="HRSS"),
    ):
        with pytest.raises(Refused):
            rules.check_posts([post, DIRECTOR], ["HRSS"], True)


def test_a_rule_takes_a_value_of_its_kind():
    after = change(plenary_max=6, report_to="市委、市政府", supervision_levels=[], plan_due="03-15")
    assert (after["plenary_max"], after["report_to"], after["supervision_levels"]) == (6, "市委、市政府", [])
    assert after["plenary_min"] == VALUES["plenary_min"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("plenary_max", "2"),
        ("plenary_max", True),
        ("plenary_max", None),
        ("plenary_max", -1),
        ("quorum_percent", 101),
        ("progress_day_of_month", 32),
        ("plan_due", "02-30"),
        ("plan_due", "2月底"),
        ("progress_cycle", "yearly"),
        ("supervision_levels", ["blue", "purple"]),
        ("supervision_levels", "blue"),
        ("special_meeting", 1),
        ("due_reminder_days", [10, "3"]),
        ("report_to", ""),
        ("no_such_rule", 1),
    ],
)
def test_a_value_of_another_kind_is_refused_at_its_field(key, value):
    with pytest.raises(Refused) as caught:
        change(**{key: value})
    assert caught.value.field == key


def test_what_the_charter_fixes_cannot_be_set_but_may_be_sent_unchanged():
    assert change(escalation_deemed_consent=False) == VALUES
    with pytest.raises(Refused, match="不能调整"):
        change(escalation_deemed_consent=True)


def test_at_least_never_exceeds_at_most():
    with pytest.raises(Refused, match="至少次数不得大于至多次数") as caught:
        change(plenary_min=3)
    assert caught.value.field == "plenary_min"
    assert change(plenary_min=10, plenary_max=12)["plenary_max"] == 12


@given(least=st.integers(0, 366), most=st.integers(0, 366))
def test_the_bounds_are_taken_exactly_when_they_are_in_order(least, most):
    sound = least <= most and most > 0
    try:
        after = change(plenary_min=least, plenary_max=most)
    except Refused:
        assert not sound
    else:
        assert sound
        assert (after["plenary_min"], after["plenary_max"]) == (least, most)


def texts(rule):
    """The rule's own value as a form sends it."""
    match rule.kind, rule.value:
        case _, None:
            return [""]
        case "boolean", value:
            return ["0", "1"] if value else ["0"]
        case (("integers" | "names"), value):
            return ["、".join(str(item) for item in value)]
        case "meetings", value:
            return ["、".join(own_meetings.said(item) for item in value)]
        case "choices", value:
            return ["", *value]
        case _, value:
            return [str(value)]


@pytest.mark.parametrize("rule", TEMPLATE.rules, ids=lambda rule: rule.key)
def test_a_form_sent_back_untouched_changes_nothing(rule):
    assert change(**{rule.key: working_rules.from_form(rule, texts(rule))}) == VALUES


@given(st.text(max_size=8))
def test_whatever_is_typed_for_a_number_is_taken_or_refused_never_an_error(text):
    rule = TEMPLATE.rule("minutes_workdays")
    try:
        after = change(minutes_workdays=working_rules.from_form(rule, [text]))
    except Refused as refused:
        assert refused.field == "minutes_workdays"
    else:
        assert after["minutes_workdays"] is None or 0 <= after["minutes_workdays"] <= 366


def said(**changes):
    return [caution.message for caution in working_rules.cautions({**VALUES, **changes}, ["convener"], "市联席会议")]


def test_what_the_rules_ask_of_posts_that_nobody_fills_is_said():
    assert said() == []
    assert "没有设副召集人" in said(deputy_may_chair=True)[0]
    assert "不必设总召集人" in said(chief_convener=True)[0]
    assert "机制称谓为“工作专班”" in said(body_kind="task_force")[0]
    assert said(body_kind="bureau_conference") == []


def test_the_rhythm_and_the_numbers_of_a_year_agree():
    assert change(plenary_cadence="month", plenary_min=10, plenary_max=12)["plenary_cadence"] == "month"
    for wrong in ({"plenary_min": 5, "plenary_max": 6}, {"plenary_min": 1, "plenary_max": 2}):
        with pytest.raises(Refused, match="每季度一次，全年为4次"):
            change(plenary_cadence="quarter", **wrong)
    assert change(plenary_cadence="irregular", plenary_min=0)["plenary_min"] == 0


def test_a_liaison_meeting_that_does_not_exist_cannot_come_first():
    with pytest.raises(Refused, match="应同时设联络员会议"):
        change(liaison_before_plenary=True)
    assert change(liaison_before_plenary=True, liaison_meeting=True)["liaison_meeting"]


def test_a_last_day_is_a_day_or_none_and_names_are_each_given_once():
    assert change(sunset_on="2028-02-29")["sunset_on"] == "2028-02-29"
    assert change(sunset_on=None)["sunset_on"] is None
    for wrong in ("2027-02-29", "20281231", "明年", 2028):
        with pytest.raises(Refused, match="应为日期"):
            change(sunset_on=wrong)
    assert change(own_meetings=["月度调度会"])["own_meetings"] == ["月度调度会"]
    for names in (["例会", "例会"], [" "], "例会", ["会" * 21]):
        with pytest.raises(Refused, match="不同的名称"):
            change(own_meetings=names)
    full = {"name": "月度调度会", "cadence": "month", "chairs": ["office_director"]}
    assert change(own_meetings=[full, {"name": "例会"}])["own_meetings"] == [full, "例会"]
    for wrong in ({"cadence": "weekly"}, {"chairs": ["mayor"]}, {"chairs": "convener"}, {"seats": 3}, {"name": 3}):
        with pytest.raises(Refused, match="周期和主持人从选项中选择"):
            change(own_meetings=[full | wrong])


KINDS = st.lists(
    st.builds(
        own_meetings.OwnMeeting,
        st.text("甲乙丙丁会", min_size=1, max_size=5),
        st.sampled_from(own_meetings.CADENCES),
        st.lists(st.sampled_from(own_meetings.CHAIRS), unique=True).map(tuple),
    ),
    unique_by=lambda own: own.name,
    max_size=4,
)


@given(KINDS)
def test_kinds_of_meeting_read_the_same_from_words_and_from_what_is_kept(kinds):
    kept = own_meetings.kept([asdict(one) for one in kinds])
    assert own_meetings.own_meetings({"own_meetings": kept}) == kinds
    words = "、".join(own_meetings.said(one) for one in kept)
    assert own_meetings.kept(own_meetings.parsed(words)) == kept
