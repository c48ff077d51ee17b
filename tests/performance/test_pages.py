"""Every page is answered in less than 300 ms at the server, however many documents there are."""

from __future__ import annotations

import hashlib
import statistics
import time

import pytest
from fastapi.testclient import TestClient

MOST_S = 0.3
ONE = hashlib.sha256(b"123").hexdigest()
REQUESTS = {
    "dashboard": "metrics",
    "dashboard of a lender": "metrics?lender=Lender%201",
    "dashboard of a rare lender": "metrics?lender=Lender%2041",
    "dashboard of a type in a month": "metrics?document_type=payoff_letter&since=2026-10-01&until=2026-10-31",
    "review queue": "review/queue",
    "review queue of a type": "review/queue?document_type=form_1098e",
    "newest documents": "documents",
    "documents in review": "documents?status=review",
    "documents of a lender": "documents?lender=Lender%201",
    "documents of a rare lender": "documents?lender=Lender%2041",
    "documents of a run": "documents?run_id=run-7",
    "documents by name": "documents/search#scan-1234",
    "documents by account number": "documents/search#hl1234",
    "documents of long ago": "documents?until=2000-01-01",
    "one document": f"documents/{ONE}",
    "runs": "runs",
}


@pytest.mark.timeout(3000)
def test_pages_are_quick(viewer: TestClient, many: int, capsys: pytest.CaptureFixture[str]) -> None:
    viewer.get("metrics")
    lines, slow = [], []
    for name, path in REQUESTS.items():
        times = []
        for _ in range(7):
            started = time.perf_counter()
            address, _, text = path.partition("#")
            answer = viewer.post(address, json={"text": text}) if text else viewer.get(address)
            times.append(time.perf_counter() - started)
            assert answer.status_code == 200, answer.text
        best, median = min(times), statistics.median(times)
        lines.append(
            f"{name:34} best {1000 * best:6.0f} ms   median {1000 * median:6.0f} ms   worst {1000 * max(times):6.0f} ms"
        )
        if median > MOST_S:
            slow.append(name)
    with capsys.disabled():
        print(f"\n{many:,} documents")
        print("\n".join(lines))
    assert not slow
