"""What a report needs, whom it goes to, how it is numbered, and what its sums are: without a database."""

from datetime import date
from typing import Any

import pytest

from config.workdays import NATIONAL
from service.charter.names import full_name
from service.reports import calendar
from service.reports.rules import (
    MOST_IN_PASSAGE,
    addressees,
    adopt,
    check_turn,
    choose,
    next_number,
    warnings,
)
from service.reports.totals import provenance, rounding_differs, totals
from tenants.errors import Refused


def place(slug: str, words: str = "", **figures: tuple[int, int | None]) -> dict[str, Any]:
    rows = [
        {"code": c, "numerator": n, "denominator": d, "status": "reported", "detail": {}}
        for c, (n, d) in figures.items()
    ]
    said = {"experience": words}
    return {"slug": slug, "name": f"{slug}市", "revision": 2, "sha256": "0" * 64, "figures": rows, "words": said}


def content(*places: dict[str, Any], silent: int = 0) -> dict[str, Any]:
    return {
        "holder": {"name": "省", "slug": "sheng", "own": []},
        "participants": list(places),
        "silent": [{"name": f"默{n}"} for n in range(silent)],
        "expected": len(places) + silent,
        "reported": len(places),
    }


def test_a_ratio_is_the_sum_of_numerators_over_the_sum_of_denominators_half_up():
    """Source: dossier 6, the example: 600/1000 and 90/100 and one silent make 62.7% (2/3), not 75%."""
    total = totals(content(place("甲", P01=(600, 1000)), place("乙", P01=(90, 100)), silent=1))["completion_rate"]
    assert (total.text, total.covered) == ("62.7%", "（2/3地区）")
    assert totals(content(place("甲", P01=(1, 2000))))["completion_rate"].text == "0.1%", "0.05% is rounded half up"
    assert totals(content(place("甲", P01=(0, 0))))["completion_rate"].text == "—"


def test_a_complete_total_shows_no_coverage_and_a_missing_figure_leaves_both_sums():
    full = totals(content(place("甲", P01=(1, 2)), place("乙", P01=(1, 2))))
    assert full["completion_rate"].covered == ""
    part = totals(content(place("甲", P01=(1, 2)), place("乙")))["completion_rate"]
    assert (part.amount.denominator, part.covered) == (2, "（1/2地区）")


def test_the_note_on_rounding_stands_only_where_printed_parts_miss_the_printed_whole():
    apart = content(place("甲", P11=(361, 400), P12=(39, 400)))  # 90.25% and 9.75% print as 90.3% and 9.8%
    assert rounding_differs(apart)
    assert not rounding_differs(content(place("甲", P11=(9, 10), P12=(1, 10))))


def test_a_place_with_nobody_below_reports_on_itself():
    alone = content()
    alone["holder"] |= {"own": place("县", P01=(3, 4))["figures"], "revision": 1, "sha256": "1"}
    total = totals(alone)["completion_rate"]
    assert (total.text, total.covered) == ("75.0%", "")
    assert [share["slug"] for share in provenance(total, alone)["places"]] == ["sheng"]


def test_a_figure_carries_each_places_revision_and_parts():
    found = content(place("甲", P01=(1, 2)), place("乙"))
    told = provenance(totals(found)["completion_rate"], found)
    assert [(p["slug"], p["revision"], p["numerator"], p["status"]) for p in told["places"]] == [
        ("甲", 2, "1", "reported"),
        ("乙", 2, None, "not_reported"),
    ]
    assert told["formula"]


def test_first_proposals_say_nothing_twice():
    chosen = choose(
        [place("甲", "同一做法"), place("乙", "同一做法"), place("丙", "另一做法"), place("丁")], "experience"
    )
    assert [(item["source"], item["text"]) for item in chosen] == [("甲市", "同一做法"), ("丙市", "另一做法")]


def test_a_changed_passage_is_marked_and_its_source_is_never_invented():
    places = {"甲": place("甲", "原文")}
    assert adopt({"text": " 原文 ", "slug": "甲"}, "experience", places)["edited"] is False
    assert adopt({"text": "改写", "slug": "甲"}, "experience", places)["edited"] is True
    own = adopt({"text": "自拟", "slug": "不存在"}, "experience", places)
    assert (own["source"], own["edited"]) == ("", False)


def test_a_passage_too_long_is_refused_at_its_part():
    with pytest.raises(Refused, match="超过5000字") as refusal:
        adopt({"text": "字" * (MOST_IN_PASSAGE + 1), "slug": ""}, "problem", {})
    assert refusal.value.field == "problem"
    assert adopt({"text": "字" * MOST_IN_PASSAGE, "slug": ""}, "problem", {})["text"]


def test_empty_parts_and_experience_of_no_locality_are_warned_of():
    codes = [found.code for found in warnings({"experience": [{"source": ""}], "problem": [], "suggestion": [{}]})]
    assert codes == ["problem.empty", "experience.source"]
    whole = {"experience": [{"source": "甲市"}], "problem": [{}], "suggestion": [{}]}
    assert list(warnings(whole)) == []
    assert [f.code for f in warnings(whole | {"experience": [{"source": ""}]}, leaf=True)] == []


@pytest.mark.parametrize(
    ("said", "main", "others"),
    [
        ("省政府", "省人民政府", []),
        ("市委、市政府", "市人民政府", ["市委"]),
        ("县人民政府", "县人民政府", []),
        ("管委会", "管委会", []),
    ],
)
def test_one_government_is_addressed_and_others_get_a_copy(said, main, others):
    """Source: 条例第十五条(一)."""
    assert addressees(said) == (main, others)


def test_an_organ_is_named_in_full():
    assert full_name("衡川省", "省人力资源社会保障厅") == "衡川省人力资源社会保障厅"


GIVEN = ["衡人社发〔2025〕9号", "衡人社发〔2026〕3号"]


def test_numbers_of_one_code_and_year_are_unique_and_run_on():
    """Source: dossier 3.7."""
    check_turn("衡人社发〔2026〕4号", GIVEN, "")
    check_turn("衡人社函〔2026〕7号", GIVEN, "")
    check_turn("衡人社发〔2026〕6号", GIVEN, "4、5号另有他用")
    for number, reason, said in [
        ("衡人社发〔2026〕3号", "理由", "不得重号"),
        ("衡人社发〔2026〕6号", " ", "下一号为衡人社发〔2026〕4号"),
        ("衡人社发[2026]4号", "", "不合规范"),
        ("衡人社发〔2026〕04号", "", "不合规范"),
        ("衡人社发〔2026〕第4号", "", "不合规范"),
    ]:
        with pytest.raises(Refused, match=said) as refusal:
            check_turn(number, GIVEN, reason)
        assert refusal.value.field == "document_number"


def test_the_next_number_is_proposed():
    assert next_number(GIVEN, 2026) == "衡人社发〔2026〕4号"
    assert next_number(GIVEN, 2027) == "衡人社发〔2027〕1号"
    assert next_number([], 2026) == ""


CYCLE = {
    "report_cycle": ["half_year", "year"],
    "report_due_half_year": "07-31",
    "report_due_year": "01-31",
    "report_due_quarter_days": 25,
    "due_shifts_to_workday": False,
}


def owed(on, signed=(), opened=date(2020, 1, 1), **changes):
    return [
        (str(item.period), item.by, item.late(on))
        for item in calendar.owed(CYCLE | changes, on, opened, signed, NATIONAL)
    ]


def test_the_charter_says_which_reports_are_owed_and_by_when():
    """Source: dossier 2.4: 省 半年+年度, 云澜 年度, 青屿 季度, 洛溪 重大即报; 6 默认期限."""
    july = date(2026, 7, 20)
    assert owed(july) == [("2025", date(2026, 1, 31), True), ("2026H1", date(2026, 7, 31), False)]
    assert owed(july, signed=["2025"]) == [("2026H1", date(2026, 7, 31), False)]
    assert owed(july, signed=["2025", "2026H1"]) == []
    assert owed(date(2027, 1, 5), signed=["2026H1"], report_cycle=["half_year"])[0][:2] == ("2026H2", date(2027, 1, 31))
    assert owed(date(2026, 10, 26), report_cycle=["quarter"]) == [("2026Q3", date(2026, 10, 25), True)]
    assert owed(july, report_cycle=["event"]) == []
    assert owed(july, opened=date(2026, 3, 1)) == [("2026H1", date(2026, 7, 31), False)]


def test_a_report_due_on_a_day_of_rest_is_due_on_the_next_working_day_where_the_charter_shifts():
    sunday, cycle = date(2026, 2, 1), ["year"]
    assert owed(sunday, report_cycle=cycle, due_shifts_to_workday=True) == [("2025", date(2026, 2, 2), False)]
    assert owed(sunday, report_cycle=cycle) == [("2025", date(2026, 1, 31), True)]


def test_who_reports_the_whole_year_tells_its_second_half_there():
    january = date(2027, 1, 5)
    assert [period for period, _by, _late in owed(january)] == ["2026H1", "2026"]
    assert [period for period, _by, _late in owed(january, report_cycle=["half_year"])] == ["2026H2"]
