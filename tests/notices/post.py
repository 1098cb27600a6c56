"""A real SMTP server and a real HTTPS server for the room's tests, and how work that waits is done now."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import Engine, select, update

from service.notices.jobs import HANDLERS
from tenants import ledger
from tenants.db import acting_for
from tenants.models import Tenant
from tests.running import free_port

TLS = Path(__file__).parent / "tls"


@dataclass
class PostOffice:
    """What the SMTP server took, and what it says to the next letters: it takes them where nothing is said."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        said = self.answers.pop(0) if self.answers else "250 OK"
        if said.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return said


@contextmanager
def a_post_office() -> Iterator[tuple[PostOffice, str]]:
    """The server, and its address as the environment names it."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield office, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


@dataclass
class Robot:
    """What the messenger was sent, and what it answers: 200 where nothing is said."""

    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.got]


@contextmanager
def a_robot() -> Iterator[Robot]:
    """An HTTPS server with a certificate of its own."""
    robot = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            robot.got.append((dict(self.headers), body))
            status, said = robot.answers.pop(0) if robot.answers else (200, {"errcode": 0})
            self.send_response(status)
            self.send_header("Location", "https://localhost/elsewhere")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    robot.url = f"https://localhost:{server.server_address[1]}/robot?key=1"
    try:
        yield robot
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def waiting(engine: Engine, tenant: Tenant) -> list[tuple[str, str]]:
    """The jobs of this room that are not done, by kind and state."""
    with acting_for(engine, tenant.id) as session:
        query = select(ledger.Job.kind, ledger.Job.state).where(ledger.Job.kind.in_(list(HANDLERS)))
        return [(row[0], row[1]) for row in session.execute(query.where(ledger.Job.state != "done").order_by("id"))]


def do_all(engine: Engine, tenant: Tenant, tries: int = 1) -> None:
    """The jobs of this room are tried now, so many times, as if their time had come; and what they post as well."""
    for _round in range(tries * 2):
        with acting_for(engine, tenant.id) as session:
            wanted = (ledger.Job.kind.in_(list(HANDLERS)), ledger.Job.state.in_(("waiting", "running")))
            ids = list(session.scalars(select(ledger.Job.id).where(*wanted).order_by(ledger.Job.id)))
        for job_id in ids:
            ledger.run(engine, tenant.id, job_id, HANDLERS)


def not_sent(engine: Engine, tenant: Tenant, model: Any) -> None:
    """As if the worker had died between the other side's word and its own commit."""
    with acting_for(engine, tenant.id) as session, session.begin():
        session.execute(update(model).values(sent_at=None))
        session.execute(update(ledger.Job).where(ledger.Job.kind == "notices.send").values(state="waiting"))
