"""What of a source has to be taken: a file whose version is known is not opened again.

Three things decide, so that nothing is lost and nothing doubled:

* The **version** that the source gives of a file (times, size, ETag) says whether it may have changed.
* The **content** (SHA-256) says whether it has: a file that was only touched, moved or sent twice is no new document.
* The **watermark** spares listing: a source that can list by time is asked from some days before it, for late files, and
  whole every so often, for later ones. It moves last, after everything listed has been noted, and while any noted file
  has no record the source is listed whole. So a crash anywhere costs at most some work done twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.intake.refusals import check_size
from student_loans.intake.source_items import SourceItem, SourceItems, Watermark
from student_loans.intake.sources import DocumentSource, Fetched, SourceDocument
from student_loans.runs import address_key
from student_loans.settings import AcquisitionSettings
from student_loans.storage.object_store import ObjectStore

_NOTED_AT_ONCE = 50
_FAILURES_IN_A_ROW = 3
"""Files that fail one after another before the source counts as down instead of the files as unreadable."""


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """A file of the source and what became of it.

    Attributes:
        uri: Its address.
        name: For people.
        document_id: SHA-256 of its bytes, or of its address for one that could not be read.
        refusal: Why its bytes are not here.
        version: The version whose bytes these are.
        document: As the source listed it; None for one that the source lists no more.
        opened: Whether its bytes were read now.
        noted_key: The key under which one was noted that the source lists no more; empty for any other.
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
        """What is noted of it: one that may be readable another time is asked for again."""
        final = self.refusal is None or self.refusal.code is ErrorCode.FILE_TOO_LARGE
        return SourceItem(self.uri, self.name, self.version, self.document_id if final else None, self.noted_key)


class Ingestor:
    """Takes the files of one source into the object store.

    Args:
        source: Where the files are.
        store: Where their bytes go.
        max_bytes: Larger files are refused.
        run_id: The run that takes them.
    """

    def __init__(self, source: DocumentSource, store: ObjectStore, max_bytes: int, run_id: str) -> None:
        self._source = source
        self._store = store
        self._max_bytes = max_bytes
        self._run_id = run_id
        self._failures = 0

    def take_listed(self) -> Iterator[IngestedFile]:
        """Every file that the source lists, where nothing is known of earlier runs; one in memory at a time."""
        for document in self._source.list_documents():
            yield self._take(document, None)

    def take_all(
        self, items: SourceItems, options: AcquisitionSettings, *, whole: bool = False
    ) -> Iterator[IngestedFile]:
        """Every file that the source lists, and every one noted earlier of which nothing has come; one in memory at a time.

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
        for document in self._source.list_documents(since):
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
        yield from self._left_over(items, pending.values())
        # A clock that runs ahead, at the sender's, must not hide what comes after it.
        reached = min(newest, started) if newest else None
        items.advance(uri, Watermark(reached, started if since is None else None), self._run_id)

    def take_again(self, file: IngestedFile) -> IngestedFile:
        """A file whose version is known, with its bytes: read from the source where the store has them no more."""
        if file.refusal or file.opened or file.document is None or self._store.has_raw(file.document_id):
            return file
        return self._take(file.document, None)

    def _take(self, document: SourceDocument, item: SourceItem | None) -> IngestedFile:
        if item and item.document_id and document.version and document.version == item.version:
            return IngestedFile(document.uri, document.name, item.document_id, None, item.version, document)
        held = item.version if item and item.document_id else ""
        try:
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
        """The bytes of a file. One file on which the source keeps failing must not hold up the others for ever."""
        try:
            fetched = self._source.fetch(document, self._max_bytes, held)
        except ServiceError as error:
            self._failures += 1
            if error.code is not ErrorCode.SOURCE_UNAVAILABLE or self._failures >= _FAILURES_IN_A_ROW:
                raise
            raise DocumentError(
                ErrorCode.UNREADABLE_SOURCE,
                "The source failed on this file again and again: the next run asks for it anew.",
            ) from error
        self._failures = 0
        return fetched

    def _left_over(self, items: SourceItems, pending: Iterable[SourceItem]) -> Iterator[IngestedFile]:
        """Files taken by a run that came to nothing and that the source lists no more: their bytes are here."""
        gone = []
        for item in pending:
            if item.document_id and self._store.has_raw(item.document_id):
                yield IngestedFile(item.uri, item.name, item.document_id, noted_key=item.key)
            else:
                gone.append(item)
        items.forget(self._source.uri, gone)


def listing_start(watermark: Watermark, options: AcquisitionSettings, now: datetime) -> datetime | None:
    """From when on a source that lists by time is asked; None: for everything.

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
    """The id of a file whose bytes cannot be had: its address and size stand in for them, so that it is one document, once."""
    return hashlib.sha256(f"{document.uri}\n{document.size}".encode("utf-8", "surrogatepass")).hexdigest()
