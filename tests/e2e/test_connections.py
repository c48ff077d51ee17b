"""A whole run connects to nothing but this machine and looks up no name: no library reports its use or fetches anything.

``strace`` sees every attempt, whether there is a network or not.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ("sample-03.pdf", "sample-05.pdf", "sample-02.tif", "sample-15.pdf")
CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
DNS = 53
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
_QUIET = re.compile(r"^(AIRFLOW|LOAN_DOCUMENTS|DVC_|GX_|HF_|OTEL_|DO_NOT_TRACK|SCARF_)")
"""Variables that might keep a library quiet here and not where somebody uses the project."""

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1200)]


def traced(trace: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and all that it starts under strace."""
    kept = {name: value for name, value in os.environ.items() if not _QUIET.match(name)}
    return subprocess.run(
        ["strace", "-f", "-qq", "--seccomp-bpf", "-e", CALLS, "-o", str(trace), *command],
        cwd=PROJECT_ROOT, env={**kept, **environment}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=1000, check=False,
    )  # fmt: skip


def reached(trace: Path) -> set[str]:
    """What was connected to beyond this machine, and name servers wherever they are."""
    found = set()
    for line in trace.read_text(errors="replace").splitlines():
        if "systemd/resolve" in line:
            found.add("systemd-resolved")
        port = _PORT.search(line)
        for match in _ADDRESS.finditer(line):
            address = ipaddress.ip_address(match[1] or match[2])
            mapped = getattr(address, "ipv4_mapped", None) or address
            # Linux connects 0.0.0.0 and :: to this machine.
            if not (mapped.is_loopback or mapped.is_unspecified) or (port and int(port[1]) == DNS):
                found.add(f"{address}:{port[1] if port else '?'}")
    return found


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """An Airflow home of this test alone; a short path, because a Unix socket's is limited to 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="net-"))
    folder.chmod(0o755)  # the database server runs as a user of its own when the tests run as root
    yield folder
    subprocess.run(
        [sys.executable, "-m", "scripts.local", "down"],
        cwd=PROJECT_ROOT, env={**os.environ, "LOCAL_AIRFLOW_HOME": str(folder)}, capture_output=True, check=False,
    )  # fmt: skip
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def records(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records of a run under strace, which leaves ``trace`` in the home: reading, OCR, expectations, bias, a data version."""
    inbox = tmp_path_factory.mktemp("inbox")
    for name in SAMPLES:
        shutil.copy(PROJECT_ROOT / "samples" / "documents" / name, inbox)
    command = [sys.executable, "-m", "scripts.local", "run", "--", str(inbox)]
    done = traced(home / "trace", *command, LOCAL_AIRFLOW_HOME=str(home))
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = (home / "reports").glob("*/records.jsonl")
    assert len(path.read_text().splitlines()) == len(SAMPLES)
    return path


def test_a_run_connects_to_this_machine_only(records: Path, home: Path) -> None:
    assert records.exists()
    lines = (home / "trace").read_text(errors="replace")
    assert lines.count("AF_INET") > 20, "tasks talk to the API server: the trace holds no connection at all"
    assert reached(home / "trace") == set()


def test_so_do_the_command_line_and_statistics_in_their_own_environment(tmp_path: Path) -> None:
    """Apache Beam's DirectRunner downloads a program and runs it, unless its options name another runner."""
    student_loans = [sys.executable, "-m", "student_loans"]
    sample, records = PROJECT_ROOT / "samples" / "documents" / "sample-03.pdf", tmp_path / "records.jsonl"
    for name, command in {
        "read": [*student_loans, "read", str(sample), "--output", str(records)],
        "compare": [*student_loans, "statistics", "compare", str(records), "--output", str(tmp_path)],
    }.items():
        done = traced(tmp_path / name, *command, PYTHONPATH=str(PROJECT_ROOT / "include"))
        assert done.returncode in (0, 1), done.stdout + done.stderr
        assert reached(tmp_path / name) == set()
    assert json.loads((tmp_path / "statistics.json").read_text())["features"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("socket(AF_INET, SOCK_DGRAM).connect(('192.0.2.1', 443))", "192.0.2.1:443"),
        ("socket(AF_INET, SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 80))", "192.0.2.1:80"),
        ("socket(AF_INET6, SOCK_DGRAM).connect(('2001:db8::1', 443))", "2001:db8::1:443"),
        ("getaddrinfo('usage.example.com', 443)", f":{DNS}"),
    ],
)
def test_the_trace_shows_what_connects_elsewhere_even_without_a_network(
    tmp_path: Path, code: str, expected: str
) -> None:
    child = f"from socket import *\ntry:\n    {code}\nexcept OSError as error:\n    print(error)"
    command = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert traced(tmp_path / "trace", sys.executable, "-c", command).returncode == 0
    assert any(one.endswith(expected) for one in reached(tmp_path / "trace")) or "systemd-resolved" in reached(
        tmp_path / "trace"
    )
