"""The one place where an error becomes an answer: problem+json for programs, a page or a fragment for people."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from service.kit.web import wants_json
from tenants.errors import Conflict, LianxiError

log = logging.getLogger("lianxi.web")

SENTENCES = {
    400: ("请求有误,请检查后重试。", "The request is malformed."),
    401: ("请先登录。", "Sign in first."),
    403: ("您无权办理此事项。", "You may not do this."),
    404: ("没有找到所请求的内容。", "Not found."),
    405: ("此地址不支持该操作。", "This address does not support that method."),
    412: ("该内容已被他人修改,请刷新后再试。", "Someone changed this meanwhile; reload first."),
    413: ("文件过大。", "The file is too large."),
    422: ("填写内容有误,请按提示修改。", "Some fields are not right."),
    428: ("修改前请先读取最新内容(If-Match)。", "Send If-Match with the revision you read."),
    429: ("操作过于频繁,请稍后再试。", "Too many requests; wait a little."),
    500: ("系统出错,已记录。请稍后再试。", "Something went wrong; it has been recorded."),
    503: ("服务暂不可用,请稍后再试。", "The service is not available at the moment."),
}


def install(app: Flask) -> None:
    """Every error of this app is answered here."""
    app.register_error_handler(LianxiError, _refusal)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _collision)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(Exception, _unknown)


def _refusal(error: LianxiError) -> ResponseReturnValue:
    if error.status == 404 and g.get("must_sign_in"):
        return _sign_in()
    message = error.message_en if english() else error.message
    return answer(error.status, message, code=error.code, source=error.source, field=error.field)


def _sign_in() -> ResponseReturnValue:
    if wants_json():
        response = answer(401, _sentence(401), code="unauthenticated")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def _expired_form(_error: CSRFError) -> ResponseReturnValue:
    return answer(400, "页面停留过久,为安全起见请返回刷新后重新提交。", code="csrf")


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    fields = getattr(error, "data", None) or {}
    return answer(status, _sentence(status), code=HTTPStatus(status).name.lower(), errors=fields.get("messages"))


def _collision(error: IntegrityError) -> ResponseReturnValue:
    log.info("collision: %s", type(error.orig).__name__)
    return _refusal(Conflict("内容与已有记录冲突,请刷新后核对。", en="This collides with what is there already."))


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    return answer(412, _sentence(412), code="stale")


def _unknown(error: Exception) -> ResponseReturnValue:
    log.exception("request %s failed", g.get("request_id", ""), exc_info=error)
    return answer(500, _sentence(500), code="internal")


def english() -> bool:
    """Whether the reader chose English."""
    return str(get_locale() or "zh").startswith("en")


def _sentence(status: int) -> str:
    zh, en = SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400])
    return en if english() else zh


def answer(
    status: int,
    message: str,
    *,
    code: str,
    source: str | None = None,
    field: str | None = None,
    errors: object = None,
) -> Response:
    """The error, said once, in the form its reader can use. Source: RFC 9457."""
    if wants_json():
        body = {
            "type": f"about:blank#{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": message,
        }
        body |= {k: v for k, v in {"source": source, "field": field, "errors": errors}.items() if v}
        return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json")
    fragment = request.headers.get("HX-Request") == "true"
    template = "errors/fragment.html" if fragment else "errors/page.html"
    text = render_template(template, status=status, message=message, source=source, request_id=g.get("request_id", ""))
    return Response(text, status, mimetype="text/html")
