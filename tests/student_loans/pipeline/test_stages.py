"""The stages without Airflow: the same documents give the same bytes, whenever and wherever."""

from __future__ import annotations

import json
from pathlib import Path, PurePath

import pytest

from student_loans.cli import main
from student_loans.fingerprints import LEFT_OUT, PAGES
from student_loans.import_graph import reached_from
from student_loans.pipeline.files import STAGES, LayeredStore, portable_uri
from student_loans.project import PROJECT_ROOT
from student_loans.storage.files import open_path
from student_loans.storage.object_store import ObjectStore
from tests.document_factory import make_pdf


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "note.pdf").write_bytes(make_pdf([["Promissory note", "Loan amount: $18,250.00"]]))
    (folder / "locked.pdf").write_bytes(make_pdf(password="secret"))
    return folder


def run_all(base: Path, inbox: Path, *, truth: Path | None = None) -> bytes:
    places = ["--folder", str(base / "pipeline"), "--metrics", str(base / "metrics")]
    for stage in STAGES:
        options = ["--source", str(inbox)] if stage == "data_acquisition" else []
        if stage == "validation" and truth:
            options += ["--truth", str(truth)]
        assert main(["stage", stage, *places, *options]) == 0
    return (base / "pipeline" / "validation" / "records.jsonl").read_bytes()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, inbox: Path) -> Path:
    base = tmp_path_factory.mktemp("first")
    truth = base / "truth.jsonl"
    fields = {"loan_amount": "18250.00", "lender_name": "Harbor Lane Credit Union"}
    truth.write_text(json.dumps({"file": "note.pdf", "document_type": "promissory_note", "fields": fields}))
    run_all(base, inbox, truth=truth)
    return base


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_time_every_output_has_the_same_bytes(first: Path, inbox: Path, tmp_path: Path) -> None:
    run_all(tmp_path, inbox)
    for stage in STAGES:
        assert contents(tmp_path / "pipeline" / stage) == contents(first / "pipeline" / stage)


def test_every_document_has_a_record_in_the_order_of_their_ids(first: Path) -> None:
    lines = (first / "pipeline" / "validation" / "records.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["document_id"] for record in records] == sorted(record["document_id"] for record in records)
    assert {record["source_uri"].rpartition("/")[2]: record.get("error") for record in records} == {
        "note.pdf": None,
        "locked.pdf": "encrypted_pdf",
    }
    assert all(record["timings"] == {} for record in records)


def test_seconds_and_accuracy_are_apart_from_the_records(first: Path) -> None:
    for stage in STAGES:
        assert json.loads((first / "metrics" / "timings" / f"{stage}.json").read_text())["seconds"] >= 0
    assert "note.pdf" in (first / "metrics" / "plots" / "seconds.csv").read_text()
    accuracy = json.loads((first / "metrics" / "accuracy.json").read_text())
    assert accuracy["documents"] == 2
    assert accuracy["quarantined"] == 1
    assert accuracy["values"]["found"] <= 0.5, "the lender is not printed"
    assert "Documents by status" in (first / "metrics" / "plots" / "overview.svg").read_text()


def test_without_labels_the_counts_are_still_there(inbox: Path, tmp_path: Path) -> None:
    run_all(tmp_path, inbox)
    accuracy = json.loads((tmp_path / "metrics" / "accuracy.json").read_text())
    assert accuracy["documents"] == 2
    assert "values" not in accuracy


def test_a_source_that_is_not_there_ends_the_stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = ["--folder", str(tmp_path), "--metrics", str(tmp_path)]
    assert main(["stage", "data_acquisition", "--source", "/nowhere", *places]) == 1
    assert "source_not_found" in capsys.readouterr().err


def test_a_stage_reads_earlier_parts_and_writes_its_own(tmp_path: Path) -> None:
    earlier, own = (open_path(f"{tmp_path.as_uri()}/{name}") for name in ("earlier", "own"))
    ObjectStore(earlier).write_json("runs/a.json", 1)
    store = LayeredStore(own, [earlier])
    assert store.read_json("runs/a.json") == 1
    store.write_json("runs/a.json", 2)
    assert (store.read_json("runs/a.json"), ObjectStore(earlier).read_json("runs/a.json")) == (2, 1)


def test_addresses_in_the_project_do_not_say_where_it_is() -> None:
    assert portable_uri(f"{PROJECT_ROOT.as_uri()}/samples/a%20b.pdf") == "file:samples/a%20b.pdf"
    assert portable_uri("file:///elsewhere/a.pdf") == "file:///elsewhere/a.pdf"


def test_dvc_yaml_runs_these_stages_in_this_order() -> None:
    import yaml

    stages = yaml.safe_load((PROJECT_ROOT / "dvc.yaml").read_text())["stages"]
    assert tuple(stages) == STAGES
    for name, stage in stages.items():
        assert stage["cmd"].startswith(f"student-loans stage {name}")
        assert stage["outs"][0] == f"data/pipeline/{name}"


MADE_BY = {
    "data_acquisition": ("student_loans.intake.acquire_stage", "student_loans.intake.document_check"),
    "preprocessing": PAGES,
    "extraction": ("student_loans.understanding.document",),
    "validation": (
        "student_loans.validation.stage",
        "student_loans.versioning.canonical",
        "student_loans.labels.measures",
    ),
}
"""The modules that make what a stage gives; what only carries it, such as the ledger, is not here."""


@pytest.mark.parametrize("name", STAGES)
def test_dvc_runs_a_stage_again_when_what_its_modules_import_has_changed(name: str) -> None:
    import yaml

    deps = yaml.safe_load((PROJECT_ROOT / "dvc.yaml").read_text())["stages"][name]["deps"]
    reached = reached_from(MADE_BY[name], left_out=LEFT_OUT)
    needed = {f"include/{file}" for file in (*reached.code, *reached.data) if not file.endswith("/__init__.py")}
    missing = [file for file in sorted(needed) if not any(PurePath(file).is_relative_to(dep) for dep in deps)]
    assert missing == []
    ours = [dep for dep in deps if dep.startswith("include/") and "/pipeline/" not in dep]
    assert [dep for dep in ours if not any(PurePath(file).is_relative_to(dep) for file in needed)] == []
    assert "requirements-local.txt" in deps
