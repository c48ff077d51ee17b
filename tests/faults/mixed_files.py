"""Hundreds of mixed files, cheaply: born-digital documents varied by bytes, copies, and one in five that nobody can read."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.document_factory import make_image, make_pdf

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "documents"
BORN_DIGITAL = ("sample-03.pdf", "sample-05.pdf", "sample-08.pdf", "sample-12.pdf")
STRANGE_NAMES = (
    "Zahlung ü ñ 文書.pdf",
    "-rf.pdf",
    "two\nlines.pdf",
    "a" * 200 + ".pdf",
    "'; DROP TABLE documents;--.pdf",
    "$(reboot) %2e%2e.pdf",
)


def _bomb() -> bytes:
    """A PNG whose header promises 60,000 by 60,000 pixels."""
    import struct
    import zlib

    content = bytearray(make_image("PNG", (4, 4)))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    return bytes(content)


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("note.txt", "a note")
    return buffer.getvalue()


BAD: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("pdf", lambda: make_pdf([["locked"]], password="nobody knows")),
    ("pdf", lambda: make_pdf([["Promissory note"]] * 3)[:700]),
    ("pdf", lambda: b"This is plain text, whatever its name says."),
    ("docx", _archive),
    ("png", _bomb),
    ("jpg", lambda: b"<html><body>Your session has expired.</body></html>"),
    ("tif", lambda: bytes(2048)),
    ("pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4),
)


def write_mixed_files(folder: Path, count: int, seed: str) -> dict[str, int]:
    """Write so many files; the same seed gives the same bytes.

    Returns:
        How many are ``good``, ``bad`` and ``copies`` (byte for byte) of good ones.
    """
    random = Random(seed)
    originals = [(SAMPLES / name).read_bytes() for name in BORN_DIGITAL]
    bad = [(extension, make()) for extension, make in BAD]
    bad_total, copies_total = count // 5, count // 20
    good_total = count - bad_total - copies_total
    # Behind a PDF's end a comment changes its bytes and nothing else.
    contents = [
        ("pdf", originals[number % len(originals)] + f"\n% {seed} {number}\n".encode()) for number in range(good_total)
    ]
    contents += [random.choice(contents) for _ in range(copies_total)]
    contents.append(("pdf", b""))
    for number in range(bad_total - 1):
        extension, content = bad[number % len(bad)]
        contents.append((extension, content + f"\n% {number}".encode()))
    random.shuffle(contents)
    for number, (extension, content) in enumerate(contents):
        name = STRANGE_NAMES[number] if number < len(STRANGE_NAMES) else f"document {number:04d}.{extension}"
        (folder / name).write_bytes(content)
    return {"good": good_total, "bad": bad_total, "copies": copies_total}


def fingerprint_of(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every file's size, time and bytes, to show that nothing was changed."""
    return {
        path.name: (path.stat().st_size, path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.iterdir()
    }
