"""What a run leaves behind, without times and measurements: equal for two runs over the same files, whatever happened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import psycopg

from student_loans.storage.object_store import ObjectStore
from student_loans.storage.run_folder import folder_name
from tests.faults.property import rows

_MEASURED = frozenset(
    {
        "core_seconds", "core_seconds_per_page", "cost", "estimated_core_seconds", "finished_at", "longest_seconds",
        "median_seconds", "money", "seconds", "slowest", "stage_seconds", "started_at", "timings",
    }
)  # fmt: skip
"""Keys whose values are times or depend on them."""
_COUNTED = frozenset({"retried", "reused", "data_version", "run_id"})
"""Keys that count tries, which a fault changes by its nature, or that hash what contains times."""
_LEDGER = "SELECT document_id, stage, fingerprint, state, error, error_class FROM loan_documents.ledger"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run's results.

    Attributes:
        rows: Of the results database, by table.
        ledger: One line a document and stage: its last state and error.
        objects: Keys of the object store with the SHA-256 of what is there, empty for parts that hold times.
        report: ``summary.json`` without times; names of the other files.
        version: Keys of the data version with their SHA-256, and its records.
    """

    rows: dict[str, list[Any]]
    ledger: list[str]
    objects: dict[str, str]
    report: dict[str, Any]
    version: dict[str, str]

    def differences(self, expected: Outcome) -> dict[str, list[str]]:
        """What differs, part by part; empty when both runs left the same."""
        return {
            part.name: found
            for part in fields(self)
            if (found := _differences(getattr(self, part.name), getattr(expected, part.name)))
        }


def outcome_of(conninfo: str, store: ObjectStore, reports: Path, run_id: str) -> Outcome:
    """Read what a run left.

    Args:
        conninfo: Of the results database; it holds this run only.
        store: Holds this run only.
        reports: Folder of all reports.
        run_id: The run.
    """
    with psycopg.connect(conninfo) as connection:
        ledger = sorted(str(row) for row in connection.execute(_LEDGER).fetchall())
    name = folder_name(run_id)
    return Outcome(rows(conninfo), ledger, _objects(store, name), _report(reports / name), _version(store, name))


def _objects(store: ObjectStore, run: str) -> dict[str, str]:
    found = {}
    for path in store.root.rglob("*"):
        key = path.path.removeprefix(store.root.path).lstrip("/")
        # A process that was killed leaves what it was just writing under a name of its own.
        if not path.is_file() or path.suffix == ".part" or key.startswith("versioned/"):
            continue
        found[key.replace(f"runs/{run}/", "runs/<run>/")] = "" if key.startswith("runs/") else _digest(path)
    return found


def _digest(path: Any) -> str:
    content = path.read_bytes()
    if path.suffix == ".json":
        content = json.dumps(without_measurements(json.loads(content)), sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()


def _report(folder: Path) -> dict[str, Any]:
    summary = without_measurements(json.loads((folder / "summary.json").read_text()))
    # Pages of Great Expectations have the time in their names.
    return {"summary": summary, "files": sorted(path.name for path in folder.iterdir())}


def _version(store: ObjectStore, run: str) -> dict[str, str]:
    """Empty for a run whose data were not versioned."""
    folder = store.path(f"versioned/runs/{run}")
    if not folder.exists():
        return {}
    listed = map(json.loads, (folder / "files.jsonl").read_text().splitlines())
    files = {
        file["key"].replace(f"runs/{run}/", "runs/<run>/"): "" if _holds_times(file["key"]) else file["sha256"]
        for file in listed
    }
    return files | {"records.jsonl": hashlib.sha256((folder / "records.jsonl").read_bytes()).hexdigest()}


def _holds_times(key: str) -> bool:
    return key.startswith("runs/") or key.endswith("/record.json")


def without_measurements(value: Any) -> Any:
    """A copy of plain data without what every run measures again."""
    if isinstance(value, Mapping):
        return {
            name: without_measurements(one)
            for name, one in value.items()
            if name not in _MEASURED and name not in _COUNTED
        }
    return [without_measurements(one) for one in value] if isinstance(value, list) else value


def _differences(found: Any, expected: Any) -> list[str]:
    """Names of entries that differ; values would make the message unreadable."""
    if isinstance(found, list):
        return [f"{sign} {line}" for sign, lines in _changed(found, expected) for line in lines]
    names = found.keys() | expected.keys()
    return sorted(str(name) for name in names if found.get(name) != expected.get(name))


def _changed(found: list[Any], expected: list[Any]) -> list[tuple[str, list[Any]]]:
    return [("+", [one for one in found if one not in expected]), ("-", [one for one in expected if one not in found])]
