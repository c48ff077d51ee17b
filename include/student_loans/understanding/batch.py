"""Many files on all cores: one record a file, in input order, whatever a file does to the process that reads it."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from student_loans.errors import ErrorCode
from student_loans.records import DocumentRecord, Status
from student_loans.settings import Settings
from student_loans.understanding.document import extract_document

_AHEAD = 8
"""Files submitted ahead of each worker, so that none waits and memory stays flat."""


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Files and folders into files; folders are walked in order of names, hidden files and links out of them left out.

    Raises:
        FileNotFoundError: A path does not exist.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            root = path.resolve()
            files += [
                p
                for p in sorted(path.rglob("*"))
                if p.is_file() and not p.name.startswith(".") and p.resolve().is_relative_to(root)
            ]
        elif path.is_file():
            files.append(path)
        else:
            raise FileNotFoundError(path)
    return files


def extract_files(files: Sequence[Path], options: Settings, workers: int | None = None) -> Iterator[DocumentRecord]:
    """Records of files in their order.

    Args:
        files: What to read.
        options: The settings, read once by the caller.
        workers: Processes; None means one a core.

    Raises:
        ServiceError: ``ocr_failed``: the reader broke, not the document.
        ConfigurationError: ``ocr_not_installed``.
    """
    count = min(workers or os.cpu_count() or 1, max(1, len(files)))
    waiting: list[tuple[Path, Future[DocumentRecord]]] = []
    pool = _pool(count)
    try:
        for path in files:
            waiting.append((path, pool.submit(_extract_file, path, options)))
            if len(waiting) >= count * _AHEAD:
                pool, record = _next(pool, count, waiting, options)
                yield record
        while waiting:
            pool, record = _next(pool, count, waiting, options)
            yield record
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    # forkserver: a clean parent, so that OCR's threads and handles are never inherited half-made.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("forkserver"))


def _next(
    pool: ProcessPoolExecutor,
    workers: int,
    waiting: list[tuple[Path, Future[DocumentRecord]]],
    options: Settings,
) -> tuple[ProcessPoolExecutor, DocumentRecord]:
    """The first waiting file's record; a pool that broke is replaced, and the file gets a process of its own."""
    path, future = waiting.pop(0)
    try:
        return pool, future.result()
    except BrokenProcessPool:
        pool.shutdown(cancel_futures=True)
        record = _extract_alone(path, options)
        pool = _pool(workers)
        waiting[:] = [(other, pool.submit(_extract_file, other, options)) for other, _ in waiting]
        return pool, record


def _extract_alone(path: Path, options: Settings) -> DocumentRecord:
    with _pool(1) as pool:
        try:
            return pool.submit(_extract_file, path, options).result()
        except BrokenProcessPool:
            return DocumentRecord(
                hashlib.sha256(path.read_bytes()).hexdigest(),
                path.resolve().as_uri(),
                Status.QUARANTINED,
                error=ErrorCode.PARSER_CRASHED.value,
                message="Reading the file ended the process: ask the sender for it in another form.",
            )


def _extract_file(path: Path, options: Settings) -> DocumentRecord:
    share_cores()
    return extract_document(path.read_bytes(), path.resolve().as_uri(), options)


def share_cores() -> None:
    """One OCR thread in this process: the cores are shared by processes."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
