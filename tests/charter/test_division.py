from dataclasses import replace
from datetime import date
from uuid import uuid4

from config.catalogue import charter_template
from service.charter import commands, queries
from service.charter.division import Route, gaps, overlaps, route
from service.charter.opening import furnish
from service.charter.rules import Holding
from service.charter.text import DutyEntry, text_of
from tenants.db import acting_for
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in

TEXT = text_of(charter_template("province"))


def test_who_carries_a_duty_leads_and_the_others_cooperate():
    """Source: dossier 1.3."""
    held = [Holding("A", "assist"), Holding("B", "lead"), Holding("C", "cooperate")]
    assert route(held) == Route("B", ("A", "C"))
    assert route([Holding("A", "assist")]) == Route("A", ())  # the seed itself: 协助监督管理服务质量
    assert route([]) is None


def test_five_units_train_and_that_is_shown():
    """Source: seed 三: 人社、商务、总工会、团省委、妇联."""
    assert overlaps(TEXT)["training"] == ["HRSS", "COM", "UNION", "YOUTH", "WOMEN"]
    assert "other" not in overlaps(TEXT)


def test_a_duty_of_the_template_that_nobody_holds_is_a_gap_whether_dropped_or_left_empty():
    assert gaps(TEXT, TEXT) == []
    dropped = replace(TEXT, duties=tuple(duty for duty in TEXT.duties if duty.code != "RS3"))
    emptied = replace(
        TEXT, duties=tuple(replace(duty, holders=()) if duty.code == "RS3" else duty for duty in TEXT.duties)
    )
    for own in (dropped, emptied):
        assert [duty.code for duty in gaps(TEXT, own)] == ["RS3"]


ON = date(2026, 5, 6)


def test_any_room_may_ask_who_is_asked_under_a_duty(app, engine):
    """Source: dossier 1.3: TX1 is of both tax bureaus."""
    tenant = a_tenant(engine, furnish=furnish)
    held = (Holding("COM", "assist"), Holding("FIN", "lead"))
    more = DutyEntry("X1", "信用平台", "info_platform", holders=held)
    in_force(engine, tenant, lambda seat: commands.add_duty(seat, more), since=ON)
    program, headers = app.test_client(), bearing(a_token(engine, tenant, "LI"))
    root = f"/api/v1/t/{tenant.slug}"
    with acting_for(engine, tenant.id) as session:
        units = {unit.key: unit.id for unit in queries.units(session, ON)}
        duty = next(duty.id for duty in queries.duties(session, ON) if duty.code == "X1")
        assert queries.route_of(session, duty, ON) == (units["FIN"], [units["COM"]])
        assert queries.route_of(session, duty, date(2026, 5, 5)) is None, "not yet"
    answer = program.get(f"{root}/duties/{duty}/route", headers=headers)
    assert answer.json == {"lead": str(units["FIN"]), "cooperating": [str(units["COM"])]}
    assert program.get(f"{root}/duties/{uuid4()}/route", headers=headers).status_code == 404


def test_the_pages_show_gaps_and_overlaps_and_forbid_neither(app, engine):
    tenant = a_tenant(engine, furnish=furnish)
    in_force(engine, tenant, lambda seat: commands.remove_duty(seat, "RS3"), since=date(2026, 2, 1))
    page = signed_in(app, engine, tenant, "LI").get(f"/t/{tenant.slug}/charter/duties/").text
    assert "模板中无人承担的职责（1）" in page
    assert "从业人员培训：" in page
    commands.begin_draft(a_seat(engine, tenant, "OS"), on=ON)
    answer = app.test_client().get(
        f"/api/v1/t/{tenant.slug}/charter/draft/changes", headers=bearing(a_token(engine, tenant, "OS"))
    )
    assert answer.json["gaps"] == ["RS3"]
    assert {row["policy_field"] for row in answer.json["overlaps"]} >= {"training"}
