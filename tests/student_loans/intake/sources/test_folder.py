"""Sources: every entry of a folder, whatever it is called and whatever it is, and nothing outside it."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, DocumentError, ErrorCode
from student_loans.intake.sources import FolderSource, IgnoreReason, SourceAccess, SourceDocument, open_source
from student_loans.settings import settings

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


def entries_of(folder: Path) -> dict[str, SourceDocument]:
    return {
        document.uri.removeprefix(f"{folder.as_uri()}/"): document for document in FolderSource(folder).list_documents()
    }


def outcome(document: SourceDocument) -> str:
    """A document, or the reason why it is none, or why it cannot be read."""
    if document.ignored:
        return document.ignored.value
    return document.refusal.message if document.refusal else "document"


def test_every_entry_is_a_document_or_named_with_a_reason(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.pdf").write_bytes(b"not yours")
    inbox = tmp_path / "inbox"
    (inbox / "sub" / "deep").mkdir(parents=True)
    (inbox / "sub" / "deep" / "a.pdf").write_bytes(b"content")
    (inbox / "empty.pdf").write_bytes(b"")
    (inbox / "nothing").mkdir()
    (inbox / ".DS_Store").write_bytes(b"x")
    (inbox / ".trash").mkdir()
    (inbox / ".trash" / "b.pdf").write_bytes(b"x")
    os.mkfifo(inbox / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(inbox / "socket"))
    links = {
        "link.pdf": "sub/deep/a.pdf", "again": "sub", "up": ".", "to trash": ".trash", "gone.pdf": "nowhere",
        "out.pdf": outside / "secret.pdf", "out": outside, "loop": "loop", "there": "back", "back": "there",
    }  # fmt: skip
    for name, target in links.items():
        (inbox / name).symlink_to(target)

    assert {name: outcome(document) for name, document in entries_of(inbox).items()} == {
        "sub/deep/a.pdf": "document",
        "link.pdf": "document",
        "empty.pdf": "document",
        "nothing": IgnoreReason.EMPTY_FOLDER,
        ".DS_Store": IgnoreReason.HIDDEN,
        ".trash": IgnoreReason.HIDDEN,
        "to%20trash": IgnoreReason.HIDDEN,
        "again": IgnoreReason.LINKED_FOLDER,
        "up": IgnoreReason.LINKED_FOLDER,
        "pipe": "This is not a regular file: put a file in its place.",
        "socket": "This is not a regular file: put a file in its place.",
        "gone.pdf": "The file cannot be read (No such file or directory): check that it exists and its rights.",
        "out.pdf": "This is a link out of the source folder: copy what it leads to into the folder.",
        "out": "This is a link out of the source folder: copy what it leads to into the folder.",
        "loop": "The file cannot be read (its links form a loop): check that it exists and its rights.",
        "there": "The file cannot be read (its links form a loop): check that it exists and its rights.",
        "back": "The file cannot be read (its links form a loop): check that it exists and its rights.",
    }


@pytest.mark.parametrize("target", ["../secret", "nowhere", "link.pdf", "pipe"])
def test_what_is_refused_in_the_listing_is_refused_when_it_is_read_as_well(tmp_path: Path, target: str) -> None:
    """The file may have been another one when it was listed."""
    (tmp_path / "secret").write_bytes(b"not yours")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    os.mkfifo(inbox / "pipe")
    (inbox / "link.pdf").symlink_to(target)
    with pytest.raises(DocumentError) as caught:
        FolderSource(inbox).fetch(SourceDocument((inbox / "link.pdf").as_uri(), "link.pdf"), 100)
    assert caught.value.code is ErrorCode.UNREADABLE_SOURCE


def test_a_folder_that_becomes_a_link_after_the_check_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "a.pdf").write_bytes(b"not yours")
    inbox = tmp_path / "inbox"
    (inbox / "sub").mkdir(parents=True)
    (inbox / "sub" / "a.pdf").write_bytes(b"content")
    source = FolderSource(inbox)
    (document,) = source.list_documents()
    resolve = Path.resolve

    def resolve_and_swap(path: Path, strict: bool = False) -> Path:
        real = resolve(path, strict)
        shutil.rmtree(inbox / "sub")
        (inbox / "sub").symlink_to(tmp_path / "private")
        return real

    monkeypatch.setattr(Path, "resolve", resolve_and_swap)
    with pytest.raises(DocumentError, match="link out of the source folder"):
        source.fetch(document, 100)


@contextmanager
def nobody() -> Iterator[None]:
    """Run without the rights of root, which may read everything."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="inbox-"))
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_or_file_without_the_right_to_read_it_is_named(open_folder: Path) -> None:
    (open_folder / "locked").mkdir()
    (open_folder / "locked" / "a.pdf").write_bytes(b"content")
    (open_folder / "locked").chmod(0)
    (open_folder / "mine.pdf").write_bytes(b"content")
    (open_folder / "mine.pdf").chmod(0)
    with nobody():
        entries = entries_of(open_folder)
        assert outcome(entries["locked"]) == (
            "The folder cannot be read (Permission denied): check that it exists and its rights."
        )
        with pytest.raises(DocumentError, match="Permission denied"):
            FolderSource(open_folder).fetch(entries["mine.pdf"], 100)


def test_a_source_folder_without_the_right_to_read_it_is_a_wrong_set_up(open_folder: Path) -> None:
    (open_folder / "locked").mkdir()
    for mode in (0, 0o100):
        (open_folder / "locked").chmod(mode)
        with nobody(), pytest.raises(ConfigurationError) as caught:
            list(FolderSource(open_folder / "locked").list_documents())
        assert caught.value.code is ErrorCode.SOURCE_REFUSED


def test_a_folder_is_opened_by_path_or_uri(tmp_path: Path) -> None:
    folder = tmp_path / "in box"
    folder.mkdir()
    access = SourceAccess(folders=(tmp_path,))
    assert open_source(str(folder), access).uri == open_source(folder.as_uri(), access).uri == folder.as_uri()


@pytest.mark.parametrize("location", ["samples/no/such/folder", "ftp://example.test/inbox"])
def test_an_unusable_location_is_a_configuration_error(location: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_source(location, SourceAccess.of(settings()))
    assert caught.value.code is ErrorCode.SOURCE_NOT_FOUND
