"""What can be given to be read: prepared groups, checked groups, and references or ids of documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.intake.check_stage import DocumentGroup, label_of_names
from student_loans.plain_data import from_plain
from student_loans.preparation.stage import PreparedGroup
from student_loans.storage.run_folder import DocumentReference

_DOCUMENT_ID = re.compile(r"[0-9a-f]{64}")
Readable = PreparedGroup | DocumentGroup | DocumentReference
_KINDS: tuple[type[Readable], ...] = (PreparedGroup, DocumentGroup)


def readable(group: Any) -> tuple[Readable, ...]:
    """The groups and documents in what a task was given; an id becomes a reference without address and name.

    Args:
        group: A group or a document, as an object or as plain data, the id of a document, or a list of these.

    Raises:
        ConfigurationError: ``invalid_argument``: it is something else.

    Example:
        >>> readable({"part": "group-00000", "documents": 1, "label": "a.pdf"})
        (DocumentGroup(part='group-00000', documents=1, label='a.pdf'),)
    """
    if isinstance(group, list | tuple):
        return tuple(one for part in group for one in readable(part))
    if isinstance(group, PreparedGroup | DocumentGroup | DocumentReference):
        return (group,)
    if isinstance(group, str) and _DOCUMENT_ID.fullmatch(group):
        return (DocumentReference(group, "", ""),)
    if isinstance(group, Mapping):
        return (_of_plain(group),)
    raise _unreadable(type(group).__name__)


def checked_group(group: Any) -> DocumentGroup:
    """A group of ``validate_documents``, for the task that prepares it.

    Raises:
        ConfigurationError: ``invalid_argument``: it is something else.
    """
    found = readable(group)
    if len(found) == 1 and isinstance(found[0], DocumentGroup):
        return found[0]
    raise _unreadable("something that is prepared already or not grouped yet")


def label_of(given: Sequence[Readable]) -> str:
    """What Airflow shows instead of a map index: the label of a single group, or the name of the first of several."""
    if len(given) == 1 and not isinstance(given[0], DocumentReference):
        return given[0].label
    named = [(one.name or one.document_id[:12]) if isinstance(one, DocumentReference) else one.label for one in given]
    return label_of_names(named)


def _of_plain(group: Mapping[str, Any]) -> Readable:
    for kind in _KINDS:
        if group.keys() == {one.name for one in fields(kind)}:
            return kind(**group)
    if isinstance(group.get("document_id"), str):
        try:
            return from_plain(DocumentReference, {"source_uri": "", "name": "", **group})
        except ValueError:
            raise _unreadable("a reference with a wrong value") from None
    raise _unreadable(f"a dict with the keys {', '.join(map(str, group)) or '(none)'}")


def _unreadable(found: str) -> ConfigurationError:
    return ConfigurationError(
        ErrorCode.INVALID_ARGUMENT,
        "`group` is what validate_documents or preprocess_documents returned for a group, or a list of references or ids "
        f"(64 hex digits) of documents, not {found}.",
    )
