"""Versions of records: what was published before, and what is made beside it to be compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from student_loans.records import DocumentRecord
from student_loans.results.batch import stage_batch
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

_CHUNK = 500


class VersionState(StrEnum):
    """The state of a version: published, superseded or shadow."""

    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """One version of a document's record.

    Attributes:
        version: From 1, in the order they were made.
        fingerprint: Of the settings and code that made it.
        content_hash: Equal for records that differ in timings and address only.
    """

    document_id: str
    version: int
    state: VersionState
    fingerprint: str
    content_hash: str
    record: DocumentRecord
    run_id: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A published document as a candidate for being processed again.

    Attributes:
        fingerprint: Of the settings and code that made its record.
        lender: Lender's or else servicer's name; None when neither was read.
        core_seconds: What making it again costs by what was recorded; 0 when it has been made already.
        made_already: It has been read under the current settings and code.
    """

    document_id: str
    source_uri: str
    name: str
    document_type: str
    fingerprint: str
    lender: str | None
    core_seconds: float
    made_already: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Which published documents to process again; what is None does not narrow.

    Attributes:
        made_under: A fingerprint: records that it made.
        outdated: Records that the current fingerprint did not make.
        document_type: As in the records.
        lender: Lender's or servicer's name, whatever its case.
        document_ids: SHA-256, hex.
    """

    made_under: str | None = None
    outdated: bool = False
    document_type: str | None = None
    lender: str | None = None
    document_ids: Sequence[str] | None = None


class RecordVersions(Database):
    """Reads and prunes versions; :mod:`student_loans.results.batch` and :meth:`add_shadows` write them."""

    def versions(self, document_id: str) -> list[RecordVersion]:
        """Every version of one document, oldest first."""
        with self.transaction() as connection:
            rows = connection.execute(
                queries("results/versions")["versions_of"], {"document_id": document_id}
            ).fetchall()
        return [
            RecordVersion(
                **{**row, "state": VersionState(row["state"]), "record": DocumentRecord.from_json(row["record"])}
            )
            for row in rows
        ]

    def select(self, selection: Selection, current_fingerprint: str) -> list[PublishedDocument]:
        """Published documents that a selection means, by id."""
        parameters = {
            "made_under": selection.made_under,
            "outdated": selection.outdated,
            "document_type": selection.document_type,
            "lender": selection.lender,
            "document_ids": None if selection.document_ids is None else list(selection.document_ids),
            "current": current_fingerprint,
        }
        with self.transaction() as connection:
            rows = connection.execute(queries("results/versions")["select_documents"], parameters).fetchall()
        return [PublishedDocument(**row) for row in rows]

    def published(self, document_ids: Collection[str]) -> dict[str, DocumentRecord]:
        """The published records of some documents, by id; a few hundred ids at a time keep memory flat."""
        with self.transaction() as connection:
            rows = connection.execute(
                queries("results/versions")["published_records"], {"document_ids": list(document_ids)}
            )
            records = [DocumentRecord.from_json(row["record"]) for row in rows]
        return {record.document_id: record for record in records}

    def pairs(self, records: Iterable[DocumentRecord]) -> Iterator[tuple[DocumentRecord | None, DocumentRecord]]:
        """Each record with the published one of the same document, None where there is none."""
        pending = iter(records)
        while chunk := list(islice(pending, _CHUNK)):
            published = self.published([record.document_id for record in chunk])
            for record in chunk:
                yield published.get(record.document_id), record

    def add_shadows(self, run_id: str, records: Iterable[DocumentRecord]) -> int:
        """Keep a batch beside the published records, which stay as they are.

        Returns:
            How many versions were added; a record that is a version already adds none.
        """
        with self.transaction() as connection:
            stage_batch(connection, run_id, records, {})
            sql = queries("results/versions")
            connection.execute(sql["lock"])
            connection.execute(sql["create_staged_versions"])
            return connection.execute(sql["shadow_versions"]).rowcount

    def discard_shadows(self, document_ids: Collection[str]) -> int:
        """Delete what was made beside the published records of some documents; returns how many versions."""
        with self.transaction() as connection:
            parameters = {"document_ids": list(document_ids)}
            return connection.execute(queries("results/versions")["discard_shadows"], parameters).rowcount

    def prune(self, keep: int, days: int) -> int:
        """Delete old versions; a published one never.

        Args:
            keep: Superseded versions of a document that stay, newest first.
            days: Versions that changed within so many days stay as well.

        Returns:
            How many were deleted.
        """
        with self.transaction() as connection:
            return connection.execute(
                queries("results/versions")["prune_versions"], {"keep": keep, "days": days}
            ).rowcount
