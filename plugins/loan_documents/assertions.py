"""Expectations as OpenLineage assertions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from student_loans.validation.outcomes import BatchValidation, ExpectationOutcome

NAMESPACE = "loan_documents"
_SEVERITIES = {"critical": "error", "warning": "warn", "info": "info"}


def expectation_lineage(source: str, validation: BatchValidation) -> Any:
    """The operator's lineage: its input with one assertion for each expectation.

    Args:
        source: Name of the batch, file or table.
        validation: Result of the suite; ids and names of rows are not used.
    """
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.event_v2 import InputDataset
    from openlineage.client.facet_v2 import data_quality_assertions_dataset as quality

    facet = quality.DataQualityAssertionsDatasetFacet([_assertion(quality, one) for one in validation.outcomes])
    dataset = InputDataset(namespace=NAMESPACE, name=source, inputFacets={"dataQualityAssertions": facet})
    return OperatorLineage(inputs=[dataset])


def _assertion(quality: Any, outcome: ExpectationOutcome) -> Any:
    column = outcome.expected.get("column") or outcome.expected.get("column_A")
    return quality.Assertion(
        assertion=outcome.kind,
        success=outcome.success,
        column=column,
        severity=_SEVERITIES[outcome.severity.value],
        name=outcome.name,
        expected=json.dumps(dict(outcome.expected), sort_keys=True, default=str),
        actual=f"{outcome.failed} of {outcome.evaluated} rows fail",
    )
