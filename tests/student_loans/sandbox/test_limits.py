"""The limits hold whatever code a file makes run: in threads, in native code, over a long document."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.sandbox.process import IsolatedPool, IsolatedProcess
from student_loans.settings import settings
from tests import hostile_functions as hostile

MEGABYTE = 1024**2
LIMITS = settings().isolation.model_copy(
    update={
        "memory_bytes": 512 * MEGABYTE, "page_cpu_s": 2.0, "document_timeout_s": 300.0, "written_file_bytes": 4 * MEGABYTE,
        "open_files": 64, "workers": 2,
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def process() -> Iterator[IsolatedProcess]:
    with IsolatedProcess(LIMITS) as running:
        yield running


def refusal(process: IsolatedProcess, function: object, *arguments: object, limit_s: float = 60) -> ErrorCode:
    with pytest.raises(DocumentError) as caught:
        process.call(function, *arguments, limit_s=limit_s)  # type: ignore[arg-type]
    return caught.value.code


def test_native_code_in_a_thread_gets_no_more_memory_than_the_process_may_have(process: IsolatedProcess) -> None:
    taken = process.call(hostile.take_native_memory, 2048, limit_s=60)
    assert 256 * MEGABYTE < taken < LIMITS.memory_bytes


def test_shared_memory_is_bounded_as_well(process: IsolatedProcess) -> None:
    assert refusal(process, hostile.take_shared_memory, LIMITS.memory_bytes + 5 * 1024**3) is ErrorCode.PARSER_CRASHED


def test_a_written_file_and_the_number_of_open_files_are_bounded(process: IsolatedProcess, tmp_path: Path) -> None:
    path = tmp_path / "large"
    assert refusal(process, hostile.write_file, str(path), 32 * MEGABYTE) is ErrorCode.PARSER_CRASHED
    assert path.stat().st_size <= LIMITS.written_file_bytes
    assert process.call(hostile.open_files, 500, limit_s=60) < LIMITS.open_files


def test_cpu_time_counts_for_all_threads_together(process: IsolatedProcess) -> None:
    started = time.monotonic()
    assert refusal(process, hostile.spin_in_threads, 2, limit_s=200) is ErrorCode.TIMED_OUT
    assert time.monotonic() - started < 190


def test_each_step_that_is_reported_has_the_time_limit_to_itself_and_all_together_that_of_the_document() -> None:
    with IsolatedProcess(LIMITS) as process:
        assert process.call(hostile.report_steps, 4, 1.0, limit_s=3.0) == 4
    with IsolatedProcess(LIMITS.model_copy(update={"document_timeout_s": 3.0})) as process:
        assert refusal(process, hostile.report_steps, 40, 0.2, limit_s=3.0) is ErrorCode.TIMED_OUT


def test_who_waits_too_long_for_a_process_is_refused_without_blame_for_the_document() -> None:
    with IsolatedPool(LIMITS, 1) as pool:

        def work(wait_s: float | None) -> str:
            try:
                pool.call(hostile.hang, limit_s=2.0, wait_s=wait_s)
            except (DocumentError, ServiceError) as error:
                return error.code.value
            return ""

        assert sorted(_at_once(work, [None, 0.1])) == ["parser_unavailable", "timed_out"]


def _at_once(work: object, arguments: list[float | None]) -> list[str]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(arguments)) as threads:
        futures = []
        for argument in arguments:
            futures.append(threads.submit(work, argument))  # type: ignore[arg-type]
            time.sleep(0.2)
        return [future.result() for future in futures]


def test_what_is_mapped_comes_in_order_and_stopping_early_ends_the_calls_that_run() -> None:
    with IsolatedPool(LIMITS) as pool:

        def work(number: int) -> int:
            if number >= 4:
                pool.call(hostile.hang, limit_s=600)
            return number

        results = pool.map(work, range(40))
        assert [next(results) for _ in range(4)] == [0, 1, 2, 3]
        started = time.monotonic()
        results.close()  # type: ignore[attr-defined]
        assert time.monotonic() - started < 60
