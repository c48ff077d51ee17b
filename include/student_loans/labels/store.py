"""Labels in the results database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from student_loans.labels.label import DocumentLabel
from student_loans.records import DocumentRecord
from student_loans.results.rows import record_of
from student_loans.storage.clean_text import storable, storable_data
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

_CHUNK = 500


class LabelStore(Database):
    """True values of documents; a document has one label, the newest."""

    def store_labels(self, labels: Iterable[DocumentLabel]) -> int:
        """Store labels, all of them or none.

        Args:
            labels: Consumed once.

        Returns:
            How many are new or changed.
        """
        from psycopg.types.json import Jsonb

        sql = queries("labels/labels")
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.execute(sql["create_staged_labels"])
            with cursor.copy(sql["copy_labels"]) as copy:
                for label in labels:
                    copy.write_row(
                        (
                            label.document_id,
                            label.document_type.value,
                            Jsonb(storable_data(dict(label.fields))),
                            storable(label.lender),
                            storable(label.rendering),
                            storable(label.source),
                        )
                    )
            return cursor.execute(sql["upsert_labels"]).rowcount

    def labels(self) -> Iterator[DocumentLabel]:
        """Every label, in the order of document ids, a few hundred in memory."""
        with self.transaction() as connection, connection.cursor(name="labels") as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(queries("labels/labels")["labels"])
            for row in cursor:
                yield DocumentLabel.from_json(row)

    def labelled_records(self) -> Iterator[tuple[DocumentRecord, DocumentLabel]]:
        """Labels of documents that have a record, with it (without what was printed and without schedules)."""
        with self.transaction() as connection, connection.cursor(name="labelled_records") as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(queries("labels/labels")["labelled_records"])
            for row in cursor:
                yield record_of(row), DocumentLabel.from_json(row["label"])

    def count(self) -> tuple[int, int]:
        """Labels, and how many of them have a record."""
        with self.transaction() as connection:
            row = connection.execute(queries("labels/labels")["count_labels"]).fetchone()
        return (int(row["labels"]), int(row["with_record"])) if row else (0, 0)
