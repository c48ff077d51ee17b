"""A real HTTP server on loopback whose answers a test writes, faults among them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One answer.

    Attributes:
        cut_after: Send so many bytes of the body, then end the connection.
        chunk_pause_s: Pause after each byte.
        hang_up: End the connection without a word.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    chunk_pause_s: float = 0.0
    hang_up: bool = False


@dataclass
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]


class FaultServer:
    """Answers by path, one after another; the last of a path stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[Request] = []
        self.address = ""

    def on(self, path: str, *answers: Answer) -> None:
        """Say what comes of a path, query included."""
        self.answers[path] = list(answers)

    def asked(self, path: str) -> list[Request]:
        """The requests for a path."""
        return [request for request in self.requests if request.path == path]

    def next_answer(self, request: Request) -> Answer:
        self.requests.append(request)
        waiting = self.answers.get(request.path, [Answer(status=404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def fault_server() -> Iterator[FaultServer]:
    """A running server; it is gone when the block ends."""
    state = FaultServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = state.next_answer(Request(self.path, dict(self.headers)))
            if answer.hang_up:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self._send(answer)

        def _send(self, answer: Answer) -> None:
            body = answer.body if answer.cut_after is None else answer.body[: answer.cut_after]
            try:
                if answer.chunk_pause_s:
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        time.sleep(answer.chunk_pause_s)
                else:
                    self.wfile.write(body)
            except OSError:
                pass  # the client has had enough
            if answer.cut_after is not None:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
