"""Two papers of the sample: one on which every unit's opinion was handled, one that units are still asked about."""

from __future__ import annotations

from datetime import date

from config.catalogue import SampleOpinion, SamplePaper, sample_papers
from config.workdays import NATIONAL
from service.charter.queries import rule, units
from service.consultations.commands import Paper, draft_consultation, send_consultation
from service.consultations.ending import close_consultation, remind
from service.consultations.handling import handle_opinion
from service.consultations.models import Consultation
from service.consultations.queries import Whole, whole
from service.consultations.replying import reply
from service.consultations.rules import AMEND, DEEMED, EXPLICIT, NO_OBJECTION, Opinion, Passage
from service.kit.seat import Seat

ASKED = (date(2026, 9, 7), date(2026, 11, 17))


def consult(seat: Seat) -> None:
    """The first paper is closed, the second waits for replies."""
    closed, open_one = sample_papers()
    _finish(seat, _ask(seat, closed, ASKED[0]), closed)
    _answer(seat, _ask(seat, open_one, ASKED[1]), open_one, within=3)


def _ask(seat: Seat, paper: SamplePaper, on: date) -> Whole:
    """The paper was sent to every unit but the lead, silence counting where the charter lets it."""
    asked = [unit.id for unit in units(seat.session, on) if not unit.is_lead]
    row = draft_consultation(
        seat,
        Paper(paper.title, paper.clauses, asked, seat.name, "0990-88120036", _mode(seat, on), True, paper.background),
        on,
    )
    return whole(seat.session, send_consultation(seat, row.id, on=on), on)


def _mode(seat: Seat, on: date) -> str:
    return DEEMED if rule(seat.session, "consult_deemed_no_objection", on) else EXPLICIT


def _answer(seat: Seat, found: Whole, paper: SamplePaper, *, within: int | None = None) -> None:
    """Units reply one by one, those with something to change first; `within`: only so many."""
    row = found.consultation
    for number, line in enumerate(found.lines[:within]):
        said = paper.opinions[number] if number < len(paper.opinions) else None
        day = NATIONAL.add(row.sent_on or ASKED[0], 1 + number % 3)
        reply(seat, row.id, unit_id=line.asked.unit_id, opinion=_opinion(paper, said), on=day)


def _opinion(paper: SamplePaper, said: SampleOpinion | None) -> Opinion:
    if said is None:
        return Opinion(NO_OBJECTION)
    return Opinion(AMEND, passages=(Passage(paper.clauses[said.clause], said.suggested, said.reason),))


def _finish(seat: Seat, found: Whole, paper: SamplePaper) -> None:
    """One unit keeps silent through both reminders; every opinion is handled."""
    row, due = found.consultation, found.terms.due
    _answer(seat, found, paper, within=len(found.lines) - 1)
    for back in (3, 1):
        remind(seat, row.id, how="电话催办", on=NATIONAL.add(due, -back))
    after = NATIONAL.add(due, 1)
    _handle(seat, row, paper, after)
    close_consultation(seat, row.id, remark="已电话核实，该单位正在研究，按未反馈处理", on=after)


def _handle(seat: Seat, row: Consultation, paper: SamplePaper, on: date) -> None:
    opened = [one for _line, one in whole(seat.session, row, on).to_handle]
    for one, said in zip(opened, paper.opinions, strict=False):
        handle_opinion(seat, row.id, one.id, outcome=said.outcome, outcome_reason=said.outcome_reason, on=on)
