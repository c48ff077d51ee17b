"""The interface of all sources of documents."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from student_loans.errors import DocumentError, ErrorCode


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One file of a source, as listed and before it is read.

    Attributes:
        uri: Its address within the world: percent-encoded, the same in every run.
        name: File name for people: data, never used as a path.
        size: Bytes; None where the source does not say.
        version: A token that changes when the bytes may have changed (times, an ETag); empty where the source gives none.
        modified: When the source says that it changed last, with a time zone.
        sha256: Checksum that the source states, hex.
        location: Address of the bytes if it is not ``uri`` itself, such as a link with a new signature in each listing.
    """

    uri: str
    name: str
    size: int | None = None
    version: str = ""
    modified: datetime | None = None
    sha256: str | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of a file, and their version."""

    content: bytes
    version: str = ""


class DocumentSource(Protocol):
    """A place that documents come from. It is only read, never changed."""

    uri: str
    """Names the source, without credentials."""

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """The files of the source, in a stable order.

        Args:
            since: Sources that can list by time leave out files that have not changed since then; other sources list
                everything.

        Raises:
            ServiceError: ``source_unavailable``.
            ConfigurationError: ``source_not_found``, ``source_refused`` or ``invalid_source``.
        """
        ...

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """Read the bytes of one file, and check them against the size and checksum that the source states.

        Args:
            document: As listed.
            max_bytes: A larger file is refused; no more bytes than this are read.
            held: The version whose bytes the caller already has; empty for none.

        Returns:
            None if ``held`` is still the version of the file.

        Raises:
            DocumentError: ``unreadable_source``, ``file_too_large`` or ``checksum_mismatch``. Other files of the
                source may still be readable.
            ServiceError: ``source_unavailable``.
        """
        ...


def display_name(name: str) -> str:
    """A file name as valid Unicode: bytes that are not UTF-8 become the replacement character."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def check_sha256(content: bytes, stated: str | None) -> None:
    """Refuse bytes that do not match the checksum that the source states.

    Raises:
        DocumentError: ``checksum_mismatch``.
    """
    if stated and hashlib.sha256(content).hexdigest() != stated.lower():
        raise checksum_mismatch()


def checksum_mismatch() -> DocumentError:
    """The refusal of bytes that do not match their checksum."""
    return DocumentError(
        ErrorCode.CHECKSUM_MISMATCH,
        "The bytes that arrived are not those whose checksum the source states: have the file put there again.",
    )
