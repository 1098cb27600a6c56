"""Background work as its administrator sees it, on the page and by API: what was given up, and trying it again."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, delete, select, update

from service.jobs.rules import brief
from service.rooms import handlers
from tenants import ledger
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tenants.exchange import RELAY
from tenants.ledger import Bell, Job
from tenants.models import Tenant
from tests.factories import a_small_province, a_tenant, a_token, bearing, signed_in

ERROR = "IntegrityError('(psycopg.errors.UniqueViolation) duplicate key\\nDETAIL: Key (name)=(张伟) exists [SQL: …]')"


@pytest.fixture
def tenant(engine):
    return a_small_province(engine)[1]


def a_job(engine: Engine, tenant: Tenant, *, dead: bool = True, dedupe: str | None = None) -> UUID:
    """A job of that tenant, given up unless said otherwise."""
    with acting_for(engine, tenant.id) as session, session.begin():
        job_id = ledger.post(session, RELAY, {"publication": str(uuid4())}, dedupe=dedupe)
        if dead:
            given_up = {"state": "dead", "attempts": ledger.MAX_ATTEMPTS, "error": ERROR}
            session.execute(update(Job).where(Job.id == job_id).values(**given_up))
            session.execute(delete(Bell).where(Bell.job_id == job_id))
    return job_id


def state(engine: Engine, tenant: Tenant, job_id: UUID) -> tuple[str, int]:
    with acting_for(engine, tenant.id) as session:
        job = session.scalars(select(Job).where(Job.id == job_id)).one()
        return job.state, job.attempts


def test_an_empty_list_says_that_there_is_nothing_to_do(app, engine):
    tenant = a_tenant(engine)
    text = signed_in(app, engine, tenant, "SA").get(f"/t/{tenant.slug}/jobs/").text
    assert "后台任务都已办完" in text


def test_the_administrator_sees_what_was_given_up_and_tries_it_again(app, engine, tenant):
    dead, waiting = a_job(engine, tenant), a_job(engine, tenant, dead=False)
    admin, root = signed_in(app, engine, tenant, "SA"), f"/t/{tenant.slug}/jobs/"
    text = admin.get(root).text
    assert str(dead) in text and str(waiting) in text
    assert "上报送达上级" in text and "失败待处理" in text
    assert text.count("/revival") == 1, "only what was given up is tried again"
    assert str(waiting) not in admin.get(f"{root}?state=dead").text
    assert str(dead) in admin.get(f"{root}?q={str(dead)[:20]}").text
    again = admin.post(f"{root}{dead}/revival", follow_redirects=True)
    assert again.status_code == 200 and "任务已重新提交" in again.text
    assert state(engine, tenant, dead) == ("waiting", 0)
    with acting_for(engine, tenant.id) as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "job.manage")).one()
    assert line.subject == f"job:{dead}" and line.detail["attempts"] == ledger.MAX_ATTEMPTS


def test_a_job_that_is_tried_again_is_done_once_its_cause_is_mended(app, engine, tenant):
    dead = a_job(engine, tenant)
    signed_in(app, engine, tenant, "SA").post(f"/t/{tenant.slug}/jobs/{dead}/revival")
    assert ledger.run(engine, tenant.id, dead, handlers() | {RELAY: lambda _work: None})
    assert state(engine, tenant, dead)[0] == "done"


@pytest.mark.parametrize("role", ["SEC", "AUD"])
def test_the_other_administrators_look_and_change_nothing(app, client, engine, tenant, role):
    dead, root = a_job(engine, tenant), f"/t/{tenant.slug}/jobs/"
    browser = signed_in(app, engine, tenant, role)
    assert str(dead) in browser.get(root).text
    assert "/revival" not in browser.get(root).text
    assert browser.post(f"{root}{dead}/revival").status_code == 403
    key = bearing(a_token(engine, tenant, role))
    assert client.post(f"/api/v1/t/{tenant.slug}/jobs/{dead}/revival", headers=key).status_code == 403
    assert state(engine, tenant, dead)[0] == "dead"


@pytest.mark.parametrize("role", ["OS", "CV", "LI"])
def test_who_works_with_the_business_does_not_see_it(app, engine, tenant, role):
    assert signed_in(app, engine, tenant, role).get(f"/t/{tenant.slug}/jobs/").status_code == 403
    assert signed_in(app, engine, tenant, "SA").get(f"/t/{tenant.slug}/jobs/").status_code == 200


def test_an_error_is_shown_without_the_rows_it_quotes(app, client, engine, tenant):
    dead, key = a_job(engine, tenant), bearing(a_token(engine, tenant, "SA"))
    page = signed_in(app, engine, tenant, "SA").get(f"/t/{tenant.slug}/jobs/").text
    program = client.get(f"/api/v1/t/{tenant.slug}/jobs/{dead}", headers=key)
    assert "UniqueViolation" in page and "张伟" not in page
    assert program.json["error"] == brief(ERROR) and "张伟" not in program.text
    assert "payload" not in program.json


def test_the_api_lists_and_revives_once(client, engine, tenant):
    dead, key = a_job(engine, tenant), bearing(a_token(engine, tenant, "SA"), Idempotency_Key="again")
    root = f"/api/v1/t/{tenant.slug}/jobs"
    listed = client.get(f"{root}?state=dead", headers=key).json
    assert (listed["total"], listed["items"][0]["id"]) == (1, str(dead))
    first, second = (client.post(f"{root}/{dead}/revival", headers=key) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json["state"] == "waiting" and second.headers["Idempotency-Replayed"] == "true"
    refused = client.post(f"{root}/{dead}/revival", headers=key | {"Idempotency-Key": "once more"})
    assert refused.status_code == 409 and "只有失败待处理的任务" in refused.json["detail"]


def test_a_job_of_another_tenant_is_as_missing_as_one_that_never_was(client, engine, tenant):
    other, key = a_tenant(engine), bearing(a_token(engine, tenant, "SA"))
    root = f"/api/v1/t/{tenant.slug}/jobs"
    foreign, none = (client.post(f"{root}/{one}/revival", headers=key) for one in (a_job(engine, other), uuid4()))
    assert foreign.status_code == none.status_code == 404
    assert foreign.json == none.json


def test_the_list_is_a_file_too(app, engine, tenant):
    dead = a_job(engine, tenant)
    table = (
        signed_in(app, engine, tenant, "SA").get(f"/t/{tenant.slug}/jobs/?format=csv").get_data().decode("utf-8-sig")
    )
    assert str(dead) in table and "失败待处理" in table and "张伟" not in table


def test_a_dead_job_gives_way_to_a_twin_that_waits(engine, tenant):
    dead = a_job(engine, tenant, dedupe="once")
    twin = a_job(engine, tenant, dead=False, dedupe="once")
    with acting_for(engine, tenant.id) as session, session.begin():
        assert ledger.revive(session, dead)
    assert state(engine, tenant, dead)[0] == "cancelled"
    assert state(engine, tenant, twin)[0] == "waiting"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, ""),
        ("ValueError('第三季度')", "ValueError('第三季度')"),
        (ERROR, "IntegrityError('(psycopg.errors.UniqueViolation) duplicate key"),
        ("X('a [SQL: SELECT]", "X('a"),
        ("y" * 500, "y" * 160),
    ],
)
def test_an_error_in_brief(error, said):
    assert brief(error) == said
