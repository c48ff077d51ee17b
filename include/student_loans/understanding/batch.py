"""Read many files on all cores into one record each, in input order, even if a file crashes the process that reads it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from student_loans.errors import DocumentError, ErrorCode, LoanDocumentError
from student_loans.intake.acquire_stage import quarantined_record
from student_loans.intake.incremental import stand_in_id
from student_loans.intake.sources.base import SourceDocument, display_name
from student_loans.intake.sources.folder import read_regular_file
from student_loans.records import DocumentRecord
from student_loans.sandbox.process import IsolatedPool
from student_loans.settings import Settings
from student_loans.storage.run_folder import DocumentReference
from student_loans.understanding.document import read_document

_OF_ONE_PAGE = frozenset({ErrorCode.OCR_FAILED, ErrorCode.OCR_TIMED_OUT})
"""Errors of a service that a document's own page may bring about: the other files go on."""


def find_files(paths: Sequence[Path]) -> list[Path]:
    """List the files of paths. Folders are walked in order of names, without hidden files and links that lead out of them.

    Raises:
        FileNotFoundError: A path does not exist.
        OSError: A folder cannot be listed.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += _files_of_folder(path)
        elif path.is_file():
            files.append(path)
        else:
            raise FileNotFoundError(path)
    return files


def _files_of_folder(folder: Path) -> list[Path]:
    root = folder.resolve()
    found = [Path(place, name) for place, _, names in os.walk(folder, onerror=_raise) for name in names]
    return [p for p in sorted(found) if p.is_file() and not p.name.startswith(".") and p.resolve().is_relative_to(root)]


def _raise(error: OSError) -> None:
    raise error


def extract_files(files: Sequence[Path], options: Settings, workers: int | None = None) -> Iterator[DocumentRecord]:
    """Records of files in their order.

    A file that cannot be read, or that crashes the process that reads it, gives a quarantined record with the reason.

    Args:
        files: The files to read.
        options: The settings, read once by the caller.
        workers: Processes; None takes ``isolation.workers``.

    Raises:
        ServiceError: ``parser_unavailable``: no process can be started.
        ConfigurationError: ``ocr_not_installed``.
    """
    count = min(workers or options.isolation.workers or os.cpu_count() or 1, max(1, len(files)))
    with IsolatedPool(options.isolation, count) as pool:
        yield from pool.map(partial(_extract_file, options=options, pool=pool), files)


def _extract_file(path: Path, options: Settings, pool: IsolatedPool) -> DocumentRecord:
    uri = _address(path)
    document_id = stand_in_id(SourceDocument(uri, path.name))
    try:
        content = read_regular_file(path, options.intake.max_bytes).content
        document_id = hashlib.sha256(content).hexdigest()
        return read_document(content, uri, options, pool)
    except LoanDocumentError as error:
        if not isinstance(error, DocumentError) and error.code not in _OF_ONE_PAGE:
            raise
        return quarantined_record(DocumentReference(document_id, uri, display_name(path.name)), error)


def _address(path: Path) -> str:
    try:
        return path.resolve().as_uri()
    except (OSError, RuntimeError):  # links that form a loop
        return path.absolute().as_uri()
