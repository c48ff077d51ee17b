"""Great Expectations over document records, with results that name documents and expectations and hold no value.

The same suite runs over a batch in memory (:func:`validate_records`, :func:`validate_parquet`) and over a table of any
size inside PostgreSQL (:func:`validate_table`): there only counts and the ids of failing rows come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from student_loans.records import DocumentRecord, Status
from student_loans.severity import Severity
from student_loans.validation.columns import columns_to_read
from student_loans.validation.engine import Batch, run_suite
from student_loans.validation.frame import records_frame
from student_loans.validation.outcomes import BatchValidation, ExpectationOutcome
from student_loans.validation.parquet import ParquetRows
from student_loans.validation.suite import checked_suite, load_suite
from student_loans.validation.tables import table_batch

__all__ = [
    "BatchValidation",
    "ExpectationOutcome",
    "Severity",
    "checked_suite",
    "load_suite",
    "validate_parquet",
    "validate_records",
    "validate_table",
]


def validate_records(
    records: Iterable[DocumentRecord], suite: Mapping[str, Any], docs_folder: Path | None = None
) -> BatchValidation:
    """Check a batch of records against a suite.

    Args:
        records: The batch; quarantined records are left out, they have no fields.
        suite: As :func:`load_suite` reads it.
        docs_folder: Folder of the Data Docs site; None builds no site.

    Raises:
        ConfigurationError: ``missing_column``; ``invalid_settings``: an expectation could not be evaluated.
    """
    frame = records_frame(record for record in records if record.status is not Status.QUARANTINED)
    return run_suite(_in_memory(frame, "document_id", "The batch of records"), suite, docs_folder)


def validate_parquet(
    path: str, suite: Mapping[str, Any], *, id_column: str | None = "document_id", docs_folder: Path | None = None
) -> BatchValidation:
    """Check a Parquet file, or a folder of them, against a suite.

    Args:
        path: Local path or an address that pyarrow opens. Only the columns that the suite names are read, unless one of
            its expectations is about the table or has a condition on rows.
        suite: As :func:`load_suite` reads it.
        id_column: Column that names the rows; None if they have no name.
        docs_folder: Folder of the Data Docs site; None builds no site.

    Raises:
        ConfigurationError: ``data_not_found``, ``missing_column``, ``invalid_settings``.
        ServiceError: ``store_unavailable``.
    """
    rows = ParquetRows(path)
    wanted = columns_to_read(suite["expectations"])
    frame = rows.read(None if wanted is None else wanted | {id_column or ""})
    return run_suite(_in_memory(frame, id_column, rows.label, rows.columns), suite, docs_folder)


def validate_table(
    conninfo: str,
    table: str,
    suite: Mapping[str, Any],
    *,
    id_column: str | None = "document_id",
    docs_folder: Path | None = None,
) -> BatchValidation:
    """Check a table against a suite inside PostgreSQL, so that memory use does not grow with the table.

    Args:
        conninfo: A libpq connection string.
        table: ``schema.table``, or ``records``: the stored documents and their fields, a row a document.
        suite: As :func:`load_suite` reads it.
        id_column: Column that names the rows; None if they have no name.
        docs_folder: Folder of the Data Docs site; None builds no site.

    Raises:
        ConfigurationError: ``data_not_found``, ``missing_column``, ``invalid_settings``.
        ServiceError: ``database_unavailable``.
    """
    return run_suite(table_batch(conninfo, table, suite, id_column), suite, docs_folder)


def _in_memory(frame: Any, id_column: str | None, label: str, columns: frozenset[str] | None = None) -> Batch:
    def define(context: Any) -> Any:
        source = context.data_sources.add_pandas("records")
        return source.add_dataframe_asset("records").add_batch_definition_whole_dataframe("batch")

    available = frozenset(frame) if columns is None else columns
    return Batch(label, available, len(frame), define, {"dataframe": frame}, id_column)
