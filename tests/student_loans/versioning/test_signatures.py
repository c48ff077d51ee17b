"""Signatures: only who has the secret can make one, and it covers all that a restore relies on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.versioning.signatures import Signing
from student_loans.versioning.version_index import DataVersion

OLD, NEW = "old-secret-" + "1a" * 16, "new-secret-" + "2b" * 16
VERSION = DataVersion("run-1", f"{7:032x}.dir", 12, 300, "2026-11-24T21:00:00+00:00", None, "outs: []\n", "0" * 64)


def signing(text: str) -> Signing:
    parsed = Signing.parse(text)
    assert parsed is not None
    return parsed


def test_a_signature_fits_only_the_content_that_was_signed() -> None:
    signature = signing(OLD).sign(VERSION.signed_content())
    assert signing(OLD).fits(VERSION.signed_content(), signature)
    assert not signing(NEW).fits(VERSION.signed_content(), signature)
    changes = {
        "run_id": "run-2",
        "version": f"{8:032x}.dir",
        "files": 13,
        "size_bytes": 301,
        "made_at": "2026-11-25T21:00:00+00:00",
        "pointer": "outs: [] \n",
        "manifest_sha256": "1" * 64,
    }
    assert set(changes) == set(VERSION.signed_content()), "each field is covered"
    for name, value in changes.items():
        changed = replace(VERSION, **{name: value})  # type: ignore[arg-type]
        assert not signing(OLD).fits(changed.signed_content(), signature), name


def test_where_a_version_was_pushed_to_is_not_covered() -> None:
    signature = signing(OLD).sign(VERSION.signed_content())
    assert signing(OLD).fits(replace(VERSION, remote_url="s3://loans/prod").signed_content(), signature)


def test_a_new_secret_signs_while_the_old_one_is_accepted() -> None:
    both = signing(f"{NEW}, {OLD}")
    assert both.fits(VERSION.signed_content(), signing(OLD).sign(VERSION.signed_content()))
    assert signing(NEW).fits(VERSION.signed_content(), both.sign(VERSION.signed_content()))


@pytest.mark.parametrize("signature", ["", "0" * 64, "\N{SNOWMAN}", "\ud800"])
def test_what_is_no_signature_does_not_fit(signature: str) -> None:
    assert not signing(OLD).fits(VERSION.signed_content(), signature)


def test_a_short_secret_is_refused_and_none_is_none() -> None:
    assert Signing.parse(" , ") is None
    with pytest.raises(ConfigurationError, match="32 characters") as caught:
        Signing.parse(f"{NEW},short-one")
    assert caught.value.code is ErrorCode.INVALID_SETTINGS
    assert "short-one" not in caught.value.message


def test_a_secret_is_not_shown() -> None:
    assert OLD not in repr(signing(OLD))
