"""Validate records of a run, a Parquet file or a table; store and publish the outcome, and hold back what fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.run_folder import RunFolder, folder_name
from student_loans.validation.expectations import BatchValidation, validate_parquet, validate_table
from student_loans.validation.stage import (
    OnFailure,
    ValidateResult,
    refusal,
    summarize_validation,
    validate_batch,
    write_held_back,
)
from student_loans.validation.store import ExpectationStore
from student_loans.validation.tables import RECORDS_TABLE

BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Source:
    """Data to validate: exactly one of the three.

    Attributes:
        parts: Names of the run's parts that hold records.
        parquet: A Parquet file or a folder of them.
        table: ``schema.table``, or ``records`` for the stored documents with their fields.
        id_column: Names the rows of a file or table.
    """

    parts: tuple[str, ...] | None = None
    parquet: str | None = None
    table: str | None = None
    id_column: str | None = "document_id"

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.parts, self.parquet, self.table)) != 1:
            raise ConfigurationError(
                ErrorCode.INVALID_ARGUMENT, "Give exactly one of parts, parquet and table to validate."
            )

    @property
    def name(self) -> str:
        """The name of the source in results."""
        return self.table or (PurePosixPath(self.parquet).name if self.parquet else BATCH)


@dataclass(frozen=True, slots=True)
class SourceValidation:
    """The outcome of validating a source.

    Attributes:
        validation: Outcomes, with the ids of failing rows: it stays in the task.
        result: Counts and names, for XCom.
        refusal: Why the run must stop; None when it continues.
    """

    validation: BatchValidation
    result: ValidateResult
    refusal: str | None


def validate_source(
    source: Source,
    suite: Mapping[str, Any],
    on_failure: OnFailure,
    *,
    run: RunFolder,
    conninfo: str,
    results: ExpectationStore,
    reports_uri: str,
    label: str,
) -> SourceValidation:
    """Validate a source, keep the outcomes, publish the Data Docs, and hold back what fails.

    Args:
        source: What to validate.
        suite: As :func:`student_loans.validation.suite.load_suite` reads it.
        on_failure: What a failed critical expectation does. ``quarantine`` sends failing documents of a batch, or of the
            stored records, to review; failing rows of other files and tables are listed in the task's part ``held_back``.
        run: The run that validates.
        conninfo: The database of the table.
        results: The store of outcomes.
        reports_uri: Folder of reports; the site is ``<run>/expectations/<label>/``.
        label: Name of the task, so that each validation of a run has its own site.

    Raises:
        ConfigurationError: ``invalid_settings``.
        ServiceError: ``database_unavailable``, ``store_unavailable``.
    """
    from student_loans.storage.files import open_root
    from student_loans.validation.data_docs import INDEX, publish_data_docs

    results.migrate()
    with TemporaryDirectory(prefix="data-docs-") as folder:
        validation = _validate(source, suite, on_failure, run, conninfo, Path(folder))
        docs = None
        if (Path(folder) / INDEX).exists():
            destination = open_root(reports_uri) / folder_name(run.run_id) / "expectations" / folder_name(label)
            docs = publish_data_docs(Path(folder), destination)
    results.store(run.run_id, source.name, validation, task=run.writer)
    reason = refusal(validation, on_failure)
    if on_failure is OnFailure.QUARANTINE and source.parts is None and validation.failures:
        write_held_back(run, validation)
        if source.table == RECORDS_TABLE and reason is None:
            results.hold_back(validation.failures)
    return SourceValidation(validation, summarize_validation(validation, on_failure, docs), reason)


def _validate(
    source: Source, suite: Mapping[str, Any], on_failure: OnFailure, run: RunFolder, conninfo: str, docs: Path
) -> BatchValidation:
    if source.parquet is not None:
        return validate_parquet(source.parquet, suite, id_column=source.id_column, docs_folder=docs)
    if source.table is not None:
        return validate_table(conninfo, source.table, suite, id_column=source.id_column, docs_folder=docs)
    return validate_batch(run, source.parts or (), suite, on_failure, docs)


def part_names(parts: Any) -> list[str]:
    """Part names out of a name, the result of a task, or a mix of these; a mapped task that never ran gives None.

    Raises:
        ConfigurationError: ``invalid_argument``: something else is among them.

    Example:
        >>> part_names(["refused", [{"parts": ["a"]}, {"parts": ["b"]}], None])
        ['refused', 'a', 'b']
    """
    if parts is None:
        return []
    if isinstance(parts, str):
        return [parts]
    if isinstance(parts, Mapping) and "parts" in parts:
        return part_names(parts["parts"])
    # The results of a mapped task come as a sequence of Airflow's own, which is read piece by piece.
    if isinstance(parts, Iterable) and not isinstance(parts, Mapping | bytes):
        return [name for part in parts for name in part_names(part)]
    found = f"a dict with the keys {', '.join(map(str, parts))}" if isinstance(parts, Mapping) else type(parts).__name__
    raise ConfigurationError(
        ErrorCode.INVALID_ARGUMENT,
        f"`parts` are names of parts, or results of tasks that have a key `parts`, not {found}.",
    )
