"""Real receivers on loopback: a mail server, Slack's two endpoints, StatsD and OpenLineage. Each can be shut."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class MailServer:
    """What an SMTP server took; ``mailbox`` shows a repeated Message-ID once, as mailboxes do."""

    port: int
    letters: list[Message] = field(default_factory=list)
    refuse: bool = False

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        if self.refuse:
            return "451 Try again later"
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"

    @property
    def mailbox(self) -> dict[str, Message]:
        """By Message-ID."""
        return {str(letter["Message-ID"]): letter for letter in self.letters}


@contextmanager
def mail_server(port: int | None = None) -> Iterator[MailServer]:
    """A real SMTP server."""
    received = MailServer(port or free_port())
    controller = Controller(
        received,
        hostname="127.0.0.1",
        port=received.port,
        authenticator=lambda *_: AuthResult(success=True),
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield received
    finally:
        controller.stop()


def text_of(letter: Message) -> str:
    """The page of a letter."""
    [part] = [part for part in letter.walk() if part.get_content_type() == "text/html"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@dataclass
class HttpReceiver:
    """What an HTTP server was sent.

    Attributes:
        status: Answered to every post.
        stall: While clear, the answer waits: the post has arrived, and its sender does not know.
        room: Messages of a Slack room (``chat.postMessage``).
    """

    port: int
    posts: list[Any] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    status: int = 200
    stall: threading.Event = field(default_factory=threading.Event)
    room: list[Any] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Base URL."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, content: bytes) -> tuple[bytes, str]:
        """What is answered to a post."""
        body = json.loads(content) if content.startswith(b"{") else parse_qs(content.decode())
        if path == "/api/chat.postMessage":
            self.room.append(body)
            return json.dumps({"ok": True, "ts": str(len(self.room))}).encode(), "application/json"
        self.posts.append(body)
        return b"ok", "text/plain"


@contextmanager
def http_receiver(port: int | None = None) -> Iterator[HttpReceiver]:
    """A real HTTP server for posts of JSON."""
    received = HttpReceiver(port or free_port())
    received.stall.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            received.paths.append(self.path)
            if received.status != 200:
                self.send_response(received.status)
                self.end_headers()
                return
            answer, kind = received.answer(self.path, content)
            received.stall.wait(30)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", received.port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield received
    finally:
        received.stall.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class StatsdReceiver:
    """Lines that a StatsD server was sent."""

    port: int
    lines: list[str] = field(default_factory=list)


@contextmanager
def statsd_receiver() -> Iterator[StatsdReceiver]:
    """A real UDP receiver."""
    receiving = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiving.bind(("127.0.0.1", 0))
    receiving.settimeout(0.1)
    received = StatsdReceiver(int(receiving.getsockname()[1]))
    stop = threading.Event()

    def receive() -> None:
        while not stop.is_set():
            try:
                data = receiving.recv(65535)
            except TimeoutError:
                continue
            received.lines.extend(data.decode().splitlines())

    thread = threading.Thread(target=receive, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        stop.set()
        thread.join()
        receiving.close()


def slack_webhook_connection(port: int, token: str = "token") -> str:
    """An Airflow connection to a receiver, as JSON."""
    return json.dumps({"conn_type": "slackwebhook", "password": f"http://127.0.0.1:{port}/services/T000/B000/{token}"})


def slack_api_connection(port: int) -> str:
    """The same, with a bot's token."""
    extra = {"base_url": f"http://127.0.0.1:{port}/api/", "room": "C0LOANS"}
    return json.dumps({"conn_type": "slack", "password": "xoxb-not-a-token", "extra": extra})


def smtp_connection(port: int, password: str = "") -> str:
    """An Airflow connection to a mail server, as JSON."""
    extra = {
        "disable_ssl": True,
        "disable_tls": True,
        "from_email": "pipeline@example.com",
        "to": ["operations@example.com"],
    }
    login = {"login": "pipeline", "password": password} if password else {}
    return json.dumps({"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra, **login})
