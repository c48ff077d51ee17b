"""Many people at once: 50 readers and 5 uploaders, against a real Airflow on this machine.

A few seconds in `make test`; `make load-web` takes two minutes (LOAD_SECONDS=120). Bounded, loopback only.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from scripts.local.environment import LocalAirflow
from tests.document_factory import make_image, make_pdf
from tests.e2e.test_browser import _command
from tests.local_home import delete_home

SECONDS = float(os.environ.get("LOAD_SECONDS", "6"))
READERS, UPLOADERS = 50, 5
READS = ("metrics", "review/queue", "documents", "documents?status=quarantined", "runs", "alerts", "labels", "me")
pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1800)]


@dataclass
class Outcome:
    """What the requests came to."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"read": [], "upload": []})
    faults: Counter[str] = field(default_factory=Counter)
    uploaded: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def airflow() -> Iterator[LocalAirflow]:
    home = Path(tempfile.mkdtemp(prefix="ld-"))
    local = LocalAirflow(home, home / "data", home / "reports")
    local.secrets()
    passwords = json.loads((home / "passwords.json").read_text())
    (home / "passwords.json").write_text(json.dumps(passwords | {"edna": "edna-secret"}))
    try:
        _command(home, "up")
        yield local
    finally:
        _command(home, "down")
        delete_home(home)


def hostile(number: int) -> bytes:
    """Files that nobody should send; each is another document."""
    kinds = (
        make_pdf([["Locked"]], password="x") + b"\n%% %d" % number,
        b"%%PDF-1.7 nothing that a PDF has %d" % number,
        make_image("PNG", (40, 40))[:-20] + b"%d" % number,
        b"PK\x03\x04 an archive %d" % number,
        b"MZ a program %d" % number,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x0f\xff\xff" * 2 + b"\x08\x02\x00\x00\x00%d" % number,
    )
    return kinds[number % len(kinds)]


async def _load(site: str, token: str) -> Outcome:
    outcome, deadline = Outcome(), time.monotonic() + SECONDS
    limits = httpx.Limits(max_connections=READERS + UPLOADERS)
    async with httpx.AsyncClient(
        base_url=f"{site}/loans/api/v1/", headers={"Authorization": f"Bearer {token}"}, limits=limits, timeout=60
    ) as client:

        async def timed(kind: str, method: str, path: str, **arguments: object) -> httpx.Response | None:
            started = time.monotonic()
            try:
                answer = await client.request(method, path, **arguments)  # type: ignore[arg-type]
            except httpx.TransportError as error:
                outcome.faults[type(error).__name__] += 1
                return None
            outcome.seconds[kind].append(time.monotonic() - started)
            if answer.status_code not in (200, 202):
                outcome.faults[f"{method} {path.partition('?')[0]}: {answer.status_code}"] += 1
            return answer

        async def read(seed: int) -> None:
            chance = random.Random(seed)
            while time.monotonic() < deadline:
                await timed("read", "GET", chance.choice(READS))
                await asyncio.sleep(chance.uniform(0.2, 1.0))  # a person looks at what came

        async def upload(seed: int) -> None:
            number = seed * 100_000
            while time.monotonic() < deadline:
                files = [("files", (f"scan {number + n}.pdf", hostile(number + n))) for n in range(3)]
                answer = await timed("upload", "POST", "documents", files=files)
                if answer is not None and answer.status_code == 202:
                    outcome.uploaded |= {one["document_id"] for one in answer.json()["documents"]}
                number += 3
                await asyncio.sleep(1)

        await asyncio.gather(*(read(seed) for seed in range(READERS)), *(upload(seed) for seed in range(UPLOADERS)))
    return outcome


def test_many_people_at_once(airflow: LocalAirflow, capsys: pytest.CaptureFixture[str]) -> None:
    """No request fails, and every hostile file ends as a quarantined document."""
    site = f"http://127.0.0.1:{json.loads(airflow.state_file.read_text())['port']}"
    answer = httpx.post(f"{site}/auth/token", json={"username": "edna", "password": "edna-secret"}, timeout=60)
    token = answer.json()["access_token"]
    outcome = asyncio.run(_load(site, token))
    with capsys.disabled():
        for kind, seconds in outcome.seconds.items():
            p95 = statistics.quantiles(seconds, n=20)[-1]
            print(f"\n{kind}: {len(seconds)} requests, median {statistics.median(seconds):.2f} s, p95 {p95:.2f} s")
    assert outcome.faults == Counter()
    assert outcome.uploaded
    _wait_until_quarantined(site, token, outcome.uploaded)


def _wait_until_quarantined(site: str, token: str, documents: set[str]) -> None:
    deadline = time.monotonic() + 300
    waiting = set(documents)
    with httpx.Client(
        base_url=f"{site}/loans/api/v1/", headers={"Authorization": f"Bearer {token}"}, timeout=60
    ) as client:
        while waiting:
            assert time.monotonic() < deadline, f"{len(waiting)} of {len(documents)} uploads have no record"
            found = {one: client.get(f"documents/{one}/status").json()["status"] for one in sorted(waiting)[:200]}
            assert set(found.values()) <= {"received", "quarantined"}
            waiting -= {one for one, status in found.items() if status == "quarantined"}
            time.sleep(1)
