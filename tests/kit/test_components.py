"""The macros say what they should, in HTML that the policy lets through; no browser and no database needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.kit import face
from tests.kit.gallery_app import gallery_app

SERVICE = Path(face.__file__).parent.parent
KIT = SERVICE / "kit" / "templates"
PAGES = ("/", "/list", "/form", "/sign-in", "/confirm", "/docs", "/error/404", "/error/503", "/job/1")
CHINESE = re.compile("[\u4e00-\u9fff]+")


@pytest.fixture(scope="module")
def app() -> Flask:
    return gallery_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(autouse=True)
def in_a_request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/list"):
        yield


def drawn(app: Flask, source: str, **context: object) -> str:
    return app.jinja_env.from_string(source).render(**context)


def table(app: Flask, **arguments: object) -> str:
    call = "{% from 'kit/lists.html' import data_table %}{{ data_table(columns, rows, page, query_args=args, empty=empty) }}"
    settings: dict[str, object] = {"columns": [], "rows": [], "page": None, "args": {}, "empty": None}
    return drawn(app, call, **settings | arguments)


@dataclass(frozen=True)
class Page:
    total: int
    number: int = 1
    pages: int = 1
    sort: str = "due"


# ── the policy ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_an_inline_script_style_or_handler(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert all(" src=" in tag or 'type="application/json"' in tag for tag in re.findall(r"<script[^>]*>", html))
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)


@pytest.mark.parametrize("path", PAGES)
def test_every_form_that_posts_carries_the_csrf_token(client: FlaskClient, path: str) -> None:
    posts = re.findall(r'<form[^>]*method="post".*?</form>', client.get(path).text, re.S)
    assert all('name="csrf_token"' in form for form in posts)


def test_a_post_without_the_token_is_refused_and_with_it_is_taken(client: FlaskClient) -> None:
    assert client.post("/form").status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/form").text)
    assert token and client.post("/form", data={"csrf_token": token[1]}).status_code == 200


# ── assets ───────────────────────────────────────────────────────────────────────────────────────
def test_an_asset_is_compressed_cached_for_a_year_and_named_after_its_content(app: Flask, client: FlaskClient) -> None:
    address = face.asset("css/base.css")
    assert re.fullmatch(r"/static/css/base\.css\?v=[0-9a-f]{10}", address)
    with client.get(address, headers={"Accept-Encoding": "gzip"}) as small, client.get(address) as plain:
        assert small.headers["Content-Encoding"] == "gzip" and len(small.data) < len(plain.data) / 2
        assert "Content-Encoding" not in plain.headers and plain.cache_control.max_age == face.YEAR
        known = {"If-None-Match": plain.headers["ETag"]}
    with client.get(address, headers=known) as again:
        assert again.status_code == 304


def test_every_icon_that_a_template_or_a_menu_names_is_in_the_sprite() -> None:
    drawn_icons = set(re.findall(r'<symbol id="([^"]+)"', (face.STATIC / "icons.svg").read_text()))
    listed = set((face.STATIC / "icons.txt").read_text().split())
    templates = " ".join(path.read_text() for path in SERVICE.glob("*/templates/**/*.html"))
    pages = " ".join(path.read_text() for path in SERVICE.glob("*/pages.py"))
    named = set(re.findall(r"\bicon\('([a-z0-9-]+)'", templates))
    named |= set(re.findall(r"badge\([^}]*?'(?:grey|blue|green|yellow|red)', '([a-z0-9-]+)'\)", templates))
    named |= set(re.findall(r'Entry\([^)]*"([a-z0-9-]+)"\)', pages))
    assert drawn_icons == listed
    assert named <= listed, f"add to static/icons.txt and run scripts/vendor.sh: {sorted(named - listed)}"


def test_a_page_names_only_assets_that_exist() -> None:
    text = " ".join(path.read_text() for path in KIT.rglob("*.html"))
    assert all((face.STATIC / name).is_file() for name in re.findall(r"asset\('([^']+)'\)", text))


def test_the_last_font_alone_is_downloaded_and_in_slices() -> None:
    stack = re.search(r"--lx-sans: ([^;]+);", (face.STATIC / "css/base.css").read_text())
    fonts = (face.STATIC / "vendor/noto-sans-sc/wght.css").read_text()
    files = re.findall(r"url\(\./(files/[^)]+)\)", fonts)
    assert stack and stack[1].split(",")[-2].strip() == '"Noto Sans SC Variable"'
    assert len(files) == fonts.count("unicode-range") > 90
    assert all((face.STATIC / "vendor/noto-sans-sc" / name).is_file() for name in files)


# ── words ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", sorted(KIT.rglob("*.html")), ids=lambda path: path.name)
def test_every_chinese_word_of_the_face_can_be_translated(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    wrapped = re.sub(r"_\('[^']*'", "", source).replace("'中文'", "")
    assert CHINESE.findall(wrapped) == []


# ── figures ──────────────────────────────────────────────────────────────────────────────────────
def test_not_reported_zero_and_not_applicable_never_look_alike(app: Flask) -> None:
    assert face.figure_text({"value": None}) == '<span class="lx-missing">未报</span>'
    assert (
        face.figure_text({"value": 0, "unit": "项"}) == '<span class="lx-value">0</span><span class="lx-unit">项</span>'
    )
    assert "—" in face.figure_text({"value": None, "state": "not_applicable"})
    assert "—" in face.figure_text({"value": None, "denominator": 0})
    assert "未报" in face.figure_text({"value": 7, "state": "missing"})


def test_a_ratio_shows_one_decimal_and_a_count_its_thousands(app: Flask) -> None:
    assert ">65.0<" in face.figure_text({"value": Decimal(65), "unit": "%"})
    assert ">12,860<" in face.figure_text({"value": 12860})
    assert ">1,234.50<" in face.figure_text({"value": 1234.5, "digits": 2})


def test_a_unit_cannot_smuggle_markup_into_a_figure(app: Flask) -> None:
    assert "<script>" not in face.figure_text({"value": 1, "unit": "<script>"})


def test_a_figure_card_shows_coverage_parts_and_origin(app: Flask) -> None:
    figure = {
        "value": 65.0,
        "unit": "%",
        "numerator": 13,
        "denominator": 20,
        "covered": 15,
        "expected": 16,
        "level": "市",
    }
    origin = {"tenant": "衡川省", "revision": 3, "formula": "已销号÷全部任务"}
    html = drawn(
        app, "{% from 'kit/figures.html' import figure_card %}{{ figure_card('年度完成率', f) }}", f=figure | origin
    )
    assert "（15/16 市）" in html and "13 ÷ 20" in html
    assert all(word in html for word in ("衡川省", "第 3 版", "已销号÷全部任务", "数从哪来"))


def test_numbers_and_days_read_the_same_everywhere() -> None:
    assert [face.number(value) for value in (0, 1234567, 12.5, Decimal("10.00"), "3", None)] == [
        "0",
        "1,234,567",
        "12.5",
        "10",
        "3",
        "",
    ]
    assert face.day(date(2026, 9, 30)) == "2026-09-30"
    assert face.day(datetime(2026, 9, 30, 23, 30, tzinfo=UTC)) == "2026-10-01 07:30"
    assert face.day(None) == ""


# ── lists ────────────────────────────────────────────────────────────────────────────────────────
COLUMNS = [
    {"key": "name", "label": "任务", "sortable": True},
    {"key": "due", "label": "时限", "sortable": True, "kind": "day"},
]
ROWS = [{"name": "培训", "due": date(2026, 9, 30)}, {"name": "<b>", "due": None}]


def test_a_sorted_column_says_so_and_its_link_turns_the_order_round(app: Flask) -> None:
    page = Page(total=2, sort="due")
    html = table(app, columns=COLUMNS, rows=ROWS, page=page, args={"q": "培训", "page": "4", "sort": "due"})
    assert html.count("aria-sort") == 1 and 'aria-sort="ascending"' in html
    assert 'href="?q=%E5%9F%B9%E8%AE%AD&amp;sort=-due"' in html  # keeps the search, returns to the first page
    assert 'aria-sort="descending"' in table(app, columns=COLUMNS, rows=ROWS, page=Page(total=2, sort="-due"))


def test_a_cell_escapes_its_text_and_marks_what_is_empty(app: Flask) -> None:
    html = table(app, columns=COLUMNS, rows=ROWS, page=Page(total=2))
    assert "&lt;b&gt;" in html and "<b>" not in html
    assert html.count('<span class="lx-none">—</span>') == 1
    assert html.count('<th scope="row"') == 2 and html.count('<th scope="col"') == 2


def test_the_pager_names_its_neighbours_and_is_absent_on_a_single_page(app: Flask) -> None:
    many = table(app, columns=COLUMNS, rows=ROWS, page=Page(total=423, number=5, pages=9), args={"q": "x"})
    shown = re.findall(r'aria-label="第 (\d) 页"', many)
    assert shown == ["1", "3", "4", "6", "7", "9"] and 'aria-current="page">5<' in many
    assert 'href="?q=x&amp;page=4"' in many and 'href="?q=x&amp;page=6"' in many
    assert "lx-pager" not in table(app, columns=COLUMNS, rows=ROWS, page=Page(total=2))


def test_an_empty_list_says_what_to_do_and_a_page_beyond_the_end_leads_back(app: Flask) -> None:
    empty = {"title": "还没有任务", "hint": "先议定计划。", "action_url": "/new", "action_label": "新建任务"}
    fresh = table(app, columns=COLUMNS, page=Page(total=0), empty=empty)
    assert "还没有任务" in fresh and 'href="/new"' in fresh and "<table" not in fresh
    beyond = table(app, columns=COLUMNS, page=Page(total=9, number=7), args={"page": "7", "q": "x"}, empty=empty)
    assert "没有这一页" in beyond and 'href="?q=x"' in beyond


def test_query_changes_one_parameter_and_drops_the_empty_ones() -> None:
    assert face.query({"q": "a b", "page": "3", "unit": ""}, page=None, sort="-due") == "?q=a+b&sort=-due"
    assert face.query({}) == "?"


# ── forms ────────────────────────────────────────────────────────────────────────────────────────
FIELD = "{% from 'kit/forms.html' import field %}{{ field(name, label, kind, value, errors=errors, hint=hint, options=options) }}"


def field(app: Flask, kind: str = "text", **arguments: object) -> str:
    settings: dict[str, object] = {
        "name": "due",
        "label": "时限",
        "value": None,
        "errors": {},
        "hint": "",
        "options": [],
    }
    return drawn(app, FIELD, kind=kind, **settings | arguments)


def test_a_wrong_field_keeps_its_value_and_ties_the_sentence_to_the_control(app: Flask) -> None:
    html = field(app, value='a"b', errors={"due": ["太早。", "又一句。"]}, hint="不晚于年底")
    assert 'value="a&#34;b"' in html and 'aria-invalid="true"' in html
    assert 'aria-describedby="f-due-hint f-due-error"' in html
    assert 'id="f-due-hint"' in html and 'id="f-due-error"' in html and "太早。" in html
    assert "aria-" not in field(app)


def test_choices_keep_what_was_chosen(app: Flask) -> None:
    options = [(1, "甲"), (2, "乙")]
    chosen = re.compile(r'value="(\d)" (?:checked|selected)')
    assert chosen.findall(field(app, "multi", value=["2"], options=options)) == ["2"]
    assert chosen.findall(field(app, "radio", value=1, options=options)) == ["1"]
    assert chosen.findall(field(app, "select", value="2", options=options)) == ["2"]
    assert chosen.findall(field(app, "multi", options=options)) == []


def test_a_password_and_a_file_are_never_sent_back(app: Flask) -> None:
    assert "hunter2" not in field(app, "password", value="hunter2")
    assert "secret.pdf" not in field(app, "file", value="secret.pdf")


def test_the_summary_counts_the_mistakes_and_links_each_to_its_field(client: FlaskClient) -> None:
    html = client.get("/form").text
    assert "请先改正以下 3 处" in html and '<a href="#f-name">任务名称：请填写任务名称。</a>' in html
    assert "lx-summary" not in client.get("/form?clean=1").text


# ── states and errors ────────────────────────────────────────────────────────────────────────────
def test_a_state_is_always_a_colour_an_icon_and_a_word(app: Flask) -> None:
    call = "{% from 'kit/badges.html' import state_badge, traffic_light %}"
    badge = drawn(app, call + "{{ state_badge('task_state', 'closed_out') }}")
    light = drawn(app, call + "{{ traffic_light('red') }}")
    assert "lx-green" in badge and "#circle-check" in badge and "已销号" in badge
    assert "lx-red" in light and "#alert-circle" in light and "逾期" in light


def test_progress_says_its_number_and_tells_nothing_reported_from_nothing_done(app: Flask) -> None:
    call = "{% from 'kit/badges.html' import progress_bar %}{{ progress_bar(value, total) }}"
    assert "65.0%" in drawn(app, call, value=13, total=20)
    assert ">0%<" in drawn(app, call, value=0, total=None)
    assert "未报" in drawn(app, call, value=None, total=None)
    assert "—" in drawn(app, call, value=0, total=0)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 429, 500, 503, 418, 502])
def test_every_error_page_says_what_happened_on_what_rule_and_what_to_do_next(client: FlaskClient, status: int) -> None:
    page = client.get(f"/error/{status}").text
    assert all(
        text in page for text in ("该统计期尚未关闭，不能封存。", "依据：章程第四(一)条", "回到首页", str(status))
    )
    fragment = client.get(f"/error/{status}", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment and "该统计期尚未关闭，不能封存。" in fragment


def test_a_finished_job_is_asked_no_more(client: FlaskClient) -> None:
    assert "hx-get" in client.get("/job/60").text
    assert "hx-get" not in client.get("/job/121").text
