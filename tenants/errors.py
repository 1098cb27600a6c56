"""What the service says no with: a sentence an official can act on, its rule, and an HTTP status."""

from __future__ import annotations


class LianxiError(Exception):
    """A refusal with a Chinese sentence, an English one beside it, and the rule it rests on."""

    status = 400
    code = "error"

    def __init__(
        self, message: str, *, en: str | None = None, source: str | None = None, field: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.message_en = en or message
        self.source = source
        self.field = field


class Refused(LianxiError):
    """A rule forbids it."""

    status = 422
    code = "refused"


class Forbidden(LianxiError):
    """The seat may not do it."""

    status = 403
    code = "forbidden"


class Missing(LianxiError):
    """There is no such thing here; a foreign id answers the same."""

    status = 404
    code = "missing"

    def __init__(self, message: str = "没有找到所请求的内容。", *, en: str = "Not found.") -> None:
        super().__init__(message, en=en)


class Conflict(LianxiError):
    """Someone was faster, or it exists already."""

    status = 409
    code = "conflict"


class Resting(Conflict):
    """The tenant is suspended or closed: it is read and not written."""

    code = "resting"
