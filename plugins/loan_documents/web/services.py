"""The stores behind Airflow's connections, as the routes use them."""

from __future__ import annotations

import time
from threading import Lock

from student_loans.intake.upload_store import UploadStore
from student_loans.results.search import SearchStore
from student_loans.review.dashboard import DashboardStore
from student_loans.review.facts import FactStore
from student_loans.review.store import ReviewStore
from student_loans.settings import settings
from student_loans.statistics.store import StatisticsStore
from student_loans.storage.object_store import ObjectStore

_CONNECTION_AGE_S = 60.0
"""Seconds until a changed connection is noticed; a lookup for each request would cost a query."""
_CATCH_UP_AGE_S = 5.0
_CATCH_UP_MOST = 2000

_lock = Lock()
_conninfo: tuple[float, str] | None = None
_caught_up_at = 0.0


def conninfo() -> str:
    """The connection string of the results database, whose schema is migrated on first use."""
    global _conninfo
    with _lock:
        if _conninfo is None or time.monotonic() - _conninfo[0] > _CONNECTION_AGE_S:
            from loan_documents.hooks.results_database import ResultsDatabaseHook

            hook = ResultsDatabaseHook()
            found = hook.conninfo()
            if _conninfo is None or _conninfo[1] != found:
                hook.get_conn().migrate()
            _conninfo = (time.monotonic(), found)
        return _conninfo[1]


def reviews() -> ReviewStore:
    """The review queue."""
    return ReviewStore(conninfo(), settings().review)


def search() -> SearchStore:
    """Documents."""
    return SearchStore(conninfo())


def dashboard() -> DashboardStore:
    """Sums, runs, alerts, labels."""
    return DashboardStore(conninfo())


def statistics() -> StatisticsStore:
    """Statistics and drift."""
    return StatisticsStore(conninfo())


def uploads() -> UploadStore:
    """Uploaded files."""
    return UploadStore(conninfo())


def object_store() -> ObjectStore:
    """The bytes."""
    from loan_documents.hooks.object_store import ObjectStoreHook

    return ObjectStoreHook().get_conn()


def catch_up() -> None:
    """Update the sums with newly stored records, at most once in an interval."""
    global _caught_up_at
    if time.monotonic() - _caught_up_at < _CATCH_UP_AGE_S:
        return
    _caught_up_at = time.monotonic()
    FactStore(conninfo(), settings().review).catch_up(most=_CATCH_UP_MOST, wait=False)
