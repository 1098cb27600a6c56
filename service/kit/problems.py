"""The one place where an error becomes an answer: problem+json for programs, a page or a fragment for people."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from service.kit.phrases import chinese
from service.kit.web import wants_json
from tenants.errors import Conflict, LianxiError, Refused

log = logging.getLogger("lianxi.web")

SENTENCES = {
    400: ("请求有误，请检查后重试。", "The request is malformed."),
    401: ("请先登录。", "Sign in first."),
    403: ("您无权办理此事项。", "You may not do this."),
    404: ("没有找到所请求的内容。", "Not found."),
    405: ("此地址不支持该操作。", "This address does not support that method."),
    412: ("该内容已被他人修改，请刷新后再试。", "Someone changed this meanwhile; reload first."),
    413: ("文件过大，请压缩或拆分后再上传。", "The file is too large."),
    415: ("不支持此内容类型，请以 JSON 提交。", "This media type is not supported; send JSON."),
    422: ("填写内容有误，请按提示修改。", "Some fields are not right."),
    428: ("修改前请先读取最新内容（If-Match）。", "Send If-Match with the revision you read."),
    429: ("操作过于频繁，请稍后再试。", "Too many requests; wait a little."),
    500: ("系统出错，已记录。请稍后再试。", "Something went wrong; it has been recorded."),
    503: ("服务暂不可用，请稍后再试。", "The service is not available at the moment."),
}
EXPIRED_FORM = (
    "页面停留过久，为安全起见请返回刷新后重新提交。",
    "This page was open for too long; go back, reload it and submit again.",
)
# What an answer of a status is called in the API: the same for a refusal of ours and one of the framework.
CODES = {404: "missing", 409: "conflict", 412: "stale", 422: "invalid", 429: "too_many_requests"}


def install(app: Flask) -> None:
    """Every error of this app is answered here."""
    app.register_error_handler(LianxiError, _refusal)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _collision)
    for unstorable in (DataError, UnicodeEncodeError):
        app.register_error_handler(unstorable, _unstorable)
    app.register_error_handler(StaleDataError, _stale)
    for unreachable in (OperationalError, RedisConnectionError):
        app.register_error_handler(unreachable, _unavailable)
    app.register_error_handler(Exception, _unknown)


def _refusal(error: LianxiError) -> ResponseReturnValue:
    if error.status == 404 and g.get("must_sign_in"):
        return sign_in_first()
    both = (error.message, error.message_en)
    return answer(error.status, both, code=error.code, source=error.source, field=error.field)


def sign_in_first() -> ResponseReturnValue:
    """Nobody is known to be there yet: a program is told so, a person is led to the sign-in page."""
    if wants_json():
        response = answer(401, SENTENCES[401], code="unauthenticated")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    back = request.full_path.rstrip("?") if request.method == "GET" and not _fragment() else None
    address = url_for("entrance.sign_in", next=back)
    if _fragment():  # a redirect would put the sign-in page into the middle of this one
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def _expired_form(_error: CSRFError) -> ResponseReturnValue:
    return answer(400, EXPIRED_FORM, code="csrf")


def _http(error: HTTPException) -> ResponseReturnValue:
    cause = getattr(error, "original_exception", None)  # what failed before any route ran
    if isinstance(cause, OperationalError | RedisConnectionError):
        return _unavailable(cause)
    status = error.code or 500
    if status < 400:
        return error.get_response()
    messages = (getattr(error, "data", None) or {}).get("messages")
    response = answer(status, _sentences(status), code=_code(status), errors=_in_both(messages))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _in_both(messages: object) -> object:
    """The messages of the validation, Chinese before the English that it gave."""
    if isinstance(messages, dict):
        return {name: _in_both(inner) for name, inner in messages.items()}
    if isinstance(messages, list):
        return [_in_both(inner) for inner in messages]
    zh = chinese(str(messages))
    return f"{zh} {messages}" if zh and zh != messages else messages


def _code(status: int) -> str:
    return CODES.get(status) or HTTPStatus(status).name.lower()


def _collision(error: IntegrityError) -> ResponseReturnValue:
    log.info("collision: %s", type(error.orig).__name__)
    return _refusal(Conflict("内容与已有记录冲突，请刷新后核对。", en="This collides with what is there already."))


def _unstorable(error: DataError | UnicodeEncodeError) -> ResponseReturnValue:
    """A number beyond what a column holds, or a character that is none: NUL and half a pair have no place in any text."""
    log.info("unstorable: %s", type(getattr(error, "orig", error)).__name__)
    return _refusal(
        Refused(
            "数字超出范围，或含有无法保存的字符，请检查后重试。",
            en="A number is out of range, or the text holds a character that cannot be kept.",
        )
    )


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    return answer(412, _sentences(412), code="stale")


def _unknown(error: Exception) -> ResponseReturnValue:
    log.exception("request %s failed", g.get("request_id", ""), exc_info=error)
    return answer(500, _sentences(500), code="internal")


def _unavailable(error: OperationalError | RedisConnectionError) -> ResponseReturnValue:
    """The database or Redis does not answer: it will again."""
    log.error("request %s: %s did not answer", g.get("request_id", ""), type(error).__module__.partition(".")[0])
    response = answer(503, _sentences(503), code="unavailable")
    response.headers["Retry-After"] = "10"
    return response


def english() -> bool:
    """Whether the reader chose English."""
    return str(get_locale() or "zh").startswith("en")


def _sentences(status: int) -> tuple[str, str]:
    return SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400])


def answer(
    status: int,
    sentences: tuple[str, str],
    *,
    code: str,
    source: str | None = None,
    field: str | None = None,
    errors: object = None,
) -> Response:
    """The error, said once, in the form its reader can use. Source: RFC 9457."""
    if wants_json():
        return _problem(status, sentences, code, {"source": source, "field": field, "errors": errors})
    try:
        return Response(_page(status, sentences[1 if english() else 0], code, source), status, mimetype="text/html")
    except Exception:
        # The page itself needs sessions, a host, the database; what is broken may be just that.
        log.exception("no page for the error %d of request %s", status, g.get("request_id", ""))
        return Response(f"{status} {' '.join(sentences)}\n", status, mimetype="text/plain")


def _problem(status: int, sentences: tuple[str, str], code: str, more: dict[str, object]) -> Response:
    body: dict[str, object] = {
        "type": f"about:blank#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentences[0],
        "detail_en": sentences[1],
    }
    body |= {name: value for name, value in more.items() if value}
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json")


def _page(status: int, message: str, code: str, source: str | None) -> str:
    template = "errors/fragment.html" if _fragment() else "errors/page.html"
    # A number on each 404 would tell nobody anything, and make two of them differ.
    number = g.get("request_id", "") if status >= 500 else ""
    return render_template(template, status=status, message=message, code=code, source=source, request_id=number)


def _fragment() -> bool:
    """Whether htmx asks, which shows an error beside the page that is open."""
    return request.headers.get("HX-Request") == "true"
