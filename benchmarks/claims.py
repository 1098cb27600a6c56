"""The claims, each measured beside the plain SQL, or the emptiest page, that it cannot beat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from time import sleep

from sqlalchemy import delete, text

from benchmarks.browser import Browser
from benchmarks.changing import Change
from benchmarks.data import AFTER, BUSY, CITY, PERIOD, PROVINCE, tenant
from benchmarks.dispatching import Sender, gathered, pages
from benchmarks.memory import megabytes
from benchmarks.migrating import alter_and_undo, one_more_revision
from benchmarks.opening import Opener
from benchmarks.result import Result, absolute, ratio
from benchmarks.stage import House, Stage
from benchmarks.statements import replay, said_by
from benchmarks.timing import Timed, in_turn
from service.kit.paging import Asked
from service.oversight.queries import board
from service.tasks.queries import ledger
from tenants import rollup
from tenants.db import acting_for
from tenants.rollup import Rollup

TASKS = f"/t/{CITY}/tasks/?per_page=50&year={PERIOD.year}"
BOARD = f"/t/{PROVINCE}/board/?scope=all&per_page=200&period={PERIOD}"
Claim = Callable[[Stage, int], Iterator[Result]]


# --- (a) the wall ---


def page_with_the_wall(stage: Stage, rounds: int) -> Iterator[Result]:
    """A page of 50 tasks with row-level security and the tenant set at BEGIN, and without."""
    city = tenant(stage.large.engine, CITY)
    with acting_for(stage.large.engine, city.id) as session:
        listed = partial(ledger, session, Asked(filters={"year": str(PERIOD.year)}), PERIOD.end)
        asked = said_by(stage.large.engine, listed)
    fenced, plain = in_turn(
        rounds * 8, partial(replay, stage.large.engine, city.id, asked), partial(replay, stage.open_engine, None, asked)
    )
    yield ratio("a", "page of 50 tasks among 300,000, SQL", "the same SQL, no wall, no tenant set", fenced, plain, 1.25)
    fenced, plain = in_turn(rounds * 2, reading(stage.large.city, TASKS), reading(stage.open_city, TASKS))
    yield ratio("a", "page of 50 tasks, HTTP", "the same service without the wall", fenced, plain, 1.1)


# --- (b) the board ---


def board_of_a_province(stage: Stage, rounds: int) -> Iterator[Result]:
    """Every place of the province on one page."""
    province = tenant(stage.large.engine, PROVINCE)
    with acting_for(stage.large.engine, province.id) as session:
        asked = said_by(stage.large.engine, partial(board, session, province, PERIOD, AFTER, deep=True))
    figures = "SELECT source_id, code, numerator, denominator FROM figure WHERE tenant_id = %s AND period = %s"
    limit = [(figures, (province.id, str(PERIOD)))]
    whole, least = in_turn(
        rounds * 2,
        partial(replay, stage.large.engine, province.id, asked),
        partial(replay, stage.large.engine, province.id, limit),
    )
    yield absolute("b", "board of a province, SQL", "one SELECT of the figures on it", whole, least, 5)
    page, nothing = in_turn(rounds, reading(stage.large.province, BOARD), reading(stage.large.province, "/healthz"))
    yield absolute("b", "board of a province, HTTP", "the emptiest answer of the same server", page, nothing, 60)


# --- (c) a change ---


def change_to_the_root(stage: Stage, rounds: int) -> Iterator[Result]:
    """A city corrects its figures; the province's total shows them."""
    change = Change(stage.large.engine)
    change.check()
    what = "one change until the root shows it"
    acts = change.published, change.recomputed_plainly, change.recomputed
    # Warm until each connection sends its statements prepared and the server has their plans: a process that runs.
    changed, least, ours = in_turn(rounds, *acts, warm_up=rounds * 2, between=change.prepared)
    yield ratio("c", what, "the same figures of one tenant in one SQL statement", changed, least, 10)
    yield ratio("c", what, "recomputing one tenant's figures as the product does", changed, ours, None)
    yield ratio("c", "recomputing one tenant's figures as the product does", "the one SQL statement", ours, least, None)
    with change.rung_at(stage.large.at.redis):
        (awaited,) = in_turn(rounds, change.awaited, between=change.prepared)
    yield absolute("c", f"{what}, carried by the worker", "the same in one process, above", awaited, changed, None)


# --- (d) rebuilding ---

GROUPED = """
SELECT period, via_id, code, sum(numerator) FILTER (WHERE status = 'reported'),
       sum(denominator) FILTER (WHERE status = 'reported'), count(*) FILTER (WHERE status = 'reported')
FROM figure WHERE tenant_id = :holder GROUP BY period, via_id, code
"""


def full_rebuild(stage: Stage, rounds: int) -> Iterator[Result]:
    """Every pre-rolled row of the province anew from what was delivered to it."""
    engine, province = stage.large.engine, tenant(stage.large.engine, PROVINCE)

    def rebuilt() -> None:
        with acting_for(engine, province.id) as session, session.begin():
            rollup.rebuild(session)

    def grouped() -> None:
        with acting_for(engine, province.id) as session:
            session.execute(text(GROUPED), {"holder": province.id}).all()

    def emptied() -> None:
        with acting_for(engine, province.id) as session, session.begin():
            session.execute(delete(Rollup).where(Rollup.tenant_id == province.id))

    limit = "one GROUP BY over the same rows"
    whole, least = in_turn(rounds, rebuilt, grouped, between=emptied)[:2]
    yield ratio("d", "full rebuild of the province's sums, all lost", limit, whole, least, 2)
    whole, least = in_turn(rounds, rebuilt, grouped)
    yield ratio("d", "full rebuild of the province's sums, none wrong", limit, whole, least, 2)


# --- (e) opening a tenant ---


def opening_a_tenant(stage: Stage, rounds: int) -> Iterator[Result]:
    """One more place with its charter, its first administrator's seat and its audit chain, among few and many."""
    few, many = Opener(stage.small.engine, "410000"), Opener(stage.large.engine, "130000")
    small, large, least = in_turn(rounds, few.opened, many.opened, many.repeated, warm_up=1)
    yield absolute("e", "opening a tenant among 3,000", "the same INSERTs sent again as they are", large, least, 60)
    yield ratio("e", "opening a tenant among 3,000", "opening one among 10", large, small, 1.1)


# --- (f) neighbours ---


def page_among_many(stage: Stage, rounds: int) -> Iterator[Result]:
    """One city's page of tasks, with few neighbours and with many."""
    many, few = in_turn(rounds * 2, reading(stage.large.city, TASKS), reading(stage.small.city, TASKS))
    yield ratio("f", "one tenant's page among 3,000, HTTP", "the same page among 10", many, few, 1.1)


# --- (g) migrations ---


def additive_migration(stage: Stage, rounds: int) -> Iterator[Result]:
    """A new column on the table of tasks, by Alembic."""
    small, large = stage.small.at.owner, stage.large.at.owner
    with one_more_revision() as extra:
        many, few, least = in_turn(
            max(3, rounds // 2),
            partial(extra.up, large),
            partial(extra.up, small),
            partial(alter_and_undo, large),
            warm_up=1,
            between=partial(extra.down, small, large),
        )
        extra.down(small, large)
    yield ratio("g", "an additive migration with 3,000 tenants", "the same with 10 tenants", many, few, 1.25)
    yield absolute("g", "an additive migration with 3,000 tenants", "ALTER TABLE alone", many, least, None)


# --- (h) memory ---


def memory_at_rest(stage: Stage, _rounds: int) -> Iterator[Result]:
    """The whole stack with 3,000 tenants, after the readings above, when nobody asks for anything."""
    sleep(3)
    proportional, alone = megabytes(stage.large.pid)
    what = "memory of the whole stack at rest, as if alone on the machine"
    yield Result("h", what, "its PSS beside what else runs here now", alone, proportional, 500, False, "MB", 1)


# --- (i) dispatch ---


def dispatch_to_everybody(stage: Stage, rounds: int) -> Iterator[Result]:
    """One task from the province to 3,000 places directly below it, and the inbox of one of them."""
    few = Sender(stage.small)
    with gathered(stage.large):
        many = Sender(stage.large)
        to = f"a dispatch to {len(many.places):,} places"
        sent, least = in_turn(max(3, rounds // 4), many.sent, many.set_based, warm_up=1, between=many.written)
        yield ratio("i", f"{to}: sealed, numbered, on its way", "its bare rows by INSERT … SELECT", sent, least, 15)
        many.dropped()
        one, bare = "delivering to one of 3,000 places, with receipt and both records", many.bare_row()
        acts = many.delivered, few.delivered, bare
        large, small, least = in_turn(rounds * 5, *acts, between=lambda: (many.ready(), few.ready()))
        yield ratio("i", one, "the one INSERT of the row in its place", large, least, 30)
        yield ratio("i", one, "delivering among 10 places", large, small, 1.25)
        many.dropped()
        yield from _carried(many, to, large)
    yield from _read(stage, rounds, to)


def _carried(many: Sender, to: str, here: Timed) -> Iterator[Result]:
    took, whole, most = many.carried()
    each = Timed((whole / len(many.places) * 1000,))
    yield Result("i", f"{to}, sent and carried by one worker", "the sending alone", whole, took, None, False, "s", 1)
    yield ratio("i", "the same, for each place", "delivering to one in this process", each, here, 2)
    yield Result("i", "memory of the whole stack meanwhile", "the aim at rest", most, 500, 700, False, "MB", 1)


def _read(stage: Stage, rounds: int, to: str) -> Iterator[Result]:
    inbox, sent = pages(stage.large)
    many, few, listed = in_turn(rounds * 2, inbox, pages(stage.small)[0], sent)
    yield ratio("i", "one place's inbox among 3,000, HTTP", "the same page among 10", many, few, 1.1)
    yield absolute("i", f"the sender's list of {to}, HTTP", "the inbox of one place", listed, many, None)


# --- (j) many tasks ---


def list_of_very_many(stage: Stage, rounds: int) -> Iterator[Result]:
    """A page of 50 in a place that has 200,000 tasks itself, with few neighbours and with many."""
    many, few = _busy_list(stage.large), _busy_list(stage.small)
    first = "SELECT * FROM task WHERE tenant_id = %s AND year = %s ORDER BY due, id LIMIT 50"
    counted = "SELECT count(*) FROM task WHERE tenant_id = %s AND year = %s"
    busy = tenant(stage.large.engine, BUSY).id
    limit = [(first, (busy, PERIOD.year)), (counted, (busy, PERIOD.year))]
    large, small, least = in_turn(rounds, many, few, partial(replay, stage.large.engine, busy, limit))
    what = "page of 50 among 200,000 tasks of one tenant, SQL"
    yield absolute("j", what, "its 50 rows and their number", large, least, 60)
    yield ratio("j", f"{what}, beside 3,000 tenants", "the same beside 10", large, small, 1.1)


def _busy_list(house: House) -> Callable[[], object]:
    at = tenant(house.engine, BUSY)
    with acting_for(house.engine, at.id) as session:
        listed = partial(ledger, session, Asked(filters={"year": str(PERIOD.year)}), PERIOD.end)
        return partial(replay, house.engine, at.id, said_by(house.engine, listed))


CLAIMS: dict[str, Claim] = {
    "a": page_with_the_wall,
    "b": board_of_a_province,
    "c": change_to_the_root,
    "d": full_rebuild,
    "e": opening_a_tenant,
    "f": page_among_many,
    "g": additive_migration,
    "h": memory_at_rest,
    "i": dispatch_to_everybody,
    "j": list_of_very_many,
}


def reading(browser: Browser, path: str) -> Callable[[], object]:
    """The page, whole."""
    return partial(browser.get, path)
