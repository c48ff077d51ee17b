"""Faults put in on purpose, one kind a test; afterwards everything is as after an undisturbed run.

``make test`` runs the short form of each; ``make test-faults`` (FAULTS=long) more files and more rounds.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from student_loans.results.store import ResultsDatabase
from student_loans.settings import Settings, load_settings
from student_loans.storage.object_store import ObjectStore, open_store
from student_loans.storage.run_folder import RunFolder
from tests.document_factory import make_pdf
from tests.faults.mixed_files import BAD
from tests.faults.outcome import Outcome, outcome_of
from tests.faults.property import in_one_final_state, no_orphans, rows
from tests.faults.s3_proxy import S3Proxy
from tests.faults.services import S3
from tests.faults.stages import Retries, run_stages

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]

LONG = os.environ.get("FAULTS") == "long"
FILES = 40 if LONG else 4
ROUNDS = 5 if LONG else 1
RUN = "run-1"
NewDatabase = Callable[[], str]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Letters, a copy among them, and files that nobody can read."""
    folder = tmp_path_factory.mktemp("inbox")
    for number in range(FILES):
        lines = ["Payoff letter", "Lender: Harbor Lane Credit Union", f"Payoff amount: $18,250.{number:02d}"]
        (folder / f"{number}.pdf").write_bytes(make_pdf([lines]))
    (folder / "copy.pdf").write_bytes((folder / "0.pdf").read_bytes())
    for number, (extension, make) in enumerate(BAD[:3]):
        (folder / f"bad-{number}.{extension}").write_bytes(make())
    return folder


@pytest.fixture
def new_database(database: ResultsDatabase, empty_database: str) -> NewDatabase:
    """An empty results database, each time: the same one without its rows."""

    def make() -> str:
        with psycopg.connect(empty_database, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS loan_documents CASCADE")
        return empty_database

    return make


@dataclass(frozen=True)
class Undisturbed:
    """What a run over the same files leaves without a fault, and the ids of its documents."""

    outcome: Outcome
    documents: set[str]


@pytest.fixture(scope="module")
def undisturbed(postgres_server: str, inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE undisturbed_faults")
    conninfo = postgres_server.replace("/postgres?", "/undisturbed_faults?")
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(folder / "reports")})
    store = open_store(str(folder / "store"))
    run(inbox, store, conninfo, settings)
    return Undisturbed(outcome_of(conninfo, store, folder / "reports", RUN), documents(conninfo))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(tmp_path / "reports")})


def run(
    inbox: Path,
    store: ObjectStore,
    conninfo: str,
    settings: Settings,
    before: Any = lambda stage: None,
    retries: Retries | None = None,
) -> Retries:
    retries = retries or Retries()
    result = run_stages(retries, inbox, RunFolder(store, RUN), conninfo, settings, before)
    assert result.state == "success"
    in_one_final_state(conninfo, RUN, len(list(inbox.iterdir())))
    return retries


def documents(conninfo: str) -> set[str]:
    return {record.document_id for record in ResultsDatabase(conninfo).records_of_run(RUN)}


def keys(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    server = S3()
    server.start()
    yield server
    server.stop()


def test_an_object_store_that_is_slow_fails_breaks_off_and_hangs_up(
    new_database: NewDatabase, s3: S3, inbox: Path, settings: Settings, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    for number in range(ROUNDS):
        conninfo = new_database()
        s3.create_bucket(f"bad-{number}")
        with S3Proxy(s3.options["endpoint_url"], share=0.15, seed=f"faults-{number}") as proxy:
            store = open_store(f"s3://bad-{number}/loans", s3.options | {"endpoint_url": proxy.endpoint})
            retries = run(inbox, store, conninfo, settings)
        assert set(retries.errors) <= {"store_unavailable"}
        assert all(proxy.met[fault] for fault in S3Proxy.FAULTS), proxy.met
        whole = open_store(f"s3://bad-{number}/loans", s3.options)
        assert not outcome_of(conninfo, whole, tmp_path / "reports", RUN).differences(undisturbed.outcome)
        found = [
            path.path.removeprefix(whole.root.path).lstrip("/") for path in whole.root.rglob("*") if path.is_file()
        ]
        no_orphans(found, RUN, undisturbed.documents)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of four megabytes and a thousand files."""
    folder = Path(tempfile.mkdtemp(prefix="disk-"))
    options = ["-o", "size=4m,nr_inodes=1000"]
    mounted = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("no right to mount a small file system here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()


def _fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def _use_every_inode(disk: Path) -> None:
    (disk / "ballast").mkdir()
    with contextlib.suppress(OSError):
        for number in range(10_000):
            (disk / "ballast" / str(number)).touch()


def _remove_ballast(disk: Path) -> None:
    ballast = disk / "ballast"
    shutil.rmtree(ballast) if ballast.is_dir() else ballast.unlink()


def _remount(disk: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", disk], check=True)


@dataclass(frozen=True)
class Trouble:
    """A way in which a disk stops taking files, and how somebody repairs it."""

    begin: Callable[[Path], None]
    end: Callable[[Path], None]


TROUBLES = {
    "full": Trouble(_fill, _remove_ballast),
    "no inode left": Trouble(_use_every_inode, _remove_ballast),
    "read-only": Trouble(lambda disk: _remount(disk, "ro"), lambda disk: _remount(disk, "rw")),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_a_disk_that_takes_no_files_is_waited_for_and_leaves_nothing_half_written(
    name: str,
    new_database: NewDatabase,
    inbox: Path,
    settings: Settings,
    small_disk: Path,
    undisturbed: Undisturbed,
    tmp_path: Path,
) -> None:
    conninfo, trouble = new_database(), TROUBLES[name]
    store = open_store(str(small_disk / "store"))
    retries, helpers = Retries(), []

    def before(stage: str) -> None:
        """The trouble begins when the first group is to be prepared, and again when the batch is stored."""
        if stage in ("prepare 1", "store"):
            trouble.begin(small_disk)
            helpers.append(threading.Thread(target=_repair_after_an_error, args=(trouble, small_disk, retries)))
            helpers[-1].start()

    run(inbox, store, conninfo, settings, before, retries)
    for one in helpers:
        one.join()
    assert len(retries.errors) >= 1, "the trouble stopped no stage"
    assert set(retries.errors) == {"store_unavailable"}
    assert not outcome_of(conninfo, store, tmp_path / "reports", RUN).differences(undisturbed.outcome)
    no_orphans(keys(small_disk / "store"), RUN, undisturbed.documents)


def _repair_after_an_error(trouble: Trouble, disk: Path, retries: Retries) -> None:
    """Repair the disk as soon as a stage has met the trouble; a stage that writes nothing does not meet it."""
    seen, deadline = len(retries.errors), time.monotonic() + 3
    while len(retries.errors) == seen and time.monotonic() < deadline:
        time.sleep(0.02)
    trouble.end(disk)


@pytest.mark.parametrize("damage", ["half", "empty", "noise"] if LONG else ["half"])
def test_damaged_caches_are_made_again(
    damage: str, new_database: NewDatabase, inbox: Path, settings: Settings, tmp_path: Path
) -> None:
    """Everything that is kept to save work may be lost or damaged; originals may not, and are told of."""
    conninfo, store = new_database(), tmp_path / "store"
    run(inbox, open_store(str(store)), conninfo, settings)
    expected = rows(conninfo)
    random = Random(damage)
    kept = [path for room in ("processed", "words") for path in (store / room).rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        content = path.read_bytes()
        path.write_bytes(
            {"half": content[: len(content) // 2], "empty": b"", "noise": random.randbytes(len(content))}[damage]
        )
    conninfo = new_database()
    shutil.rmtree(store / "runs")
    run(inbox, open_store(str(store)), conninfo, settings)
    assert rows(conninfo) == expected


def test_a_damaged_original_is_told_of_and_nothing_is_stored_of_it(
    new_database: NewDatabase, inbox: Path, settings: Settings, tmp_path: Path
) -> None:
    from student_loans.errors import ServiceError

    store = open_store(str(tmp_path / "store"))
    document = store.put_raw((inbox / "0.pdf").read_bytes())
    path = Path(store.raw_path(document).path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ServiceError, match="damaged"):
        store.get_raw(document)
    # Acquired again it is whole again: the bytes there are not those of the file.
    run(inbox, store, new_database(), settings)
    assert store.get_raw(document) == (inbox / "0.pdf").read_bytes()


def test_a_hundred_hostile_files_at_once_each_end_with_a_code_and_one_alert(
    new_database: NewDatabase, settings: Settings, tmp_path: Path
) -> None:
    inbox = tmp_path / "hostile"
    inbox.mkdir()
    made = [(extension, make()) for extension, make in BAD]
    for number in range(100):
        extension, content = made[number % len(made)]
        (inbox / f"{number:03d}.{extension}").write_bytes(content + b"\n%% %d" % number)
    conninfo, store = new_database(), tmp_path / "store"
    run(inbox, open_store(str(store)), conninfo, settings)
    with psycopg.connect(conninfo) as connection:
        codes = dict(
            connection.execute("SELECT error, count(*) FROM loan_documents.documents GROUP BY error").fetchall()
        )
        alerts = connection.execute(
            "SELECT a.cause, count(d.*) FROM loan_documents.alerts a LEFT JOIN loan_documents.alert_deliveries d"
            " USING (alert_id) GROUP BY a.cause"
        ).fetchall()
    assert None not in codes
    assert sum(codes.values()) == 100
    assert {"encrypted_pdf", "unsupported_format"} <= codes.keys()
    assert dict(alerts).get("error_rate", 0) >= 1, alerts  # one alert, and messages about it in the outbox
    no_orphans(keys(store), RUN, documents(conninfo))
