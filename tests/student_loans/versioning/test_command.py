"""DVC as a process: what its failures mean, and that it keeps to itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.versioning.command import meaning_of, run_dvc
from student_loans.versioning.lock import exclusive
from student_loans.versioning.workspace import DvcWorkspace


@pytest.mark.parametrize(
    ("status", "words", "code"),
    [
        (255, "ERROR: Unable to acquire lock. Most likely another DVC process", ErrorCode.VERSIONING_BUSY),
        (255, "ERROR: unexpected error - gs is supported, but requires 'dvc-gs'", ErrorCode.REMOTE_UNSUPPORTED),
        (255, "ERROR: unexpected error - Unable to locate credentials", ErrorCode.REMOTE_REFUSED),
        (255, "An error occurred (InvalidAccessKeyId) when calling", ErrorCode.REMOTE_REFUSED),
        (255, 'Could not connect to the endpoint URL: "http://x"', ErrorCode.REMOTE_UNAVAILABLE),
        (1, "ERROR: failed to pull data - Checkout failed for following targets", ErrorCode.VERSION_DAMAGED),
        (251, "ERROR: configuration error - config file error: x", ErrorCode.INVALID_SETTINGS),
        (253, "ERROR: you are not inside of a DVC repository", ErrorCode.INVALID_SETTINGS),
        (1, "ERROR: something new", ErrorCode.VERSIONING_FAILED),
    ],
)
def test_each_failure_has_a_code(status: int, words: str, code: ErrorCode) -> None:
    assert meaning_of("push", status, words).code is code


def test_a_failure_without_a_code_is_quoted_without_the_keys(tmp_path: Path) -> None:
    keys = {"AWS_SECRET_ACCESS_KEY": "no-such-command"}
    with pytest.raises(ServiceError) as caught:
        run_dvc(["no-such-command"], tmp_path, timeout_s=60, environment=keys)
    assert caught.value.code is ErrorCode.VERSIONING_FAILED
    assert "***" in caught.value.message
    assert "invalid choice: 'no-such" not in caught.value.message


def test_a_command_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="took longer"):
        run_dvc(["init", "--no-scm"], tmp_path, timeout_s=0.05)


def test_a_second_writer_waits_and_then_says_so(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock", 1), pytest.raises(ServiceError) as caught, exclusive(tmp_path / "lock", 0.3):
        pass
    assert caught.value.code is ErrorCode.VERSIONING_BUSY
    with exclusive(tmp_path / "lock", 0):
        pass


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address, and the requests that came to it."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


@pytest.mark.integration
def test_nothing_is_sent_to_anybody(
    tmp_path: Path, listener: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DVC reports usage and asks for updates from processes that outlive its commands: none is started."""
    import time

    address, seen = listener
    for name in ("DVC_ANALYTICS_ENDPOINT", "DVC_UPDATER_ENDPOINT"):
        monkeypatch.setenv(name, address)
    monkeypatch.delenv("DVC_NO_ANALYTICS", raising=False)
    workspace = DvcWorkspace(tmp_path / "w")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "a.txt").write_text("a")
    workspace.add("a.txt")
    time.sleep(2)
    assert seen == []


@pytest.mark.integration
def test_a_workspace_works_in_a_git_checkout(tmp_path: Path) -> None:
    import subprocess

    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", *arguments]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    workspace = DvcWorkspace(tmp_path / "versions")
    (tmp_path / "versions" / "batch").mkdir(parents=True)
    (tmp_path / "versions" / "batch" / "a.txt").write_text("one")
    first = workspace.add("batch")
    git("add", ".")
    git("commit", "--quiet", "--message", "First")
    tracked = git("ls-files").split()
    assert "versions/batch.dvc" in tracked
    assert not [
        path
        for path in tracked
        if "config.local" in path or ".lock" in path or "cache" in path or path.endswith("a.txt")
    ]

    (tmp_path / "versions" / "batch" / "a.txt").unlink()
    (tmp_path / "versions" / "batch" / "a.txt").write_text("two")
    (tmp_path / "versions" / "batch" / "b.txt").write_text("new")
    assert workspace.status() != {}
    second = workspace.commit("batch")
    assert workspace.status() == {}
    difference = workspace.diff(first, second)
    assert (difference.added, difference.modified, difference.deleted) == (("b.txt",), ("a.txt",), ())
    git("checkout", "--quiet", "versions/batch.dvc")
    workspace.checkout("batch")
    assert (tmp_path / "versions" / "batch" / "a.txt").read_text() == "one"
    with pytest.raises(ConfigurationError) as caught:
        workspace.push("batch")
    assert caught.value.code is ErrorCode.INVALID_SETTINGS
