"""The gallery: every macro of the face on a few pages, served without a database, under the service's own policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask, abort, flash, render_template, request
from flask_babel import Babel
from flask_talisman import Talisman
from flask_wtf import CSRFProtect

from service.kit import face
from service.kit.security import CSP

CITIES = (
    ("云岚市", 91.7, 12, 0, "green"),
    ("清河市", 83.3, 10, 1, "green"),
    ("平川市", 80.0, 15, 0, "green"),
    ("临江市", 75.0, 12, 1, "yellow"),
    ("石渡市", 66.7, 9, 2, "yellow"),
    ("白塔市", 65.0, 20, 2, "yellow"),
    ("望海市", 60.0, 10, 0, "yellow"),
    ("青岚市", 50.0, 8, 3, "red"),
    ("南岭市", 41.7, 12, 4, "red"),
    ("东陵市", 0.0, 6, 5, "red"),
    ("西岗市", None, None, None, "grey"),
    ("北原市", None, None, None, "grey"),
)
UNITS = [
    ("hrss", "省人力资源社会保障厅"),
    ("com", "省商务厅"),
    ("civil", "省民政厅"),
    ("fin", "省财政厅"),
    ("women", "省妇联"),
]


@dataclass(frozen=True)
class Task:
    no: str
    name: str
    url: str
    unit: str
    state: str
    light: str
    percent: float | None
    due: date
    trained: int | None


TASKS = [
    Task(
        "HC-2026-01",
        "制定家庭服务业中长期发展规划",
        "#1",
        "省发展改革委",
        "closed_out",
        "green",
        100,
        date(2026, 6, 30),
        0,
    ),
    Task(
        "HC-2026-02",
        "组织家政服务人员职业技能培训",
        "#2",
        "省人力资源社会保障厅",
        "in_progress",
        "green",
        65,
        date(2026, 12, 20),
        12860,
    ),
    Task(
        "HC-2026-03",
        "推进公益性信息服务平台建设并与社区服务网络对接",
        "#3",
        "省人力资源社会保障厅",
        "in_progress",
        "yellow",
        42.5,
        date(2026, 10, 8),
        None,
    ),
    Task(
        "HC-2026-04", "落实家庭服务企业税收优惠政策", "#4", "省税务局", "in_progress", "red", 80, date(2026, 9, 15), 0
    ),
    Task(
        "HC-2026-05",
        "开展青年农民工“订单式”技能培训",
        "#5",
        "团省委",
        "not_started",
        "grey",
        None,
        date(2026, 11, 30),
        None,
    ),
    Task(
        "HC-2026-06",
        "规范合同文本，处理服务矛盾纠纷",
        "#6",
        "省商务厅",
        "close_requested",
        "yellow",
        100,
        date(2026, 9, 30),
        0,
    ),
    Task("HC-2026-07", "家庭服务企业信用监管", "#7", "省市场监管局", "suspended", "blue", 30, date(2026, 12, 10), 0),
]


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    total: int
    number: int = 3
    per_page: int = 50
    sort: str = "-due"
    pages: int = 9


def gallery_app() -> Flask:
    """A Flask app like the service's, with the gallery's pages instead of rooms."""
    app = Flask("service.kit", static_url_path="/static")
    app.config.update(SECRET_KEY="gallery", WTF_CSRF_TIME_LIMIT=None)
    app.jinja_loader.searchpath.append(str(_here()))  # type: ignore[union-attr]
    Babel(app, default_locale="zh")
    CSRFProtect(app)
    Talisman(app, content_security_policy=CSP, force_https=False, session_cookie_secure=False)
    face.install(app)
    app.context_processor(frame)
    _routes(app)
    return app


def _here() -> Any:
    return face.Path(__file__).parent / "gallery"


def frame() -> dict[str, Any]:
    """What the service's layout would give."""
    return {
        "tenant": {"name": "衡川省"},
        "locale": "zh",
        "nav": _nav(),
        "crumbs": [("首页", "/"), ("年度计划", "/#plan"), ("2026 年度任务", None)],
        "shell": _shell(),
    }


def _shell() -> dict[str, Any]:
    return {
        "conference": "发展家庭服务业联席会议",
        "home_url": "/",
        "text": request.args.get("text", "normal"),
        "seats": [
            {"label": "衡川省", "url": "/", "current": True},
            {"label": "云岚市", "url": "/#yunlan", "current": False},
        ],
        "person": {"name": "张建国", "post": "联席会议办公室工作人员", "links": [("我的账号", "/#me")]},
        "sign_out_url": "/sign-out",
        "preferences_url": "/preferences",
    }


def _nav() -> list[dict[str, Any]]:
    rows = [
        ("工作台", "/", "layout-dashboard", True, 3),
        ("会议与任务", None, None, False, None),
        ("制度与成员", "/#charter", "book", False, None),
        ("年度计划", "/#plan", "notes", False, None),
        ("任务台账", "/#tasks", "checklist", False, 12),
        ("会议", "/#meetings", "calendar-event", False, None),
        ("数据与报告", None, None, False, None),
        ("各地情况", "/#board", "map-2", False, None),
        ("统计指标", "/#stat", "chart-bar", False, None),
        ("定期报告", "/#report", "file-text", False, None),
    ]
    return [dict(zip(("label", "url", "icon", "active", "count"), row, strict=True)) for row in rows]


def _routes(app: Flask) -> None:
    app.add_url_rule("/", view_func=board)
    app.add_url_rule("/list", view_func=listing)
    app.add_url_rule("/form", view_func=filled_form, methods=["GET", "POST"])
    app.add_url_rule("/sign-in", view_func=sign_in)
    app.add_url_rule("/confirm", view_func=confirm)
    app.add_url_rule("/docs", view_func=docs)
    app.add_url_rule("/openapi.json", view_func=openapi)
    app.add_url_rule("/error/<int:status>", view_func=error)
    app.add_url_rule("/job/<int:done>", view_func=job)
    app.add_url_rule("/job-fails", view_func=job_fails)


def board() -> str:
    """Figures, charts, tiles and the small parts."""
    return render_template("board.html", cities=CITIES, figures=_figures(), history=_history())


def _figures() -> list[tuple[str, dict[str, Any]]]:
    origin = {
        "tenant": "衡川省（汇总）",
        "period": "2026Q3",
        "revision": 3,
        "as_of": date(2026, 9, 30),
        "source_url": "#s",
    }
    cover = {"covered": 10, "expected": 12, "level": "市"}
    rate = {"unit": "%", "formula": "已销号任务 ÷ 全部任务（不含撤销、并入）", **cover, **origin}
    return [
        ("年度完成率", {**rate, "value": 65.0, "numerator": 13, "denominator": 20, "change": "较上期 +10.0 个百分点"}),
        ("到期完成率", {**rate, "value": 83.3, "numerator": 10, "denominator": 12}),
        ("培训人次", {"value": 128640, "unit": "人次", "covered": 12, "expected": 12, "level": "市", **origin}),
        ("当前逾期", {"value": 0, "unit": "项", **cover, **origin}),
        ("报送及时率", {**rate, "value": None, "numerator": 0, "denominator": 0}),
        ("群众满意度", {"value": None, "unit": "分", **cover, **origin}),
    ]


def _history() -> list[dict[str, Any]]:
    return [
        {
            "at": datetime(2026, 9, 18, 15, 20),
            "who": "李慧",
            "what": "退回",
            "tone": "yellow",
            "note": "佐证材料缺少培训签到表，请补充。",
        },
        {"at": datetime(2026, 9, 16, 9, 5), "who": "王强", "what": "申请销号", "tone": "blue"},
        {"at": date(2026, 3, 2), "who": "系统", "what": "由年度计划生成"},
    ]


COLUMNS = [
    {"key": "name", "label": "任务", "sortable": True, "url": "url"},
    {"key": "no", "label": "编号", "sortable": True, "kind": "day"},
    {"key": "unit", "label": "牵头单位"},
    {"key": "state", "label": "状态", "kind": "state", "group": "task_state"},
    {"key": "light", "label": "预警灯", "kind": "light"},
    {"key": "percent", "label": "进度", "kind": "progress", "sortable": True},
    {"key": "trained", "label": "培训人次", "kind": "number", "sortable": True},
    {"key": "due", "label": "完成时限", "kind": "day", "sortable": True},
]


def listing() -> str:
    """A list with filter, sorting, paging and exports; an empty one; one with cells by hand."""
    flash("已保存。", "success")
    page = Page(TASKS, 423, sort=request.args.get("sort", "-due"), number=int(request.args.get("page", 3)))
    return render_template("list.html", columns=COLUMNS, page=page, none=Page([], 0, 1, pages=1), tasks=TASKS)


def filled_form() -> str:
    """A form as it comes back with mistakes."""
    errors = {
        "name": "请填写任务名称。",
        "due": ["完成时限不能早于 2026-10-01（依据：年度计划第三条）。"],
        "": "本单位不承担所选职责，不能牵头此任务。",
    }
    return render_template("form.html", errors={} if request.args.get("clean") else errors, units=UNITS)


def sign_in() -> str:
    """The plain page."""
    return render_template("sign_in.html")


def confirm() -> str:
    """The question before what hurts."""
    return render_template(
        "confirm.html",
        title="撤销任务 HC-2026-07？",
        consequences=["该任务不再计入完成率的分母；", "已报送的进度保留备查，不能再修改。"],
        action_url="/confirm",
        confirm_label="撤销任务",
        cancel_url="/",
        reason=True,
        phrase="HC-2026-07",
        fields={"revision": 4},
    )


def docs() -> str:
    """The browsable API."""
    return render_template("api_docs.html", spec_url="/openapi.json")


def openapi() -> dict[str, Any]:
    """A specification with something of everything that the browser of it draws."""
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"name": {"type": "string"}}}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lianxi 联席", "version": "v1"},
        "paths": {
            "/api/v1/tasks": {
                "post": {
                    "tags": ["tasks"],
                    "summary": "新建任务",
                    "requestBody": body,
                    "responses": {"201": {"description": "ok"}},
                }
            }
        },
    }


def error(status: int) -> tuple[str, int]:
    """An error page, or its fragment."""
    template = "errors/fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
    context = {
        "status": status,
        "message": "该统计期尚未关闭，不能封存。",
        "source": "章程第四(一)条",
        "request_id": "7f3a91",
    }
    return render_template(template, **context), status


def job(done: int) -> str:
    """A job that is nearer its end at each asking."""
    after = done + 60
    state = "done" if done >= 120 else "running"
    row = {
        "state": state,
        "title": "开通安徽省各地",
        "done": min(done, 121),
        "total": 121,
        "message": "正在开通：铜陵市",
    }
    return render_template("kit/_job.html", job=row, job_url=f"/job/{after}")


def job_fails() -> str:
    """Not to be had, so that the page must say it."""
    abort(503)
