"""What hostile files make libraries do; called in a process of its own."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import mmap
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.intake.document_check import IntakeResult, check_document
from student_loans.pages.prepared import PreparedPage
from student_loans.preparation.pages import prepare_pages
from student_loans.records import DocumentRecord, FileFormat, Status
from student_loans.sandbox.progress import report_progress
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


def extract_or_break(content: bytes, uri: str, options: Settings) -> DocumentRecord:
    """A reader that breaks over a document that says how."""
    if content == b"break: ocr":
        raise ServiceError(ErrorCode.OCR_FAILED, "The reader failed on a page.")
    if content.startswith(b"break: "):
        crash(content.decode().removeprefix("break: "))
    return DocumentRecord(hashlib.sha256(content).hexdigest(), uri, Status.REVIEW)


def draw_with_crash(*_: Any) -> bytes:
    os.abort()


def hang() -> None:
    while True:
        time.sleep(1)


def take_native_memory(megabytes: int) -> int:
    """Allocate by the C library, in a thread of its own, and write to all of it; what could be had, in bytes."""
    taken: list[int] = []

    def take() -> None:
        library = ctypes.CDLL(None)
        library.malloc.restype = ctypes.c_void_p
        for _ in range(megabytes):
            if not (place := library.malloc(ctypes.c_size_t(1024**2))):
                return
            ctypes.memset(place, 1, 1024**2)
            taken.append(1024**2)

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return sum(taken)


def take_shared_memory(size: int) -> None:
    mmap.mmap(-1, size)  # anonymous, and shared as this is the default


def write_file(path: str, size: int) -> None:
    with Path(path).open("wb") as file:
        for _ in range(size // 1024**2):
            file.write(bytes(1024**2))


def open_files(count: int) -> int:
    held: list[int] = []
    with contextlib.suppress(OSError):
        held.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(count))
    for descriptor in held:
        os.close(descriptor)
    return len(held)


def spin_in_threads(threads: int) -> None:
    """Use CPU time in several threads; hashing lets them run at the same time."""
    content = bytes(64 * 1024**2)

    def spin() -> None:
        while True:
            hashlib.sha256(content)

    for _ in range(threads):
        threading.Thread(target=spin, daemon=True).start()
    hang()


def report_steps(count: int, pause_s: float) -> int:
    for _ in range(count):
        time.sleep(pause_s)
        report_progress()
    return count


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
