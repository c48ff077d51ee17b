"""Social security numbers that earlier versions stored: found, and reduced or removed.

Today's code stores none, in any shape (:mod:`student_loans.privacy`). What was stored before it knew a shape stays where it is
until this has run once: texts of the results database, page files, the OCR cache, quarantine notes, run folders, reports.
Originals are never touched. A data version is addressed by its content: the runs whose versions hold a number are named, and
their versions have to be forgotten (``versions forget``) or made again.
"""

from __future__ import annotations

import logging
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from student_loans.logs import log_event
from student_loans.retention.number_columns import NumberColumns
from student_loans.retention.stored_files import redact_content
from student_loans.review.page_views import FORMAT
from student_loans.storage.files import store_errors, write_bytes
from student_loans.storage.listing import list_files
from student_loans.storage.object_store import ObjectStore

if TYPE_CHECKING:
    from student_loans.versioning.workspace import DvcWorkspace

log = logging.getLogger(__name__)
_ROOMS = ("processed", "words", "quarantine", "runs", "alerts", "config")
"""Of the object store; ``raw`` holds the originals."""
_TEXTS = (".json", ".jsonl", ".html")


@dataclass(frozen=True, slots=True)
class StoredNumbers:
    """What held a social security number, as counts.

    Attributes:
        rows: Rows of the results database.
        unchanged_rows: Of those, how many could not be changed, because another row would have become the same.
        files: Page files, records, quarantine notes and lists of runs in the object store.
        cached_words: Pages in the OCR cache; they are removed, and read again when they are needed.
        page_views: Pictures of pages painted over by an older version, whatever is on them; they are removed.
        reports: Files of reports.
        versions: Runs whose data version on this machine holds a number.
        unseen_versions: Runs whose data version is in the remote only: pull and scan them, or forget them.
    """

    rows: int = 0
    unchanged_rows: int = 0
    files: int = 0
    cached_words: int = 0
    page_views: int = 0
    reports: int = 0
    versions: tuple[str, ...] = ()
    unseen_versions: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Was there nothing to do, and is there nothing left to be done by hand?"""
        return self == StoredNumbers()


def redact_stored(
    store: ObjectStore,
    conninfo: str,
    *,
    reports: ObjectStore | None = None,
    workspace: DvcWorkspace | None = None,
    scan_only: bool = False,
) -> StoredNumbers:
    """Find social security numbers in what is stored, and take them out; safe to repeat.

    Run it while no run is under way: a run that works on an older version of the code stores what it knows.

    Args:
        store: The object store; originals in it are never read or changed.
        conninfo: Of the results database.
        reports: The folder of reports; None searches none.
        workspace: Of the data versions, which are only searched; None searches none.
        scan_only: Count and change nothing.

    Raises:
        ServiceError: The object store, the database or the remote of the versions does not answer.
    """
    rows, unchanged = NumberColumns(conninfo).redact(scan_only=scan_only)
    counts: Counter[str] = Counter()
    for room in _ROOMS:
        for file in list_files(store, room):
            counts[_look_at(store, file.key, scan_only=scan_only)] += 1
    if reports is not None:
        counts["reports"] = _look_at_reports(reports, scan_only=scan_only)
    held, unseen = _versions(workspace) if workspace else ((), ())
    result = StoredNumbers(
        rows, unchanged, counts["files"], counts["cached_words"], counts["page_views"], counts["reports"], held, unseen
    )
    log_event(log, "stored_numbers_scanned" if scan_only else "stored_numbers_redacted", **_counts(result))
    return result


def _counts(result: StoredNumbers) -> dict[str, int]:
    return {name: len(value) if isinstance(value, tuple) else value for name, value in asdict(result).items()}


def _look_at_reports(reports: ObjectStore, *, scan_only: bool) -> int:
    with store_errors():
        runs = [path.name for path in reports.root.iterdir()] if reports.root.exists() else []
    keys = [file.key for run in sorted(runs) for file in list_files(reports, run)]
    return sum(_look_at(reports, key, scan_only=scan_only) == "files" for key in keys)


def _look_at(store: ObjectStore, key: str, *, scan_only: bool) -> str:
    """Look at one object; what it is counted as, nothing for one that holds no number."""
    if _is_old_view(key):
        _remove(store, key, scan_only=scan_only)
        return "page_views"
    if not key.endswith(_TEXTS):
        return ""
    with store_errors():
        content = store.path(key).read_bytes()
    redacted = redact_content(key, content)
    if redacted == content:
        return ""
    if key.startswith("words/"):
        _remove(store, key, scan_only=scan_only)
        return "cached_words"
    if not scan_only:
        with store_errors():
            write_bytes(store.path(key), redacted)
    return "files"


def _is_old_view(key: str) -> bool:
    name = key.rpartition("/")[2]
    return name.startswith("view-") and name.endswith(".webp") and not name.endswith(f"-{FORMAT}.webp")


def _remove(store: ObjectStore, key: str, *, scan_only: bool) -> None:
    if not scan_only:
        with store_errors():
            store.path(key).unlink(missing_ok=True)


def _versions(workspace: DvcWorkspace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Runs whose versions hold a number, and runs whose versions are not on this machine."""
    from student_loans.versioning.pointer import Pointer
    from student_loans.versioning.version_index import list_versions

    held, unseen = [], []
    for version in list_versions(workspace):
        files = workspace.cached_files(Pointer.parse(version.pointer))
        if files is None:
            unseen.append(version.run_id)
        elif _holds_number(files):
            held.append(version.run_id)
    return tuple(held), tuple(unseen)


def _holds_number(files: dict[str, Path]) -> bool:
    return any(
        redact_content(name, content) != content for path, kept in files.items() for name, content in _texts(path, kept)
    )


def _texts(name: str, path: Path) -> Iterator[tuple[str, bytes]]:
    """The JSON files of a version, those in its packs among them."""
    if name.endswith(_TEXTS):
        yield name, path.read_bytes()
    elif name.endswith(".tar") and not name.startswith("raw-"):
        with tarfile.open(path, "r:") as pack:
            for entry in pack:
                content = pack.extractfile(entry) if entry.name.endswith(_TEXTS) else None
                if content is not None:
                    yield entry.name, content.read()
