"""``python -m tests.writers_of_data FOLDER``: everything in the product that writes people's data into files, once.

Functions are called as tasks call them, not by the command, which has a umask of its own.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from student_loans.fairness.offline import measure, write_reports
from student_loans.fairness.settings import load_fairness_settings
from student_loans.fingerprints import page_fingerprint
from student_loans.labels.exchange import write_labels_csv, write_labels_jsonl
from student_loans.labels.measures import write_accuracy, write_document_seconds, write_seconds
from student_loans.pipeline import stages
from student_loans.pipeline.files import RUN_ID
from student_loans.records import DocumentRecord
from student_loans.reports.run_report import write_run_report
from student_loans.review.page_views import page_view
from student_loans.settings import settings
from student_loans.statistics.environment import analysis_request
from student_loans.statistics.features import feature_frame, write_features
from student_loans.statistics.tfdv import _output_folder
from student_loans.storage.files import open_root
from student_loans.storage.object_store import ObjectStore, open_store
from student_loans.storage.run_folder import DocumentReference, RunFolder
from student_loans.versioning.probe import check_workspace
from student_loans.versioning.remote import Remote
from student_loans.versioning.restore import restore_run
from student_loans.versioning.run_version import version_run
from student_loans.versioning.version_index import target_of
from student_loans.versioning.workspace import DvcWorkspace
from tests.document_factory import make_pdf
from tests.labelled_factory import labelled_records
from tests.record_factory import make_record
from tests.student_loans.reports.test_summarize import RECORDS, summary_of

PROJECT_ROOT = Path(__file__).resolve().parents[1]


def main(folder: Path) -> None:
    """Write all of it below ``written/`` of a folder."""
    written = folder / "written"
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / "note.pdf").write_bytes(make_pdf([["Promissory note", "Loan amount: $18,250.00"]]))
    (inbox / "locked.pdf").write_bytes(make_pdf(password="secret"))
    (inbox / "scan.png").write_bytes((PROJECT_ROOT / "samples" / "documents" / "sample-04.png").read_bytes())
    _stages(written / "pipeline", inbox)
    _store(written / "data", (inbox / "note.pdf").read_bytes())
    _versions(written, make_record(1))
    _reports(written)


def _stages(base: Path, inbox: Path) -> None:
    stages.run_data_acquisition(base, settings(), str(inbox), portable=False)
    stages.run_preprocessing(base, settings())
    stages.run_extraction(base, settings())
    stages.run_validation(base)


def _store(data: Path, content: bytes) -> None:
    store = open_store(str(data))
    document_id = store.put_raw(content)
    store.quarantine(document_id, {"code": "encrypted_pdf"})
    folder = store.processed_folder(document_id, page_fingerprint(settings()))
    _copy_pages(folder, data.parent / "pipeline")
    page_view(store, document_id, 1, settings())
    store.check()


def _copy_pages(folder: object, pipeline: Path) -> None:
    from student_loans.storage.files import write_bytes

    source = next((pipeline / "preprocessing" / "processed").rglob("pages.json"))
    for file in source.parent.iterdir():
        write_bytes(folder / file.name, file.read_bytes())  # type: ignore[operator]


def _versions(written: Path, record: DocumentRecord) -> None:
    store: ObjectStore = open_store(str(written / "data"))
    run = RunFolder(store, RUN_ID)
    run.write_references("acquired", [DocumentReference(store.put_raw(b"%PDF fictional"), "file:///a.pdf", "a.pdf")])
    run.write_records("validated", [record])
    run.write_file("features.parquet", b"PAR1")
    remote = Remote(str(written / "remote"))
    workspace = DvcWorkspace(written / "data" / "versioned", remote)
    version_run(run, workspace, (page_fingerprint(settings()),), 1 << 20)
    check_workspace(workspace)
    workspace.get_url(target_of(RUN_ID))
    elsewhere = DvcWorkspace(written / "elsewhere" / "versioned", remote)
    restore_run(RUN_ID, elsewhere, open_store(str(written / "elsewhere")), unsigned=True)


def _reports(written: Path) -> None:
    write_run_report(open_root(str(written / "reports")) / "run-1", summary_of(RECORDS), RECORDS)
    pairs = labelled_records(400)
    options = load_fairness_settings()
    few = options.model_copy(update={"evidence": options.evidence.model_copy(update={"resamples": 100})})
    records, labels = [record for record, _ in pairs], [label for _, label in pairs]
    write_reports(measure(records, labels, few), written / "bias", "bias")
    write_labels_csv(written / "labels.csv", labels)
    write_labels_jsonl(written / "labels.jsonl", labels)
    write_accuracy(written / "metrics", RECORDS, None)
    write_seconds(written / "metrics", "extraction", 1.0, {"pages": 1})
    write_document_seconds(written / "metrics", RECORDS, {record.document_id: 1.0 for record in RECORDS})
    write_features(feature_frame(records), str(written / "reports" / "current.parquet"))
    request = analysis_request("current.parquet", str(written / "statistics"))
    (_output_folder(request) / "answer.json").write_text("{}")


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    assert os.environ["HOME"] == sys.argv[1]
    main(Path(sys.argv[1]))
