"""A matter against a simple model of it: any verb at any time, allowed or refused as the model says.

The model knows the rules of dossier 1.3 X1 and 1.4 R6 in its own words; it shares no code with the room.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, ClassVar

from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from service.agendas.models import AgendaItem
from service.matters import commands, consulting, dissent, queries, reporting
from service.matters.models import Deliberation
from service.matters.rules import deliberated
from tenants.errors import LianxiError
from tests.matters.course import DAY, LATER, TALK, Table

HOLDERS = {"CZ1": ("FIN",), "SW5": ("COM",), "TX1": ("STAX", "LTAX"), "": ()}
KEYS = ("FIN", "COM", "STAX", "LTAX", "WOMEN")
SAID = ("agreed", "conditional", "objected")
passage = st.tuples(st.sampled_from(["资金", "资金。", "网络", "总则"]), st.sampled_from(list(HOLDERS)))
bodies = st.lists(passage, min_size=1, max_size=4)
keys = st.sampled_from(KEYS)
Body = list[tuple[str, str]]
SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)


class Model:
    """What should be true of the matter."""

    def __init__(self, body: Body, *, with_dissent: bool) -> None:
        self.body, self.with_dissent = body, with_dissent
        self.state = "draft"
        self.outcomes: list[str | None] = []
        self.consulted = False
        self.units: dict[str, str] = {}
        self.scopes: dict[str, frozenset[str]] = {}  # empty: the whole text
        self.by_hand: set[str] = set()
        self.removals: set[str] = set()
        self.case: str | None = None
        self.rounds = 0
        self.parties: set[str] = set()
        self.tendency = False
        self.open_instructions = 0

    @property
    def gate(self) -> str:
        if "passed" in self.outcomes:
            return "passed"
        if None in self.outcomes:
            return "waiting"
        return self.outcomes[-1] or "none" if self.outcomes else "none"

    @property
    def can_go_up(self) -> bool:
        stand = {key: state for key, state in self.units.items() if state != "removed"}
        if self.with_dissent and self.tendency and self.case == "apart":
            stand = {k: s for k, s in stand.items() if not (k in self.parties and s in ("conditional", "objected"))}
        return self.gate == "passed" and self.consulted and all(state == "agreed" for state in stand.values())

    def wanted(self) -> dict[str, frozenset[str]]:
        """The units that hold a cited duty, with those duties."""
        found: dict[str, set[str]] = {}
        for _word, code in self.body:
            for key in HOLDERS[code]:
                found.setdefault(key, set()).add(code)
        return {key: frozenset(codes) for key, codes in found.items()}

    @staticmethod
    def given(body: Body, scope: frozenset[str]) -> Body:
        """What a unit with that scope was given to read."""
        return [(word, code) for word, code in body if not scope or not code or code in scope]

    def list_units(self) -> None:
        wanted = self.wanted()
        for key in [key for key in self.units if key not in wanted]:
            if self.units[key] == "listed" and key not in self.by_hand:
                del self.units[key], self.scopes[key]
                self.removals.discard(key)
            else:
                self.scopes[key] = frozenset()
        for key, codes in wanted.items():
            self.units.setdefault(key, "listed")
            self.scopes[key] = codes

    def edited(self, body: Body) -> None:
        """After the units were asked: who is touched is asked anew, who is newly concerned is asked."""
        before, self.body = self.body, body
        wanted = self.wanted()
        for key, state in list(self.units.items()):
            had = self.scopes[key]
            if state == "removed":
                if wanted.get(key, frozenset()) - had:
                    self.units[key], self.scopes[key] = "asked", wanted[key]
                continue
            has = wanted.get(key, had) if had else had
            if has != had or self.given(before, had) != self.given(body, has):
                self.units[key], self.scopes[key] = "asked", has
        for key in wanted.keys() - self.units.keys():
            self.units[key], self.scopes[key] = "asked", wanted[key]

    def answered(self, key: str, state: str) -> None:
        self.units[key] = state
        if state == "objected":
            if self.case is None:
                self.rounds, self.parties = 0, {k for k, s in self.units.items() if s not in ("listed", "removed")}
            self.case, self.parties = "open", self.parties | {key}
        elif self.case and not {"objected", "conditional"} & set(self.units.values()):
            self.case = None


class MatterMachine(RuleBasedStateMachine):
    """Every verb at any time."""

    steps: ClassVar[Counter[str]] = Counter()  # how often each verb was done, and refused

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table, self.seat = table, table.seat

    @initialize(body=bodies, with_dissent=st.booleans(), stage=st.integers(0, 4))
    def raise_it(self, body: Body, with_dissent: bool, stage: int) -> None:
        """A draft, or one that is on its way already: chance alone seldom gets far."""
        self.table.decided(escalation_with_dissent=with_dissent)
        self.model = Model(body, with_dissent=with_dissent)
        unit = self.table.id("CIVIL")
        passages = self.table.passages(*body)
        self.row = commands.draft_matter(
            self.seat, kind="major_issue", unit_id=unit, title="事项", passages=passages, on=DAY
        )

        steps = (
            (self.submit, self.accept),
            (self.consult,),
            (self.everybody_agrees, self.place),
            (self.passes, self.sign),
        )
        for step in [step for group in steps[:stage] for step in group]:
            step()

    def passes(self) -> None:
        self.conclude("passed")

    def attempt(self, verb: str, allowed: bool, act: Any, **given: Any) -> bool:
        """The verb is done if the model allows it; else it is refused, with the article, and nothing has changed."""
        try:
            act(self.seat, self.row.id, **given)
        except LianxiError as refusal:
            self.seat.session.rollback()
            assert not allowed, f"{verb} was refused: {refusal.message}"
            assert refusal.source and refusal.source.startswith("制度"), f"{verb}: {refusal.message}"
            self.steps[f"{verb} refused"] += 1
            return False
        assert allowed, f"{verb} was done and should not have been"
        self.steps[verb] += 1
        return True

    def in_state(self, *states: str) -> bool:
        return self.model.state in states

    def moved(self, verb: str, allowed: bool, act: Any, to: str, **given: Any) -> None:
        if self.attempt(verb, allowed, act, **given):
            self.model.state = to

    @rule(body=bodies)
    def write(self, body: Body) -> None:
        allowed = self.in_state("draft", "returned")
        if self.attempt(
            "write", allowed, commands.rewrite_draft, title="事项", passages=self.table.passages(*body), on=DAY
        ):
            self.model.body = body

    @rule()
    def submit(self) -> None:
        self.moved("submit", self.in_state("draft", "returned"), commands.submit, "submitted", on=DAY)

    @rule(seldom=st.integers(0, 9))
    def withdraw(self, seldom: int) -> None:
        if seldom == 0 or not self.in_state("draft", "returned", "submitted"):
            allowed = self.in_state("draft", "returned", "submitted")
            self.moved("withdraw", allowed, commands.withdraw, "withdrawn", on=DAY)

    @rule()
    def accept(self) -> None:
        if self.attempt("accept", self.in_state("submitted"), commands.accept, on=DAY):
            self.model.state = "accepted"
            self.model.list_units()

    @rule(seldom=st.integers(0, 4))
    def send_back(self, seldom: int) -> None:
        if seldom == 0 or not self.in_state("submitted"):
            self.moved("return", self.in_state("submitted"), commands.return_matter, "returned", reason="补充", on=DAY)

    @rule()
    def place(self) -> None:
        allowed = self.in_state("accepted") and self.model.gate in ("none", "again")
        if self.attempt("place", allowed, commands.place, on=DAY):
            self.model.outcomes.append(None)

    @rule(outcome=st.sampled_from(["passed", "passed", "again", "not_passed"]))
    def conclude(self, outcome: str) -> None:
        """A meeting that was held says so; the room has no part in it."""
        if None not in self.model.outcomes:
            return
        session = self.seat.session
        placed = session.query(AgendaItem).join(Deliberation, Deliberation.agenda_item_id == AgendaItem.id)
        item = placed.filter(Deliberation.matter_id == self.row.id, AgendaItem.outcome.is_(None)).one()
        item.meeting_id, item.outcome = self.table.held_meeting, outcome
        session.commit()
        self.model.outcomes[-1] = outcome

    @rule()
    def consult(self) -> None:
        model = self.model
        listed = [key for key, state in model.units.items() if state == "listed"]
        allowed = self.in_state("accepted") and not model.consulted and bool(listed)
        if self.attempt("consult", allowed, consulting.open_consultation, on=DAY):
            model.list_units()
            model.consulted = True
            model.units |= {key: "asked" for key in listed}

    @rule(key=keys)
    def enlarge(self, key: str) -> None:
        model = self.model
        allowed = self.in_state("accepted") and model.units.get(key, "removed") == "removed"
        if self.attempt("enlarge", allowed, consulting.enlarge, unit_id=self.table.id(key), reason="涉及", on=DAY):
            model.scopes.setdefault(key, frozenset())
            model.by_hand.add(key)
            model.units[key] = "asked" if model.consulted else "listed"

    @rule(key=keys)
    def ask_removal(self, key: str) -> None:
        allowed = self.in_state("accepted") and self.model.units.get(key) in ("listed", "asked", "agreed")
        if self.attempt(
            "ask_removal", allowed, consulting.request_removal, unit_id=self.table.id(key), reason="无关", on=DAY
        ):
            self.model.removals.add(key)

    @rule(key=keys, approve=st.booleans())
    def decide_removal(self, key: str, approve: bool) -> None:
        model, state = self.model, self.model.units.get(key, "removed")
        others = [one for one, stands in model.units.items() if one != key and stands != "removed"]
        allowed = self.in_state("accepted") and key in model.removals and state != "removed"
        if approve:
            allowed = allowed and bool(others) and state in ("listed", "asked", "agreed")
        given = {"unit_id": self.table.id(key), "approve": approve}
        if self.attempt("decide_removal", allowed, consulting.decide_removal, **given, on=DAY):
            model.removals.discard(key)
            model.units[key] = "removed" if approve else state

    @rule(key=keys, opinion=st.sampled_from(["agree", "agree", "agree", "condition", "object"]))
    def answer(self, key: str, opinion: str) -> None:
        state = self.model.units.get(key, "removed")
        allowed = self.in_state("accepted") and self.model.consulted and state != "removed"
        given = {"unit_id": self.table.id(key), "opinion": opinion, "text": "理由"}
        if self.attempt(opinion, allowed, consulting.reply, **given, on=DAY):
            self.model.answered(key, {"agree": "agreed", "condition": "conditional", "object": "objected"}[opinion])

    @rule()
    def everybody_agrees(self) -> None:
        """So that the gates open now and then."""
        for key in [key for key, state in self.model.units.items() if state in ("asked", *SAID)]:
            self.answer(key, "agree")

    @rule(body=bodies, editorial=st.booleans())
    def revise(self, body: Body, editorial: bool) -> None:
        model = self.model
        plain = [[(word.strip("。"), code) for word, code in text] for text in (model.body, body)]
        allowed = self.in_state("accepted") and body != model.body and (not editorial or plain[0] == plain[1])
        given = {"title": "事项", "passages": self.table.passages(*body), "editorial": editorial, "reason": "修改"}
        if not self.attempt("revise", allowed, consulting.revise_text, **given, on=DAY):
            return
        if model.consulted and not editorial:
            model.edited(body)
        else:
            model.body = body
            if not model.consulted:
                model.list_units()

    @rule()
    def talk(self) -> None:
        words = {"participants": "各方", "points": "分歧", "conclusion": "统筹", "coordinator_name": "李主任"}
        words |= {"coordinator": "office_director"}
        allowed = self.in_state("accepted") and self.model.case is not None
        if self.attempt("talk", allowed, dissent.record_round, **words, held_at=TALK, on=LATER):
            self.model.rounds, self.model.case = self.model.rounds + 1, "open"

    @rule()
    def part(self) -> None:
        allowed = self.in_state("accepted") and self.model.case == "open" and self.model.rounds > 0
        if self.attempt("part", allowed, dissent.conclude_apart, conclusion="未一致", on=LATER):
            self.model.case = "apart"

    @rule()
    def prepare_dissent(self) -> None:
        model = self.model
        allowed = self.in_state("accepted") and model.with_dissent and model.case == "apart"
        if self.attempt("dissent", allowed, reporting.prepare_dissent, tendency="采纳", sides="各方", on=LATER):
            model.tendency = True

    @rule()
    def sign(self) -> None:
        allowed = self.in_state("accepted") and self.model.can_go_up
        self.moved("sign", allowed, reporting.sign, "signed", on=LATER)

    @rule(seldom=st.integers(0, 14))
    def discontinue(self, seldom: int) -> None:
        if seldom == 0 or not self.in_state("accepted"):
            allowed = self.in_state("accepted")
            self.moved("discontinue", allowed, commands.discontinue, "discontinued", reason="终止", on=DAY)

    @rule()
    def send(self) -> None:
        self.moved("send", self.in_state("signed"), reporting.send, "sent", number="呈1号", on=LATER)

    @rule()
    def receive(self) -> None:
        self.moved("receive", self.in_state("sent"), reporting.record_receipt, "received", receipt="收", on=LATER)

    @rule(key=keys)
    def instruct(self, key: str) -> None:
        words = {"text": "请办", "given_by": "省长", "given_on": LATER, "due": date(2026, 5, 1)}
        allowed = self.in_state("sent", "received")
        if self.attempt("instruct", allowed, reporting.instruct, **words, unit_id=self.table.id(key), on=LATER):
            self.model.open_instructions += 1

    @rule()
    def follow(self) -> None:
        waiting = [one for one in queries.instructions(self.seat.session, self.row.id) if one.done_on is None]
        assert len(waiting) == self.model.open_instructions
        if waiting and self.attempt(
            "follow",
            self.in_state("sent", "received"),
            reporting.follow,
            instruction_id=waiting[0].id,
            text="办",
            on=LATER,
        ):
            self.model.open_instructions -= 1

    @rule()
    def close(self) -> None:
        allowed = self.in_state("received") and not self.model.open_instructions
        self.moved("close", allowed, reporting.close, "closed", text="办结", on=LATER)

    @invariant()
    def agree(self) -> None:
        """What stands in the database is what the model says."""
        session, model = self.seat.session, self.model
        row = queries.matter(self.seat, self.row.id)
        assert row.state == model.state
        assert self.table.states(row) == model.units
        assert deliberated(queries.hearings(session, row.id)) == model.gate
        case = queries.unsettled(session, row.id)
        assert (case.state if case else None) == model.case
        if row.state == "accepted":
            assert (not queries.lacking(session, row, LATER)) == model.can_go_up
        session.rollback()


def machine(table: Table) -> type[MatterMachine]:
    """The machine on that table, with one meeting that was held."""
    table.held_meeting = table.met()

    class Here(MatterMachine):
        def __init__(self) -> None:
            super().__init__(table)

    return Here
