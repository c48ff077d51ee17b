"""Incremental acquisition: a file whose version is known is not read again.

Three rules make sure that no file is lost and none is processed twice:

* The **version** that the source states (times, size, ETag) shows whether a file may have changed.
* The **content** (SHA-256) shows whether it did change: a file that was touched, moved or sent twice is not a new document.
* The **watermark** shortens listings: a source that can list by time is listed from some days before the watermark, so
  that late files are found, and in full at regular intervals, so that very late files are found. The watermark is written
  last, after all listed files are recorded. While any recorded file has no result, the source is listed in full. A crash
  at any point therefore costs repeated work, but loses no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.intake.refusals import check_size
from student_loans.intake.source_items import SourceItem, SourceItems, Watermark
from student_loans.intake.sources import DocumentSource, Fetched, IgnoreReason, SourceDocument
from student_loans.runs import address_key
from student_loans.settings import AcquisitionSettings
from student_loans.storage.object_store import ObjectStore

_NOTED_AT_ONCE = 50
_FAILURES_IN_A_ROW = 3
"""Files that fail one after another before the source counts as down instead of the files as unreadable."""


class ListingNote(StrEnum):
    """Why a listing has no document."""

    NOTHING_CHANGED = "nothing_changed"
    """Only what changed was asked for, and nothing did."""
    NO_DOCUMENTS = "no_documents"
    """The source has entries, and none of them is a document."""
    EMPTY = "source_empty"
    """The source has no entry now; earlier runs have listed documents."""
    NEVER_HAD_FILES = "source_never_had_files"
    """The source has no entry, and no run has ever listed a document in it: its address may be wrong."""


def _note_of(since: datetime | None, *, known: bool, ignored: bool) -> ListingNote:
    if ignored:
        return ListingNote.NO_DOCUMENTS
    if since is not None:
        return ListingNote.NOTHING_CHANGED
    return ListingNote.EMPTY if known else ListingNote.NEVER_HAD_FILES


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """A file of the source, with its bytes in the store or the reason why they are not.

    Attributes:
        uri: Its address.
        name: For people.
        document_id: SHA-256 of its bytes, or of its address for one that could not be read.
        refusal: Why the bytes could not be read; None for a file that was read.
        version: The version whose bytes these are.
        document: As the source listed it; None for a file that the source no longer lists.
        opened: Whether its bytes were read now.
        noted_key: The recorded key of a file that the source no longer lists; empty for other files.
    """

    uri: str
    name: str
    document_id: str
    refusal: DocumentError | None = None
    version: str = ""
    document: SourceDocument | None = None
    opened: bool = False
    noted_key: str = ""

    @property
    def item(self) -> SourceItem:
        """The item to record. A file that could not be read has no version, so the next run reads it again."""
        final = self.refusal is None or self.refusal.code is ErrorCode.FILE_TOO_LARGE
        return SourceItem(self.uri, self.name, self.version, self.document_id if final else None, self.noted_key)


class Ingestor:
    """Copies the files of one source into the object store.

    Args:
        source: Where the files are.
        store: Where their bytes go.
        max_bytes: Larger files are refused.
        run_id: The run that copies them.
    """

    def __init__(self, source: DocumentSource, store: ObjectStore, max_bytes: int, run_id: str) -> None:
        self._source = source
        self._store = store
        self._max_bytes = max_bytes
        self._run_id = run_id
        self._failures = 0
        self.ignored: list[SourceDocument] = []
        """Listed entries that are not documents, with their reasons."""
        self.note: ListingNote | None = None
        """What is to be said of a listing without a document."""

    def ingest_listed(self) -> Iterator[IngestedFile]:
        """Copy every listed file, without knowledge of earlier runs. One file is in memory at a time."""
        for document in self._documents():
            yield self._take(document, None)

    def ingest_all(
        self, items: SourceItems, options: AcquisitionSettings, *, whole: bool = False
    ) -> Iterator[IngestedFile]:
        """Copy every listed file, and recorded files that have no result yet. One file is in memory at a time.

        Args:
            items: What is known of the source.
            options: How far back a source that lists by time is asked.
            whole: List everything.

        Raises:
            ServiceError: ``source_unavailable``, ``store_unavailable`` or ``database_unavailable``.
        """
        started = datetime.now(UTC)
        uri = self._source.uri
        pending = {item.key: item for item in items.pending(uri, self._run_id)}
        watermark = items.watermark(uri)
        can_skip = getattr(self._source, "lists_since", False) and not whole and not pending
        since = listing_start(watermark, options, started) if can_skip else None
        held = items.items(uri)
        noted: list[SourceItem] = []
        newest = watermark.changed
        listed = False
        for document in self._documents(since):
            listed = True
            key = address_key(document.uri)
            file = self._take(document, held.get(key))
            pending.pop(key, None)
            noted.append(file.item)
            newest = max(filter(None, (newest, document.modified)), default=None)
            if len(noted) >= _NOTED_AT_ONCE:
                items.note_items(uri, noted, self._run_id)
                noted.clear()
            yield file
        items.note_items(uri, noted, self._run_id)
        if not listed:
            self.note = _note_of(since, known=bool(held or watermark.changed), ignored=bool(self.ignored))
        yield from self._left_over(items, pending.values())
        # A sender's clock that is ahead must not hide the files that arrive later.
        reached = min(newest, started) if newest else None
        items.advance(uri, Watermark(reached, started if since is None else None), self._run_id)

    def ingest_again(self, file: IngestedFile) -> IngestedFile:
        """A file of known version, with its bytes: read from the source again if the store no longer has them."""
        if file.refusal or file.opened or file.document is None or self._store.has_raw(file.document_id):
            return file
        return self._take(file.document, None)

    def _documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """The listed documents, each once; other entries are kept with their reasons."""
        seen = set[str]()
        for entry in self._source.list_documents(since):
            key = address_key(entry.uri)
            if entry.ignored is None and key in seen:
                entry = replace(entry, ignored=IgnoreReason.LISTED_TWICE)
            if entry.ignored is not None:
                self.ignored.append(entry)
                continue
            seen.add(key)
            yield entry

    def _take(self, document: SourceDocument, item: SourceItem | None) -> IngestedFile:
        if item and item.document_id and document.version and document.version == item.version:
            return IngestedFile(document.uri, document.name, item.document_id, None, item.version, document)
        held = item.version if item and item.document_id else ""
        try:
            if document.refusal:
                raise document.refusal
            check_size(document.size or 0, self._max_bytes)
            fetched = self._fetch(document, held)
        except DocumentError as error:
            return IngestedFile(document.uri, document.name, stand_in_id(document), error, document.version, document)
        if fetched is None:
            document_id = item.document_id if item and item.document_id else stand_in_id(document)
            return IngestedFile(document.uri, document.name, document_id, None, held, document)
        document_id = self._store.put_raw(fetched.content)
        version = document.version or fetched.version
        return IngestedFile(document.uri, document.name, document_id, None, version, document, opened=True)

    def _fetch(self, document: SourceDocument, held: str) -> Fetched | None:
        """Read one file. A file on which the source keeps failing is refused, so that the other files are processed."""
        try:
            fetched = self._source.fetch(document, self._max_bytes, held)
        except ServiceError as error:
            self._failures += 1
            if error.code is not ErrorCode.SOURCE_UNAVAILABLE or self._failures >= _FAILURES_IN_A_ROW:
                raise
            raise DocumentError(
                ErrorCode.UNREADABLE_SOURCE,
                "The source failed repeatedly on this file: the next run tries again.",
            ) from error
        self._failures = 0
        return fetched

    def _left_over(self, items: SourceItems, pending: Iterable[SourceItem]) -> Iterator[IngestedFile]:
        """Files of an unfinished run that the source no longer lists; the store has their bytes."""
        gone = []
        covers = getattr(self._source, "covers", lambda uri: True)
        for item in pending:
            if item.document_id and covers(item.uri) and self._store.has_raw(item.document_id):
                yield IngestedFile(item.uri, item.name, item.document_id, noted_key=item.key)
            else:
                gone.append(item)
        items.forget(self._source.uri, gone)


def listing_start(watermark: Watermark, options: AcquisitionSettings, now: datetime) -> datetime | None:
    """The time from which a source is listed; None means that everything is listed.

    Args:
        watermark: How far it has been listed.
        options: How late files may be, and how often everything is listed.
        now: The time, with a zone.
    """
    if watermark.changed is None or watermark.listed_whole is None:
        return None
    if now - watermark.listed_whole >= timedelta(days=options.full_listing_days):
        return None
    return watermark.changed - timedelta(days=options.late_arrival_days)


def stand_in_id(document: SourceDocument) -> str:
    """The id of a file that cannot be read: a hash of address and size, so that the file counts as one document."""
    return hashlib.sha256(f"{document.uri}\n{document.size}".encode("utf-8", "surrogatepass")).hexdigest()
