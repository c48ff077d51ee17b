"""Alerts that were told while the results database did not answer: kept in the object store until it does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from student_loans.alerts.model import Severity, Verdict
from student_loans.storage.files import store_errors
from student_loans.storage.object_store import ObjectStore

FOLDER = "alerts/spool"


@dataclass(frozen=True, slots=True)
class Spooled:
    """One alert that waits for the database.

    Attributes:
        key: Of its cause and run: who meets the same cause again does not tell it again.
        told: Channels that took it.
    """

    key: str
    run_id: str
    verdict: Verdict
    told: tuple[str, ...] = ()


class Spool:
    """The folder of such alerts.

    Args:
        store: The object store.

    Every method raises:
        ServiceError: ``store_unavailable``.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def add(self, run_id: str, verdict: Verdict) -> Spooled | None:
        """Keep an alert; None when its cause is kept already."""
        spooled = Spooled(spool_key(run_id, verdict.cause), run_id, verdict)
        if self._store.exists(_path(spooled)):
            return None
        self.update(spooled)
        return spooled

    def update(self, spooled: Spooled) -> None:
        """Keep an alert as it is now."""
        self._store.write_json(_path(spooled), asdict(spooled))

    def knows_run(self, run_id: str) -> bool:
        """Has anything been told about this run?"""
        return any(one.run_id == run_id for one in self.read())

    def read(self) -> Iterator[Spooled]:
        """Every alert that is kept, by its key."""
        folder = self._store.path(FOLDER)
        with store_errors():
            names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        for name in names:
            if name.endswith(".json"):
                yield _spooled(self._store.read_json(f"{FOLDER}/{name}"))

    def remove(self, spooled: Spooled) -> None:
        """Forget an alert that is in the database now."""
        with store_errors():
            self._store.path(_path(spooled)).unlink(missing_ok=True)


def spool_key(run_id: str, cause: str) -> str:
    """Thirty-two hex digits that tell the same cause in the same run."""
    return hashlib.sha256(f"{cause}\n{run_id}".encode()).hexdigest()[:32]


def _path(spooled: Spooled) -> str:
    return f"{FOLDER}/{spooled.key}.json"


def _spooled(data: Mapping[str, Any]) -> Spooled:
    verdict = dict(data["verdict"])
    verdict["severity"] = Severity(verdict["severity"])
    return Spooled(data["key"], data["run_id"], Verdict(**verdict), tuple(data["told"]))
