"""The local Airflow's API, as the scripts ask it."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import ClassVar

import pytest

from scripts.local.api import AirflowApi
from scripts.local.errors import StartFailed


class _KnowsNobody(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def another_airflow() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _KnowsNobody) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_an_airflow_that_does_not_know_the_password_is_another_one(another_airflow: int) -> None:
    with pytest.raises(PermissionError, match="another Airflow"):
        AirflowApi(another_airflow, "of this one").log_in()


class _InTrouble(BaseHTTPRequestHandler):
    """Answers late, with an error or not at all, before it answers."""

    troubles: ClassVar[list[str]] = []
    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_PATCH(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append(f"{self.command} {self.path} {self.headers.get('Authorization')}")
        trouble = self.troubles.pop(0) if self.troubles else "200"
        if trouble == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if trouble == "slow":
            time.sleep(2)
        body = json.dumps({"state": "running", "access_token": f"token-{len(self.seen)}"}).encode()
        self.send_response(200 if trouble == "slow" else int(trouble))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def in_trouble(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr("scripts.local.api.REQUEST_TIMEOUT_S", 1.0)
    monkeypatch.setattr("scripts.local.api._RETRY_INTERVAL_S", 0.05)
    with ThreadingHTTPServer(("127.0.0.1", 0), _InTrouble) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        _InTrouble.seen.clear()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_request_is_tried_again_while_the_server_is_in_trouble(in_trouble: int) -> None:
    _InTrouble.troubles[:] = ["503", "reset", "slow", "500", "429"]
    assert AirflowApi(in_trouble, "any").run_state("dag", "run") == "running"
    assert len(_InTrouble.seen) == 6


def test_trouble_ends_when_the_components_have_ended(in_trouble: int) -> None:
    def give_up(seconds: float) -> None:
        raise StartFailed("a component ended")

    _InTrouble.troubles[:] = ["503"]
    with pytest.raises(StartFailed, match="a component ended"):
        AirflowApi(in_trouble, "any", on_trouble=give_up).run_state("dag", "run")


def test_a_run_whose_answer_was_lost_is_not_an_error(in_trouble: int) -> None:
    _InTrouble.troubles[:] = ["200", "reset", "409"]
    AirflowApi(in_trouble, "any").trigger("dag", {}, run_id="local-1")
    assert [line.split()[0] for line in _InTrouble.seen] == ["PATCH", "POST", "POST"]


def test_an_expired_token_is_replaced(in_trouble: int) -> None:
    api = AirflowApi(in_trouble, "any")
    api.log_in()
    _InTrouble.troubles[:] = ["401"]
    assert api.run_state("dag", "run") == "running"
    assert [line.rpartition(" ")[2] for line in _InTrouble.seen] == ["None", "token-1", "None", "token-3"]


def test_the_password_goes_only_to_a_server_that_was_checked(in_trouble: int) -> None:
    def refuse() -> None:
        raise StartFailed("another program listens")

    with pytest.raises(StartFailed, match="another program"):
        AirflowApi(in_trouble, "secret", check_server=refuse).log_in()
    assert _InTrouble.seen == []


def test_a_proxy_of_the_environment_is_not_asked(in_trouble: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    _InTrouble.troubles.clear()
    AirflowApi(in_trouble, "secret").log_in()
