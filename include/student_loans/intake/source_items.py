"""Recorded state of sources: the version of each file that was read, and the watermark of each source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from student_loans.runs import address_key
from student_loans.storage.clean_text import storable, storable_address, storable_name
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One file of a source as it was read.

    Attributes:
        uri: Its address; social security numbers are removed when it is stored.
        name: File name for people; social security numbers are removed when it is stored.
        version: The version whose bytes were read; empty if the source states none.
        document_id: SHA-256 of the bytes; None while they could not be read.
        noted_key: The key under which it is stored; empty if the address is unchanged.
    """

    uri: str
    name: str
    version: str
    document_id: str | None
    noted_key: str = ""

    @property
    def key(self) -> str:
        """The key of the file: a hash of the address as the source states it. The full address itself is not stored."""
        return self.noted_key or address_key(self.uri)


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a source has been listed.

    Attributes:
        changed: Latest time of change among the files listed; None where the source states none.
        listed_whole: When it was last listed from its beginning; None for never.
    """

    changed: datetime | None = None
    listed_whole: datetime | None = None


class SourceItems(Database):
    """Versions of files and watermarks, by source."""

    def items(self, source_uri: str) -> dict[str, SourceItem]:
        """Every file read from a source, by :attr:`SourceItem.key`."""
        with self.transaction() as connection:
            rows = connection.execute(queries("intake/source_items")["items"], {"source_key": address_key(source_uri)})
            return {row["item_key"]: _item(row) for row in rows}

    def note_items(self, source_uri: str, items: Iterable[SourceItem], run_id: str) -> None:
        """Record files that were read; recording a file again changes nothing."""
        rows = [
            {
                "source_key": address_key(source_uri),
                "item_key": item.key,
                "item_uri": storable_address(item.uri),
                "name": storable_name(item.name),
                "version": storable(item.version),
                "document_id": item.document_id,
                "run_id": run_id,
            }
            for item in items
        ]
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.executemany(queries("intake/source_items")["note_item"], rows)

    def pending(self, source_uri: str, run_id: str) -> list[SourceItem]:
        """Files that other runs recorded and that have no result yet."""
        parameters = {"source_key": address_key(source_uri), "run_id": run_id}
        with self.transaction() as connection:
            return [
                _item(row) for row in connection.execute(queries("intake/source_items")["pending_items"], parameters)
            ]

    def forget(self, source_uri: str, items: Iterable[SourceItem]) -> None:
        """Delete files that were never read and that the source no longer lists."""
        source_key = address_key(source_uri)
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.executemany(
                queries("intake/source_items")["forget_item"],
                [{"source_key": source_key, "item_key": item.key} for item in items],
            )

    def watermark(self, source_uri: str) -> Watermark:
        """How far a source has been listed; an empty watermark for a source that was never listed."""
        with self.transaction() as connection:
            parameters = {"source_key": address_key(source_uri)}
            row = connection.execute(queries("intake/source_items")["watermark"], parameters).fetchone()
        return Watermark(row["watermark"], row["listed_whole_at"]) if row else Watermark()

    def advance(self, source_uri: str, watermark: Watermark, run_id: str) -> None:
        """Move the watermark of a source after all listed files are recorded; it never moves back."""
        parameters = {
            "source_key": address_key(source_uri),
            "source_uri": storable_address(source_uri),
            "watermark": watermark.changed,
            "listed_whole_at": watermark.listed_whole,
            "run_id": run_id,
        }
        with self.transaction() as connection:
            connection.execute(queries("intake/source_items")["advance"], parameters)


def _item(row: Mapping[str, Any]) -> SourceItem:
    return SourceItem(row["item_uri"], row["name"], row["version"], row["document_id"], row["item_key"])
