"""Settings: one place for each option, unknown keys refused, the environment on top."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.settings import load_settings, secret_variables


def test_the_shipped_settings_load() -> None:
    assert load_settings(environment={}).intake.max_pages > 0


def test_the_environment_overrides_the_file() -> None:
    settings = load_settings(environment={"LOAN_DOCUMENTS__INTAKE__MAX_PAGES": "7"})
    assert settings.intake.max_pages == 7


@pytest.mark.parametrize(
    ("variable", "value"),
    [("LOAN_DOCUMENTS__INTAKE__NO_SUCH_KEY", "1"), ("LOAN_DOCUMENTS__INTAKE__MAX_PAGES", "many")],
)
def test_an_unknown_key_or_a_wrong_type_is_named(variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environment={variable: value})
    assert caught.value.code is ErrorCode.INVALID_SETTINGS
    assert variable.rpartition("__")[2].lower() in caught.value.message


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("intake: {max_bytes: 1}\n")
    with pytest.raises(ConfigurationError, match="preprocessing"):
        load_settings(path, environment={})


def test_the_fingerprint_changes_with_what_changes_records_and_only_then() -> None:
    default = load_settings(environment={}).fingerprint()
    reader = load_settings(environment={"LOAN_DOCUMENTS__EXTRACTION__OCR_LANGUAGE": "deu"}).fingerprint()
    place = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__DATA_URI": "elsewhere"}).fingerprint()
    assert reader != default
    assert place == default


def test_secrets_stay_in_the_process_that_has_read_them() -> None:
    """Settings are handed to sandbox workers, which hostile files are opened in."""
    secret = "fictional-secret-of-the-deployment-" + "3b" * 16
    variables = dict.fromkeys(secret_variables(), secret)
    settings = load_settings(environment=variables)
    assert settings.versioning.signing_secret.get_secret_value() == secret
    assert settings.review.sampling_key.get_secret_value() == secret
    pickled = pickle.dumps(settings)
    assert secret.encode() not in pickled
    other = pickle.loads(pickled)
    assert other.versioning.signing_secret.get_secret_value() == ""
    assert other.intake == settings.intake
    assert secret not in repr(settings) + settings.model_dump_json()
