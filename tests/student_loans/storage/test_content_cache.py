"""An entry of a cache is right or not there; a store that fails is an error, and no entry that is missing."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from student_loans.errors import ErrorCode, ServiceError
from student_loans.storage.content_cache import ContentCache


@pytest.fixture
def cache(tmp_path: Path) -> ContentCache:
    return ContentCache(tmp_path / "entries")


def test_what_is_kept_is_found_and_what_is_removed_is_not(cache: ContentCache) -> None:
    assert cache.find("ab/1.json", json.loads) is None
    cache.keep("ab/1.json", b"[1]")
    assert cache.find("ab/1.json", json.loads) == [1]
    cache.keep("ab/1.json", b"[2]")
    assert cache.find("ab/1.json", json.loads) == [2]
    cache.remove("ab/1.json")
    cache.remove("ab/1.json")
    assert cache.find("ab/1.json", json.loads) is None


@pytest.mark.parametrize("content", [b"[1, 2", b"\xff\xfe", b"{}", b"null", b"3", b"[]"])
def test_a_damaged_entry_is_not_there_and_the_log_does_not_quote_it(
    cache: ContentCache, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    cache.keep("one.json", content)
    with caplog.at_level(logging.WARNING):
        assert cache.find("one.json", lambda read: json.loads(read)[0]["name"].upper()) is None
    [line] = caplog.messages
    assert "one.json" in line
    assert content.decode("latin-1") not in line.replace("one.json", "")


def test_a_store_that_fails_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "entries").write_bytes(b"a file where a folder is wanted")
    cache = ContentCache(tmp_path / "entries")
    for work in (lambda: cache.find("one", bytes), lambda: cache.keep("one", b""), lambda: cache.remove("one")):
        with pytest.raises(ServiceError) as caught:
            work()
        assert caught.value.code is ErrorCode.STORE_UNAVAILABLE


def test_nothing_but_entries_is_left_in_the_folder(cache: ContentCache, tmp_path: Path) -> None:
    cache.keep("one", b"1")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["one"]
