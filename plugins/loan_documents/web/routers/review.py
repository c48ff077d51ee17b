"""The review queue: list, claim, decide."""

from __future__ import annotations

from typing import Annotated, Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import APIRouter, Query

from loan_documents.web import services
from loan_documents.web.auth import Editor, Reader
from loan_documents.web.models import (
    Choice,
    Claim,
    DecisionBody,
    DecisionResult,
    DocumentId,
    FieldValue,
    Kind,
    NextDocument,
    QueueItem,
    QueuePage,
    QueueSum,
    ReviewDocument,
    Text,
)
from loan_documents.web.paging import Cursor, Limit, money_cursor, write_cursor
from student_loans.records import DocumentType, ExtractedField, field_catalog
from student_loans.review.decision import Decision, ReviewVerdict
from student_loans.review.store import ReviewItem
from student_loans.review.values import describe_form

router = APIRouter(prefix="/review", tags=["review"])


@router.get("/queue", summary="What needs a person, most money at risk first")
def get_queue(
    user: Reader,
    kind: Kind | None = None,
    document_type: DocumentType | None = None,
    run_id: Text | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> QueuePage:
    """Money at risk: the probability of an error in the document times the amount at stake."""
    services.catch_up()
    reviews = services.reviews()
    rows = reviews.queue(
        kind=kind, document_type=document_type, run_id=run_id, after=money_cursor(cursor), limit=limit + 1
    )
    items = [_queue_item(row, user) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return QueuePage(
        items=items,
        sums=[QueueSum(**row) for row in reviews.queue_sums()],
        next_cursor=write_cursor(str(last["money_at_risk"]), last["document_id"]) if last else None,
    )


@router.post("/next", summary="Claim the next document")
def take_next(
    user: Editor, skip: Annotated[list[DocumentId] | None, Query(max_length=50, description="Not these.")] = None
) -> NextDocument:
    """The unclaimed document with the most money at risk; null when nothing is left for this user."""
    return NextDocument(document_id=services.reviews().claim_next(user.get_name(), skip or []))


@router.get("/documents/{document_id}", summary="A document as the reviewer sees it")
def get_review(document_id: DocumentId, user: Reader) -> ReviewDocument:
    """A second review shows the original reading and nothing of the first decision."""
    services.catch_up()
    return _shown(services.reviews().item(document_id), user)


@router.put("/documents/{document_id}/claim", summary="Claim a document, or extend the claim")
def claim(document_id: DocumentId, user: Editor) -> Claim:
    """While a document is claimed, no other user can decide about it."""
    until = services.reviews().claim(document_id, user.get_name())
    return Claim(document_id=document_id, claimed_until=until)


@router.delete("/documents/{document_id}/claim", summary="Release a document")
def release(document_id: DocumentId, user: Editor) -> Claim:
    """Nothing is stored; any reviewer can claim it again."""
    services.reviews().release(document_id, user.get_name())
    return Claim(document_id=document_id, claimed_until=None)


@router.post("/documents/{document_id}/decision", summary="Accept or reject a document")
def decide(document_id: DocumentId, body: DecisionBody, user: Editor) -> DecisionResult:
    """Accepting confirms every value that is not changed. The decision becomes a label and the record's new version."""
    decision = Decision(
        verdict=ReviewVerdict(body.verdict),
        version=body.version,
        changes=body.changes,
        places={name: (place.page, place.bbox) for name, place in body.places.items()},
        document_type=body.document_type,
        note=body.note,
        despite_checks=body.despite_checks,
    )
    done = services.reviews().decide(document_id, user.get_name(), decision)
    return DecisionResult(
        review_id=done.review_id,
        status=done.status,
        version=done.version,
        fields_checked=done.fields_checked,
        fields_wrong=done.fields_wrong,
        labelled=done.labelled,
        agrees=None,  # agreement of a second review is for the dashboard: reviewers do not see each other's decision
    )


def _queue_item(row: dict[str, Any], user: BaseUser) -> QueueItem:
    return QueueItem(
        **{name: row[name] for name in QueueItem.model_fields if name in row},
        # A second review must not show the first decision.
        reasons=row["review_reasons"] if row["kind"] == "review" else [],
        mine=row["claimed_by"] == user.get_name(),
    )


def _shown(item: ReviewItem, user: BaseUser) -> ReviewDocument:
    order = {name: place for place, name in enumerate(field_catalog().kinds)}
    fields = sorted(item.reading.fields.items(), key=lambda entry: order.get(entry[0], len(order)))
    return ReviewDocument(
        document_id=item.document_id,
        name=item.name,
        version=item.version,
        kind=item.kind,
        status=item.reading.status.value,
        document_type=item.reading.document_type.value,
        reasons=list(item.reading.review_reasons),
        fields=[_field(name, value) for name, value in fields],
        catalog={one.value: _choices(one) for one in field_catalog().required},
        page_count=item.page_count,
        run_id=item.run_id,
        money_at_risk=item.money_at_risk,
        amount=item.amount,
        error_probability=item.error_probability,
        claimed_by=item.claimed_by,
        claimed_until=item.claimed_until,
        mine=item.claimed_by == user.get_name(),
    )


def _field(name: str, value: ExtractedField) -> FieldValue:
    return FieldValue(
        name=name,
        value=value.value,
        raw=value.raw,
        confidence=value.confidence,
        page=value.page,
        bbox=value.bbox,
        checked_by=list(value.checked_by),
    )


def _choices(document_type: DocumentType) -> list[Choice]:
    catalog = field_catalog()
    required = catalog.required.get(document_type, ())
    groups = [name for group in catalog.one_of.get(document_type, ()) for name in group]
    usual = {*catalog.usual(document_type), *groups}
    return [
        Choice(
            name=name,
            kind=catalog.kinds[name].value,
            required=name in required,
            usual=name in usual,
            form=describe_form(name),
            choices=list(catalog.choices.get(name, ())),
        )
        for name in catalog.fields_of(document_type)
    ]
