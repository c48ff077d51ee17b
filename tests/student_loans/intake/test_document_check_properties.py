"""Whatever bytes and names come in: a result or a typed error, nothing else. ``make fuzz`` does this for minutes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from student_loans.errors import DocumentError
from student_loans.intake.check_stage import label_text
from student_loans.intake.document_check import IntakeResult, check_document
from student_loans.intake.sources import FolderSource
from student_loans.intake.sources.s3 import bucket_and_key, object_uri
from student_loans.preparation.metadata import read_metadata
from student_loans.preparation.pages import prepare_pages
from student_loans.records import FileFormat
from student_loans.sandbox.process import IsolatedProcess
from student_loans.settings import settings as product_settings
from tests.document_factory import make_heic, make_image, make_pdf

LIMITS = product_settings().intake.model_copy(update={"max_page_pixels": 9_000_000})
SEEDS = {
    "pdf": make_pdf([["Promissory note"], ["Second page"]]),
    "png": make_image("PNG"),
    "jpeg": make_image("JPEG"),
    "tiff": make_image("TIFF", frames=2),
    "heic": make_heic((320, 240)),
}
NUMBERS = [b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff", b"9999"]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "120"))
FUZZ = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """A good file with bytes changed, cut out, doubled, or spliced with another one."""
    content = bytearray(draw(st.sampled_from(sorted(SEEDS.values()))))
    for _ in range(draw(st.integers(1, 6))):
        position = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(1, 64))
        match draw(st.sampled_from(["flip", "cut", "double", "noise", "number", "splice", "end"])):
            case "flip":
                content[position : position + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del content[position : position + length]
            case "double":
                content[position:position] = content[position : position + length]
            case "noise":
                content[position : position + length] = draw(st.binary(min_size=1, max_size=64))
            case "number":
                content[position : position + 4] = draw(
                    st.sampled_from([b"\xff\xff\xff\xff", b"\x00" * 4, b"\x7f\xff\xff\xff", b"9999"])
                )
            case "splice":
                content[position:] = draw(st.sampled_from(sorted(SEEDS.values())))[position:]
            case "end":
                del content[position:]
    return bytes(content)


@FUZZ
@given(damaged_files() | st.binary(max_size=2000))
@example(b"")
@example(b"%PDF-")
@example(b"II*\x00\x08\x00\x00\x00\xff\xff")
def test_checking_gives_a_result_or_a_refusal(content: bytes) -> None:
    try:
        result = check_document(content, LIMITS)
    except DocumentError:
        return
    assert isinstance(result, IntakeResult)
    assert 1 <= result.page_count <= LIMITS.max_pages


@pytest.fixture(scope="module")
def process() -> Iterator[IsolatedProcess]:
    with IsolatedProcess(product_settings().isolation) as running:
        yield running


@settings(FUZZ, max_examples=max(10, EXAMPLES // 12))
@given(damaged_files())
def test_preparing_what_was_let_in_gives_pages_or_a_refusal(process: IsolatedProcess, content: bytes) -> None:
    try:
        result = process.call(check_document, content, LIMITS, limit_s=60)
        pages = list(process.stream(prepare_pages, content, result.file_format, product_settings(), limit_s=60))
    except DocumentError:
        return
    assert pages


@FUZZ
@given(damaged_files(), st.sampled_from(FileFormat))
def test_metadata_never_fails(content: bytes, file_format: FileFormat) -> None:
    read_metadata(content, file_format)


NAMES = st.text(st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda name: not name.startswith(".")
)


@settings(FUZZ, max_examples=100)
@given(st.sets(NAMES, min_size=1, max_size=5))
@example({"-rf.pdf", "line\nbreak.pdf", "100% #1 & 'x' [a]?.pdf", "学生ローン.pdf", "x" * 60})
def test_every_name_is_listed_and_read(names: set[str]) -> None:
    with TemporaryDirectory() as folder:
        for name in names:
            (Path(folder) / name).write_bytes(name.encode())
        source = FolderSource(Path(folder))
        documents = list(source.list_documents())
        assert {document.name for document in documents} == names
        assert len({document.uri for document in documents}) == len(names)
        for document in documents:
            fetched = source.fetch(document, 1000)
            assert fetched is not None
            assert fetched.content == document.name.encode()
            assert fetched.version == document.version


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("../../etc/passwd")
@example("a?b#c%2F;d")
def test_every_key_survives_its_address(key: str) -> None:
    assert bucket_and_key(object_uri("inbox", key)) == ("inbox", key)


@given(st.text())
def test_a_label_is_one_short_line(name: str) -> None:
    label = label_text(name)
    assert len(label) <= 120
    assert label.isprintable()
