"""Structured logs: JSON in production, readable in a terminal; a request id on each line, never a secret."""

from __future__ import annotations

import logging
import sys

import structlog
from flask import g, has_request_context


def configure(form: str) -> None:
    """From now on everything logged by this process goes to standard error in that form."""
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        _request,
    ]
    colours = sys.stderr.isatty()  # none in a file
    plain = structlog.dev.ConsoleRenderer(colors=colours)
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else plain
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    handler.addFilter(_in_one_line)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


def _in_one_line(record: logging.LogRecord) -> bool:
    """A connection that died with its server is said, not traced: who used it says the rest."""
    if record.name.startswith("sqlalchemy.pool"):
        record.exc_info = record.exc_text = None
    return True


def _request(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if has_request_context():
        line["request_id"] = g.get("request_id", "")
        line["tenant"] = g.get("slug") or ""
    return line
