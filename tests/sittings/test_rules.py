"""What a sitting counts and keeps, without a database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.sittings.rules import (
    CODE_LENGTH,
    CODE_SIGNS,
    SHANGHAI,
    Seen,
    Span,
    Version,
    asides,
    came_late,
    counted,
    current,
    elapsed,
    following,
    place,
    plain_code,
    settled_text,
    shown_code,
)

NINE = datetime(2026, 9, 1, 9, 0, tzinfo=SHANGHAI)


def arrive(versions: list[Version], text: str, base: int, settles: int | None = None) -> list[Version]:
    placed = place(versions, text, base, settles)
    if placed.kept_as is not None:
        return versions
    return [*versions, Version(len(versions) + 1, text, placed.aside, placed.settles)]


WRITES = st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.integers(0, 6), st.none() | st.integers(1, 6)), max_size=12)


@given(WRITES)
def test_whatever_arrives_in_whatever_order_no_text_is_lost_and_none_is_overwritten_unseen(writes):
    versions: list[Version] = []
    for text, base, settles in writes:
        before, now = versions, current(versions)
        versions = arrive(versions, text, base, settles)
        assert versions[: len(before)] == before
        assert any(version.text == text for version in versions)
        if current(versions) != now:
            assert base == (now.revision if now else 0), "only who saw the current version replaces it"


def test_a_text_upon_an_older_version_stands_aside_until_it_is_settled():
    both = arrive(arrive(arrive([], "甲", 0), "甲乙", 1), "甲丙", 1)
    assert (current(both) or both[0]).text == "甲乙"
    assert [version.text for version in asides(both)] == ["甲丙"]
    typed_on = arrive(both, "甲丙丁", 1, settles=3)
    assert [version.text for version in asides(typed_on)] == ["甲丙丁"], "who types on replaces his own text aside"
    settled = arrive(typed_on, "甲乙丙丁", 2, settles=4)
    assert (current(settled) or both[0]).text == "甲乙丙丁"
    assert asides(settled) == []


def test_what_says_nothing_new_is_no_version():
    one = arrive([], "甲", 0)
    assert arrive(one, "甲", 1) == one
    two = arrive(one, "乙", 1)
    assert arrive(two, "甲", 1) == two, "unchanged by its writer, and replaced meanwhile"
    assert arrive(two, "乙", 1) == two


def test_of_two_texts_one_is_chosen_or_both_are_joined():
    assert settled_text("mine", "甲", "乙") == "甲"
    assert settled_text("theirs", "甲", "乙") == "乙"
    assert settled_text("both", "甲", "乙") == "乙\n甲"
    assert settled_text("text", "甲", "乙", "丙") == "丙"


def test_the_list_counts_people_and_units_and_observers_apart():
    people = [
        Seen(1, True, "present"),
        Seen(1, True, None),
        Seen(2, True, "proxy"),
        Seen(3, True, None, excused=True),
        Seen(4, True, "absent"),
        Seen(None, True, "present"),
        Seen(5, False, "present"),
        Seen(6, False, None),
    ]
    count = counted(people, 67)
    assert (count.expected, count.present, count.proxy, count.leave, count.absent, count.waiting) == (6, 2, 1, 1, 1, 1)
    assert (count.observers, count.came) == (1, 3)
    assert (count.units, count.units_came, count.units_needed, count.short) == (4, 2, 3, True)
    assert counted(people, 50).short is False
    assert counted(people, None).short is False


@given(
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["present", "proxy", "leave", "absent", None]))),
    st.integers(1, 100),
)
def test_the_units_needed_are_the_fewest_that_make_the_quorum(rows, percent):
    count = counted([Seen(unit, True, came) for unit, came in rows], percent)
    assert count.short is (count.units_came < count.units_needed)
    assert count.expected == count.came + count.leave + count.absent + count.waiting


def test_who_signs_in_within_the_first_minute_is_in_time():
    day = date(2026, 9, 1)
    assert came_late(NINE + timedelta(seconds=59), day, time(9)) is False
    assert came_late(NINE + timedelta(minutes=1), day, time(9)) is True
    assert came_late(NINE, day, None) is False
    assert came_late(None, day, time(9)) is False


def test_an_item_taken_up_twice_took_both_times():
    over = Span(NINE, NINE + timedelta(minutes=10))
    running = Span(NINE + timedelta(minutes=30))
    assert elapsed([over, running], NINE + timedelta(minutes=35)) == timedelta(minutes=15)
    assert elapsed([], NINE) == timedelta()


def test_what_follows_is_the_first_after_it_that_was_not_taken_up():
    assert following([*"abc"], "a", ["a"]) == "b"
    assert following([*"abc"], "b", ["b"]) == "c"
    assert following([*"abc"], "c", ["b", "c"]) == "a", "one that was passed over comes at the end"
    assert following([*"abc"], None, []) == "a"
    assert following([*"ab"], "b", ["a", "b"]) is None


@given(st.text(CODE_SIGNS, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_is_found_again_however_it_is_typed(code):
    assert plain_code(shown_code(code).lower().replace("-", " ")) == code
