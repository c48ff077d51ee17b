"""Documents: search, details, history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from loan_documents.web import services
from loan_documents.web.models import (
    DocumentDetail,
    DocumentId,
    DocumentPage,
    DocumentQuery,
    DocumentStatus,
    DocumentSummary,
    FieldBox,
    FieldValue,
    History,
    PageInfo,
    SearchBody,
)
from loan_documents.web.paging import time_cursor, write_cursor
from student_loans.errors import ErrorCode, ReviewError
from student_loans.records import DocumentRecord, FieldKind, Status, field_catalog
from student_loans.results.search import Search
from student_loans.settings import settings

router = APIRouter(prefix="/documents", tags=["documents"])


@router.get("", summary="Documents, newest first")
def list_documents(query: Annotated[DocumentQuery, Query()]) -> DocumentPage:
    """All given filters apply."""
    return _found(Search(**query.model_dump(exclude={"cursor", "limit"})), query.cursor, query.limit)


@router.post("/search", summary="Find documents by a name, an id or a value")
def search_documents(body: SearchBody) -> DocumentPage:
    """The search is a request body: addresses are written to access logs, and the search may be a borrower's name."""
    search = Search(**body.filters.model_dump(), text=body.text)
    return _found(search, body.cursor, body.limit)


def _found(search: Search, cursor: str | None, limit: int) -> DocumentPage:
    rows = services.search().search(search, before=time_cursor(cursor), limit=limit + 1)
    items = [DocumentSummary(**row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return DocumentPage(
        items=items, next_cursor=write_cursor(last.created_at.isoformat(), last.document_id) if last else None
    )


@router.get("/{document_id}", summary="All about a document")
def get_document(document_id: DocumentId) -> DocumentDetail:
    """One document that has a record."""
    row = _row(document_id)
    loans = [_fields(loan) for loan in row["loans"]]
    return DocumentDetail(**{**row, "fields": _fields(row["fields"]), "loans": loans})


@router.get("/{document_id}/status", summary="The state of a document in the pipeline")
def get_status(document_id: DocumentId) -> DocumentStatus:
    """Uploads have a state as soon as they are received."""
    row = services.search().document(document_id)
    if row is None:
        upload = services.uploads().statuses([document_id]).get(document_id)
        if upload is None:
            raise _not_found()
        return DocumentStatus(document_id=document_id, status="received", error=None, run_id=upload["run_id"])
    return DocumentStatus(document_id=document_id, status=row["status"], error=row["error"], run_id=row["run_id"])


@router.get("/{document_id}/record", summary="The record, as in records.jsonl")
def get_record(document_id: DocumentId) -> dict[str, Any]:
    """One JSON object, as documented, without the address of the source."""
    record = DocumentRecord.from_json(_row(document_id)).to_json()
    record.pop("source_uri")
    return record


@router.get("/{document_id}/fields", summary="The values of a document")
def get_fields(document_id: DocumentId) -> list[FieldValue]:
    """In the order of the field catalogue."""
    return _fields(_row(document_id)["fields"])


@router.get("/{document_id}/history", summary="What happened to a document")
def get_history(document_id: DocumentId) -> History:
    """Decisions of reviewers, and the runs that saw the document."""
    _row(document_id)
    return History.model_validate(
        {
            "reviews": services.reviews().reviews_of_document(document_id),
            "sightings": services.search().sightings(document_id),
        }
    )


@router.get("/{document_id}/pages", summary="The pages of a document with the boxes of its values")
def get_pages(document_id: DocumentId) -> list[PageInfo]:
    """Boxes are fractions of the page."""
    row = _row(document_id)
    return [
        PageInfo(
            number=number,
            image=f"documents/{document_id}/pages/{number}/image",
            boxes=[
                FieldBox(name=field.name, bbox=field.bbox, confidence=field.confidence)
                for field in _fields(row["fields"])
                if field.page == number
            ],
        )
        for number in range(1, (row["page_count"] or 0) + 1)
    ]


@router.get(
    "/{document_id}/pages/{number}/image",
    summary="The picture of a page, social security numbers painted over",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}, "description": "The picture."}},
)
def get_page_image(document_id: DocumentId, number: Annotated[int, Path(ge=1, le=10_000)]) -> Response:
    """Made on the first request, then cached: the first request for a scanned page takes seconds."""
    from student_loans.review.page_views import page_view

    row = _row(document_id)
    if row["status"] == Status.QUARANTINED and row["error"] != ErrorCode.REJECTED_BY_REVIEWER:
        raise ReviewError(ErrorCode.NOT_FOUND, "A quarantined document is not opened here.")
    kinds = field_catalog().kinds
    boxes = [
        tuple(field["bbox"])
        for name, field in row["fields"].items()
        if kinds.get(name) is FieldKind.MASKED_IDENTIFIER and field["page"] == number
    ]
    content = page_view(services.object_store(), document_id, number, settings(), boxes)
    return Response(content, media_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})


def _row(document_id: str) -> dict[str, Any]:
    row = services.search().document(document_id)
    if row is None:
        raise _not_found()
    return row


def _fields(fields: dict[str, Any]) -> list[FieldValue]:
    order = {name: place for place, name in enumerate(field_catalog().kinds)}
    return [
        FieldValue(name=name, **value)
        for name, value in sorted(fields.items(), key=lambda item: order.get(item[0], len(order)))
    ]


def _not_found() -> ReviewError:
    return ReviewError(ErrorCode.NOT_FOUND, "There is no such document.")
