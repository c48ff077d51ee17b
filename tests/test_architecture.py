"""The rules of the house that a test can hold: imports point one way, and start light."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[1]
HEAVY = {
    "airflow", "great_expectations", "tensorflow_data_validation", "fairlearn", "dvc", "pandas", "numpy", "cv2",
    "pypdfium2", "rapidocr", "openvino", "matplotlib", "sklearn", "psycopg", "PIL", "boto3", "botocore", "requests",
    "pyarrow", "scipy", "sqlalchemy",
}  # fmt: skip


def modules_loaded_by(code: str) -> set[str]:
    """Top-level modules in memory after running some code in a fresh interpreter."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{PROJECT_ROOT / 'include'}:{PROJECT_ROOT / 'plugins'}", "PATH": "/usr/bin:/bin"},
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "alerts.delivery", "alerts.stage", "alerts.store", "anomalies.detect", "anomalies.stage", "anomalies.store",
        "catalog", "cli", "command_line", "config_files", "errors", "fairness.findings", "fairness.mitigation.active",
        "fairness.mitigation.simulation", "fairness.stage", "fairness.store", "fingerprints", "import_graph",
        "intake.acquire_stage",
        "intake.check_stage", "intake.document_check", "intake.incremental", "intake.ledger_notes", "intake.sources",
        "intake.sources.database", "intake.sources.http_api", "intake.sources.s3", "intake.upload_store",
        "intake.uploads", "labels.accuracy", "labels.exchange", "labels.measures", "labels.store", "ledger.attempts", "libraries",
        "ledger.model", "ledger.store", "logs", "metrics.store", "pipeline.cli", "pipeline.stages",
        "preparation.stage", "project", "records", "registrations", "reports.stage", "reprocessing.stage",
        "reprocessing.versions", "results.search", "pipeline.store_stage", "results.store", "retention.stage",
        "review.batch", "review.dashboard", "review.decision", "review.facts", "review.guarantee", "review.masking",
        "review.page_views", "review.panels", "review.store", "review.values", "runs", "selftest.checks", "settings",
        "statistics.environment", "statistics.features", "statistics.stage", "statistics.tfdv",
        "storage.object_store", "pipeline.extract_stage", "validation.expectations", "validation.source_stage",
        "validation.stage", "validation.store", "versioning.run_version", "versioning.store", "versioning.workspace",
    ],
)  # fmt: skip
def test_what_tasks_import_first_is_light(module: str) -> None:
    assert modules_loaded_by(f"import student_loans.{module}") & HEAVY == set()


def test_a_stage_loads_what_its_documents_need_and_nothing_else(tmp_path: Path) -> None:
    """A document with a text layer: what opens it is another process, and no image is read."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bill.pdf").write_bytes((PROJECT_ROOT / "samples" / "documents" / "sample-01.pdf").read_bytes())
    folders = ["--folder", str(tmp_path / "stages"), "--metrics", str(tmp_path / "metrics")]

    def loaded_by(*arguments: str) -> set[str]:
        words = ["stage", *arguments, *folders]
        code = f"from student_loans.cli import main\nassert main({words}) == 0"
        return modules_loaded_by(code) & HEAVY

    assert loaded_by("data_acquisition", "--source", str(tmp_path / "in")) == set()
    assert loaded_by("preprocessing") == set()
    assert loaded_by("extraction") == {"numpy", "requests"}  # of the embeddings that tell what a label means
    assert not loaded_by("validation") & {"cv2", "openvino", "rapidocr", "pypdfium2", "dvc", "fairlearn", "airflow"}


def test_an_operator_brings_airflow_and_nothing_else_that_is_heavy() -> None:
    modules = (
        "operators.ocr_extract", "operators.expectations", "operators.bias_slice", "operators.send_alerts", "bias_steps",
        "hooks.dvc", "notifications.alert", "selftest", "plugin",
        "provider",
    )  # fmt: skip
    code = "\n".join(f"import loan_documents.{module}" for module in modules)
    loaded = modules_loaded_by(code)
    assert "airflow" in loaded
    # The base class of links, of Airflow's own SDK, brings sqlalchemy.
    assert loaded & (HEAVY - {"airflow", "sqlalchemy"}) == set()


def test_registering_the_pages_loads_none_of_them() -> None:
    loaded = modules_loaded_by(
        "import loan_documents.plugin\nimport sys\nassert 'loan_documents.web' not in sys.modules"
    )
    assert "loan_documents" in loaded


def test_only_the_plugin_file_is_for_the_plugin_manager() -> None:
    patterns = (PROJECT_ROOT / "plugins" / ".airflowignore").read_text().splitlines()
    assert [line for line in patterns if line and not line.startswith("#")] == ["*.py", "!loan_documents/plugin.py"]


def test_no_class_name_means_two_things() -> None:
    places: dict[str, list[str]] = {}
    for folder in (PROJECT_ROOT / "include", PROJECT_ROOT / "plugins", PROJECT_ROOT / "dags"):
        for file in folder.rglob("*.py"):
            for name in re.findall(r"^class (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE):
                places.setdefault(name, []).append(file.relative_to(PROJECT_ROOT).as_posix())
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
