"""Every command of docs/DVC_GUIDE.md, run as it stands there: in a copy of the project, in order, one shell."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from loan_documents.hooks.dvc import DvcHook
from loan_documents.hooks.object_store import ObjectStoreHook
from student_loans.storage.run_folder import DocumentReference, RunFolder
from tests.docs.guide import PROJECT_ROOT, blocks, checkout, environment, only_quick_samples
from tests.record_factory import make_record

GUIDE = PROJECT_ROOT / "docs" / "DVC_GUIDE.md"
RUN = "local-20261124-210000"
SECRET = "fictional-signing-secret-" + "5e" * 16
ELSEWHERE = {"make run": "tests/e2e/test_local_run.py"}
"""Commands that another test runs."""

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    keys = {"aws_access_key_id": "fictional-key", "aws_secret_access_key": "fictional-secret"}
    boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint, **keys).create_bucket(Bucket="loan-versions")
    yield endpoint
    server.stop()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git checkout of the project with two quick documents, and the data of one run that has no version yet."""
    folder = tmp_path_factory.mktemp("guide") / "project"
    return checkout(folder, only_quick_samples)


def make_version(project: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What `make run` leaves: a run with a version on this machine. Returns the bytes of its document."""
    store = {"conn_type": "fs", "extra": {"path": str(project / "data")}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", str(store).replace("'", '"'))
    monkeypatch.setenv("AIRFLOW_CONN_DVC_REMOTE", json.dumps({"conn_type": "dvc", "extra": {"signing_secret": SECRET}}))
    run = RunFolder(ObjectStoreHook().get_conn(), RUN)
    content = b"%PDF fictional"
    run.write_references("acquired", [DocumentReference(run.store.put_raw(content), "file:///a.pdf", "a.pdf")])
    run.write_records("validated", [make_record(1)])
    DvcHook().version_run(run)
    return content


def test_every_command_of_the_guide_works(
    project: Path, s3_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make_version(project, monkeypatch)
    lines = ["set -eux", 'make() { command make --no-print-directory "$@"; }', "make setup"]
    for block in blocks(GUIDE):
        lines += [f": {line}" if line in ELSEWHERE else line for line in block.splitlines()]
    script = "\n".join(lines).replace("http://minio:9000", s3_endpoint).replace("/srv/", f"{tmp_path}/srv/")
    # Before the version is restored, the machine's originals are lost.
    lost = "find data/raw -type f -delete"
    script = script.replace(f"make restore RUN={RUN}", f"{lost}; make restore RUN={RUN}")
    script += '\necho "restored: $(find data/raw -type f | wc -l)"\n'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=project,
        env={**environment(tmp_path), "LOAN_DOCUMENTS__VERSIONING__SIGNING_SECRET": SECRET},
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "Restored 3 files" in done.stdout
    assert "Pushed 1 versions" in done.stdout
    assert "restored: 1" in done.stdout
    [raw] = [path for path in (project / "data" / "raw").rglob("*") if path.is_file()]
    assert raw.read_bytes() == content
    assert "ocr_dpi" in done.stdout, "dvc params diff shows what was changed"
    assert "Data and pipelines are up to date" in done.stdout
    assert (project / "data" / "pipeline" / "validation" / "records.jsonl").stat().st_size > 0
    assert (project / "dvc_plots" / "index.html").exists()


def test_commands_that_are_run_elsewhere_are_in_the_guide() -> None:
    lines = {line for block in blocks(GUIDE) for line in block.splitlines()}
    for command, test in ELSEWHERE.items():
        assert command in lines
        assert (PROJECT_ROOT / test).exists()
