"""Great Expectations over document records, with results that name documents and expectations and hold no value.

Great Expectations puts failing values into its results; only ids and counts leave this module.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from include.errors import ConfigurationError, ErrorCode
from include.records import DocumentRecord, Status
from include.validation.frame import records_frame

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_SUITE = "expectations.json"


class Severity(StrEnum):
    """What a failed expectation means: hold the document back, say it loudly, or note it."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class ExpectationOutcome:
    """One expectation over one batch, without any value.

    Attributes:
        name: The expectation's name in the suite.
        evaluated: Documents it was checked on: those that carry the columns it needs.
        failed: Documents that fail it.
    """

    name: str
    severity: Severity
    success: bool
    evaluated: int
    failed: int


@dataclass(frozen=True, slots=True)
class BatchValidation:
    """A suite over one batch.

    Attributes:
        outcomes: One for each expectation, in the suite's order.
        failures: Document id to the names of the critical expectations it fails.
        warnings: Document id to the names of the other expectations it fails.
    """

    suite: str
    documents: int
    outcomes: tuple[ExpectationOutcome, ...]
    failures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def success(self) -> bool:
        """Whether no critical expectation failed."""
        return not self.failures


def load_suite(path: Path | None = None) -> dict[str, Any]:
    """Read a suite of expectations from a JSON file.

    Args:
        path: None means the suite that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``: no JSON, no expectations, or an unnamed one.
    """
    source = path or resources.files("include.config").joinpath(DEFAULT_SUITE)
    try:
        suite: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
        names = [expectation["meta"]["name"] for expectation in suite["expectations"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            ErrorCode.INVALID_SETTINGS,
            f"The suite {path or DEFAULT_SUITE} cannot be used ({type(error).__name__}: {error}): it needs a list "
            "'expectations', each with a meta.name.",
        ) from error
    if len(set(names)) != len(names):
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"The suite {path or DEFAULT_SUITE} uses a name twice.")
    return suite


def validate_records(records: Iterable[DocumentRecord], suite: Mapping[str, Any]) -> BatchValidation:
    """Check a batch of records against a suite.

    Args:
        records: The batch; quarantined records are left out, they have no fields.
        suite: As :func:`load_suite` reads it.

    Raises:
        ConfigurationError: ``invalid_settings``: an expectation could not be evaluated (unknown type, missing column).
    """
    frame = records_frame(record for record in records if record.status is not Status.QUARANTINED)
    if frame.empty:
        return BatchValidation(suite["name"], 0, ())
    outcomes = []
    failures: dict[str, tuple[str, ...]] = {}
    warnings: dict[str, tuple[str, ...]] = {}
    for result in _run_suite(frame, suite):
        outcome, document_ids = _outcome(result, len(frame))
        outcomes.append(outcome)
        held = failures if outcome.severity is Severity.CRITICAL else warnings
        for document_id in document_ids:
            held[document_id] = (*held.get(document_id, ()), outcome.name)
    return BatchValidation(suite["name"], len(frame), tuple(outcomes), failures, warnings)


def _run_suite(frame: pd.DataFrame, suite: Mapping[str, Any]) -> list[Any]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import: usage statistics would leave the machine
    import great_expectations as gx
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.exceptions import GreatExpectationsError

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    try:
        definition = context.validation_definitions.add(
            gx.ValidationDefinition(
                name="records",
                data=context.data_sources.add_pandas("records")
                .add_dataframe_asset("records")
                .add_batch_definition_whole_dataframe("batch"),
                suite=context.suites.add(
                    ExpectationSuite(name=suite["name"], expectations=list(suite["expectations"]))
                ),
            )
        )
        result = definition.run(
            batch_parameters={"dataframe": frame},
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": ["document_id"],
                "include_unexpected_rows": False,
            },
        )
    except GreatExpectationsError as error:
        # The class alone: the message may quote values of the batch.
        raise _unusable(suite["name"], type(error).__name__) from None
    return list(result.results)


def _outcome(result: Any, documents: int) -> tuple[ExpectationOutcome, list[str]]:
    """The outcome of one expectation, and the ids of the documents that fail it."""
    name = result.expectation_config.meta["name"]
    if _raised(result.exception_info):
        raise _unusable(name, "it raised an exception: check its type and columns")
    details = result.result
    failing = [row["document_id"] for row in details.get("unexpected_index_list") or ()]
    outcome = ExpectationOutcome(
        name=name,
        severity=Severity(result.expectation_config.severity.value),
        success=bool(result.success),
        evaluated=documents - int(details.get("missing_count") or 0),
        failed=int(details.get("unexpected_count") or 0),
    )
    return outcome, failing


def _raised(exception_info: Mapping[str, Any]) -> bool:
    """Whether evaluation raised: the library gives one entry, or one for each metric that the expectation needs."""
    if "raised_exception" in exception_info:
        return bool(exception_info["raised_exception"])
    return any(entry["raised_exception"] for entry in exception_info.values())


def _unusable(name: str, reason: str) -> ConfigurationError:
    return ConfigurationError(ErrorCode.INVALID_SETTINGS, f"The expectation {name} cannot be evaluated ({reason}).")
