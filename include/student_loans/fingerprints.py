"""Fingerprints of what a result depends on besides the document's bytes: settings, code, knowledge files and libraries.

A fingerprint changes when one of them changes, so results made under different ones are never mixed. The code is all that
the imports of a stage's module reach; the libraries are those that this code imports, with their requirements. A changed
comment changes a fingerprint too: pages are then prepared once more without need, but a result is never wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from student_loans.import_graph import ROOT, reached_from
from student_loans.libraries import versions_of
from student_loans.settings import Settings

READING = ("student_loans.reading.page_words",)
"""The module that reads words from page images."""
PAGES = (
    "student_loans.preparation.pages",
    "student_loans.preparation.metadata",
    "student_loans.preparation.artifacts",
)
"""The modules that prepare the pages of a document."""
RECORDS = (
    *PAGES,
    "student_loans.understanding.document",
    "student_loans.validation.stage",
    "student_loans.sandbox.process",
)
"""The modules that make a record: of pages, by rules, under the limits of the processes that open files."""
LEFT_OUT = ("student_loans.fingerprints", "student_loans.settings")
"""Settings count by those of their values that change a result: a new setting alone prepares nothing again."""


def record_fingerprint(settings: Settings) -> str:
    """Twelve hex digits for what a record depends on: settings, rules, label vocabulary, confidence model, libraries."""
    return _joined(settings.fingerprint(), code_version())


def page_fingerprint(settings: Settings) -> str:
    """Twelve hex digits for what prepared pages depend on: a changed label wording prepares no page again."""
    return _joined(settings.fingerprint(), _page_version())


@cache
def code_version() -> str:
    """Twelve hex digits for the code, the knowledge files and the libraries that make a record of pages."""
    return version_of(RECORDS, knowledge=True)


@cache
def reader_version() -> str:
    """Twelve hex digits for the code and the libraries that read words from page images."""
    return version_of(READING)


@cache
def reader_code_version() -> str:
    """Twelve hex digits for the code alone that reads words from page images.

    For forked processes, whose libraries are in memory and cannot change.
    """
    return version_of(READING, libraries=False)


@cache
def _page_version() -> str:
    return version_of(PAGES)


def version_of(entries: Iterable[str], *, root: Path = ROOT, knowledge: bool = False, libraries: bool = True) -> str:
    """Twelve hex digits for all that some modules reach by their imports.

    Args:
        entries: Names of modules.
        root: The folder that holds the package; where it lies makes no difference.
        knowledge: Whether the files of ``config`` and beside the code that the code names count as well.
        libraries: Whether the versions of libraries count.
    """
    reached = reached_from(entries, root=root, left_out=LEFT_OUT)
    digest = hashlib.sha256()
    for name in (*reached.code, *(reached.data if knowledge else ())):
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256((root / name).read_bytes()).digest())
    for name, version in versions_of(reached.modules).items() if libraries else ():
        digest.update(f"{name}={version}\0".encode())
    return digest.hexdigest()[:12]


def _joined(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:12]
