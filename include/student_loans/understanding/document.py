"""Process one document into a record: read its pages, understand and check them, weigh the evidence and decide."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from student_loans.checks.document_checks import CheckResult
from student_loans.errors import DocumentError, ErrorCode
from student_loans.pages.page_images import PageImages
from student_loans.pages.prepared import PreparedPage
from student_loans.pages.word_cache import WordCache
from student_loans.pages.words import PageText
from student_loans.preparation.pages import prepare_pages
from student_loans.privacy import redact_name
from student_loans.records import (
    DocumentRecord,
    ExtractedField,
    FieldKind,
    FileFormat,
    Loan,
    Status,
    TextSource,
    field_catalog,
)
from student_loans.sandbox.process import IsolatedPool, IsolatedProcess
from student_loans.sandbox.progress import report_progress
from student_loans.settings import Settings
from student_loans.understanding.alternatives import resolve_alternatives
from student_loans.understanding.confidence import (
    DocumentEvidence,
    Evidence,
    confidence_model,
    gather_evidence,
    passed_checks,
)
from student_loans.understanding.decision import decide, faults
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.choices import offered_choices
from student_loans.understanding.fields.layout import union_box
from student_loans.understanding.findings import Findings
from student_loans.understanding.name_marks import UNREAD_MARK, unread_marks
from student_loans.understanding.scanned_boxes import seen_choices
from student_loans.understanding.second_reading import Asked, agreements
from student_loans.understanding.understand import Understanding, understand
from student_loans.understanding.weighing.model import ReadingModel

_MOST_WORDS = 200_000
"""Of a document: 500 dense pages. What makes sense of words takes time and memory for each."""


def read_document(
    content: bytes, source_uri: str, settings: Settings, sandbox: IsolatedProcess | IsolatedPool
) -> DocumentRecord:
    """Check, prepare and read one file in a sandbox; a file that cannot be processed gives a quarantined record.

    Args:
        content: Its bytes.
        source_uri: The address of the file.
        settings: How to read, and the limits of the process; each page has ``isolation.page_timeout_s``.
        sandbox: The sandbox that opens it.

    Raises:
        ServiceError: ``ocr_failed``: the OCR engine failed, not the document; ``parser_unavailable``: no process can be started.
        ConfigurationError: ``ocr_not_installed``.
    """
    try:
        return sandbox.call(extract_document, content, source_uri, settings, limit_s=settings.isolation.page_timeout_s)
    except DocumentError as error:
        return _quarantined(content, source_uri, error)


def extract_document(content: bytes, source_uri: str, settings: Settings) -> DocumentRecord:
    """Do the same as :func:`read_document` in this process. Call it only inside a sandbox.

    Raises:
        ServiceError: ``ocr_failed``: the OCR engine failed, not the document.
        ConfigurationError: ``ocr_not_installed``.
    """
    from student_loans.intake.document_check import check_document

    document_id = hashlib.sha256(content).hexdigest()
    try:
        intake = check_document(content, settings.intake, settings.preprocessing.ocr_dpi)
        report_progress()
        pages = prepare_pages(content, intake.file_format, settings)
        return extract_prepared(document_id, source_uri, intake.file_format, pages, settings)
    except DocumentError as error:
        return _quarantined(content, source_uri, error)


def _quarantined(content: bytes, source_uri: str, error: DocumentError) -> DocumentRecord:
    document_id = hashlib.sha256(content).hexdigest()
    return DocumentRecord(document_id, source_uri, Status.QUARANTINED, error=error.code.value, message=error.message)


def extract_prepared(
    document_id: str,
    source_uri: str,
    file_format: FileFormat | None,
    pages: Iterable[PreparedPage],
    settings: Settings,
    words: WordCache | None = None,
) -> DocumentRecord:
    """Read a document whose pages are prepared.

    Args:
        document_id: SHA-256 of the file's bytes, hex.
        source_uri: The address of the file.
        file_format: The format by content.
        pages: Iterated once, with one page in memory at a time.
        settings: How to read.
        words: The OCR cache, by page image; None reads every page.

    Raises:
        DocumentError: A page cannot be read.
        ServiceError: ``ocr_failed``.
        ConfigurationError: ``ocr_not_installed``.
    """
    started = time.perf_counter()
    with PageImages() as images:
        texts, notices = read_pages(images.keep(pages), settings, words)
        read = time.perf_counter()
        findings = find(texts, notices)
        report_progress()
        understood = time.perf_counter()
        findings = with_seen_choices(findings, images)
        findings = without_unread_marks(findings, images)
        findings = confirm(findings, images, settings)
    confirmed = time.perf_counter()
    fields = _fields(findings)
    loans = _loans(findings)
    status, reasons = decide(findings, fields, confidence_model(), loans)
    return DocumentRecord(
        document_id=document_id,
        source_uri=source_uri,
        status=status,
        document_type=findings.understanding.document_type,
        document_type_confidence=findings.understanding.decision.confidence,
        file_format=file_format,
        page_count=len(texts),
        text_source=_text_source(texts),
        quality_score=min((text.quality_score for text in texts), default=0.0),
        review_reasons=reasons,
        fields=fields,
        schedule=findings.understanding.schedule.rows,
        loans=loans,
        schedule_groups=findings.understanding.payment_groups.groups,
        timings={"text": read - started, "fields": understood - read, "second_reading": confirmed - understood},
    )


def read_pages(
    pages: Iterable[PreparedPage], settings: Settings, words: WordCache | None
) -> tuple[list[PageText], tuple[str, ...]]:
    """Read the words of all pages, and collect the reasons for review that the pages give, each once.

    Raises:
        DocumentError: ``too_much_content``, or a page cannot be prepared.
        ServiceError: ``ocr_failed``.
        ConfigurationError: ``ocr_not_installed``.
    """
    from student_loans.reading.page_words import read_page

    texts: list[PageText] = []
    notices: list[str] = []
    count = 0
    for page in pages:
        texts.append(read_page(page, settings, words))
        count += len(texts[-1].words)
        if count > _MOST_WORDS:
            raise DocumentError(
                ErrorCode.TOO_MUCH_CONTENT,
                f"The document has more than {_MOST_WORDS:,} words: ask the sender for the documents in it one by one.",
            )
        notices += page.notices
        report_progress()
    return texts, tuple(dict.fromkeys(notices))


def find(texts: Sequence[PageText], notices: Sequence[str] = (), model: ReadingModel | None = None) -> Findings:
    """Understand a document's words and weigh the evidence for each value.

    Args:
        texts: The words of all pages, in order.
        notices: Reasons for review that the pages themselves give.
        model: The fitted model of reading; None means the one that ships with the product.
    """
    understanding, checks = resolve_alternatives(understand(texts, model))
    evidence = weigh(texts, understanding, checks, {})
    return Findings(
        tuple(texts), understanding, checks, evidence, weigh_loans(texts, understanding, {}), tuple(notices)
    )


def weigh(
    texts: Sequence[PageText],
    understanding: Understanding,
    checks: Sequence[CheckResult],
    agreed: Mapping[str, bool],
) -> dict[str, Evidence]:
    """The evidence for each value; ``agreed`` has the results of the second reader."""
    return {
        name: _weighed(texts, understanding, candidate, checks, agreed.get(name), _whole(understanding, name))
        for name, candidate in understanding.fields.items()
    }


def _whole(understanding: Understanding, name: str = "") -> DocumentEvidence:
    """How well the document is understood beside one value."""
    scores = {other: candidate.score for other, candidate in understanding.fields.items()}
    return DocumentEvidence.of(scores, name, len({*understanding.unread, *understanding.doubted}))


def weigh_loans(
    texts: Sequence[PageText], understanding: Understanding, agreed: Mapping[str, bool]
) -> tuple[dict[str, Evidence], ...]:
    """The evidence for each value of single loans, as for a value under its label; ``agreed`` by :func:`_cells`."""
    named = {id(candidate): agreed.get(cell.field) for cell, candidate in _cells(understanding)}
    whole = _whole(understanding)
    return tuple(
        {name: _weighed(texts, understanding, c, (), named[id(c)], whole) for name, c in row.items()}
        for row in understanding.loans.rows
    )


def _cells(understanding: Understanding) -> Iterator[tuple[Candidate, Candidate]]:
    """The values of single loans: for each a unique name, then the value."""
    for number, row in enumerate(understanding.loans.rows, start=1):
        for name, candidate in row.items():
            yield replace(candidate, field=f"loan {number} {name}"), candidate


def _weighed(
    texts: Sequence[PageText],
    understanding: Understanding,
    candidate: Candidate,
    checks: Sequence[CheckResult],
    agreed: bool | None,
    whole: DocumentEvidence,
) -> Evidence:
    page = next(text for text in texts if text.number == candidate.tokens[0].page)
    return gather_evidence(
        candidate,
        printed=page.text_source is TextSource.TEXT_LAYER and _stated(candidate),
        page_quality=page.quality_score,
        type_confidence=understanding.decision.confidence,
        checks=checks,
        whole=whole,
        agreed=agreed,
    )


def _stated(candidate: Candidate) -> bool:
    """Whether all words of a value are from a text layer, none from OCR."""
    return all(token.word.confidence == 1.0 for token in candidate.tokens)


def without_unread_marks(findings: Findings, images: PageImages) -> Findings:
    """Remove names with more printed accents than were read, in documents that could otherwise be accepted."""
    fields = findings.understanding.fields
    names = [c for name, c in fields.items() if name.endswith("_name") and not findings.evidence[name].printed]
    if not names or faults(findings):
        return findings
    unread = unread_marks(names, images.pages(candidate.tokens[0].page for candidate in names))
    if not unread:
        return findings
    doubted = {name: replace(fields[name], doubt=UNREAD_MARK) for name in sorted(unread)}
    understanding = replace(
        findings.understanding,
        fields={name: candidate for name, candidate in fields.items() if name not in unread},
        doubted={**findings.understanding.doubted, **doubted},
    )
    return replace(findings, understanding=understanding)


def with_seen_choices(findings: Findings, images: PageImages) -> Findings:
    """Add choices whose marks OCR missed, if the page's picture shows which one is ticked."""
    understanding = findings.understanding
    catalog = field_catalog()
    wanted = catalog.fields_of(understanding.document_type)
    open_fields = [name for name in catalog.choices if name in wanted and name not in understanding.fields]
    offered = [candidate for name in open_fields for candidate in offered_choices(understanding.layout, name)]
    pages = images.pages(candidate.tokens[0].page for candidate in offered)
    seen = seen_choices(offered, understanding.layout, pages)
    fields = {candidate.field: candidate for candidate in seen}
    if not fields or len(fields) < len(seen):
        return findings  # none, or two rows of one field
    understanding = replace(
        understanding,
        fields={**understanding.fields, **fields},
        doubted={name: candidate for name, candidate in understanding.doubted.items() if name not in fields},
        unread={name: reason for name, reason in understanding.unread.items() if name not in fields},
    )
    evidence = weigh(findings.texts, understanding, findings.checks, {})
    return replace(findings, understanding=understanding, evidence=evidence)


def confirm(findings: Findings, images: PageImages, settings: Settings) -> Findings:
    """Read again, by the second reader, the values that prevent acceptance of a document; see ``extraction.second_reader``."""
    doubted = _doubted(findings, settings.extraction.second_reader)
    if not doubted:
        return findings
    pages = images.pages(candidate.tokens[0].page for candidate in doubted)
    agreed = agreements(doubted, pages, settings)
    return replace(
        findings,
        evidence=weigh(findings.texts, findings.understanding, findings.checks, agreed),
        loans=weigh_loans(findings.texts, findings.understanding, agreed),
    )


def _doubted(findings: Findings, asked: Asked) -> list[Candidate]:
    """Values from images for the second reader; none if no result of it could lead to acceptance."""
    model, fields = confidence_model(), findings.understanding.fields
    evidence = [(candidate, findings.evidence[name]) for name, candidate in fields.items()]
    weighed = [each for row in findings.loans for each in row.values()]
    evidence += [(cell, each) for (cell, _), each in zip(_cells(findings.understanding), weighed, strict=True)]
    read = [(candidate, each) for candidate, each in evidence if not each.printed]
    if asked == "always":
        return [candidate for candidate, _ in read]
    if asked == "never" or faults(findings):
        return []
    doubtful = [(c, each) for c, each in read if model.ocr.confidence(each) < model.ocr.accept_above]
    hopeless = any(model.ocr.confidence(replace(each, agreed=1.0)) < model.ocr.accept_above for _, each in doubtful)
    return [] if hopeless else [candidate for candidate, _ in doubtful]


def _fields(findings: Findings) -> dict[str, ExtractedField]:
    return {
        name: ExtractedField(
            value=_without_number(candidate.field, candidate.value),
            raw=_redacted(candidate),
            confidence=confidence_model().confidence(findings.evidence[name]),
            page=candidate.tokens[0].page,
            bbox=union_box(candidate.tokens),
            checked_by=passed_checks(name, findings.checks),
        )
        for name, candidate in findings.understanding.fields.items()
    }


def _loans(findings: Findings) -> tuple[Loan, ...]:
    """The rows of several loans."""
    model = confidence_model()
    return tuple(
        {
            name: ExtractedField(
                value=_without_number(name, candidate.value),
                raw=_without_number(name, candidate.raw),
                confidence=model.confidence(findings.loans[number][name]),
                page=candidate.tokens[0].page,
                bbox=union_box(candidate.tokens),
            )
            for name, candidate in row.items()
        }
        for number, row in enumerate(findings.understanding.loans.rows)
    )


def _redacted(candidate: Candidate) -> str:
    """The printed text without a social security number. In a field for such a number, any shape of digits counts as one."""
    if field_catalog().kinds.get(candidate.field) is FieldKind.MASKED_IDENTIFIER:
        return f"***-**-{candidate.value}"
    return _without_number(candidate.field, candidate.raw)


def _without_number(field: str, text: str) -> str:
    """Remove a social security number from a name. A name has no nine digits, so the number needs no label there."""
    return redact_name(text) if field_catalog().kinds.get(field) is FieldKind.NAME else text


def _text_source(texts: Sequence[PageText]) -> TextSource | None:
    sources = {text.text_source for text in texts}
    if not sources:
        return None
    return sources.pop() if len(sources) == 1 else TextSource.MIXED
