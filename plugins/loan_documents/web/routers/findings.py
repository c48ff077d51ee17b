"""Alerts and labels, read-only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from loan_documents.web import services
from loan_documents.web.models import Alert, Alerts, DocumentId, Label, LabelPage, LabelSummary, Text
from loan_documents.web.paging import Cursor, Limit, time_cursor, write_cursor
from student_loans.errors import ErrorCode, ReviewError
from student_loans.review.dashboard import Filters

router = APIRouter()


@router.get("/alerts", summary="Alerts, open ones first", tags=["alerts"])
def list_alerts(
    is_open: Annotated[bool | None, Query(alias="open", description="Only open, or only resolved ones.")] = None,
    limit: Limit = 50,
) -> Alerts:
    """Empty until alerts are set up."""
    rows = services.dashboard().alerts(Filters(), is_open=is_open, limit=limit)
    return Alerts(items=[Alert(**row) for row in rows])


@router.get("/labels", summary="Labels, newest first", tags=["labels"])
def list_labels(source: Text | None = None, cursor: Cursor = None, limit: Limit = 50) -> LabelPage:
    """Which documents have a known truth; the values are in the label itself."""
    rows = services.dashboard().labels(source=source, before=time_cursor(cursor), limit=limit + 1)
    items = [LabelSummary(**row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return LabelPage(
        items=items, next_cursor=write_cursor(last.updated_at.isoformat(), last.document_id) if last else None
    )


@router.get("/labels/{document_id}", summary="The label of a document", tags=["labels"])
def get_label(document_id: DocumentId) -> Label:
    """The true values of a document."""
    row = services.dashboard().label(document_id)
    if row is None:
        raise ReviewError(ErrorCode.NOT_FOUND, "The document has no label.")
    return Label(**row)
