"""Statistics from the command line: an exit code that says whether something differs, and no value on the screen."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from student_loans.cli import FAILED, main
from student_loans.command_line import FOUND_FAULTS
from tests.record_factory import make_record

WRONG_USAGE = 2

FEATURE = {
    "name": "rate_type", "kind": "category", "drift": 0.5, "skew": None, "threshold": 0.2,
    "distributions": {"current": {"values": 3, "missing": 0, "shares": {"fixed": 1.0}}},
}  # fmt: skip


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_text("".join(json.dumps(make_record(number).to_json()) + "\n" for number in range(3)))
    return path


def answering(folder: Path, answer: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of TensorFlow Data Validation; gives the file of what it was asked."""
    program, asked = folder / "python", folder / "asked.json"
    program.write_text(
        f"#!{sys.executable}\nimport pathlib, sys\npathlib.Path({str(asked)!r}).write_text(open(sys.argv[4]).read())\n"
        f"pathlib.Path(sys.argv[5]).write_text({json.dumps(answer)!r})"
    )
    program.chmod(0o755)
    monkeypatch.setenv("TFDV_PYTHON", str(program))
    return asked


@pytest.mark.parametrize(
    ("verdict", "schema", "code"),
    [
        ("steady", [], 0),
        ("not_judged", [], 0),
        ("drifted", [], FOUND_FAULTS),
        ("skewed", [], FOUND_FAULTS),
        ("steady", [{"feature": "x", "kinds": ["schema_new_column"], "severity": "critical"}], FOUND_FAULTS),
    ],
)
def test_the_exit_code_says_whether_something_differs(
    tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch, verdict: str, schema: list[object], code: int
) -> None:
    answer = {
        "rows": {"current": 3},
        "features": [FEATURE | {"verdict": verdict}],
        "schema_anomalies": schema,
        "proposal": None,
    }
    asked = answering(tmp_path, answer, monkeypatch)
    assert (
        main(["statistics", "compare", str(records), "--previous", str(records), "--output", str(tmp_path / "out")])
        == code
    )
    request = json.loads(asked.read_text())
    assert request["previous"].endswith("previous.parquet")
    assert request["reference"] is None
    assert json.loads((tmp_path / "out" / "statistics.json").read_text()) == answer
    assert "rate type" in (tmp_path / "out" / "quality.html").read_text()


def test_an_inferred_schema_is_named(
    tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(tmp_path, {"schema": "/out/inferred.pbtxt", "features": 3}, monkeypatch)
    assert main(["statistics", "infer-schema", str(records), "--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out.strip() == "/out/inferred.pbtxt"


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "does not exist"), ("{987-65-4321", "line 1 is not a record"), ('{"a": 1}', "line 1 is not a record")],
)
def test_a_file_that_cannot_be_used_is_said_without_what_is_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, said: str
) -> None:
    path = tmp_path / "records.jsonl"
    if content is not None:
        path.write_text(content)
    assert main(["statistics", "compare", str(path), "--output", str(tmp_path)]) == WRONG_USAGE
    shown = capsys.readouterr()
    assert said in shown.err
    assert "987" not in shown.err + shown.out


def test_a_missing_environment_says_what_to_do(
    tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TFDV_PYTHON", "/nowhere/python")
    assert main(["statistics", "infer-schema", str(records), "--output", str(tmp_path)]) == FAILED
    assert "make tfdv" in capsys.readouterr().err
