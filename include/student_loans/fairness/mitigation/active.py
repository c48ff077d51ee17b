"""Mitigate: apply the active mitigation, if there is one, to a record that extraction has just made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from student_loans.fairness.policy import Policy, apply_policy
from student_loans.plain_data import from_plain
from student_loans.records import DocumentRecord
from student_loans.settings import Settings
from student_loans.storage.object_store import ObjectStore

POLICY_KEY = "config/mitigation.json"
"""The active policy; absent, or ``{}``, when there is none."""


def active_policy(store: ObjectStore) -> Policy | None:
    """The mitigation that is active now.

    Raises:
        ServiceError: The object store does not answer.
    """
    data = store.read_json(POLICY_KEY) if store.exists(POLICY_KEY) else None
    return from_plain(Policy, data) if data else None


def publish_policy(store: ObjectStore, policy: Mapping[str, Any] | None) -> None:
    """Tell the pipeline which policy is active."""
    store.write_json(POLICY_KEY, dict(policy or {}))


def mitigate_record(
    record: DocumentRecord, policy: Policy | None, store: ObjectStore, settings: Settings
) -> DocumentRecord:
    """The record as the active mitigation leaves it.

    Args:
        record: Fresh from extraction.
        policy: See :func:`active_policy`.
        store: Has the document's bytes, for escalation.
        settings: Of the pipeline.

    Raises:
        ServiceError: A second reading failed, or the object store does not answer.
    """
    if policy is None:
        return record

    def read_again(first: DocumentRecord, changes: Mapping[str, Any]) -> DocumentRecord:
        return read_with(store.get_raw(first.document_id), first, changes, settings)

    return apply_policy(record, policy, read_again)


def read_with(content: bytes, first: DocumentRecord, changes: Mapping[str, Any], settings: Settings) -> DocumentRecord:
    """Read a document with another reader or resolution."""
    from student_loans.understanding.document import extract_document

    changed = settings.model_copy(
        update={
            "extraction": settings.extraction.model_copy(update={"reader": changes["reader"]}),
            "preprocessing": settings.preprocessing.model_copy(update={"ocr_dpi": changes["ocr_dpi"]}),
        }
    )
    return extract_document(content, first.source_uri, changed)
