"""The handbook is issued edition by edition; its cover says which, and a changed roster asks for the next one.

Source: dossier 1.4 R5 (出版次与封面日期；名单变更后手册未更新).
"""

import io
from datetime import date

import docx
import pytest

from service.charter.opening import furnish
from service.handbook.commands import issue_edition
from service.handbook.queries import editions, material
from service.kit.web import today
from service.members.commands import register_liaison
from service.members.rules import PersonText
from tenants.errors import Conflict, Forbidden
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in

SEATED = date(2026, 1, 1)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish, on=SEATED)


@pytest.fixture
def office(engine, tenant):
    return a_seat(engine, tenant, "OS")


def name_liaison(seat, name):
    register_liaison(seat, "liaison/FIN/1", PersonText(name, "处长", "处级"), from_date=today(), on=today())


def test_r5_editions_are_numbered_within_the_year(office):
    first = issue_edition(office, date(2026, 3, 2))
    second = issue_edition(office, date(2026, 9, 1))
    assert [first.title, second.title] == ["2026年第1版", "2026年第2版"]
    assert issue_edition(office, date(2027, 1, 5)).title == "2027年第1版"
    with pytest.raises(Conflict, match="今日已编印"):
        issue_edition(office, date(2027, 1, 5))
    assert [row.number for row in editions(office.session)] == [1, 2, 1]


def test_r5_a_changed_roster_asks_for_a_new_edition(office):
    issue_edition(office, today())
    assert not material(office, today()).outdated
    name_liaison(office, "张建国")
    assert material(office, today()).outdated
    issue_edition(office, today())
    assert not material(office, today()).outdated


def test_only_the_office_issues_it(engine, tenant, office):
    with pytest.raises(Forbidden):
        issue_edition(a_seat(engine, tenant, "LI"), today())
    assert issue_edition(office, today()).issued_by == office.name


def test_the_page_issues_it_and_warns_and_the_cover_says_the_edition(app, engine, tenant, office):
    client, root = signed_in(app, engine, tenant, "OS"), f"/t/{tenant.slug}/handbook"
    assert "尚未编印" in client.get(f"{root}/").text
    title = f"{today().year}年第1版"
    assert f"已编印{title}" in client.post(f"{root}/editions", follow_redirects=True).text
    name_liaison(office, "张建国")
    assert "手册尚未更新" in client.get(f"{root}/").text
    word = docx.Document(io.BytesIO(client.get(f"{root}/document.docx").data))
    assert any(title in paragraph.text for paragraph in word.paragraphs)
    assert "编印新版" not in signed_in(app, engine, tenant, "LI").get(f"{root}/").text.replace(
        "应编印新版", ""
    ).replace("请编印新版", "")


def test_programs_issue_it(app, engine, tenant):
    token, client = a_token(engine, tenant, "OS"), app.test_client()
    base = f"/api/v1/t/{tenant.slug}/handbook"
    assert client.get(base, headers=bearing(token)).json["edition"] is None
    made = client.post(f"{base}/editions", headers=bearing(token))
    assert made.status_code == 201 and made.json["number"] == 1
    assert client.get(base, headers=bearing(token)).json["edition"]["title"] == made.json["title"]
    assert len(client.get(f"{base}/editions", headers=bearing(token)).json) == 1
