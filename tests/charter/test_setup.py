import io
import re
from html import unescape

import pytest
from openpyxl import load_workbook

from service.charter import queries
from service.charter.opening import furnish
from tenants.db import acting_for
from tests.factories import a_tenant, signed_in


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(app, engine, tenant):
    return signed_in(app, engine, tenant, "OS")


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/charter"


def draft(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        found = queries.open_draft(session)
        return found.text if found else None


def drafted(engine, tenant):
    found = draft(engine, tenant)
    assert found
    return found


def revision(page):
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return found[1]


def test_one_goes_from_step_to_step_and_each_is_saved(engine, tenant, office, root):
    """Source: seed 末句."""
    first = office.get(f"{root}/setup/?setup=1").text
    assert "起点" in first and "/draft/name" not in first  # no draft, no page of it
    at = office.post(f"{root}/setup/", data={"source": "template"})
    assert at.location.endswith("/draft/name?setup=1")
    assert at.location in office.get(f"{root}/setup/?setup=1").text
    form = office.get(at.location).text
    assert 'aria-current="step"' in form
    sent = {"revision": revision(form), "conference_name": "省家政专班"}
    at = office.post(f"{root}/draft/name?setup=1", data=sent)
    assert at.location.endswith("/draft/lead?setup=1")
    sent = {"revision": revision(office.get(at.location).text), "lead_units": "COM", "office_host": "COM"}
    at = office.post(f"{root}/draft/lead?setup=1", data=sent)
    assert at.location.endswith("/draft/units/?setup=1")
    listed = office.get(at.location).text
    assert f'href="{root}/draft/duties/?setup=1"' in listed
    assert drafted(engine, tenant).leads == ("COM",)
    assert "继续现有的修订稿" in office.get(f"{root}/setup/").text
    off = office.post(f"{root}/draft/name", data={"revision": "9", "conference_name": "x"})
    assert off.status_code == 422


def test_a_start_that_was_not_chosen_is_asked_again_and_nothing_is_begun(engine, tenant, office, root):
    answer = office.post(f"{root}/setup/", data={})
    assert answer.status_code == 422
    assert "请选择从哪里开始" in answer.text
    assert draft(engine, tenant) is None


def changed(book, sheet, cell, value):
    book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def test_a_workbook_goes_out_is_filled_in_previewed_and_taken(engine, tenant, office, root):
    file = office.get(f"{root}/setup/workbook")
    assert file.mimetype.endswith("sheet")
    back = changed(load_workbook(io.BytesIO(file.data)), "成员单位", "B2", "省人社厅")
    preview = office.post(f"{root}/setup/workbook", data={"file": (back, "制度.xlsx")})
    assert preview.status_code == 200
    assert "成员单位（11 行）" in preview.text
    assert draft(engine, tenant) is None, "a preview writes nothing"
    sealed = re.search(r'name="sealed" value="([^"]*)"', preview.text)
    assert sealed
    at = office.post(f"{root}/setup/imported", data={"sealed": unescape(sealed[1])})
    assert at.location.endswith("/draft/name?setup=1")
    assert drafted(engine, tenant).units[0].name == "省人社厅"
    assert len(drafted(engine, tenant).duties) == 44


def test_a_workbook_with_a_wrong_row_says_where_and_cannot_be_taken(engine, tenant, office, root):
    book = load_workbook(io.BytesIO(office.get(f"{root}/setup/workbook").data))
    preview = office.post(
        f"{root}/setup/workbook", data={"file": (changed(book, "职责分工", "D2", "省教育厅"), "制度.xlsx")}
    )
    assert "“省教育厅”不是成员单位" in preview.text
    assert "sealed" not in preview.text
    for data in ({}, {"file": (io.BytesIO(b"x"), "制度.xlsx")}):
        assert office.post(f"{root}/setup/workbook", data=data).status_code == 422
    for sealed in ("", "{}", "[]", '{"leads": []}', "[" * 100_000):
        assert office.post(f"{root}/setup/imported", data={"sealed": sealed}).status_code == 422
    assert draft(engine, tenant) is None


def test_what_a_colleague_wrote_meanwhile_is_not_written_over(engine, tenant, office, root):
    """Neither by a start that was chosen, nor by a workbook that was looked at, before the colleague began."""
    file = office.get(f"{root}/setup/workbook").data
    preview = office.post(f"{root}/setup/workbook", data={"file": (io.BytesIO(file), "制度.xlsx")}).text
    found = re.search(r'name="sealed" value="([^"]*)"', preview)
    assert found
    seen = {"revision": "", "sealed": unescape(found[1])}
    office.post(f"{root}/draft/begin")
    form = office.get(f"{root}/draft/name").text
    office.post(f"{root}/draft/name", data={"revision": revision(form), "conference_name": "同事的会议"})
    for path, sent in (("/setup/imported", seen), ("/setup/", {"source": "template", "revision": ""})):
        refused = office.post(f"{root}{path}", data=sent)
        assert refused.status_code == 422 and "他人已修改" in refused.text
    assert drafted(engine, tenant).conference_name == "同事的会议"
    again = {"source": "template", "revision": revision(office.get(f"{root}/setup/").text)}
    assert office.post(f"{root}/setup/", data=again).status_code == 302
    assert drafted(engine, tenant).conference_name != "同事的会议"


def test_who_may_not_write_the_charter_does_not_set_it_up(app, engine, tenant, office, root):
    for role in ("LI", "SA"):
        stranger = signed_in(app, engine, tenant, role)
        assert stranger.get(f"{root}/setup/").status_code == 403
        assert stranger.post(f"{root}/setup/", data={"source": "template"}).status_code == 403
        assert stranger.post(f"{root}/setup/workbook").status_code == 403
        assert stranger.post(f"{root}/setup/imported", data={"sealed": "{}"}).status_code == 403
    assert office.get(f"{root}/setup/").status_code == 200
