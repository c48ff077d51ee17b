"""All data of the dashboard, in one response."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from itertools import pairwise
from typing import Any

from fastapi import APIRouter

from loan_documents.web import services
from loan_documents.web.metric_models import GroupCount, Metrics, SampleRate
from loan_documents.web.models import Text
from loan_documents.web.routers.runs import run_summary
from student_loans.records import DocumentType
from student_loans.review.dashboard import Filters
from student_loans.review.facts import CONFIDENCE_EDGES
from student_loans.review.guarantee import ErrorRate, error_rate
from student_loans.review.panels import PanelStore

router = APIRouter(tags=["metrics"])
_READ = ("auto_accepted", "reviewer_accepted", "review", "rejected")


@router.get("/metrics", summary="Counts, rates, confidences and findings, by day, type and lender")
def get_metrics(
    since: date | None = None,
    until: date | None = None,
    document_type: DocumentType | None = None,
    lender: Text | None = None,
) -> Metrics:
    """Days are UTC days of arrival. Only the filter on days applies to runs, alerts and findings."""
    services.catch_up()
    filters = Filters(since, until, document_type, lender or None)
    sums = services.dashboard().sums(filters)
    outcomes = Counter[str]()
    for row in sums["days"]:
        outcomes[row["outcome"]] += row["documents"]
    read = sum(outcomes[outcome] for outcome in _READ)
    samples = sums["samples"][0]
    panels = PanelStore(services.conninfo()).panels(filters)
    return Metrics.model_validate(
        {
            **{name: sums[name] for name in ("days", "slowest", "reviewed_days", "queue")},
            "confidences": _histogram(sums["confidences"]),
            "labelled_days": services.dashboard().labelled_days(filters),
            "documents": outcomes.total(),
            "outcomes": dict(outcomes),
            "auto_accept_rate": outcomes["auto_accepted"] / read if read else None,
            "types": [_group(row) for row in sums["types"]],
            "lenders": [_group(row) for row in sums["lenders"]],
            "runs": [run_summary(row) for row in sums["runs"]],
            "accept_errors": _sample(error_rate(samples["audited"], samples["audited_wrong"])),
            "reviewer_errors": _sample(error_rate(samples["seconds"], samples["seconds_differing"])),
            "panels": {name: asdict(panel) for name, panel in panels.items()},
        }
    )


@router.get("/document-types", summary="The types that a document may have, for filters")
def get_document_types() -> list[DocumentType]:
    """In the order of the catalogue, `unknown` last."""
    return list(DocumentType)


def _histogram(rows: list[dict[str, Any]]) -> list[dict[str, float]]:
    """All bars, including empty ones."""
    edges = (0.0, *CONFIDENCE_EDGES, 1.0)
    fields = {row["bucket"]: row["fields"] for row in rows}
    return [
        {"low": low, "high": high, "fields": fields.get(place, 0)}
        for place, (low, high) in enumerate(pairwise(edges), start=1)
    ]


def _group(row: dict[str, Any]) -> GroupCount:
    """A type or lender with the interval of its auto-accept rate: small groups differ by chance."""
    rate = error_rate(row["documents"] - row["quarantined"], row["auto_accepted"])
    return GroupCount(**row, low=rate.low, high=rate.high)


def _sample(rate: ErrorRate) -> SampleRate:
    return SampleRate(checked=rate.checked, wrong=rate.wrong, rate=rate.rate, low=rate.low, high=rate.high)
