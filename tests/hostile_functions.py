"""What hostile files make libraries do; called in a process of its own."""

from __future__ import annotations

import ctypes
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from student_loans.errors import DocumentError, ErrorCode
from student_loans.intake.document_check import IntakeResult, check_document
from student_loans.pages.prepared import PreparedPage
from student_loans.preparation.pages import prepare_pages
from student_loans.records import FileFormat
from student_loans.settings import IntakeSettings, Settings


def models_at_hand() -> list[str]:
    """What was made before this process was forked."""
    from student_loans.library_objects import hand_out

    return sorted({str(key[0]) for key in hand_out()[1]})


def process_id() -> int:
    return os.getpid()


def burn(core_seconds: float) -> None:
    while time.process_time() < core_seconds:
        pass


def environment() -> str:
    return json.dumps(dict(os.environ))


def echo(content: bytes) -> bytes:
    return content


def refuse() -> None:
    raise DocumentError(ErrorCode.ENCRYPTED_PDF, "Needs a password.")


def crash(how: str) -> Any:
    if how == "abort":
        os.abort()
    if how == "segfault":
        ctypes.string_at(0)
    if how == "exit":
        os._exit(3)
    if how == "memory":
        return bytes(2 * 1024**3)
    if how == "recursion":
        return crash(how)
    if how == "foreign":
        return Path("/etc/passwd")
    raise ValueError("a secret value")


def check_with_crash(content: bytes, limits: IntakeSettings, dpi: int) -> IntakeResult:
    """The check, with a library that breaks over a document that begins with ``bad``."""
    if content.startswith(b"bad"):
        os.abort()
    return check_document(content, limits, dpi)


def check_with_hang(content: bytes, limits: IntakeSettings, dpi: int) -> IntakeResult:
    if content.startswith(b"bad"):
        hang()
    return check_document(content, limits, dpi)


def prepare_with_crash(content: bytes, file_format: FileFormat, options: Settings) -> Iterator[PreparedPage]:
    """Pages, with a decoder that breaks over JPEG after its first page."""
    yield from prepare_pages(content, file_format, options)
    if file_format is FileFormat.JPEG:
        os.abort()


def hang() -> None:
    while True:
        time.sleep(1)


def slow_items(count: int, pause_s: float) -> Iterator[int]:
    for number in range(count):
        time.sleep(pause_s)
        yield number


def crash_once(mark: str) -> Iterator[int]:
    yield 1
    yield 2
    if not Path(mark).exists():
        Path(mark).touch()
        os.abort()
    yield 3
