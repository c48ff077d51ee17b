"""Maintenance: delete what is neither an original nor published and has grown old, and look for what does not match."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from student_loans.fingerprints import page_fingerprint, record_fingerprint
from student_loans.ledger.store import Ledger
from student_loans.logs import log_event
from student_loans.reprocessing.versions import RecordVersions
from student_loans.retention.store import RetentionQueries
from student_loans.settings import Settings
from student_loans.storage.listing import StoredFile, list_files, remove_tree
from student_loans.storage.object_store import ObjectStore
from student_loans.storage.run_folder import folder_name

_CHUNK = 1000
_IDS_KEPT = 20
_PROCESSED_DEPTH = 4  # processed/<ab>/<sha256>/<fingerprint>
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PruneResult:
    """What was deleted.

    Attributes:
        versions: Superseded and shadow versions of records.
        ledger: Entries of settings and code that made no record which is still kept.
        run_folders: Lists of runs that ended long ago; their reports stay.
        processed_folders: Pages and records made under other settings and code.
    """

    versions: int
    ledger: int
    run_folders: int
    processed_folders: int


@dataclass(frozen=True, slots=True)
class StorageCheck:
    """Whether the object store holds exactly the documents of the database.

    Attributes:
        originals: Documents whose bytes are kept.
        untracked: Of those, how many no run knows of: a crash came between copy and note; the next run over their
            source finds them again.
        missing: Documents in the database whose bytes are gone: acquire them again.
        missing_ids: The first of those.
    """

    originals: int
    untracked: int
    missing: int
    missing_ids: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether the store has every document's original."""
        return not self.missing


def prune(store: ObjectStore, conninfo: str, settings: Settings, now: datetime | None = None) -> PruneResult:
    """Delete data whose retention has ended. Originals, quarantine, published records and reports are never touched.

    Args:
        store: The object store.
        conninfo: Of the results database.
        settings: ``retention`` says how long things are kept; what the settings would reuse now stays as well.
        now: With a time zone; None means now.

    Raises:
        ServiceError: The object store or the database does not answer; what is left is deleted the next time.
    """
    keep = settings.retention
    before = (now or datetime.now(UTC)) - timedelta(days=keep.days)
    current = {page_fingerprint(settings), record_fingerprint(settings)}
    runs = [f"runs/{folder_name(run_id)}" for run_id in RetentionQueries(conninfo).finished_runs(keep.days)]
    old_runs = [key for key in runs if store.exists(key)]
    stale = list(_stale_folders(list_files(store, "processed"), current, before))
    for key in (*old_runs, *stale):
        remove_tree(store, key)
    result = PruneResult(
        versions=RecordVersions(conninfo).prune(keep.versions, keep.days),
        ledger=Ledger(conninfo).prune(record_fingerprint(settings), keep.days),
        run_folders=len(old_runs),
        processed_folders=len(stale),
    )
    log_event(log, "storage_pruned", **asdict(result))
    return result


def check_storage(store: ObjectStore, conninfo: str) -> StorageCheck:
    """Compare the originals that are kept with the documents that the database knows.

    Raises:
        ServiceError: The object store or the database does not answer.
    """
    database = RetentionQueries(conninfo)
    originals = {file.key.rpartition("/")[2] for file in list_files(store, "raw") if not file.key.endswith(".part")}
    tracked = sum(len(database.tracked(chunk)) for chunk in _chunks(sorted(originals)))
    missing = [one for one in database.documents_with_bytes() if one not in originals]
    result = StorageCheck(len(originals), len(originals) - tracked, len(missing), tuple(missing[:_IDS_KEPT]))
    log_event(log, "storage_checked", originals=len(originals), untracked=result.untracked, missing=result.missing)
    return result


def _stale_folders(files: Iterable[StoredFile], current: set[str], before: datetime) -> Iterator[str]:
    """Folders of other fingerprints in which nothing has changed since."""
    newest: dict[str, datetime] = {}
    for file in files:
        parts = file.key.split("/")
        if len(parts) <= _PROCESSED_DEPTH or parts[_PROCESSED_DEPTH - 1] in current:
            continue
        folder = "/".join(parts[:_PROCESSED_DEPTH])
        newest[folder] = max(file.changed_at, newest.get(folder, file.changed_at))
    return (folder for folder, changed_at in newest.items() if changed_at < before)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    pending = iter(ids)
    while chunk := list(islice(pending, _CHUNK)):
        yield chunk
