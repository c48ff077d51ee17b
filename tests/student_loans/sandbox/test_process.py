"""Isolation: whatever a file does to the process that opens it, the caller gets a result or a typed error."""

from __future__ import annotations

import contextlib
import os
import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from student_loans.errors import DocumentError, ErrorCode
from student_loans.records import FileFormat
from student_loans.sandbox.messages import ChildMessage, MessageKind, pack, unpack
from student_loans.sandbox.process import IsolatedPool, IsolatedProcess
from student_loans.settings import settings
from tests import hostile_functions as hostile
from tests.fork_server_factory import fork_server

LIMITS = settings().isolation.model_copy(update={"memory_bytes": 512 * 1024**2})


@pytest.fixture(scope="module", params=["started from nothing", "forked by a server"])
def process(request: pytest.FixtureRequest) -> Iterator[IsolatedProcess]:
    with contextlib.ExitStack() as stack:
        if request.param == "forked by a server":
            stack.enter_context(fork_server())
        yield stack.enter_context(IsolatedProcess(LIMITS))


def refusal(process: IsolatedProcess, function: object, *arguments: object, limit_s: float = 20) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        process.call(function, *arguments, limit_s=limit_s)  # type: ignore[arg-type]
    return caught.value


def test_results_come_back_and_the_process_is_used_again(process: IsolatedProcess) -> None:
    first, second = (process.call(hostile.process_id, limit_s=20) for _ in range(2))
    assert first == second != os.getpid()


def test_large_bytes_go_both_ways(process: IsolatedProcess) -> None:
    content = bytes(20_000_000)
    assert process.call(hostile.echo, content, limit_s=20) == content


def test_an_error_of_ours_comes_back_as_it_is(process: IsolatedProcess) -> None:
    assert refusal(process, hostile.refuse).code is ErrorCode.ENCRYPTED_PDF
    assert process.call(hostile.echo, b"on", limit_s=20) == b"on"


@pytest.mark.parametrize("how", ["abort", "segfault", "exit", "memory", "unforeseen", "recursion", "foreign"])
def test_a_crash_is_a_refused_document_and_the_next_one_is_well(process: IsolatedProcess, how: str) -> None:
    error = refusal(process, hostile.crash, how)
    assert error.code is ErrorCode.PARSER_CRASHED
    assert "secret" not in error.message
    assert process.call(hostile.echo, b"on", limit_s=20) == b"on"


def test_a_hang_is_ended_in_time(process: IsolatedProcess) -> None:
    started = time.monotonic()
    assert refusal(process, hostile.hang, limit_s=0.5).code is ErrorCode.TIMED_OUT
    assert time.monotonic() - started < 30  # it would hang for ever
    assert process.call(hostile.echo, b"on", limit_s=20) == b"on"


def test_items_of_a_generator_come_one_by_one_each_with_the_limit_to_itself(process: IsolatedProcess) -> None:
    items = process.stream(hostile.slow_items, 4, 0.8, limit_s=3.0)
    assert list(items) == [0, 1, 2, 3]


def test_a_generator_that_is_left_half_read_disturbs_nothing(process: IsolatedProcess) -> None:
    items = process.stream(hostile.slow_items, 100, 0.0, limit_s=20)
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert process.call(hostile.echo, b"on", limit_s=20) == b"on"


def test_a_crash_that_was_the_fault_of_documents_before_costs_nothing(process: IsolatedProcess, tmp_path: Path) -> None:
    assert list(process.stream(hostile.crash_once, str(tmp_path / "mark"), limit_s=20)) == [1, 2, 3]


def test_a_process_is_replaced_after_its_share_of_documents() -> None:
    with IsolatedProcess(LIMITS.model_copy(update={"documents_per_process": 2})) as process:
        ids = [process.call(hostile.process_id, limit_s=20) for _ in range(4)]
    assert ids[0] == ids[1] != ids[2] == ids[3]


def test_a_child_ends_with_its_parent() -> None:
    process = IsolatedProcess(LIMITS)
    child = process.call(hostile.process_id, limit_s=20)
    process.close()
    assert not Path(f"/proc/{child}").exists()


def test_threads_share_a_pool() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with IsolatedPool(LIMITS.model_copy(update={"workers": 2})) as pool, ThreadPoolExecutor(4) as threads:
        ids = list(threads.map(lambda _: pool.call(hostile.process_id, limit_s=20), range(12)))
    assert 1 <= len(set(ids)) <= 2


def test_a_call_costs_little(process: IsolatedProcess) -> None:
    process.call(hostile.echo, b"", limit_s=20)
    seconds = []
    for _ in range(200):
        started = time.perf_counter()
        process.call(hostile.echo, bytes(100_000), limit_s=20)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.01  # the least: what else the machine does is no cost of a call


@dataclass
class _Foreign:
    value: int


@pytest.mark.parametrize("content", [os.system, _Foreign(1), Path("/etc/passwd"), print])
def test_nothing_but_our_own_data_is_unpacked(content: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        unpack(pickle.dumps(ChildMessage(MessageKind.ITEM, content)))
    assert unpack(pack(ChildMessage(MessageKind.ITEM, FileFormat.PDF))).content is FileFormat.PDF
