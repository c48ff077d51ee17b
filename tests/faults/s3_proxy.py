"""A bad way to S3: between the client and a real server that speaks S3, answers come late, fail, break off or never come."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class S3Proxy:
    """Forwards to a server that speaks S3, and breaks some of the answers.

    Args:
        endpoint: ``http://host:port`` of the server.
        share: Share of the requests that meet a fault, in [0, 1].
        seed: Of the faults.
        slow_s: Longest pause before a slow answer, seconds.
    """

    FAULTS = ("slow", "503", "half", "hang up")

    def __init__(self, endpoint: str, share: float, seed: str, slow_s: float = 0.3) -> None:
        self._target = urlsplit(endpoint).netloc
        self._share, self._slow_s = share, slow_s
        self._random = Random(seed)
        self._lock = threading.Lock()
        self.met: Counter[str] = Counter()
        self.endpoint = ""
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def do_GET(self) -> None:
                proxy.answer(self)

            do_PUT = do_POST = do_DELETE = do_HEAD = do_GET

            def log_message(self, *arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="s3-proxy", daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request, well or badly. A fault may meet it before or after the server has done what was asked."""
        body = _body(handler)
        fault = self._fault()
        if fault == "slow":
            with self._lock:
                pause = self._random.uniform(0.05, self._slow_s)
            time.sleep(pause)
        if fault == "503":
            handler.send_response(503)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        status, headers, content = self._forward(handler, body)
        if fault == "hang up":  # the server did it; the client never hears of it
            handler.close_connection = True
            return
        handler.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP:
                handler.send_header(name, value)
        length = next((value for name, value in headers if name.lower() == "content-length"), str(len(content)))
        handler.send_header("Content-Length", length if handler.command == "HEAD" else str(len(content)))
        handler.end_headers()
        if handler.command != "HEAD":
            half = fault == "half" and len(content) > 1
            handler.wfile.write(content[: len(content) // 2] if half else content)
            handler.close_connection = handler.close_connection or half

    def _fault(self) -> str:
        with self._lock:
            fault = self._random.choice(self.FAULTS) if self._random.random() < self._share else "none"
            self.met[fault] += 1
        return fault

    def _forward(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(self._target, timeout=30)
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in _HOP}
        connection.request(handler.command, handler.path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content


def _body(handler: BaseHTTPRequestHandler) -> bytes:
    if handler.headers.get("Expect", "").lower() == "100-continue":
        handler.send_response_only(100)
        handler.end_headers()
    if handler.headers.get("Transfer-Encoding", "").lower() == "chunked":
        chunks = []
        while size := int(handler.rfile.readline().split(b";")[0], 16):
            chunks.append(handler.rfile.read(size))
            handler.rfile.readline()
        handler.rfile.readline()
        return b"".join(chunks)
    return handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
