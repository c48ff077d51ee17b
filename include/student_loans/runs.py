"""One run of the pipeline: the files that came in, and the counts that must add up to them.

The table of sightings has one row for each file seen by a run. Each file ends as exactly one of accepted, review,
quarantined (its record has the reason), duplicate (the same bytes came in twice in this run) or unchanged (an earlier run made
the record of these bytes).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from student_loans.plain_data import to_plain
from student_loans.records import Status


class RunState(StrEnum):
    """The state of a run."""

    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"


class Arrival(StrEnum):
    """The kind of a file on arrival."""

    NEW = "new"
    """First time in this run, and no earlier run made a record of these bytes: it is processed."""
    DUPLICATE = "duplicate"
    """The same bytes came in before in this run, under another name."""
    UNCHANGED = "unchanged"
    """An earlier run made the record of these bytes: nothing to do."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """One file that came in.

    Attributes:
        source_uri: Where it was seen; unique within a run.
        document_id: SHA-256 of its bytes, hex.
        arrival: What the run made of it on arrival.
        noted_key: The key of its address where that is known here without its social security number only; else empty.
    """

    source_uri: str
    document_id: str
    arrival: Arrival = Arrival.NEW
    noted_key: str = ""

    @property
    def key(self) -> str:
        """SHA-256 of the address as the source gives it, hex: files stay apart whose addresses are stored alike."""
        return self.noted_key or address_key(self.source_uri)

    @property
    def name(self) -> str:
        """The file's name as a person knows it."""
        return display_name(self.source_uri)


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Files of a run by outcome."""

    files: int = 0
    accepted: int = 0
    review: int = 0
    quarantined: int = 0
    duplicate: int = 0
    unchanged: int = 0

    @property
    def unaccounted(self) -> int:
        """Files without an outcome: above zero while a run is under way, or when it lost something."""
        return self.files - (self.accepted + self.review + self.quarantined + self.duplicate + self.unchanged)

    @property
    def add_up(self) -> bool:
        """Whether every file has exactly one outcome."""
        return self.unaccounted == 0

    @property
    def processed(self) -> int:
        """Documents that this run made a record of."""
        return self.accepted + self.review + self.quarantined

    def to_json(self) -> dict[str, int]:
        """The counts as plain data, in the order in which reports name them."""
        return {**to_plain(self), "unaccounted": self.unaccounted}


@dataclass(frozen=True, slots=True)
class Run:
    """One run as the results database knows it.

    Attributes:
        run_id: As :func:`run_name` makes it, or the name of a run outside Airflow.
        seconds: Seconds by stage.
        counts: As :meth:`RunCounts.to_json` gives them; empty until the run has finished.
        data_version: DVC's hash of its data; None until they have a version.
    """

    run_id: str
    dag_id: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    source_uri: str
    settings_fingerprint: str
    counts: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    report_uri: str | None = None
    data_version: str | None = None


def run_name(dag_id: str, run_id: str) -> str:
    """The id of a run of a DAG in the results database, the object store and the reports.

    Airflow's run ids are unique within a DAG only: two DAGs with one schedule have runs of the same id. A DAG's id has no colon.

    Example:
        >>> run_name("monthly_statements", "scheduled__2026-12-01T00:00:00+00:00")
        'monthly_statements:scheduled__2026-12-01T00:00:00+00:00'
    """
    return f"{dag_id}:{run_id}"


def airflow_run_id(name: str, dag_id: str) -> str:
    """Airflow's own id of a run; runs that were made before ids named their DAG have no other.

    Example:
        >>> airflow_run_id("monthly:manual__1", "monthly"), airflow_run_id("manual__1", "monthly")
        ('manual__1', 'manual__1')
    """
    return name.removeprefix(f"{dag_id}:")


def count_outcomes(sightings: Iterable[SeenFile], statuses: Mapping[str, Status]) -> RunCounts:
    """Count files by outcome.

    Args:
        sightings: Every file of the run.
        statuses: Document id to the status of the record that this run made.

    Returns:
        The counts; a new file without a record is left unaccounted, never guessed.

    Example:
        >>> count_outcomes([SeenFile("file:///a.pdf", "00"), SeenFile("file:///b.pdf", "00", Arrival.DUPLICATE)],
        ...                {"00": Status.ACCEPTED})
        RunCounts(files=2, accepted=1, review=0, quarantined=0, duplicate=1, unchanged=0)
    """
    outcomes: Counter[str] = Counter()
    for sighting in sightings:
        outcomes["files"] += 1
        if sighting.arrival is not Arrival.NEW:
            outcomes[sighting.arrival.value] += 1
        elif (status := statuses.get(sighting.document_id)) is not None:
            outcomes[status.value] += 1
    return RunCounts(**outcomes)


def address_key(uri: str) -> str:
    """SHA-256 of an address, hex; one that is not text in any encoding keeps a key of its own."""
    return hashlib.sha256(uri.encode("utf-8", "surrogateescape")).hexdigest()


def display_name(source_uri: str) -> str:
    """The last part of a source's address, as a person reads it.

    Example:
        >>> display_name("s3://inbox/2026/loan%20note.pdf")
        'loan note.pdf'
    """
    path = source_uri.partition("://")[2] or source_uri
    return unquote(path.rstrip("/").rpartition("/")[2]) or source_uri
