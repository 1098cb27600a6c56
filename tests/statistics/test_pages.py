"""A period's figures: prepared, looked at, sealed, corrected; on pages and for programs."""

from datetime import date

import pytest
import time_machine

from service.charter.opening import furnish
from service.kit.period import Period
from service.rooms import handlers
from service.statistics.commands import prepare_words, publish_period
from service.statistics.pages import ROWS
from service.statistics.queries import by_code, publications
from tenants import ledger
from tenants.audit import digest
from tenants.db import acting_for
from tenants.errors import Forbidden, Refused
from tenants.exchange import sending
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, a_task, console

Q3 = Period.parse("2026Q3")
OVER = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def october():
    """The third quarter is over, the fourth is running."""
    with time_machine.travel("2026-10-12T02:00:00Z", tick=False):
        yield


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/figures"


def more_work(engine, tenant):
    """A task that was not there before: a figure moves."""
    seat = console(engine, tenant)
    a_task(seat, a_plan(seat), date(2026, 6, 30))
    seat.session.commit()


def asked(office, root):
    """The question before publishing, and the form's answer to it."""
    text = office.get(f"{root}/2026Q3/publications/new").text
    return text, {"seen": text.split('name="seen" value="')[1].split('"')[0]}


def test_the_office_looks_then_publishes_and_what_went_up_is_sealed(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    assert "待发布" in office.get(f"{root}/").text and "核对并发布" in office.get(f"{root}/2026Q3").text
    text, answer = asked(office, root)
    assert "不能撤回" in text and "确认发布" in text
    assert "第1版数据" in office.post(f"{root}/2026Q3/publications", data=answer, follow_redirects=True).text
    sealed = publications(console(engine, tenant).session, "2026Q3")[0]
    assert sealed is not None
    assert sealed.sha256 == digest(sealed.content) and sealed.cutoff == date(2026, 9, 30)
    revision = office.get(f"{root}/2026Q3/publications/1")
    assert sealed.sha256 in revision.text and "已封存" in revision.text
    assert office.get(f"{root}/2026Q3/publications/2").status_code == 404


def test_a_correction_says_what_it_changes_before_and_after(app, engine, tenant, root):
    publish_period(console(engine, tenant), Q3, OVER)
    office = signed_in(app, engine, tenant, "OS")
    assert "完全相同，无需更正" in office.get(f"{root}/2026Q3/publications/new").text
    more_work(engine, tenant)
    text, answer = asked(office, root)
    assert "与第 1 版相比的变动" in text and "到期任务完成率" in text
    office.post(f"{root}/2026Q3/publications", data=answer)
    first, second = (office.get(f"{root}/2026Q3/publications/{number}").text for number in (1, 2))
    assert "与第 1 版相比的变动" in second and "相比的变动" not in first
    assert [row.revision for row in publications(console(engine, tenant).session, "2026Q3")] == [2, 1]


def test_what_moved_since_it_was_looked_at_is_to_be_looked_at_again(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    _text, stale = asked(office, root)
    more_work(engine, tenant)
    again = office.post(f"{root}/2026Q3/publications", data=stale)
    assert again.status_code == 422 and "又有变动" in again.text
    assert not publications(console(engine, tenant).session, "2026Q3")
    _text, fresh = asked(office, root)
    assert office.post(f"{root}/2026Q3/publications", data=fresh).status_code == 302


def test_a_running_quarter_is_refused_with_the_rule(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    refused = office.get(f"{root}/2026Q4/publications/new")
    assert refused.status_code == 422 and "2026年第四季度要到2026-12-31结束后才能发布" in refused.text
    assert office.post(f"{root}/2026Q4/publications", data={"seen": ""}).status_code == 422
    assert "核对并发布" not in office.get(f"{root}/2026Q4").text
    assert office.get(f"{root}/2026Q9").status_code == 422


def test_only_who_the_matrix_names_prepares_and_publishes(app, engine, tenant, root):
    liaison, convener = (signed_in(app, engine, tenant, role) for role in ("LI", "CV"))
    for person in (liaison, convener):
        page = person.get(f"{root}/2026Q3")
        assert page.status_code == 200 and "核对并发布" not in page.text and "保存文字" not in page.text
        assert person.post(f"{root}/2026Q3/words", data={"problem": "x"}).status_code == 403
        assert person.get(f"{root}/2026Q3/publications/new").status_code == 403
        assert person.post(f"{root}/2026Q3/publications", data={"seen": ""}).status_code == 403
    assert signed_in(app, engine, tenant, "SA").get(f"{root}/2026Q3").status_code == 403
    assert "保存文字" in signed_in(app, engine, tenant, "OD").get(f"{root}/2026Q3").text


def test_words_are_kept_go_up_and_too_many_come_back_as_they_were(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    office.post(f"{root}/2026Q3/words", data={"problem": "持证率偏低"})
    assert "持证率偏低" in office.get(f"{root}/2026Q3").text
    long = office.post(f"{root}/2026Q3/words", data={"problem": "长" * 2001})
    assert long.status_code == 422 and "不超过2000字" in long.text and "长" * 2001 in long.text
    sealed = publish_period(console(engine, tenant), Q3, OVER)
    assert sealed.content["words"]["problem"] == "持证率偏低"
    office.post(f"{root}/2026Q3/words", data={"problem": "持证率偏低，正在解决"})
    assert "有 1 项不同" in office.get(f"{root}/2026Q3").text


def test_a_figure_leads_to_its_rows(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    page = office.get(f"{root}/2026Q3").text
    assert f"/t/{tenant.slug}/submissions/?year=2026&amp;until=2026-09-30" in page
    assert f"/t/{tenant.slug}/meetings/?year=2026&amp;kind=plenary&amp;until=2026-09-30" in page
    assert set(ROWS) == set(by_code()), "every published figure leads somewhere"


def test_lists_leave_as_files(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    publish_period(console(engine, tenant), Q3, OVER)
    table = office.get(f"{root}/?format=csv&state=published").get_data().decode("utf-8-sig")
    assert "2026年第三季度,已发布,1" in table and "第二季度" not in table
    assert "没有这一状态" not in office.get(f"{root}/?state=due&sort=period").text
    for path in (f"{root}/2026Q3?format=csv", f"{root}/2026Q3/publications/1?format=csv"):
        assert office.get(path).get_data().decode("utf-8-sig").count("dossier §6") == len(by_code())


def test_who_may_publish_may_correct_and_the_audit_says_what(engine, tenant):
    office = a_seat(engine, tenant, "OS")
    prepare_words(office, Q3, {"problem": "甲"})
    publish_period(office, Q3, OVER)
    prepare_words(office, Q3, {"problem": "乙"})
    assert publish_period(office, Q3, OVER).revision == 2
    with pytest.raises(Refused, match="无需更正"):
        publish_period(office, Q3, OVER)
    with pytest.raises(Forbidden):
        publish_period(a_seat(engine, tenant, "LI"), Q3, OVER)


def test_what_was_approved_on_paper_counts_from_that_day_and_names_its_paper(app, client, engine, tenant, root):
    """Source: dossier 7.6 (纸质并行)."""
    office = signed_in(app, engine, tenant, "OS")
    _text, answer = asked(office, root)
    for day, basis, said in (
        ("2026-09-30", "报送件", "应在2026年第三季度结束"),
        ("2026-10-13", "报送件", "且不晚于今天"),
        ("2026-10-09", " ", "补录须写明书面依据"),
        ("昨天", "报送件", "请填写日期"),
    ):
        wrong = office.post(f"{root}/2026Q3/publications", data=answer | {"approved_on": day, "basis": basis})
        assert wrong.status_code == 422 and said in wrong.text and f'value="{basis}"' in wrong.text
    paper = {"approved_on": "2026-10-09", "basis": "10月9日报送件"}
    assert office.post(f"{root}/2026Q3/publications", data=answer | paper).status_code == 302
    sealed = publications(console(engine, tenant).session, "2026Q3")[0]
    assert sealed is not None
    assert (sealed.published_on, sealed.basis) == (date(2026, 10, 9), "10月9日报送件")
    assert "10月9日报送件" in office.get(f"{root}/2026Q3/publications/1").text
    token, earlier = bearing(a_token(engine, tenant, "OS")), f"/api/v1{root}/2026Q2/publications"
    assert client.post(earlier, json={"approved_on": "2026-07-08"}, headers=token).status_code == 422
    made = client.post(earlier, json={"approved_on": "2026-07-08", "basis": "7月8日报送件"}, headers=token)
    assert (made.status_code, made.json["published_on"]) == (201, "2026-07-08")


def test_a_program_prepares_publishes_and_reads(client, engine, tenant):
    api = f"/api/v1/t/{tenant.slug}/figures"
    office, liaison = a_token(engine, tenant, "OS"), a_token(engine, tenant, "LI")
    assert [row["state"] for row in client.get(api, headers=bearing(liaison)).json] == ["running", "due", "due", "due"]
    tag = client.get(f"{api}/2026Q3/words", headers=bearing(office)).headers["ETag"]
    words, path = {"problem": "持证率偏低"}, f"{api}/2026Q3/words"
    assert client.put(path, json=words, headers=bearing(office)).status_code == 428
    assert client.put(path, json=words, headers=bearing(liaison, If_Match=tag)).status_code == 403
    assert client.put(path, json=words, headers=bearing(office, If_Match=tag)).status_code == 200
    assert client.put(path, json=words, headers=bearing(office, If_Match=tag)).status_code == 412
    publications = f"{api}/2026Q3/publications"
    assert client.post(publications, headers=bearing(liaison)).status_code == 403
    made = client.post(publications, headers=bearing(office, Idempotency_Key="once"))
    again = client.post(publications, headers=bearing(office, Idempotency_Key="once"))
    assert made.status_code == 201 and made.json["id"] == again.json["id"]
    assert client.post(publications, headers=bearing(office)).status_code == 422
    assert client.post(f"{api}/2026Q4/publications", headers=bearing(office)).json["title"]
    assert client.get(f"{publications}/1", headers=bearing(liaison)).json["content"]["words"]["problem"] == "持证率偏低"
    shown = client.get(f"{api}/2026Q3", headers=bearing(liaison)).json
    assert {row["code"] for row in shown["figures"]} == set(by_code()) and shown["words"] == made.json["content"][
        "words"
    ]


def test_a_revision_on_its_way_up_shows_how_far_it_is_until_it_has_arrived(app, client, engine, tenant):
    city = a_tenant(engine, "city", tenant, furnish=furnish)
    sealed = publish_period(console(engine, city), Q3, OVER)
    office, token = signed_in(app, engine, city, "OS"), bearing(a_token(engine, city, "OS"))
    path = f"/t/{city.slug}/figures/2026Q3/publications/1/delivery"
    waiting = office.get(path).text
    assert "第 1 版报送上级：等待" in waiting and "<progress" in waiting and f'hx-get="{path}"' in waiting
    assert f'hx-get="{path}"' in office.get(f"/t/{city.slug}/figures/2026Q3").text
    assert client.get(f"/api/v1{path}", headers=token).json == {"state": "waiting", "attempts": 0}
    list(ledger.drain(engine, handlers()))
    done = office.get(path).text
    assert "第 1 版报送上级：完成" in done and "hx-get" not in done
    assert client.get(f"/api/v1{path}", headers=token).json["state"] == "done"
    with acting_for(engine, city.id) as session, session.begin():
        job = sending(session, sealed)
        assert job is not None
        job.state = "dead"
    given_up = office.get(f"/t/{city.slug}/figures/2026Q3/publications/1").text
    assert "失败待处理" in given_up and "数据已封存，不会丢失" in given_up
    assert office.get(path.replace("/1/", "/2/")).status_code == 404


def test_at_the_root_of_the_tree_nothing_is_on_its_way(app, client, engine, tenant, root):
    publish_period(console(engine, tenant), Q3, OVER)
    path, office = f"{root}/2026Q3/publications/1/delivery", signed_in(app, engine, tenant, "OS")
    assert office.get(path).text == "" and "报送上级：" not in office.get(f"{root}/2026Q3").text
    token = bearing(a_token(engine, tenant, "OS"))
    assert client.get(f"/api/v1{path}", headers=token).json == {"state": "none", "attempts": 0}
    assert signed_in(app, engine, tenant, "SA").get(path).status_code == 403
