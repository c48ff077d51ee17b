"""Fit the model of reading on labelled documents: ``student-loans fit DOCUMENTS TRUTH``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from student_loans.pages.page_images import PageImages
from student_loans.pages.word_cache import WordCache
from student_loans.pages.words import PageText
from student_loans.records import UNKNOWN_TYPE
from student_loans.sandbox.process import IsolatedPool
from student_loans.sandbox.progress import report_progress
from student_loans.settings import settings
from student_loans.understanding.document import read_pages
from student_loans.understanding.fields.document_type import decide_type
from student_loans.understanding.fields.layout import Stretch, arrange
from student_loans.understanding.fields.schedule import read_schedule
from student_loans.understanding.partition.several_documents import starts_of
from student_loans.understanding.teaching import WORDS_SUFFIX, Teaching, read_teaching, read_words
from student_loans.understanding.understand import examine
from student_loans.understanding.weighing.fitting import Observed, fit
from student_loans.understanding.weighing.known import MODEL_FILE, learn_catalogue
from student_loans.understanding.weighing.model import save_model
from student_loans.understanding.weighing.tables import Table
from student_loans.understanding.weighing.type_model import evidence_of

_MOST_BEFORE = 8
"""Pages of a document before another, at most: longer ones say no more."""
_ANY_FAMILY = ""
_OF_ITS_OWN = 5.0
"""Weight of a document that is its family: of a family with many documents, each says what the others say."""


def observe(texts: Sequence[PageText], teaching: Teaching, before: Sequence[PageText] = ()) -> Observed:
    """Everything that a document offers, with what is right.

    Args:
        texts: The words of its pages.
        teaching: What is right.
        before: The pages of another document, to learn where a document begins.
    """
    layout = arrange(texts)
    starts = _starts(texts, before)
    table = read_schedule(layout)
    evidence = evidence_of(layout, decide_type(layout, len(table.rows)), len(table.rows))
    if teaching.document_type is UNKNOWN_TYPE:
        return Observed(teaching.family, UNKNOWN_TYPE, evidence, {}, {}, starts)
    offer = examine(layout, table, teaching.document_type).offer
    options: dict[str, list[tuple[str, Stretch]]] = {
        "values": [(option.value.value, option.value) for option in offer.values],
        "names": [(option.span.value, option.span) for option in offer.names],
    }
    labels = {kind: _labels(offer.tables[kind], options[kind], teaching) for kind in options}
    return Observed(teaching.family, teaching.document_type, evidence, offer.tables, labels, starts)


def _starts(texts: Sequence[PageText], before: Sequence[PageText]) -> list[tuple[list[float], bool]]:
    """The features of pages that go on, and of the first one behind another document."""
    going_on = [(numbers, False) for numbers in starts_of(texts)] if len(texts) > 1 else []
    if not before or len(before) > _MOST_BEFORE:
        return going_on
    both = [replace(page, number=number) for number, page in enumerate([*before, *texts[:1]], start=1)]
    return [*going_on, *((numbers, True) for numbers in starts_of(both, len(both)))]


def _labels(table: Table, options: Sequence[tuple[str, Stretch]], teaching: Teaching) -> list[int]:
    return [teaching.label(field, *options[option]) for field, option in zip(table.fields, table.options, strict=True)]


def _words_of(content: bytes, words: Path | None) -> list[PageText]:
    """Read the words of one file, in a sandbox."""
    from student_loans.intake.document_check import check_document
    from student_loans.preparation.pages import prepare_pages

    options = settings()
    file_format = check_document(content, options.intake).file_format
    with PageImages() as images:
        pages = images.keep(prepare_pages(content, file_format, options))
        texts, _ = read_pages(pages, options, WordCache(words) if words else None)
    report_progress()
    return texts


def read_texts(
    teachings: Iterable[Teaching], known: Mapping[str, Sequence[PageText]] = {}, words: Path | None = None
) -> Iterator[tuple[Teaching, Sequence[PageText]]]:
    """The words of labelled documents, read on all cores; those that cannot be read are left out.

    Args:
        teachings: The documents.
        known: The words of those that need no reading, by the name of the file.
        words: Folder of the OCR cache between fits.
    """
    from student_loans.errors import DocumentError

    options = settings()
    with IsolatedPool(options.isolation) as pool:

        def read(teaching: Teaching) -> tuple[Teaching, Sequence[PageText]]:
            if teaching.path.name in known:
                return teaching, known[teaching.path.name]
            try:
                content, limit = teaching.path.read_bytes(), options.isolation.page_timeout_s
                return teaching, pool.call(_words_of, content, words, limit_s=limit)
            except DocumentError:
                return teaching, []

        yield from (each for each in pool.map(read, iter(teachings)) if each[1])


def observe_all(sets: Sequence[tuple[Path, Path]], words: Path | None = None) -> Iterator[Observed]:
    """Observe all labelled documents.

    Args:
        sets: Folders of labelled files, or files of their words, each with its truth file.
        words: Folder of the OCR cache between fits.
    """
    taught = [(documents, read_teaching(documents, truth)) for documents, truth in sets]
    sizes = Counter(teaching.family for _, teachings in taught for teaching in teachings)
    for documents, teachings in taught:
        known = read_words(documents) if documents.name.endswith(WORDS_SUFFIX) else {}
        last: dict[str, Sequence[PageText]] = {}
        for number, (teaching, texts) in enumerate(read_texts(teachings, known, words)):
            # Every second one follows a paper of its own family, which is harder to part.
            before = last.get(teaching.family if number % 2 else _ANY_FAMILY, ())
            weight = _OF_ITS_OWN if sizes[teaching.family] == 1 else 1.0
            yield replace(observe(texts, teaching, before), weight=weight)
            last[teaching.family] = last[_ANY_FAMILY] = texts


def fit_reading(
    sets: Sequence[tuple[Path, Path]], output: Path | None, words: Path | None, report: Callable[[str], None]
) -> int:
    """Fit the model on labelled documents and write it.

    Args:
        sets: Folders of labelled files, or files of their words, each with its truth file.
        output: File for the model; None means the package's own.
        words: Folder of the OCR cache between fits.
        report: Is given a line about each step.

    Returns:
        The number of documents.
    """
    learn_catalogue()
    observed = list(observe_all(sets, words))
    report(f"{len(observed)} documents are observed")
    save_model(fit(observed, report).parts(), output or MODEL_FILE)
    return len(observed)
