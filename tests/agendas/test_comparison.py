"""Two versions of an agenda side by side."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from service.agendas.comparison import COMPARED, Line, compared, line_of, unchanged

A, B, C, D = (Line(id, f"议题{id}", "other", 10, "", "财政厅", "") for id in "abcd")
AGENDAS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8).map(
    lambda ids: [replace(A, id=id, title=id) for id in ids]
)


def told(before, after):
    return [(line.id, pair.standing) for pair in compared(before, after) if (line := pair.after or pair.before)]


def test_what_was_added_removed_moved_and_changed_is_told():
    assert told([A, B, C], [A, C, D]) == [("a", "same"), ("b", "removed"), ("c", "same"), ("d", "added")]
    assert told([A, B, C], [C, A, B]) == [("c", "moved"), ("a", "same"), ("b", "same")]
    longer = replace(B, minutes=20, papers=("测算报告（第2版）",))
    pair = compared([A, B], [A, longer])[1]
    assert (pair.standing, pair.changed) == ("changed", ("minutes", "papers"))
    assert (pair.before, pair.after) == (B, longer)


def test_a_later_hour_is_no_change_of_its_own():
    assert unchanged([A, B], [A, replace(B, starts="09:30")])
    assert "starts" not in COMPARED


def test_a_line_is_kept_and_read_whole():
    line = replace(A, minutes=None, papers=("甲（第1版）", "乙（第3版）"))
    assert line_of(line.as_json()) == line


@given(AGENDAS, AGENDAS)
def test_both_versions_can_be_read_off_the_comparison(before, after):
    pairs = compared(before, after)
    assert [pair.after for pair in pairs if pair.after] == after
    assert sorted(pair.before.id for pair in pairs if pair.before) == sorted(line.id for line in before)
    old, new = {line.id for line in before}, {line.id for line in after}
    assert {pair.after.id for pair in pairs if pair.after and not pair.before} == new - old
    assert {pair.before.id for pair in pairs if pair.before and not pair.after} == old - new


@given(AGENDAS, AGENDAS)
def test_what_is_not_called_moved_kept_its_order(before, after):
    stayed = [pair.after.id for pair in compared(before, after) if pair.after and pair.before and not pair.moved]
    assert stayed == [line.id for line in before if line.id in stayed]
    assert unchanged(before, after) == (before == after)


@given(AGENDAS.filter(bool), st.data())
def test_of_one_item_that_was_moved_one_is_told(before, data):
    moved, to = data.draw(st.sampled_from(before)), data.draw(st.integers(0, 7))
    rest = [line for line in before if line != moved]
    after = [*rest[:to], moved, *rest[to:]]
    assert sum(pair.moved for pair in compared(before, after)) == (before != after)
