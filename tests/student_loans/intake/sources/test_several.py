"""Several sources as one: nothing of any of them is lost without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, DocumentError
from student_loans.intake.sources import SourceAccess, open_source
from student_loans.intake.sources.folder import FileSource
from student_loans.intake.sources.several import SeveralSources


@pytest.fixture
def access(tmp_path: Path) -> SourceAccess:
    for name in ("a/one.pdf", "a/two.pdf", "b/three.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return SourceAccess(folders=(tmp_path,))


def test_a_file_is_a_source_of_one_document(tmp_path: Path, access: SourceAccess) -> None:
    source = open_source(str(tmp_path / "a" / "one.pdf"), access)
    (document,) = source.list_documents()
    fetched = source.fetch(document, 100)
    assert fetched is not None
    assert (document.name, fetched.content) == ("one.pdf", b"a/one.pdf")
    assert source.uri == (tmp_path / "a" / "one.pdf").as_uri()
    assert source.fetch(document, 100, fetched.version) is None


def test_a_file_that_becomes_a_link_out_of_its_folder_is_not_read(tmp_path: Path, access: SourceAccess) -> None:
    file = tmp_path / "a" / "one.pdf"
    source = FileSource(file)
    (document,) = source.list_documents()
    file.unlink()
    file.symlink_to("/etc/hostname")
    with pytest.raises(DocumentError, match="link out"):
        source.fetch(document, 100)


def test_every_source_is_listed_and_read_by_itself(tmp_path: Path, access: SourceAccess) -> None:
    whole = SeveralSources([open_source(str(tmp_path / place), access) for place in ("b", "a/one.pdf")])
    documents = list(whole.list_documents())
    assert [document.name for document in documents] == ["three.pdf", "one.pdf"]
    contents = [whole.fetch(document, 100) for document in documents]
    assert [one.content for one in contents if one] == [b"b/three.pdf", b"a/one.pdf"]


def test_the_address_is_the_same_in_any_order_and_another_for_other_files(tmp_path: Path, access: SourceAccess) -> None:
    one, two = (open_source(str(tmp_path / "a" / name), access) for name in ("one.pdf", "two.pdf"))
    assert SeveralSources([one, two]).uri == SeveralSources([two, one]).uri != SeveralSources([one]).uri


def test_an_address_with_nothing_there_is_named(tmp_path: Path, access: SourceAccess) -> None:
    (tmp_path / "empty").mkdir()
    whole = SeveralSources([open_source(str(tmp_path / place), access) for place in ("a", "empty")])
    with pytest.raises(ConfigurationError, match=r"nothing at .*empty"):
        list(whole.list_documents())
