"""Bodies and responses of the API. Amounts of money are decimal strings, as in records; times are UTC."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from student_loans.records import DocumentType, Status
from student_loans.storage.clean_text import storable

DocumentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(max_length=250), AfterValidator(storable)]
Money = Annotated[Decimal, PlainSerializer(lambda value: f"{value:f}", return_type=str)]
Fraction = Annotated[float, Field(ge=0, le=1)]
BBox = tuple[Fraction, Fraction, Fraction, Fraction]
Kind = Literal["review", "audit", "second"]


class Taken(BaseModel):
    """A request body: unknown keys are refused, so that a typing error is reported."""

    model_config = ConfigDict(extra="forbid")


Cell = str | int | list[float]
"""A cell of a schedule, or the page and box of its row."""


class FieldValue(BaseModel):
    """A value read from a document."""

    name: str
    value: str
    raw: str = Field(description="What was printed; social security numbers are reduced.")
    confidence: Fraction
    page: int
    bbox: BBox = Field(description="Left, top, right, bottom as fractions of the page, origin top left.")
    checked_by: list[str]


class DocumentSummary(BaseModel):
    """A document in a list."""

    document_id: DocumentId
    name: str
    status: Status
    document_type: str
    document_type_confidence: float
    file_format: str | None
    page_count: int | None
    text_source: str | None
    quality_score: float | None
    error: str | None
    lender: str
    outcome: str | None
    money_at_risk: Money | None
    queue: str | None
    reasons: int
    run_id: str
    created_at: datetime
    updated_at: datetime


class DocumentFilters(Taken):
    """Filters on documents; an absent filter does not narrow."""

    status: Status | None = None
    document_type: DocumentType | None = None
    lender: Text | None = None
    run_id: Text | None = None
    error: Text | None = Field(None, description="A code of docs/errors.md.")
    since: date | None = Field(None, description="First day of arrival, UTC.")
    until: date | None = Field(None, description="Last day of arrival, UTC, included.")


class DocumentQuery(DocumentFilters):
    """Filters on documents, and the page of the list."""

    cursor: str | None = Field(None, max_length=600, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class SearchBody(Taken):
    """A search."""

    text: Text = Field(description="Start of an id or of a file's name, or a whole value, in any case.")
    filters: DocumentFilters = Field(default_factory=lambda: DocumentFilters.model_validate({}))
    cursor: str | None = Field(None, max_length=600, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class DocumentPage(BaseModel):
    """A page of documents, and where the next page starts."""

    items: list[DocumentSummary]
    next_cursor: str | None


class DocumentDetail(BaseModel):
    """All about a document."""

    document_id: DocumentId
    name: str
    status: Status
    document_type: str
    document_type_confidence: float
    file_format: str | None
    page_count: int | None
    text_source: str | None
    quality_score: float | None
    review_reasons: list[str]
    error: str | None
    message: str | None
    timings: dict[str, float]
    file_id: str | None
    pages: list[int] | None = Field(description="First and last page of the document in its file.")
    loans: list[list[FieldValue]] = Field(description="The values of each loan, where the paper lists several.")
    schedule: list[dict[str, Cell]]
    schedule_groups: list[dict[str, Cell]]
    fields: list[FieldValue]
    lender: str
    outcome: str | None
    error_probability: float | None
    amount: Money | None
    money_at_risk: Money | None
    queue: str | None
    run_id: str
    dag_id: str
    created_at: datetime
    updated_at: datetime


class DocumentStatus(BaseModel):
    """State of a document in the pipeline."""

    document_id: DocumentId
    status: Literal["received", "accepted", "review", "quarantined"]
    error: str | None = Field(description="A code of docs/errors.md, for quarantined documents.")
    run_id: str | None = Field(description="The run that made the record, or that will.")


class FieldBox(BaseModel):
    """Place of a field on a page."""

    name: str
    bbox: BBox
    confidence: Fraction


class PageInfo(BaseModel):
    """One page: its picture and its boxes."""

    number: int
    image: str = Field(description="Address of the picture, relative to the API.")
    boxes: list[FieldBox]


class ReviewNote(BaseModel):
    """A decision that was made about a document; names of fields, no values."""

    review_id: int
    kind: Kind
    decision: Literal["accepted", "rejected"]
    reviewer: str
    decided_at: datetime
    fields_checked: int
    fields_wrong: int
    changed: list[str]
    note: str
    agrees: bool | None


class SightingNote(BaseModel):
    """A run that saw the document."""

    run_id: str
    dag_id: str
    arrival: str
    seen_at: datetime


class History(BaseModel):
    """What happened to a document."""

    reviews: list[ReviewNote]
    sightings: list[SightingNote]


class UploadedFile(BaseModel):
    """One uploaded file."""

    document_id: DocumentId
    name: str
    bytes: int
    known: bool = Field(description="The same content was already known: nothing is processed twice.")
    status: Literal["received", "accepted", "review", "quarantined"]


class Uploaded(BaseModel):
    """The uploaded files."""

    documents: list[UploadedFile]
    run_id: str | None = Field(description="The run that processes new files; None when all were known.")


class RunSummary(BaseModel):
    """A run of the pipeline."""

    run_id: str
    airflow_run_id: str = Field(description="The run's id in Airflow, unique within its DAG.")
    dag_id: str
    state: Literal["running", "success", "failed"]
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    seconds: dict[str, float]
    has_report: bool


class ReportPage(BaseModel):
    """A page that a run left in the folder of reports."""

    title: str
    path: str = Field(description="From the root of Airflow's web server.")


class RunPage(BaseModel):
    """A page of runs, newest first."""

    items: list[RunSummary]
    next_cursor: str | None


class QueueItem(BaseModel):
    """A document that needs a person."""

    document_id: DocumentId
    name: str
    kind: Kind
    document_type: str
    lender: str
    money_at_risk: Money
    amount: Money
    error_probability: Fraction
    reasons: list[str]
    page_count: int | None
    day: date
    run_id: str
    claimed_by: str | None
    claimed_until: datetime | None
    mine: bool


class QueueSum(BaseModel):
    """Documents of one kind in the queue."""

    kind: Kind
    documents: int
    money_at_risk: Money


class QueuePage(BaseModel):
    """The queue, most money at risk first."""

    items: list[QueueItem]
    sums: list[QueueSum]
    next_cursor: str | None


class Choice(BaseModel):
    """A field that a document type may carry, and the kind of its value.

    Attributes:
        required: Every document of the type prints it.
        usual: Most documents of the type print it: the form shows it even where nothing was read.
    """

    name: str
    kind: str
    required: bool
    usual: bool
    form: str
    choices: list[str]


class ReviewDocument(BaseModel):
    """A document as the reviewer sees it."""

    document_id: DocumentId
    name: str
    version: str
    kind: str | None
    status: str
    document_type: str
    reasons: list[str]
    fields: list[FieldValue]
    catalog: dict[str, list[Choice]] = Field(description="For each document type the fields that it may carry.")
    page_count: int
    run_id: str
    money_at_risk: Money
    amount: Money
    error_probability: Fraction
    claimed_by: str | None
    claimed_until: datetime | None
    mine: bool


class Place(Taken):
    """Place of a value."""

    page: int = Field(ge=1, le=10_000)
    bbox: BBox


class DecisionBody(Taken):
    """A reviewer's decision."""

    verdict: Literal["accepted", "rejected"]
    version: str = Field(max_length=64, description="`version` of the document that the reviewer saw.")
    changes: dict[str, Text | None] = Field(
        {}, max_length=100, description="Typed value by field; null removes the field. All other fields are confirmed."
    )
    places: dict[str, Place] = Field({}, max_length=100, description="Places of values that were not found.")
    document_type: DocumentType | None = Field(None, description="The right type; null keeps it.")
    note: Annotated[str, StringConstraints(max_length=2000), AfterValidator(storable)] = ""
    despite_checks: bool = Field(False, description="Accept although the values contradict each other by arithmetic.")


class DecisionResult(BaseModel):
    """Result of a decision."""

    review_id: int
    status: Status
    version: str
    fields_checked: int
    fields_wrong: int
    labelled: bool
    agrees: bool | None


class Claim(BaseModel):
    """A claim, until it ends."""

    document_id: DocumentId
    claimed_until: datetime | None


class NextDocument(BaseModel):
    """The document that was claimed, or null when nothing is left."""

    document_id: DocumentId | None


class Alert(BaseModel):
    """An open or resolved alert."""

    alert_id: int
    rule: str
    slice: str
    severity: Literal["info", "warning", "critical"]
    title: str
    detail: str
    todo: str
    dag_id: str
    run_id: str
    occurrences: int
    opened_at: datetime
    seen_at: datetime
    resolved_at: datetime | None


class Alerts(BaseModel):
    """Alerts, open ones first."""

    items: list[Alert]


class LabelSummary(BaseModel):
    """A label without its values."""

    document_id: DocumentId
    document_type: str
    source: str
    fields: list[str]
    created_at: datetime
    updated_at: datetime


class LabelPage(BaseModel):
    """A page of labels, newest first."""

    items: list[LabelSummary]
    next_cursor: str | None


class Label(BaseModel):
    """The truth about a document."""

    document_id: DocumentId
    document_type: str
    source: str
    fields: dict[str, str]
    created_at: datetime
    updated_at: datetime


class Me(BaseModel):
    """Who is logged in."""

    name: str
    can_edit: bool
