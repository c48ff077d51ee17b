"""The secrets of a local Airflow: an older installation gets the one that signs data versions, and keeps the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.local.environment import LocalAirflow

VARIABLE = "LOAN_DOCUMENTS__VERSIONING__SIGNING_SECRET"


def test_an_older_installation_gets_a_secret_that_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    local = LocalAirflow(tmp_path, tmp_path / "data", tmp_path / "reports")
    first = local.secrets()
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({name: value for name, value in first.items() if name != "signing"}))
    again = local.secrets()
    assert len(again["signing"]) >= 32
    assert again == first | {"signing": again["signing"]} == local.secrets()
    assert path.stat().st_mode & 0o077 == 0
    assert local.variables("/socket", 8080)[VARIABLE] == again["signing"]
    monkeypatch.setenv(VARIABLE, "of-the-user")
    assert local.variables("/socket", 8080)[VARIABLE] == "of-the-user"
