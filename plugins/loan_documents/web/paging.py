"""Paging of long lists by a cursor. It is opaque to callers and holds no value of a document."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import HTTPException, Query

from student_loans.storage.clean_text import storable

Limit = Annotated[int, Query(ge=1, le=200, description="Rows of a page.")]
Cursor = Annotated[str | None, Query(max_length=600, description="`next_cursor` of the page before.")]


def write_cursor(*parts: str) -> str:
    """A cursor from the last row of a page."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def time_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Time and id of the last row.

    Raises:
        HTTPException: 422: not a cursor.
    """
    if cursor is None:
        return None
    first, last = _read(cursor)
    try:
        at = datetime.fromisoformat(first)
    except ValueError as error:
        raise _no_cursor() from error
    if at.tzinfo is None:
        raise _no_cursor()
    return at, last


def money_cursor(cursor: str | None) -> tuple[Decimal, str] | None:
    """Money and id of the last row."""
    if cursor is None:
        return None
    first, last = _read(cursor)
    try:
        money = Decimal(first)
    except InvalidOperation as error:
        raise _no_cursor() from error
    if not money.is_finite() or abs(money) > 10**15:
        raise _no_cursor()
    return money, last


def _read(cursor: str) -> tuple[str, str]:
    try:
        parts = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _no_cursor() from error
    if not (isinstance(parts, list) and len(parts) == 2 and all(isinstance(part, str) for part in parts)):
        raise _no_cursor()
    return storable(parts[0]), storable(parts[1])


def _no_cursor() -> HTTPException:
    return HTTPException(422, "cursor: not a cursor of this list; ask for the first page again.")
