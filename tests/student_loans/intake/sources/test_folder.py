"""Sources: every file of a folder, whatever it is called, and nothing outside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode
from student_loans.intake.sources import FolderSource, open_source

NAMES = ["plain.pdf", "with space.pdf", "ünïcödé.pdf", "new\nline.pdf", "-dash.pdf", "100%.pdf", "a#b?.pdf"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"content")
    source = FolderSource(tmp_path)
    (document,) = source.list_documents()
    assert document.name == name
    assert document.size == 7
    fetched = source.fetch(document, 100)
    assert fetched is not None
    assert fetched.content == b"content"


def test_a_name_that_is_not_utf8_is_read_and_shown_as_text(tmp_path: Path) -> None:
    Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.pdf")).write_bytes(b"content")
    source = FolderSource(tmp_path)
    (document,) = source.list_documents()
    assert document.name == "caf\N{REPLACEMENT CHARACTER}.pdf"
    fetched = source.fetch(document, 100)
    assert fetched is not None
    assert fetched.content == b"content"


def test_files_come_in_a_stable_order_with_those_of_sub_folders(tmp_path: Path) -> None:
    for name in ("b.pdf", "sub/a.pdf", "a.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    names = [document.uri.removeprefix(tmp_path.as_uri()) for document in FolderSource(tmp_path).list_documents()]
    assert names == ["/a.pdf", "/b.pdf", "/sub/a.pdf"]


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert list(FolderSource(tmp_path).list_documents()) == []


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not yours")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link.pdf").symlink_to(secret)
    source = FolderSource(inbox)
    (document,) = source.list_documents()
    with pytest.raises(DocumentError) as caught:
        source.fetch(document, 100)
    assert caught.value.code is ErrorCode.UNREADABLE_SOURCE


def test_a_broken_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nowhere")
    source = FolderSource(tmp_path)
    (document,) = source.list_documents()
    with pytest.raises(DocumentError) as caught:
        source.fetch(document, 100)
    assert caught.value.code is ErrorCode.UNREADABLE_SOURCE


def test_a_folder_is_opened_by_path_or_uri(tmp_path: Path) -> None:
    folder = tmp_path / "in box"
    folder.mkdir()
    assert open_source(str(folder)).uri == open_source(folder.as_uri()).uri == folder.as_uri()


@pytest.mark.parametrize("location", ["no/such/folder", "ftp://example.test/inbox"])
def test_an_unusable_location_is_a_configuration_error(location: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_source(location)
    assert caught.value.code is ErrorCode.SOURCE_NOT_FOUND
