"""Remotes: what DVC is told, and what it is told through the environment only."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.project import PROJECT_ROOT
from student_loans.versioning.remote import Remote


def test_keys_go_through_the_environment_only() -> None:
    remote = Remote("s3://loans/prod", "http://minio:9000", "us-east-1", "key", "secret")
    assert "secret" not in str(remote.configuration()) + repr(remote)
    assert remote.environment() == {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    assert remote.configuration()["endpointurl"] == "http://minio:9000"


def test_without_keys_the_machine_decides() -> None:
    assert Remote("s3://loans/prod").environment() == {}


@pytest.mark.parametrize(
    ("url", "folder"),
    [("/srv/v", Path("/srv/v")), ("file:///srv/v", Path("/srv/v")), ("v", PROJECT_ROOT / "v")],
)
def test_a_folder_may_be_given_as_a_path_or_an_address(url: str, folder: Path) -> None:
    remote = Remote(url)
    assert remote.configuration() == {"url": str(folder)}
    assert remote.path("versions").path == str(folder / "versions")


def test_google_is_a_matter_of_configuration() -> None:
    remote = Remote("gs://loans/prod", credential_file="/run/key.json")
    assert remote.configuration() == {"url": "gs://loans/prod"}
    assert remote.environment() == {"GOOGLE_APPLICATION_CREDENTIALS": "/run/key.json"}


def test_google_without_its_package_says_what_to_install() -> None:
    from importlib.util import find_spec

    if find_spec("gcsfs"):
        pytest.skip("dvc-gs is installed here")
    with pytest.raises(ConfigurationError, match="dvc-gs") as caught:
        Remote("gs://loans/prod").path("versions")
    assert caught.value.code is ErrorCode.REMOTE_UNSUPPORTED


@pytest.mark.parametrize("url", ["ftp://x/y", "https://x/y"])
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Remote(url)
    assert caught.value.code is ErrorCode.REMOTE_UNSUPPORTED


def test_an_address_with_keys_in_it_is_refused_without_showing_them() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Remote("s3://key:hidden@loans/prod")
    assert "hidden" not in str(caught.value)
