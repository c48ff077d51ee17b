"""Relative paths start from the project, wherever the package was imported from."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans import project


def test_a_checkout_is_its_own_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOAN_DOCUMENTS_HOME", raising=False)
    assert project.project_root() == Path(__file__).resolve().parents[2]


def test_the_variable_names_another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOAN_DOCUMENTS_HOME", str(tmp_path))
    assert project.project_root() == tmp_path


def test_an_installed_wheel_works_in_the_home_of_airflow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LOAN_DOCUMENTS_HOME", raising=False)
    monkeypatch.setattr(project, "INSTALLED", True)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    assert project.project_root() == tmp_path
    monkeypatch.delenv("AIRFLOW_HOME")
    assert project.project_root() == Path.home() / "airflow"
