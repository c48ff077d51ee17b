"""The secrets of a local Airflow: an older installation gets the one that signs data versions, and keeps the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.local.environment import SIGNING_SECRET, LocalAirflow
from tests.local_home import NO_DATABASE


def test_an_older_installation_gets_a_secret_that_signs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(SIGNING_SECRET, raising=False)
    local = LocalAirflow(tmp_path, tmp_path / "data", tmp_path / "reports")
    first = local.secrets()
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({name: value for name, value in first.items() if name != "signing"}))
    again = local.secrets()
    assert len(again["signing"]) >= 32
    assert again == first | {"signing": again["signing"]} == local.secrets()
    assert capsys.readouterr().err == ""  # nothing was damaged
    assert path.stat().st_mode & 0o077 == 0
    assert local.variables(NO_DATABASE, 8080)[SIGNING_SECRET] == again["signing"]
    monkeypatch.setenv(SIGNING_SECRET, "of-the-user")
    assert local.variables(NO_DATABASE, 8080)[SIGNING_SECRET] == "of-the-user"
