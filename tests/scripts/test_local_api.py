"""The local Airflow's API, as the scripts ask it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from scripts.local.api import AirflowApi


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
