"""The matrix of permissions and the words of closed lists."""

import csv
from pathlib import Path

import pytest

from config.catalogue import MARKS, charter_template, choices, label, labels, operations, permissions, roles

ROLES = ["CV", "VC", "MR", "OD", "ODp", "OS", "LI", "UC", "AS", "GV", "OB", "SA", "SEC", "AUD"]
GLOSSARY = {"convener", "deputy_convener", "member_rep", "office_director", "office_deputy", "office_staff", "liaison"}
ADMINISTRATION = ("account.", "security.", "role.", "audit.", "tenant.", "job.")


def who(operation: str, mark: str = "do") -> list[str]:
    return [role for role, given in permissions()[operation].items() if given == mark]


def test_the_fourteen_roles_stand_in_the_order_of_the_matrix():
    assert list(roles()) == ROLES
    assert {role.key for role in roles().values()} >= GLOSSARY
    assert [code for code, role in roles().items() if role.plane == "administration"] == ["SA", "SEC", "AUD"]


def test_every_operation_says_of_every_role_what_it_may():
    for operation, row in permissions().items():
        assert list(row) == ROLES, operation
        assert set(row.values()) <= set(MARKS), operation


def test_every_operation_has_words_and_a_source_and_stands_once():
    lines = Path("config/roles.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert len(rows) == len(operations())
    for operation in operations().values():
        assert operation.label_zh and operation.label_en and operation.source, operation.key


def test_administrators_touch_no_business_data_and_share_no_power():
    for operation, row in permissions().items():
        if operation.startswith(ADMINISTRATION):
            continue
        assert {row[role] for role in ("SA", "SEC", "AUD")} == {"no"}, operation
    for operation in permissions():
        if operation != "account.own":
            assert len({"SA", "SEC", "AUD"} & set(who(operation))) <= 1, operation


def test_no_business_role_administers():
    for operation, row in permissions().items():
        if operation.startswith(ADMINISTRATION) and operation not in ("tenant.read", "account.own"):
            assert {row[role] for role in ROLES[:11]} == {"no"}, operation


@pytest.mark.parametrize(
    ("operation", "does"),
    [
        ("charter.approve", ["CV"]),
        ("unit.change", ["CV"]),
        ("liaison.name", ["MR"]),
        ("meeting.convene_plenary", ["CV"]),
        ("meeting.convene_special", ["CV", "OD"]),
        ("agenda.submit", ["CV", "VC", "MR", "OD", "ODp", "OS", "LI"]),
        ("deliberate", ["CV", "VC", "MR"]),
        ("minutes.sign", ["CV", "OD"]),
        ("consult.reply", ["MR"]),
        ("dissent.coordinate", ["CV", "OD"]),
        ("report.sign", ["CV"]),
        ("task.plan", ["OS"]),
        ("task.report_progress", ["LI", "UC"]),
        ("task.close_out", ["OD", "ODp"]),
        ("figures.enter", ["UC"]),
        ("figures.review", ["ODp", "OS"]),
        ("bulletin.edit", ["OS"]),
        ("demand.send_down", ["OD", "ODp"]),
        ("account.manage", ["SA"]),
        ("security.manage", ["SEC"]),
        ("audit.read", ["AUD"]),
    ],
)
def test_the_full_dots_of_the_matrix_are_kept(operation, does):
    assert who(operation) == does


def test_the_half_dots_need_a_delegation():
    assert who("meeting.convene_plenary", "delegated") == ["VC"]
    assert who("meeting.convene_special", "delegated") == ["VC", "ODp"]
    assert who("consult.reply", "delegated") == ["LI"]
    assert who("figures.enter", "delegated") == ["AS"]


def test_nobody_reads_a_localitys_drafts():
    assert set(permissions()["below.drafts_read"].values()) == {"no"}


def test_somebody_can_do_every_operation_that_is_not_only_reading():
    for operation in permissions():
        if not operation.endswith("read"):
            assert who(operation), operation


def test_every_label_has_both_languages():
    for group, words in labels().items():
        for key, (zh, en) in words.items():
            assert zh.strip() and en.strip() and en.isascii(), (group, key)


def test_a_label_follows_the_locale_and_an_unknown_key_is_a_mistake():
    assert (label("traffic_light", "red"), label("traffic_light", "red", "en")) == ("逾期", "Overdue")
    assert [key for key, _ in choices("grade")] == ["lead", "coordinate", "assist", "cooperate"]
    with pytest.raises(KeyError):
        label("traffic_light", "purple")


def test_every_role_of_the_matrix_has_the_same_word_everywhere():
    for role in roles().values():
        assert labels()["role"][role.key] == (role.name_zh, role.name_en)
    assert set(labels()["mark"]) == set(MARKS)


def test_every_choice_of_every_rule_has_a_word():
    for rule in charter_template("province").rules:
        assert bool(rule.choices) == bool(rule.group), rule.key
        for choice in rule.choices:
            assert label(rule.group, choice)


def test_what_a_charter_is_made_of_has_words():
    template = charter_template("province")
    for unit in template.units:
        assert label("unit_category", unit.category)
    for duty in template.duties:
        assert label("policy_field", duty.policy_field)
        assert all(label("grade", holder.grade) for holder in duty.holders)
    for scope in (*template.association.delegated, *template.association.own):
        assert label("association_scope", scope)
    assert all(label("role", post.role) for post in template.posts)
    assert all(label("rule_strength", rule.strength) for rule in template.rules)
