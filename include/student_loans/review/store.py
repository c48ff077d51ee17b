"""Claims and decisions of reviewers. A decision is one transaction: review, record, label and queue change together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from student_loans.errors import ErrorCode, ReviewError
from student_loans.plain_data import from_plain
from student_loans.records import DocumentType, ExtractedField, ScheduleRow, Status
from student_loans.review.decision import (
    Decision,
    ReviewedValues,
    ReviewVerdict,
    agree,
    apply_decision,
    differing_fields,
)
from student_loans.review.facts import refresh_documents
from student_loans.settings import ReviewSettings
from student_loans.storage.clean_text import storable, storable_data
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

_REJECTED_MESSAGE = "A reviewer refused the document: ask the sender for another one, the review's note says why."


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One document as it is shown to a reviewer.

    Attributes:
        version: Sent back with the decision; it changes with every change of the record.
        kind: ``review``, ``audit`` or ``second``; None when the document is not in the queue.
        reading: In a second review the original reading, without the changes of the first reviewer.
        claimed_by: The reviewer who has claimed it, or None.
    """

    document_id: str
    name: str
    version: str
    kind: str | None
    reading: ReviewedValues
    run_id: str
    page_count: int
    money_at_risk: Decimal
    amount: Decimal
    error_probability: float
    claimed_by: str | None
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Decided:
    """The result of a decision.

    Attributes:
        labelled: Whether the decision was stored as a label.
        agrees: In a second review, whether it reached the same result as the first.
    """

    review_id: int
    status: Status
    version: str
    fields_checked: int
    fields_wrong: int
    labelled: bool
    agrees: bool | None


class ReviewStore(Database):
    """The review queue.

    Args:
        conninfo: As for every store.
        review: Times, shares and amounts.

    Methods that a person calls raise:
        ReviewError: The request cannot be done now; nothing has changed.
    """

    def __init__(self, conninfo: str, review: ReviewSettings) -> None:
        super().__init__(conninfo)
        self._review = review

    def queue(
        self,
        *,
        kind: str | None = None,
        document_type: str | None = None,
        run_id: str | None = None,
        after: tuple[Decimal, str] | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Documents that wait for review, most money at risk first.

        Args:
            kind: Only these.
            document_type: Only these.
            run_id: Only documents of this run.
            after: Money at risk and id of the last row of the page before.
            limit: Rows.
        """
        money, last = after or (None, None)
        parameters = {
            "kind": kind,
            "document_type": document_type,
            "run_id": run_id,
            "after_money": money,
            "after_id": last,
            "limit": limit,
        }
        with self.transaction() as connection:
            return connection.execute(queries("review/reviews")["queue"], parameters).fetchall()

    def queue_sums(self) -> list[dict[str, Any]]:
        """Documents and dollars at risk in the queue, by kind."""
        with self.transaction() as connection:
            return connection.execute(queries("review/reviews")["queue_sums"]).fetchall()

    def waiting_of_run(self, run_id: str) -> tuple[int, Decimal]:
        """Documents of a run that wait for a person, and the dollars at risk in them."""
        with self.transaction() as connection:
            row = connection.execute(queries("review/reviews")["run_waiting"], {"run_id": run_id}).fetchone()
        return (int(row["documents"]), Decimal(row["money_at_risk"])) if row else (0, Decimal(0))

    def release_sums(self, run_id: str) -> dict[str, int]:
        """Counts of a run's documents that went to review, by outcome: ``waiting``, ``accepted``, ``rejected``."""
        with self.transaction() as connection:
            row = connection.execute(queries("review/reviews")["release_sums"], {"run_id": run_id}).fetchone()
        return {name: int(value) for name, value in (row or {}).items()}

    def claim(self, document_id: str, reviewer: str) -> datetime:
        """Claim a document, or extend the claim.

        Returns:
            When the claim ends.

        Raises:
            ReviewError: ``not_found``, ``not_in_review``, ``own_decision`` or ``claimed_by_another``.
        """
        with self.transaction() as connection:
            row = _locked(connection, document_id)
            if row["kind"] is None:
                raise _not_in_review()
            if row["kind"] == "second":
                _first_by_another(connection, row, reviewer)
            return self._claim(connection, document_id, reviewer)

    def claim_next(self, reviewer: str, except_ids: Sequence[str] = ()) -> str | None:
        """Claim the unclaimed document with the most money at risk; None when there is none."""
        passed = list(except_ids)
        while True:
            document_id = ""
            try:
                with self.transaction() as connection:
                    parameters = {"reviewer": reviewer, "except_ids": passed}
                    row = connection.execute(queries("review/reviews")["next_unclaimed"], parameters).fetchone()
                    if row is None:
                        return None
                    document_id = str(row["document_id"])
                    self._claim(connection, document_id, reviewer)
                    return document_id
            except ReviewError as error:
                # Another reviewer claimed it between the query and this claim, so the next one is tried.
                if error.code is not ErrorCode.CLAIMED_BY_ANOTHER:
                    raise
                passed.append(document_id)

    def release(self, document_id: str, reviewer: str) -> bool:
        """Release a claim; return whether there was one."""
        parameters = {"document_id": document_id, "reviewer": reviewer}
        with self.transaction() as connection:
            return connection.execute(queries("review/reviews")["release"], parameters).fetchone() is not None

    def item(self, document_id: str) -> ReviewItem:
        """One document as it is shown to a reviewer.

        Raises:
            ReviewError: ``not_found``.
        """
        with self.transaction() as connection:
            row = _document(connection, document_id)
            claim = _claim_of(connection, document_id)
            reading = _reading(connection, row)
            if row["kind"] == "second":
                reading = from_plain(ReviewedValues, _first_review(connection, row)["before"])
        return ReviewItem(
            document_id=document_id,
            name=row["name"],
            version=_version(row["updated_at"]),
            kind=row["kind"],
            reading=reading,
            run_id=row["run_id"],
            page_count=row["page_count"] or 0,
            money_at_risk=row["money_at_risk"] or Decimal(0),
            amount=row["amount"] or Decimal(0),
            error_probability=row["error_probability"] or 0.0,
            claimed_by=claim["reviewer"] if claim else None,
            claimed_until=claim["expires_at"] if claim else None,
        )

    def decide(self, document_id: str, reviewer: str, decision: Decision) -> Decided:
        """Store a decision in one transaction.

        Raises:
            ReviewError: ``not_found``, ``not_in_review``, ``not_claimed``, ``claimed_by_another``, ``stale_record``,
                ``own_decision``, ``invalid_value`` or ``checks_failed``.
        """
        with self.transaction() as connection:
            row = _locked(connection, document_id)
            _require_claim(connection, document_id, reviewer)
            if row["kind"] is None:
                raise _not_in_review()
            if _version(row["updated_at"]) != decision.version:
                raise ReviewError(
                    ErrorCode.STALE_RECORD, "The record changed since you opened it: load it again, nothing was stored."
                )
            decided = (
                self._second_look(connection, row, reviewer, decision)
                if row["kind"] == "second"
                else self._first_look(connection, row, reviewer, decision)
            )
            if decided.agrees is not True:
                _publish_version(connection, document_id, decided.review_id)
            connection.execute(queries("review/reviews")["release"], {"document_id": document_id, "reviewer": reviewer})
            refresh_documents(connection, [document_id], self._review)
            return decided

    def reviews_of_document(self, document_id: str) -> list[dict[str, Any]]:
        """Every decision about a document, oldest first; names of changed fields, no values."""
        with self.transaction() as connection:
            return connection.execute(
                queries("review/reviews")["reviews_of_document"], {"document_id": document_id}
            ).fetchall()

    def _claim(self, connection: Connection[DictRow], document_id: str, reviewer: str) -> datetime:
        parameters = {
            "document_id": document_id,
            "reviewer": storable(reviewer),
            "seconds": self._review.claim_minutes * 60,
        }
        row = connection.execute(queries("review/reviews")["claim"], parameters).fetchone()
        if row is None:
            raise _claimed_by_another(_claim_of(connection, document_id))
        until: datetime = row["expires_at"]
        return until

    def _first_look(self, connection: Connection[DictRow], row: DictRow, reviewer: str, decision: Decision) -> Decided:
        before = _reading(connection, row)
        after = apply_decision(before, decision, self._review.reviewer_confidence)
        version = self._write_record(connection, row, after)
        labelled = after.status is Status.ACCEPTED
        if labelled:
            _store_label(connection, row["document_id"], after)
        return self._add(connection, row, reviewer, decision, before, after, version=version, labelled=labelled)

    def _second_look(self, connection: Connection[DictRow], row: DictRow, reviewer: str, decision: Decision) -> Decided:
        """The first decision stands when both agree; otherwise the document comes back for a third person."""
        first = _first_by_another(connection, row, reviewer)
        before, first_after = from_plain(ReviewedValues, first["before"]), from_plain(ReviewedValues, first["after"])
        # A reviewer does not decide the schedule, but the arithmetic checks need it.
        before = replace(before, schedule=_schedule(row))
        after = apply_decision(before, decision, self._review.reviewer_confidence)
        same = agree(first_after, after)
        if same:
            version = _version(_one(connection, "touch_document", {"document_id": row["document_id"]})["updated_at"])
        else:
            version = self._write_record(connection, row, _disputed(before, first_after, after))
        return self._add(
            connection, row, reviewer, decision, before, after,
            version=version, labelled=False, second_of=first["review_id"], agrees=same,
        )  # fmt: skip

    def _write_record(self, connection: Connection[DictRow], row: DictRow, reading: ReviewedValues) -> str:
        """Make a reading the document's record; returns its version."""
        rejected = reading.status is Status.QUARANTINED
        document_id = row["document_id"]
        connection.execute(queries("review/reviews")["delete_fields"], {"document_id": document_id})
        with connection.cursor() as cursor:
            cursor.executemany(queries("review/reviews")["add_field"], _field_parameters(document_id, reading.fields))
        updated = _one(
            connection,
            "update_document",
            {
                "document_id": document_id,
                "status": reading.status.value,
                "document_type": reading.document_type.value,
                "confidence": self._review.reviewer_confidence if reading.status is Status.ACCEPTED else 0.0,
                "review_reasons": list(reading.review_reasons),
                "error": ErrorCode.REJECTED_BY_REVIEWER.value if rejected else None,
                "message": _REJECTED_MESSAGE if rejected else None,
            },
        )
        return _version(updated["updated_at"])

    def _add(  # adds the row of reviews; returns the result for the caller
        self,
        connection: Connection[DictRow],
        row: DictRow,
        reviewer: str,
        decision: Decision,
        before: ReviewedValues,
        after: ReviewedValues,
        *,
        version: str,
        labelled: bool,
        second_of: int | None = None,
        agrees: bool | None = None,
    ) -> Decided:
        from psycopg.types.json import Jsonb

        rejected = decision.verdict is ReviewVerdict.REJECTED
        wrong = 0 if rejected else len(differing_fields(before, after))
        checked = len(before.fields) if rejected else len(before.fields.keys() | after.fields.keys())
        parameters = {
            "document_id": row["document_id"],
            "run_id": row["run_id"],
            "kind": row["kind"],
            "decision": decision.verdict.value,
            "reviewer": storable(reviewer),
            "before": Jsonb(storable_data(before.to_json())),
            "after": Jsonb(storable_data(after.to_json())),
            "fields_checked": checked,
            "fields_wrong": wrong,
            "money_at_risk": row["money_at_risk"] or 0,
            "note": storable(decision.note),
            "second_of": second_of,
            "agrees": agrees,
        }
        review_id = _one(connection, "add_review", parameters)["review_id"]
        status = Status.REVIEW if agrees is False else after.status
        return Decided(int(review_id), status, version, checked, wrong, labelled, agrees)


def _one(connection: Connection[DictRow], query: str, parameters: dict[str, Any]) -> DictRow:
    row = connection.execute(queries("review/reviews")[query], parameters).fetchone()
    if row is None:
        raise _not_found()
    return row


def _locked(connection: Connection[DictRow], document_id: str) -> DictRow:
    _one(connection, "lock_document", {"document_id": document_id})
    return _document(connection, document_id)


def _document(connection: Connection[DictRow], document_id: str) -> DictRow:
    return _one(connection, "document", {"document_id": document_id})


def _claim_of(connection: Connection[DictRow], document_id: str) -> DictRow | None:
    return connection.execute(queries("review/reviews")["claim_of"], {"document_id": document_id}).fetchone()


def _require_claim(connection: Connection[DictRow], document_id: str, reviewer: str) -> None:
    claim = _claim_of(connection, document_id)
    if claim is None:
        raise ReviewError(ErrorCode.NOT_CLAIMED, "Your claim has ended: claim the document again, then decide.")
    if claim["reviewer"] != reviewer:
        raise _claimed_by_another(claim)


def _first_review(connection: Connection[DictRow], row: DictRow) -> DictRow:
    return _one(connection, "first_review", {"document_id": row["document_id"], "run_id": row["run_id"]})


def _first_by_another(connection: Connection[DictRow], row: DictRow, reviewer: str) -> DictRow:
    first = _first_review(connection, row)
    if first["reviewer"] == reviewer:
        raise ReviewError(ErrorCode.OWN_DECISION, "A second look needs a second person: the first decision was yours.")
    return first


def _reading(connection: Connection[DictRow], row: DictRow) -> ReviewedValues:
    fields = connection.execute(queries("review/reviews")["fields"], {"document_id": row["document_id"]})
    return ReviewedValues(
        Status(row["status"]),
        DocumentType(row["document_type"]),
        {field["name"]: from_plain(ExtractedField, field) for field in fields},
        tuple(row["review_reasons"]),
        _schedule(row),
    )


def _schedule(row: DictRow) -> tuple[ScheduleRow, ...]:
    return tuple(from_plain(ScheduleRow, entry) for entry in row["schedule"])


def _disputed(before: ReviewedValues, first: ReviewedValues, second: ReviewedValues) -> ReviewedValues:
    """The record while two people disagree: as the first left it, in review, with the names of the fields that differ."""
    names = differing_fields(first, second)
    if first.status is not second.status:
        about, fields = "whether to accept the document", before.fields
    else:
        about, fields = ", ".join(names) or "the document type", first.fields
    return ReviewedValues(
        Status.REVIEW, first.document_type, fields, (f"second_review: another reviewer differs about {about}",)
    )


def _field_parameters(document_id: str, fields: Any) -> list[dict[str, Any]]:
    return [
        {
            "document_id": document_id,
            "name": name,
            "value": storable(value.value),
            "raw": storable(value.raw),
            "confidence": value.confidence,
            "page": value.page,
            "bbox": list(value.bbox),
            "checked_by": list(value.checked_by),
        }
        for name, value in fields.items()
    ]


def _store_label(connection: Connection[DictRow], document_id: str, reading: ReviewedValues) -> None:
    """Store an accepted reading as the document's label."""
    from psycopg.types.json import Jsonb

    values = {name: value.value for name, value in reading.fields.items()}
    connection.execute(
        queries("review/reviews")["store_label"],
        {
            "document_id": document_id,
            "document_type": reading.document_type.value,
            "fields": Jsonb(storable_data(values)),
        },
    )


def _publish_version(connection: Connection[DictRow], document_id: str, review_id: int) -> None:
    """Count the decided record as the document's newest version."""
    for step in ("supersede_version", "publish_version"):
        connection.execute(queries("review/reviews")[step], {"document_id": document_id, "review_id": str(review_id)})


def _version(updated_at: datetime) -> str:
    return updated_at.isoformat()


def _not_found() -> ReviewError:
    return ReviewError(ErrorCode.NOT_FOUND, "There is no such document.")


def _not_in_review() -> ReviewError:
    return ReviewError(ErrorCode.NOT_IN_REVIEW, "The document is not in the queue: it has been decided.")


def _claimed_by_another(claim: DictRow | None) -> ReviewError:
    who = f"{claim['reviewer']} until {claim['expires_at']:%H:%M} UTC" if claim else "somebody else"
    return ReviewError(ErrorCode.CLAIMED_BY_ANOTHER, f"The document is held by {who}: take another one.")
