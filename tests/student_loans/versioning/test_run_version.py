"""The version of a run: exactly its bytes, on any machine that reaches the remote."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.versioning.remote import Remote
from student_loans.versioning.restore import restore_run
from student_loans.versioning.run_version import diff_runs, forget_versions, push_versions
from student_loans.versioning.version_index import list_versions, target_of
from tests.student_loans.versioning.conftest import SECRET_KEY, MakeMachine

PROJECT_ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.integration
RUN = "manual__2026-11-24T21:00:00+00:00"


def objects(remote: Remote) -> dict[str, float]:
    """Every object of a remote with its time of writing."""
    root = remote.path(".").parent if remote.scheme == "file" else remote.path("files").parent
    return {str(path): path.stat().st_mtime for path in root.rglob("*") if path.is_file()}


def test_a_wiped_machine_is_brought_back_on_another_one_through_s3(machine: MakeMachine, s3_remote: Remote) -> None:
    first = machine("first", s3_remote)
    version = first.version(first.process(RUN))
    before = first.hashes()
    assert len(before) == version.files == 3 + 3 + 2
    shutil.rmtree(first.folder)

    second = machine("second", s3_remote)
    assert list_versions(second.workspace()) == [version]
    assert restore_run(RUN, second.workspace(), second.store) == version
    assert second.hashes() == before
    assert second.workspace().status() == {}
    assert second.workspace().status(remote=True) == {}
    assert second.workspace().pointer(target_of(RUN)).version == version.version


def test_keys_are_in_no_file_and_in_no_error(machine: MakeMachine, s3_remote: Remote, tmp_path: Path) -> None:
    one = machine("one", s3_remote)
    one.version(one.process(RUN))
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "config.local" for path in written)
    assert not [path for path in written if SECRET_KEY.encode() in path.read_bytes()]
    assert SECRET_KEY not in repr(s3_remote)


def test_the_same_data_are_the_same_version_and_are_sent_once(machine: MakeMachine, folder_remote: Remote) -> None:
    one = machine("one", folder_remote)
    run = one.process(RUN)
    first = one.version(run)
    sent = objects(folder_remote)
    again = one.version(run)
    assert (again.version, again.files) == (first.version, first.files)
    packs = {path: written for path, written in sent.items() if "/files/" in path}
    assert {path: written for path, written in objects(folder_remote).items() if "/files/" in path} == packs


def test_records_of_a_version_lie_open_in_the_order_of_their_ids(machine: MakeMachine) -> None:
    one = machine("one", None)
    one.version(one.process(RUN))
    lines = (one.workspace().folder / target_of(RUN) / "records.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["document_id"] for record in records] == sorted(record["document_id"] for record in records)
    assert [record["timings"] for record in records] == [{}, {}, {}]


def test_without_a_remote_a_version_is_kept_here_and_can_be_pushed_later(
    machine: MakeMachine, folder_remote: Remote
) -> None:
    alone = machine("one", None)
    made = alone.version(alone.process(RUN))
    before = alone.hashes()
    assert made.remote_url is None
    shutil.rmtree(alone.data / "raw")
    restore_run(RUN, alone.workspace(), alone.store)
    assert alone.hashes() == before

    connected = machine("one", folder_remote)
    [pushed] = push_versions(connected.workspace())
    assert (pushed.version, pushed.remote_url) == (made.version, folder_remote.url)
    assert push_versions(connected.workspace()) == []
    other = machine("two", folder_remote)
    restore_run(RUN, other.workspace(), other.store)
    assert other.hashes() == before


def test_runs_that_end_together_both_get_their_version(machine: MakeMachine, folder_remote: Remote) -> None:
    one = machine("one", folder_remote)
    runs = [one.process("run-a", 3), one.process("run-b", 3, first=100)]
    with ThreadPoolExecutor(2) as pool:
        versions = list(pool.map(one.version, runs))
    assert len({version.version for version in versions}) == 2
    assert one.workspace().status() == {}
    other = machine("two", folder_remote)
    for version in versions:
        assert restore_run(version.run_id, other.workspace(), other.store) == version
    assert other.hashes() == one.hashes()


def test_a_push_that_is_killed_loses_nothing_and_a_retry_completes_it(machine: MakeMachine, s3_remote: Remote) -> None:
    one = machine("one", s3_remote)
    run = one.process(RUN, 120)
    script = (
        "from tests.student_loans.versioning.conftest import *\n"
        f"one = Machine(Path({str(one.folder)!r}), Remote({s3_remote.url!r}, {s3_remote.endpoint_url!r}, "
        f"{s3_remote.region!r}, {s3_remote.access_key!r}, {s3_remote.secret_key!r}))\n"
        f"one.version(RunFolder(one.store, {RUN!r}), pack_bytes=1)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT_ROOT, stderr=subprocess.DEVNULL)
    files = s3_remote.path("files/md5")
    deadline = time.monotonic() + 120
    while not (files.exists() and any(files.iterdir())):
        assert worker.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    push = dvc_of(worker.pid)
    os.kill(worker.pid, signal.SIGKILL)
    os.kill(push, signal.SIGKILL)
    worker.wait()
    partial = len(objects(s3_remote))
    assert 0 < partial < 240, "the push was to be killed in the middle"
    assert list_versions(machine("other", s3_remote).workspace()) == [], "what is listed must be whole"

    version = one.version(run, pack_bytes=1)
    assert len(objects(s3_remote)) > partial
    before = one.hashes()
    shutil.rmtree(one.folder)
    other = machine("other", s3_remote)
    assert restore_run(RUN, other.workspace(), other.store) == version
    assert other.hashes() == before
    assert other.workspace().status(remote=True) == {}


def dvc_of(pid: int) -> int:
    """The DVC process that a process has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    [child] = [int(child) for child in children if b"push" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return child


def test_a_file_changed_in_the_remote_is_refused_and_not_put_in_place(
    machine: MakeMachine, folder_remote: Remote
) -> None:
    one = machine("one", folder_remote)
    one.version(one.process(RUN))
    raw = one.workspace().folder / target_of(RUN) / "raw-00000.tar"
    for path in Path(folder_remote.url).rglob("*"):
        if path.is_file() and path.read_bytes() == raw.read_bytes():
            path.chmod(0o644)
            path.write_bytes(raw.read_bytes().replace(b"fictional note 1", b"fictional nota 1"))
    other = machine("two", folder_remote)
    with pytest.raises(ConfigurationError) as caught:
        restore_run(RUN, other.workspace(), other.store)
    assert caught.value.code is ErrorCode.VERSION_DAMAGED
    assert all(one.hashes()[key] == digest for key, digest in other.hashes().items())


def test_a_part_missing_from_the_remote_is_said(machine: MakeMachine, folder_remote: Remote) -> None:
    one = machine("one", folder_remote)
    one.version(one.process(RUN))
    largest = max((Path(folder_remote.url) / "files").rglob("*"), key=lambda path: path.stat().st_size)
    largest.unlink()
    other = machine("two", folder_remote)
    with pytest.raises(ConfigurationError) as caught:
        restore_run(RUN, other.workspace(), other.store)
    assert caught.value.code is ErrorCode.VERSION_DAMAGED


def test_a_run_without_a_version_is_unknown(machine: MakeMachine, folder_remote: Remote) -> None:
    for remote in (None, folder_remote):
        one = machine("one", remote)
        with pytest.raises(ConfigurationError) as caught:
            restore_run("never", one.workspace(), one.store)
        assert caught.value.code is ErrorCode.UNKNOWN_VERSION


def test_old_versions_leave_this_machine_only_when_the_remote_has_them(
    machine: MakeMachine, folder_remote: Remote
) -> None:
    alone = machine("one", None)
    alone.version(alone.process("a"))
    connected = machine("one", folder_remote)
    connected.version(connected.process("b", first=10))
    connected.version(connected.process("c", first=20))
    alone.version(alone.process("c", 4, first=20))  # made anew while the remote was down: the remote has the older one
    before = connected.hashes()
    difference = diff_runs(connected.workspace(), "b", "c")
    assert (difference.added, difference.deleted) == ((), ())
    assert "records.jsonl" in difference.modified

    forgotten = forget_versions(connected.workspace(), keep_last=0)
    assert [version.run_id for version in forgotten] == ["b"]
    assert alone.workspace().status() == {}
    shutil.rmtree(connected.data / "raw")
    for run_id in ("a", "b", "c"):
        restore_run(run_id, connected.workspace(), connected.store)
    assert connected.hashes() == before


def test_a_remote_that_does_not_answer_is_worth_a_retry_and_keeps_the_version_here(machine: MakeMachine) -> None:
    dead = Remote("s3://bucket/x", endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="b")
    one = machine("one", dead)
    with pytest.raises(ServiceError) as caught:
        one.version(one.process(RUN))
    assert caught.value.code is ErrorCode.REMOTE_UNAVAILABLE
    alone = machine("one", None)
    assert [version.remote_url for version in list_versions(alone.workspace())] == [None]


def test_a_bucket_that_is_not_there_is_for_a_person(machine: MakeMachine, s3_remote: Remote) -> None:
    absent = Remote("s3://absent-bucket/x", s3_remote.endpoint_url, "us-east-1", "a", "b")
    one = machine("one", absent)
    with pytest.raises(ConfigurationError) as caught:
        one.version(one.process(RUN))
    assert caught.value.code is ErrorCode.REMOTE_REFUSED
