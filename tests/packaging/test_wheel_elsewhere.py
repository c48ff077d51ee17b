"""The wheel in another Airflow: a clean environment, the plugin, the connection type, and a run of the example DAG.

Commands are those of docs/wheel.md. Minutes, so `make test-wheel` runs it and `make test` does not.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.connections import postgres_connection

PROJECT_ROOT = Path(__file__).resolve().parents[2]
GUIDE = PROJECT_ROOT / "docs" / "wheel.md"
DOCUMENTS = ("sample-03.pdf", "sample-08.pdf", "sample-04.png", "sample-15.pdf")
"""Born-digital ones, a scan for OCR, and an encrypted one."""

pytestmark = [pytest.mark.airflow, pytest.mark.integration, pytest.mark.timeout(1200)]


def guide_commands() -> list[str]:
    text = GUIDE.read_text(encoding="utf-8")
    return [
        line.partition("  #")[0].strip()
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    ]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A clean environment with Airflow, and nothing of this project on any path."""
    folder = tmp_path_factory.mktemp("elsewhere")
    uv = str(PROJECT_ROOT / ".venv" / "bin" / "uv")
    subprocess.run([uv, "venv", "--quiet", "--python", "3.11", str(folder / "venv")], check=True)
    ours = ("AIRFLOW", "LOAN_DOCUMENTS", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {
        **kept,
        "VIRTUAL_ENV": str(folder / "venv"),
        "PATH": f"{folder / 'venv' / 'bin'}:{os.environ['PATH']}",
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW_CONN_LOAN_DOCUMENTS_STORE": json.dumps({"conn_type": "fs", "extra": {"path": str(folder / "store")}}),
    }


def test_the_guide_works_in_an_airflow_of_its_own(
    environment: dict[str, str], empty_database: str, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    (project / "include").mkdir(parents=True)
    (project / "include" / "__init__.py").touch()
    (project / "include" / "ours.py").touch()
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in DOCUMENTS:
        shutil.copy(PROJECT_ROOT / "samples" / "documents" / name, inbox)
    build, install, *use = guide_commands()
    assert build == "make wheel"
    script = [
        "set -euo pipefail",
        f"cd {PROJECT_ROOT}",
        f".venv/bin/python -m hatchling build --target wheel --directory {tmp_path / 'dist'} >&2",
        install.replace("pip install", f"{PROJECT_ROOT}/.venv/bin/uv pip install --quiet").replace(
            "dist/", f"{tmp_path}/dist/"
        ),
        f"cd {project}",  # an Astronomer project with a folder include of its own; the checkout is not where Airflow looks
        'mkdir -p "$AIRFLOW_HOME"/dags',
        "airflow db migrate >&2",
        *(line.replace("/path/to/documents", str(inbox)) for line in use),
        *examples(inbox),
        "echo packages: $(python -c 'import include.ours, student_loans; print(include.__file__, student_loans.__file__)')",
    ]
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        env={
            **environment,
            "AIRFLOW_CONN_LOAN_DOCUMENTS_DB": postgres_connection(empty_database),
            "PYTHONPATH": str(project),
        },
        capture_output=True,
        text=True,
        timeout=1100,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-5000:]
    [packages] = [line for line in done.stdout.splitlines() if line.startswith("packages: ")]
    theirs, ours = packages.split()[1:]
    assert theirs == str(project / "include" / "__init__.py")
    assert ours.startswith(environment["VIRTUAL_ENV"])
    print(done.stdout)  # shown when something below is not as it should be
    [hook] = [line for line in done.stdout.splitlines() if line.startswith("dvc ")]
    cells = [cell.strip() for cell in hook.split("|")]
    assert {"dvc", "loan_documents.hooks.dvc.DvcHook", "loan-documents-provider", "DVC remote"} <= set(cells)
    assert re.search(r"^loan_documents\s*\|.*loan-documents-provider==", done.stdout, re.MULTILINE), (
        "by its entry point"
    )
    assert stored(empty_database) == {
        "sample-03.pdf": "loan_disclosure",
        "sample-04.png": "loan_disclosure",
        "sample-08.pdf": "form_1098e",
        "sample-15.pdf": "unknown",
    }


def examples(inbox: Path) -> list[str]:
    """The other examples, each copied and run; they need further extras than the guide installs."""
    (inbox.parent / "labels.jsonl").write_text("")
    tape = pa.table({"loan": ["L-1"], "principal": [5500.0], "rate": [5.5]})
    pyarrow.parquet.write_table(tape, inbox.parent / "loans.parquet")
    confs = {
        "example_two_sources": {"sources": [str(inbox), str(inbox)]},
        "example_own_suite": {"files": [str(inbox.parent / "loans.parquet")]},
        "example_own_labels": {"labels": str(inbox.parent / "labels.jsonl")},
        "example_own_files": {"file": str(inbox / DOCUMENTS[0])},
        "example_review": {"source": str(inbox), "records": str(inbox.parent / "labels.jsonl")},
    }
    names = {path.stem for path in (PROJECT_ROOT / "plugins" / "loan_documents" / "example_dags").glob("example_*.py")}
    assert names == {*confs, "example_loan_documents"}
    folder = "$(python -c 'import loan_documents.example_dags as e; print(e.__path__[0])')"
    return [
        f'{PROJECT_ROOT}/.venv/bin/uv pip install --quiet "$(ls {inbox.parent}/dist/*.whl)[quality,fairness,versions]" '
        f"--constraint {PROJECT_ROOT}/requirements-local.txt",
        f"export LOAN_DOCUMENTS__SOURCES__FOLDERS={inbox.parent}",
        *(f'cp "{folder}"/{name}.py "$AIRFLOW_HOME"/dags/' for name in confs),
        *(f"airflow dags test {name} --conf '{json.dumps(conf)}' >&2" for name, conf in confs.items()),
    ]


def stored(uri: str) -> dict[str, str]:
    import psycopg

    with psycopg.connect(uri) as connection:
        rows = connection.execute("SELECT name, document_type FROM loan_documents.documents").fetchall()
    return dict(rows)
