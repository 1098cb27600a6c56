from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.members import rules
from service.members.rules import PersonText
from tenants.errors import Refused

DAY = date(2026, 3, 1)
POSTS = [
    {"role": "liaison", "unit": None, "organ": "", "name": "处级干部", "rank": "处级"},
    {"role": "convener", "unit": "NDRC", "organ": "", "name": "主任", "rank": ""},
    {"role": "convener", "unit": None, "organ": "市政府", "name": "副秘书长", "rank": ""},
    {"role": "office_deputy", "unit": "COM", "organ": "", "name": "副局长", "rank": ""},
    {"role": "office_deputy", "unit": "COM", "organ": "", "name": "科长", "rank": ""},
]


def test_every_post_makes_a_place_and_every_unit_a_liaison():
    found = rules.places(POSTS, ["NDRC", "COM"])
    assert [place.key for place in found] == [
        "convener/NDRC/1",
        "convener/市政府/1",
        "office_deputy/COM/1",
        "office_deputy/COM/2",
        "liaison/NDRC/1",
        "liaison/COM/1",
    ]


@given(st.lists(st.sampled_from(POSTS), max_size=8), st.lists(st.sampled_from("ABCD"), unique=True))
def test_no_two_places_share_a_name(posts, units):
    keys = [place.key for place in rules.places(posts, units)]
    assert len(keys) == len(set(keys))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12))
def test_however_terms_are_entered_one_person_holds_the_post_at_a_time(starts):
    """Source: dossier 1.2 M2, M7: exactly one at any moment."""
    terms: list[tuple[date, date | None]] = []
    for offset in starts:
        begins = DAY + timedelta(days=offset)
        last = ("某某", terms[-1][0], terms[-1][1]) if terms else None
        try:
            rules.check_term(begins, last)
        except Refused:
            continue
        if terms and terms[-1][1] is None:
            terms[-1] = (terms[-1][0], begins - timedelta(days=1))
        terms.append((begins, None))
    for offset in range(401):
        day = DAY + timedelta(days=offset)
        assert sum(begins <= day and (ends is None or day <= ends) for begins, ends in terms) <= 1


def test_a_term_that_overlaps_the_last_is_refused_with_its_dates():
    rules.check_term(DAY, None)
    rules.check_term(DAY, ("张三", date(2026, 1, 1), None))
    with pytest.raises(Refused, match="张三自2026-03-01至今") as caught:
        rules.check_term(DAY, ("张三", DAY, None))
    assert caught.value.field == "from_date"
    with pytest.raises(Refused, match="至2026-03-31"):
        rules.check_term(DAY, ("张三", date(2026, 1, 1), date(2026, 3, 31)))


def test_a_person_has_a_name_and_a_number_that_can_be_dialled():
    rules.check_person(PersonText("张三", mobile="13800001234"))
    rules.check_person(PersonText("张三", mobile="0551-62345678"))
    rules.check_person(PersonText("张三"))
    with pytest.raises(Refused, match="姓名"):
        rules.check_person(PersonText(" "))
    with pytest.raises(Refused, match="电话"):
        rules.check_person(PersonText("张三", mobile="请打办公室"))


@pytest.mark.parametrize(
    ("number", "shown"), [("13800001234", "138****1234"), ("62345678", "******78"), ("", ""), ("12", "12")]
)
def test_a_number_is_shown_masked(number, shown):
    assert rules.masked(number) == shown


@given(st.text(alphabet="0123456789", min_size=5, max_size=18))
def test_a_mask_keeps_the_length_and_hides_at_least_three_digits(number):
    assert len(rules.masked(number)) == len(number)
    assert rules.masked(number).count("*") >= 3


def test_a_vacancy_counts_from_the_day_after_the_last_or_from_joining():
    assert rules.vacant_since(None, DAY) == DAY
    assert rules.vacant_since(date(2026, 5, 1), DAY) == date(2026, 5, 2)
    assert not rules.overdue(DAY, DAY + timedelta(days=15), 15)
    assert rules.overdue(DAY, DAY + timedelta(days=16), 15)
    assert not rules.overdue(DAY, DAY + timedelta(days=999), None)


def test_another_rank_than_asked_for_is_seen():
    assert rules.wrong_rank("科级", "处级")
    assert not rules.wrong_rank(" 处级 ", "处级")
    assert not rules.wrong_rank("科级", "")
