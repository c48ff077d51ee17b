"""The only module that calls Great Expectations.

The library's results quote failing values. So a suite runs twice: first for counts only (one pass in the database or over the
frame, no value comes back, and the Data Docs are made of this), then, only for what failed and only while few rows
fail, for the ids of the failing rows. No more than those ids leave this module.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.severity import Severity
from student_loans.validation.columns import check_columns, is_about_table
from student_loans.validation.outcomes import MAX_NAMED_ROWS, BatchValidation, ExpectationOutcome

_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0, "include_unexpected_rows": False}


@dataclass(frozen=True, slots=True)
class Batch:
    """Data that a suite can run over.

    Attributes:
        label: What the data are, for errors: ``The table loans``.
        columns: Names of its columns.
        rows: How many there are. Without any, only expectations about the table are checked.
        define: Makes the batch definition in a context of the library.
        parameters: Handed to the run (a frame, for one in memory).
        id_column: Names the rows; None if rows have no name; then only counts are reported.
        skip: Expectations of the suite that this kind of data cannot answer, by name.
    """

    label: str
    columns: frozenset[str]
    rows: int
    define: Callable[[Any], Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    id_column: str | None = "document_id"
    skip: frozenset[str] = frozenset()


def run_suite(batch: Batch, suite: Mapping[str, Any], docs_folder: Path | None = None) -> BatchValidation:
    """Check a batch against a suite.

    Args:
        batch: The data.
        suite: As :func:`student_loans.validation.suite.load_suite` reads it.
        docs_folder: Folder of the Data Docs site; None builds no site.

    Raises:
        ConfigurationError: ``missing_column``; ``invalid_settings``: an expectation could not be evaluated.
    """
    applying = [one for one in suite["expectations"] if one["meta"]["name"] not in batch.skip]
    check_columns(applying, batch.columns, batch.label)
    expectations = [one for one in applying if batch.rows or is_about_table(one)]
    unchecked = tuple(one["meta"]["name"] for one in applying if one not in expectations)
    if not expectations:
        return BatchValidation(suite["name"], batch.rows, (), unchecked=unchecked)
    outcomes = tuple(_outcome(result) for result in _count(batch, suite["name"], expectations, docs_folder))
    named = [one.name for one in outcomes if 0 < one.failed <= MAX_NAMED_ROWS]
    failing = _failing_rows(batch, suite["name"], [one for one in expectations if one["meta"]["name"] in named])
    by_severity: dict[Severity, dict[str, tuple[str, ...]]] = {severity: {} for severity in reversed(Severity)}
    for outcome in outcomes:
        held = by_severity[outcome.severity]
        for row in failing.get(outcome.name, ()):
            held[row] = (*held.get(row, ()), outcome.name)
    too_many = tuple(one.name for one in outcomes if one.failed > len(set(failing.get(one.name, ()))))
    return BatchValidation(
        suite["name"],
        batch.rows,
        outcomes,
        by_severity[Severity.CRITICAL],
        by_severity[Severity.WARNING],
        by_severity[Severity.INFO],
        too_many,
        unchecked,
    )


def _count(batch: Batch, name: str, expectations: Sequence[Mapping[str, Any]], docs_folder: Path | None) -> list[Any]:
    """Results with counts."""
    from student_loans.validation.data_docs import build_data_docs

    context = _context()
    results = _validate(context, batch, name, expectations, _COUNTS_ONLY)
    if docs_folder is not None:
        build_data_docs(context, docs_folder)
    return results


def _failing_rows(batch: Batch, name: str, expectations: Sequence[Mapping[str, Any]]) -> Mapping[str, tuple[str, ...]]:
    """Expectation name to the ids of the rows that fail it."""
    if not expectations or batch.id_column not in batch.columns:
        return {}
    result_format = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": [batch.id_column],
        # In a database this is the LIMIT of the query that names the rows.
        "partial_unexpected_count": MAX_NAMED_ROWS,
        "include_unexpected_rows": False,
    }
    results = _validate(_context(), batch, name, expectations, result_format)
    return {
        result.expectation_config.meta["name"]: tuple(
            str(row[batch.id_column]) for row in result.result.get("unexpected_index_list") or ()
        )
        for result in results
    }


def _context() -> Any:
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # hundreds of lines about its own registration
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    # By the call: a variable of the environment would be read too late where an executor imported the library beforehand.
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _validate(
    context: Any, batch: Batch, name: str, expectations: Sequence[Mapping[str, Any]], result_format: Mapping[str, Any]
) -> list[Any]:
    import great_expectations as gx
    from great_expectations.exceptions import GreatExpectationsError

    chosen = _suite(name, expectations)
    try:
        definition = context.validation_definitions.add(
            gx.ValidationDefinition(
                name="records",
                data=batch.define(context),
                suite=context.suites.add(chosen),
            )
        )
        result = definition.run(batch_parameters=dict(batch.parameters) or None, result_format=dict(result_format))
    except GreatExpectationsError as error:
        # The class alone: the message may quote values of the batch, or a connection string.
        raise _unusable(name, type(error).__name__) from None
    for one in result.results:
        if _raised(one.exception_info):
            raise _unusable(one.expectation_config.meta["name"], "it raised an exception: check its type and columns")
    return list(result.results)


def _suite(name: str, expectations: Sequence[Mapping[str, Any]]) -> Any:
    """The library's suite. An unknown expectation is an error: the library would skip it, which would count as a pass."""
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.exceptions import GreatExpectationsError

    for one in expectations:
        try:
            known = ExpectationSuite(name=name, expectations=[dict(one)]).expectations
        except (GreatExpectationsError, TypeError, ValueError):  # ValueError also covers pydantic's errors
            known = []
        if not known:
            raise _unusable(one["meta"]["name"], "the library has no such type, or not with these arguments")
    return ExpectationSuite(name=name, expectations=[dict(one) for one in expectations])


def _outcome(result: Any) -> ExpectationOutcome:
    details = result.result or {}
    configuration = result.expectation_config
    rows = int(details.get("element_count") or 0)
    return ExpectationOutcome(
        name=configuration.meta["name"],
        severity=Severity(configuration.severity.value),
        success=bool(result.success),
        evaluated=rows - int(details.get("missing_count") or 0),
        failed=int(details.get("unexpected_count") or 0),
        kind=configuration.type,
        expected={key: value for key, value in configuration.kwargs.items() if key != "batch_id"},
    )


def _raised(exception_info: Mapping[str, Any]) -> bool:
    """Whether evaluation raised: the library gives one entry, or one for each metric that the expectation needs."""
    if "raised_exception" in exception_info:
        return bool(exception_info["raised_exception"])
    return any(entry["raised_exception"] for entry in exception_info.values())


def _unusable(name: str, reason: str) -> ConfigurationError:
    return ConfigurationError(ErrorCode.INVALID_SETTINGS, f"The expectation {name} cannot be evaluated ({reason}).")
