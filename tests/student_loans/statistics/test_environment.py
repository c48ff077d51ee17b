"""Calling TensorFlow Data Validation: what it is asked, and what is said when it does not answer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.project import PROJECT_ROOT
from student_loans.statistics.environment import analysis_request, call_tfdv, check_installed
from student_loans.statistics.interpreter import tfdv_python
from student_loans.statistics.settings import statistics_settings

SECRET = "987654.32"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """A program in the place of the environment's interpreter."""

    def place(code: str) -> Path:
        path = tmp_path / "python"
        path.write_text(f"#!{sys.executable}\nimport json, sys, time\n{code}")
        path.chmod(0o755)
        monkeypatch.setenv("TFDV_PYTHON", str(path))
        return path

    return place


class TestRequest:
    def test_it_holds_what_the_settings_say(self) -> None:
        chosen = statistics_settings().model_copy(update={"min_values": 7})
        request = analysis_request("/a.parquet", "/out", previous="/b.parquet", settings=chosen)
        assert (request["current"], request["previous"], request["reference"]) == ("/a.parquet", "/b.parquet", None)
        assert request["min_values"] == 7
        assert request["thresholds"]["by_feature"]["lender"] == 0.25

    def test_the_schema_is_a_file_that_exists_and_its_name_is_the_one_of_the_repository(self) -> None:
        request = analysis_request("/a.parquet", "/out")
        assert Path(request["schema"]).is_file()
        assert (PROJECT_ROOT / request["schema_name"]).is_file()


class TestInterpreter:
    def test_the_variable_names_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TFDV_PYTHON", "/somewhere/python")
        assert tfdv_python() == "/somewhere/python"

    @pytest.mark.parametrize("value", [None, ""])
    def test_without_the_variable_it_is_the_one_of_the_project(
        self, monkeypatch: pytest.MonkeyPatch, value: str | None
    ) -> None:
        monkeypatch.delenv("TFDV_PYTHON", raising=False)
        if value is not None:
            monkeypatch.setenv("TFDV_PYTHON", value)
        assert tfdv_python() == str(PROJECT_ROOT / ".venv-tfdv" / "bin" / "python")

    def test_one_that_is_missing_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TFDV_PYTHON", "/nowhere/python")
        with pytest.raises(ConfigurationError, match="make tfdv") as caught:
            check_installed()
        assert caught.value.code is ErrorCode.TFDV_NOT_INSTALLED


class TestCall:
    def test_the_answer_is_what_the_program_writes(self, program) -> None:  # type: ignore[no-untyped-def]
        program(
            "_, module, command, asked, answered = sys.argv[1:]\n"
            "json.dump({'got': [module, command, json.load(open(asked))]}, open(answered, 'w'))"
        )
        assert call_tfdv("analyse", {"n": 1}) == {"got": ["student_loans.statistics.tfdv", "analyse", {"n": 1}]}

    def test_an_environment_without_the_library_is_named_by_its_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TFDV_PYTHON", sys.executable)
        with pytest.raises(ServiceError, match=r"status 1 \(ModuleNotFoundError\)") as caught:
            call_tfdv("infer_schema", {"output": "/nowhere"})
        assert caught.value.code is ErrorCode.STATISTICS_FAILED

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            (f"raise ValueError('unexpected {SECRET}')", "status 1 (ValueError)"),
            (f"raise ValueError('unexpected:\\n{SECRET} in apr\\n  and {SECRET}')", "status 1 (ValueError)"),
            (f"raise json.JSONDecodeError('bad', '{SECRET}', 0)", "status 1 (json.decoder.JSONDecodeError)"),
            ("raise KeyboardInterrupt", "(KeyboardInterrupt)"),
            (f"sys.exit('{SECRET}')", "status 1 (no error named)"),
            ("sys.exit(3)", "status 3 (no error named)"),
        ],
    )
    def test_an_error_is_told_by_its_class_and_its_message_is_not(self, program, code: str, said: str) -> None:  # type: ignore[no-untyped-def]
        program(code)
        with pytest.raises(ServiceError) as caught:
            call_tfdv("analyse", {})
        assert said in str(caught.value)
        assert SECRET not in str(caught.value)

    def test_a_program_that_takes_too_long_is_ended(self, program) -> None:  # type: ignore[no-untyped-def]
        program("time.sleep(60)")
        impatient = statistics_settings().model_copy(update={"timeout_s": 0.2})
        with pytest.raises(ServiceError, match="longer than 0 s: raise timeout_s"):
            call_tfdv("analyse", {}, impatient)
