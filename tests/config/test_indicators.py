"""The published progress figures and the statistical indicators."""

import csv
from pathlib import Path

from config.catalogue import labels, progress_indicators, statistical_indicators

REFERENCE = Path(__file__).parent / "reference/indicators.csv"
PROGRESS = (
    "completion_rate due_completion_rate on_time_rate on_time_rate_original_due overdue_cumulative overdue_current "
    "overdue_current_rate resolution_rate resolution_rate_total timeliness_rate completeness_rate missed_rate "
    "plenary_compliance special_meetings tasks_total tasks_suspended"
)


def reference() -> list[dict[str, str]]:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_progress_figure_of_the_dossier_is_published_under_its_code():
    indicators = progress_indicators()
    assert [indicator.key for indicator in indicators] == PROGRESS.split()
    assert [indicator.code for indicator in indicators] == [f"P{n:02}" for n in range(1, len(indicators) + 1)]
    assert all(indicator.source.startswith("dossier §6") and indicator.formula for indicator in indicators)


def test_a_ratio_names_both_parts_and_is_never_averaged():
    for indicator in progress_indicators():
        ratio = indicator.kind == "ratio"
        assert ratio == (indicator.aggregation == "ratio_of_sums"), indicator.key
        assert bool(indicator.denominator_zh) == bool(indicator.denominator_en) == (indicator.kind != "count")
        assert (indicator.display == "int") == (indicator.kind == "count")


def test_the_45_statistics_are_those_of_the_reference():
    rows = reference()
    indicators = statistical_indicators()
    assert [(i.code, i.key, i.unit) for i in indicators] == [(r["code"], r["identifier"], r["unit"]) for r in rows]
    assert len(indicators) == 45 and sum(i.optional for i in indicators) == 5
    for indicator, row in zip(indicators, rows, strict=True):
        assert indicator.name_zh in row["name"] and indicator.validation == row["validation"]
        assert indicator.optional == ("可选" in row["name"]) and indicator.department == row["source_dept"]


def test_statistics_refer_to_each_other_by_codes_that_exist():
    by_code = {indicator.code: indicator for indicator in statistical_indicators()}
    for indicator in by_code.values():
        for code in filter(None, (indicator.part_of, indicator.numerator, indicator.denominator)):
            assert by_code[code].unit == indicator.unit or indicator.computed
        assert indicator.computed == (indicator.spatial == "ratio_of_sums") == bool(indicator.numerator)
    parts = [by_code[code].numerator for code in ("C09", "D04", "F04", "F07")]
    assert parts == ["C08", "D03", "F02", "F06"]


def test_the_closed_lists_of_indicators_have_words():
    for indicator in (*progress_indicators(), *statistical_indicators()):
        assert indicator.kind in labels()["indicator_kind"]
    assert {i.aggregation for i in progress_indicators()} <= set(labels()["aggregation"])
    assert {i.spatial for i in statistical_indicators()} <= set(labels()["aggregation"])
    assert {i.frequency for i in statistical_indicators()} <= set(labels()["cycle"])
