"""Fit the model of reading on labelled documents: ``student-loans fit DOCUMENTS TRUTH``.

A truth file has, beside the fields of a document, the places where values are printed: a value that is printed in two places, as
one loan's and as the account's, then teaches with the right one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.labels.compare import same_value
from student_loans.labels.files import read_labels
from student_loans.pages.page_images import PageImages
from student_loans.pages.word_cache import WordCache
from student_loans.pages.words import PageText
from student_loans.records import UNKNOWN_TYPE, BBox, DocumentType
from student_loans.sandbox.process import IsolatedPool
from student_loans.sandbox.progress import report_progress
from student_loans.settings import settings
from student_loans.understanding.document import read_pages
from student_loans.understanding.fields.document_type import decide_type
from student_loans.understanding.fields.layout import Stretch, arrange, union_box
from student_loans.understanding.fields.schedule import read_schedule
from student_loans.understanding.partition.several_documents import starts_of
from student_loans.understanding.understand import examine
from student_loans.understanding.weighing.fitting import RIGHT, UNCERTAIN, WRONG, Observed, fit
from student_loans.understanding.weighing.known import MODEL_FILE, learn_catalogue
from student_loans.understanding.weighing.model import save_model
from student_loans.understanding.weighing.tables import Table
from student_loans.understanding.weighing.type_model import evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_SLACK = 0.002
"""Of a page: two boxes so far apart touch."""
_MOST_BEFORE = 8
"""Pages of a document before another, at most: longer ones say no more."""
_ANY_FAMILY = ""
Place = tuple[int, BBox]


@dataclass(frozen=True, slots=True)
class Teaching:
    """A labelled document to learn from.

    Attributes:
        places: Field to the places where its value is printed; empty if they are not labelled.
        others: Field to further values that a careful reader could give.
        family: What is left out of a judgement together with it.
    """

    path: Path
    document_type: DocumentType
    fields: Mapping[str, str]
    places: Mapping[str, Sequence[Place]]
    others: Mapping[str, Sequence[str]]
    family: str

    def label(self, field: str, value: str, words: Stretch) -> int:
        """Whether some words are the value of a field: right, wrong, or not certain."""
        if field in self.fields and same_value(field, value, self.fields[field]):
            places, own = self.places.get(field, ()), union_box(words.tokens)
            at_one = any(page == words.first.page and _touch(box, own) for page, box in places)
            return RIGHT if at_one or not places else UNCERTAIN
        if any(same_value(field, value, other) for other in self.others.get(field, ())):
            return UNCERTAIN
        return WRONG


def _touch(one: BBox, other: BBox) -> bool:
    across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return across > 0 and down > -_SLACK


def read_teaching(documents: Path, truth: Path) -> list[Teaching]:
    """The labelled documents of a folder.

    Raises:
        ConfigurationError: ``invalid_labels``.
    """
    lines = (json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines() if line.strip())
    more = {line["file"]: line for line in lines}
    return [
        Teaching(
            documents / label.file,
            label.document_type,
            label.fields,
            _places(more[label.file]),
            _others(more[label.file]),
            f"{truth.parent.name}/{more[label.file].get('family') or label.lender_family or label.file}",
        )
        for label in read_labels(truth)
    ]


def _places(line: Mapping[str, Any]) -> dict[str, list[Place]]:
    """The places of each value: all that are printed if the truth names them, else the first."""
    if every := line.get("places"):
        return {field: [(p[0], tuple(p[1:])) for p in _flat(own)] for field, own in every.items()}
    parts: Mapping[str, Any] = line.get("box_parts") or line.get("line_boxes") or {}
    found = {field: [(box[0], tuple(box[1:]))] for field, box in (line.get("boxes") or {}).items()}
    for field, boxes in parts.items():
        found.setdefault(field, []).extend((box[0], tuple(box[1:])) for box in boxes if len(box) == 5)
    return found


def _flat(places: Sequence[Any]) -> list[Sequence[Any]]:
    """Boxes, of which those of one place may stand in a list of their own."""
    return [box for place in places for box in (place if isinstance(place[0], list) else [place])]


def _others(line: Mapping[str, Any]) -> dict[str, list[str]]:
    known = {**(line.get("alternatives") or {}), **(line.get("arguable") or {})}
    return {
        field: [str(value) for value in (values if isinstance(values, list) else [values]) if value is not None]
        for field, values in known.items()
    }


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


def observe_all(teachings: Iterable[Teaching], words: Path | None = None) -> Iterator[Observed]:
    """Observe labelled documents on all cores; those that cannot be read are left out.

    Args:
        teachings: The documents.
        words: Folder of the OCR cache between fits.
    """
    from student_loans.errors import DocumentError

    options = settings()
    with IsolatedPool(options.isolation) as pool:

        def read(teaching: Teaching) -> tuple[Teaching, list[PageText]]:
            try:
                content, limit = teaching.path.read_bytes(), options.isolation.page_timeout_s
                return teaching, pool.call(_words_of, content, words, limit_s=limit)
            except DocumentError:
                return teaching, []

        last: dict[str, Sequence[PageText]] = {}
        for number, (teaching, texts) in enumerate(pool.map(read, iter(teachings))):
            if texts:  # every second one follows a paper of its own family, which is harder to part
                yield observe(texts, teaching, last.get(teaching.family if number % 2 else _ANY_FAMILY, ()))
                last[teaching.family] = last[_ANY_FAMILY] = texts


def fit_reading(
    sets: Sequence[tuple[Path, Path]], output: Path | None, words: Path | None, report: Callable[[str], None]
) -> int:
    """Fit the model on labelled documents and write it.

    Args:
        sets: Folders of labelled files, each with its truth file.
        output: File for the model; None means the package's own.
        words: Folder of the OCR cache between fits.
        report: Is given a line about each step.

    Returns:
        The number of documents.
    """
    learn_catalogue()
    observed = list(observe_all((each for pair in sets for each in read_teaching(*pair)), words))
    report(f"{len(observed)} documents are observed")
    save_model(fit(observed, report).parts(), output or MODEL_FILE)
    return len(observed)
