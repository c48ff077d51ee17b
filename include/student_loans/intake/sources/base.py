"""The interface of all sources of documents."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import quote

from student_loans.errors import DocumentError, ErrorCode


class IgnoreReason(StrEnum):
    """Why an entry of a source is not a document."""

    HIDDEN = "hidden"
    """Its name, or that of its folder, begins with a dot."""
    LINKED_FOLDER = "linked_folder"
    """A link to a folder of the same source, whose files are listed in their own place."""
    EMPTY_FOLDER = "empty_folder"
    """A folder without any entry."""
    FOLDER_MARKER = "folder_marker"
    """An object without bytes that stands for a folder."""
    LISTED_TWICE = "listed_twice"
    """The listing has named the same address before."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One entry of a source, as listed and before it is read: a document, or something with the reason why it is none.

    Attributes:
        uri: Its address within the world: percent-encoded, the same in every run.
        name: File name for people: data, never used as a path.
        size: Bytes; None where the source does not say.
        version: A token that changes when the bytes may have changed (times, an ETag); empty where the source gives none.
        modified: When the source says that it changed last, with a time zone.
        sha256: Checksum that the source states, hex.
        location: Address of the bytes if it is not ``uri`` itself, such as a link with a new signature in each listing.
        ignored: Why the entry is not a document; None for a document.
        refusal: Why the document cannot be read, where the listing shows it; None where reading is worth a try.
    """

    uri: str
    name: str
    size: int | None = None
    version: str = ""
    modified: datetime | None = None
    sha256: str | None = None
    location: str = ""
    ignored: IgnoreReason | None = None
    refusal: DocumentError | None = None


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
        """Every entry of the source, in a stable order.

        Args:
            since: Sources that can list by time leave out files that have not changed since then; other sources list
                everything.

        Raises:
            ServiceError: ``source_unavailable``.
            ConfigurationError: ``source_not_found``, ``source_not_allowed``, ``source_refused`` or ``invalid_source``.
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


def unreadable_row(source_uri: str, position: int, name: str) -> SourceDocument:
    """An entry of a listing that names no address.

    Args:
        source_uri: The source that listed it.
        position: Of the entry in the listing, from 1.
        name: As the listing names it; empty if it does not.
    """
    shown = name or f"entry {position}"
    return SourceDocument(
        uri=f"{source_uri}#{quote(shown, safe='')}",
        name=shown,
        refusal=DocumentError(
            ErrorCode.UNREADABLE_SOURCE, "The listing gives no address for this entry: correct it in the source."
        ),
    )


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
