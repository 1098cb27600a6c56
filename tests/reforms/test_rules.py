"""Figures as then and as now, without a database."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from service.charter.lineage import Heir, Lineage, Step
from service.reforms.rules import Part, Work, as_now, as_then

UNITS, CODES = "ABCDEFG", ("X", "Y", "Z")
days = st.dates(date(2011, 1, 1), date(2026, 1, 1))
works = st.builds(Work, *[st.integers(0, 50)] * 5)


@st.composite
def lineages(draw):
    """Reforms of any kind, year after year; each day a unit goes into others or stays among them."""
    steps = []
    for day in draw(st.lists(days, unique=True, max_size=6)):
        for unit in draw(st.sets(st.sampled_from(UNITS), max_size=3)):
            heirs = draw(st.lists(st.sampled_from(UNITS), unique=True, max_size=3))
            shares = [Heir(heir, frozenset(draw(st.sets(st.sampled_from(CODES))))) for heir in heirs]
            steps.append(Step(unit, "merge", tuple(shares), day))
    return Lineage(steps)


parts = st.lists(
    st.builds(Part, st.sampled_from(UNITS), works, st.sampled_from((None, *CODES)), st.one_of(st.none(), days)),
    max_size=20,
)


@given(lineages(), parts)
def test_succession_preserves_totals(lineage, done):
    then, now = as_then(done), as_now(done, lineage)
    assert sum(then.values(), Work()) == sum(now.values(), Work()) == sum((part.work for part in done), Work())


def test_after_a_merger_the_successor_shows_the_sum_of_the_two():
    """Source: dossier 2.3 (合并后同比用“两局之和”)."""
    merged = date(2018, 6, 15)
    lineage = Lineage([Step(key, "merge", (Heir("TAX", frozenset({"TX1"})),), merged) for key in ("STAX", "LTAX")])
    done = [
        Part("STAX", Work(led=3, closed=2), "TX1", date(2018, 3, 1)),
        Part("LTAX", Work(led=1, closed=1), "TX1", date(2018, 4, 1)),
        Part("TAX", Work(led=2), "TX1"),
        Part("COM", Work(led=5), "SW1"),
    ]
    assert as_then(done)["STAX"] == Work(led=3, closed=2)
    assert as_now(done, lineage) == {"TAX": Work(led=6, closed=3), "COM": Work(led=5)}


def test_of_a_unit_that_split_each_successor_shows_what_its_duties_brought():
    split = date(2024, 1, 1)
    lineage = Lineage([Step("A", "split", (Heir("A", frozenset({"X"})), Heir("B", frozenset({"Y"}))), split)])
    done = [
        Part("A", Work(led=1), "X", date(2023, 5, 1)),
        Part("A", Work(led=1), "Y", date(2023, 6, 1)),
        Part("A", Work(led=1), "Y", date(2024, 6, 1)),
        Part("A", Work(came=1), None, date(2023, 6, 1)),
    ]
    assert as_now(done, lineage) == {"A": Work(led=2, came=1), "B": Work(led=1)}
