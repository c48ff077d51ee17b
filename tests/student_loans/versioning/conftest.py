"""Machines with data of their own, and remotes that they share: a folder, and a server that speaks S3."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from student_loans.storage.object_store import ObjectStore, open_store
from student_loans.storage.run_folder import DocumentReference, RunFolder
from student_loans.versioning.remote import Remote
from student_loans.versioning.run_version import version_run
from student_loans.versioning.signatures import Signing
from student_loans.versioning.version_index import DataVersion
from student_loans.versioning.workspace import DvcWorkspace
from tests.record_factory import make_record

SETTINGS = "0123456789ab"
ACCESS_KEY, SECRET_KEY = "fictional-key", "fictional-secret-9f2c"
PACK_BYTES = 64 << 20
SIGNING_SECRET = "fictional-signing-secret-" + "5e" * 16


@dataclass(frozen=True)
class Machine:
    """A folder that stands for one machine: object store, workspace, remote."""

    folder: Path
    remote: Remote | None
    signing_secret: str = SIGNING_SECRET

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def store(self) -> ObjectStore:
        return open_store(str(self.data))

    def workspace(self, lock_timeout_s: float = 120) -> DvcWorkspace:
        return DvcWorkspace(
            self.data / "versioned",
            self.remote,
            lock_timeout_s=lock_timeout_s,
            command_timeout_s=120,
            signing=Signing.parse(self.signing_secret),
        )

    def process(self, run_id: str, documents: int = 3, *, first: int = 0) -> RunFolder:
        """What the stages leave of a run: originals, pages, lists and records."""
        run = RunFolder(self.store, run_id)
        references = []
        for number in range(first, first + documents):
            document_id = run.store.put_raw(f"%PDF fictional note {number}".encode() * 40)
            references.append(DocumentReference(document_id, f"file:///inbox/{number}.pdf", f"{number}.pdf"))
            pages = run.store.processed_folder(document_id, SETTINGS)
            pages.mkdir(parents=True, exist_ok=True)
            (pages / "pages.json").write_text(f'[{{"number": {number}}}]')
        run.write_references("acquired", references)
        run.write_records("validated", [make_record(number) for number in range(first, first + documents)])
        return run

    def version(self, run: RunFolder, pack_bytes: int = PACK_BYTES) -> DataVersion:
        return version_run(run, self.workspace(), (SETTINGS,), pack_bytes)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file of the object store."""
        return {
            str(path.relative_to(self.data)): hashlib.sha256(path.read_bytes()).hexdigest()
            for room in ("raw", "processed", "runs")
            for path in (self.data / room).rglob("*")
            if path.is_file()
        }


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that speaks S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_remote(s3_server: str) -> Remote:
    """A bucket of this test alone."""
    import boto3

    bucket = f"versions-{uuid.uuid4().hex}"
    keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
    boto3.client("s3", region_name="us-east-1", endpoint_url=s3_server, **keys).create_bucket(Bucket=bucket)
    return Remote(
        f"s3://{bucket}/loans",
        endpoint_url=s3_server,
        region="us-east-1",
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
    )


@pytest.fixture
def folder_remote(tmp_path: Path) -> Remote:
    return Remote(str(tmp_path / "remote"))


MakeMachine = Callable[[str, Remote | None], Machine]


@pytest.fixture
def machine(tmp_path: Path) -> MakeMachine:
    """Makes a machine by name."""
    return lambda name, remote: Machine(tmp_path / name, remote)
