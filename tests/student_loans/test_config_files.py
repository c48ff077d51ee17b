"""One reader for every configuration file: whatever is wrong with one, the message names the file and the place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from student_loans import config_files
from student_loans.alerts.config import load_alerts_config
from student_loans.alerts.rules import load_rules
from student_loans.anomalies.settings import load_anomaly_settings
from student_loans.catalog import fields_file, types_file
from student_loans.config_files import read_config, yaml_data
from student_loans.error_advice import advice_table
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.fairness.settings import load_fairness_settings
from student_loans.logs import load_log_settings
from student_loans.settings import load_settings
from student_loans.statistics.environment import analysis_request
from student_loans.statistics.settings import load_statistics_settings, statistics_settings
from student_loans.understanding.confidence import load_model
from student_loans.validation.suite import load_suite

SHIPPED = Path(str(config_files.FOLDER))
LOADERS: dict[str, Callable[[], object]] = {
    "alert_rules.yaml": load_rules,
    "alerts_config.yaml": load_alerts_config,
    "anomalies.yaml": load_anomaly_settings,
    "confidence.json": load_model,
    "document_types.yaml": types_file.__wrapped__,
    "expectations.json": load_suite,
    "fairness.yaml": load_fairness_settings,
    "fields.yaml": fields_file.__wrapped__,
    "logging_config.yaml": lambda: load_log_settings(environment={}),
    "pipeline_config.yaml": lambda: load_settings(environment={}),
    "errors.yaml": advice_table.__wrapped__,
    "statistics.yaml": load_statistics_settings,
}
MAY_BE_EMPTY = {
    ("expectations.json", "meta"),  # of people who read it
}
SECTIONS = [
    (file, key)
    for file in LOADERS
    for key, value in read_config(file, dict[str, Any]).items()
    if isinstance(value, dict | list) and (file, key) not in MAY_BE_EMPTY
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files that ship, in their place."""
    copy = tmp_path / "config"
    shutil.copytree(SHIPPED, copy)
    monkeypatch.setattr(config_files, "FOLDER", copy)
    return copy


def refusal(load: Callable[[], object]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load()
    assert caught.value.code is ErrorCode.INVALID_SETTINGS
    return caught.value.message


def test_every_file_has_a_loader_here() -> None:
    assert {file.name for file in SHIPPED.iterdir() if file.suffix in {".yaml", ".json"}} == set(LOADERS)


@pytest.mark.parametrize("file", LOADERS)
def test_every_file_that_ships_is_right(folder: Path, file: str) -> None:
    assert LOADERS[file]()


@pytest.mark.parametrize("file", LOADERS)
@pytest.mark.parametrize(
    ("content", "place"),
    [
        (None, "cannot be read: No such file"),
        (b"a: \xff", "not UTF-8 (byte 4)"),
        (b"", "the file|line 1"),
        (b"- a\n- b\n", "the file|line 1"),
        (b"[1, 2]", "the file"),
        (b"a: 1\nb: [1\n", "line 3|line 1"),
        (b"a: \x01", "line 1"),
        (b"{}", ""),
        (b"{\"colour\": {\"of\": [\"ink\"]}}", "colour|name|kinds|text_layer"),
    ],
    ids=["missing", "no text", "empty", "list", "list in brackets", "broken", "control character", "no key", "wrong key"],
)  # fmt: skip
def test_a_faulty_file_is_named_with_the_place(folder: Path, file: str, content: bytes | None, place: str) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    if content == b"{}" and file == "errors.yaml":
        return  # a code that has no advice gets the general one
    message = refusal(LOADERS[file])
    assert file in message
    assert any(each in message for each in place.split("|"))


@pytest.mark.parametrize(("file", "key"), SECTIONS)
@pytest.mark.parametrize("value", [None, "ink", 7, [7]], ids=["empty", "text", "number", "list"])
def test_a_faulty_section_is_named(folder: Path, file: str, key: str, value: object) -> None:
    content = read_config(file, dict[str, Any])
    content[key] = value
    text = json.dumps(content) if file.endswith(".json") else yaml.safe_dump(content)
    (folder / file).write_text(text, encoding="utf-8")
    message = refusal(LOADERS[file])
    assert file in message
    assert key in message


@pytest.mark.parametrize("content", [None, b"\xff", b"\n"], ids=["missing", "no text", "empty"])
def test_a_faulty_schema_of_the_statistics_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "schema.pbtxt"
    if content is not None:
        path.write_bytes(content)
    settings = statistics_settings().model_copy(update={"schema_path": str(path)})
    assert "schema.pbtxt" in refusal(lambda: analysis_request("current.parquet", "output", settings=settings))


def test_a_file_in_the_place_of_one_that_ships_is_named(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("intake: {max_pages: many}\n")
    message = refusal(lambda: load_settings(tmp_path / "ours.yaml", environment={}))
    assert "ours.yaml: " in message
    assert "intake.max_pages: " in message


def test_a_variable_does_not_hide_an_empty_section(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("intake:\n")
    variables = {"LOAN_DOCUMENTS__INTAKE__MAX_PAGES": "7"}
    message = refusal(lambda: load_settings(tmp_path / "ours.yaml", environment=variables))
    assert "intake: " in message
    assert "LOAN_DOCUMENTS__" in message


def test_a_variable_may_name_a_key_of_a_section(tmp_path: Path) -> None:
    variables = {"LOAN_DOCUMENTS_LOGS__LEVEL": "ERROR", "LOAN_DOCUMENTS_LOGS__LOGGERS__OPENVINO": "DEBUG"}
    settings = load_log_settings(environment=variables)
    assert (settings.level, settings.loggers["openvino"]) == ("ERROR", "DEBUG")


@pytest.mark.parametrize("file", [file for file in LOADERS if file.endswith(".yaml")])
def test_the_fast_parser_reads_what_the_slow_one_does(file: str) -> None:
    text = (SHIPPED / file).read_text(encoding="utf-8")
    assert yaml_data(text, file) == yaml.load(text, Loader=yaml.SafeLoader)


def test_no_objects_are_made() -> None:
    assert "line 1" in refusal(lambda: yaml_data("!!python/object/apply:os.getcwd []", "a file"))
