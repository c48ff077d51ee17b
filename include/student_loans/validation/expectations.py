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
from student_loans.validation.engine import Batch, run_suite
from student_loans.validation.frame import records_frame
from student_loans.validation.outcomes import BatchValidation, ExpectationOutcome
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
        ConfigurationError: ``invalid_settings``: an expectation could not be evaluated (unknown type, missing column).
    """
    frame = records_frame(record for record in records if record.status is not Status.QUARANTINED)
    if frame.empty:
        return BatchValidation(suite["name"], 0, ())
    return run_suite(_in_memory(frame, "document_id"), suite, docs_folder)


def validate_parquet(
    path: str, suite: Mapping[str, Any], *, id_column: str | None = "document_id", docs_folder: Path | None = None
) -> BatchValidation:
    """Check a Parquet file, or a folder of them, against a suite.

    Args:
        path: Local path or an address that pyarrow opens. Only the columns that the suite names are read, unless one of
            its expectations is about the table's columns.
        suite: As :func:`load_suite` reads it.
        id_column: Column that names the rows; None if they have no name.
        docs_folder: Folder of the Data Docs site; None builds no site.

    Raises:
        ConfigurationError: ``invalid_settings``.
    """
    import pyarrow.parquet

    available = pyarrow.parquet.ParquetDataset(path).schema.names
    wanted = _columns_of(suite)
    columns = None if wanted is None else [name for name in available if name in wanted or name == id_column]
    frame = pyarrow.parquet.read_table(path, columns=columns).to_pandas()
    if frame.empty:
        return BatchValidation(suite["name"], 0, ())
    return run_suite(_in_memory(frame, id_column if id_column in frame else None), suite, docs_folder)


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
        ConfigurationError: ``invalid_settings``.
        ServiceError: ``database_unavailable``.
    """
    return run_suite(table_batch(conninfo, table, suite, id_column), suite, docs_folder)


def _in_memory(frame: Any, id_column: str | None) -> Batch:
    def define(context: Any) -> Any:
        source = context.data_sources.add_pandas("records")
        return source.add_dataframe_asset("records").add_batch_definition_whole_dataframe("batch")

    return Batch(define, {"dataframe": frame}, id_column)


def _columns_of(suite: Mapping[str, Any]) -> set[str] | None:
    """Columns that the suite needs; None if it checks the list of columns itself."""
    names: set[str] = set()
    for expectation in suite["expectations"]:
        if expectation["type"].startswith("expect_table_"):
            return None
        arguments = expectation["kwargs"]
        names |= {arguments[key] for key in ("column", "column_A", "column_B") if key in arguments}
        names |= set(arguments.get("column_list", ()))
    return names
