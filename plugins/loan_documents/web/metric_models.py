"""Responses of the API about sums over documents: the dashboard's panels. Times are UTC."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from loan_documents.web.models import DocumentId, Fraction, QueueSum, RunSummary


class DayCount(BaseModel):
    """Documents of one day by outcome."""

    day: date
    outcome: str
    documents: int
    seconds: float


class GroupCount(BaseModel):
    """Documents of one type or lender."""

    name: str
    documents: int
    auto_accepted: int
    quarantined: int
    seconds: float
    low: Fraction = Field(description="Lower bound of the auto-accept rate, 95 %.")
    high: Fraction = Field(description="Upper bound of the auto-accept rate, 95 %.")


class ConfidenceCount(BaseModel):
    """Fields by confidence."""

    low: Fraction = Field(description="Lowest confidence of this bar.")
    high: Fraction = Field(description="Confidence at which the next bar begins.")
    fields: int


class SlowDocument(BaseModel):
    """A document that took long."""

    document_id: DocumentId
    name: str
    document_type: str
    seconds: float
    page_count: int | None


class ReviewedDay(BaseModel):
    """Results of reviews of one day."""

    day: date
    audited: bool = Field(
        description="Drawn at random from documents accepted without a person, or sent to review by a reason."
    )
    documents: int
    fields: int
    wrong: int


class LabelledDay(BaseModel):
    """Values compared with labels that did not come from review, by the documents' day of arrival."""

    day: date
    documents: int
    fields: int
    wrong: int


class SampleRate(BaseModel):
    """Estimate from a sample, with exact bounds."""

    checked: int
    wrong: int
    rate: float | None
    low: Fraction
    high: Fraction


class Panel(BaseModel):
    """Rows of another subject, as a table."""

    title: str
    columns: list[str]
    rows: list[list[Any]]


class Metrics(BaseModel):
    """Everything on the dashboard."""

    documents: int
    outcomes: dict[str, int]
    auto_accept_rate: float | None
    days: list[DayCount]
    types: list[GroupCount]
    lenders: list[GroupCount]
    confidences: list[ConfidenceCount]
    slowest: list[SlowDocument]
    reviewed_days: list[ReviewedDay]
    labelled_days: list[LabelledDay]
    runs: list[RunSummary]
    accept_errors: SampleRate = Field(description="Audits: how often documents accepted without a person are wrong.")
    reviewer_errors: SampleRate = Field(description="Second reviews: how often two reviewers differ.")
    queue: list[QueueSum]
    panels: dict[str, Panel] = Field(description="Tables of other subjects, if installed.")
