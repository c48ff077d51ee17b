"""Slices: the groups of documents that are compared.

Every document belongs to one slice of each dimension. The slices by labels (*true*) are measured; a mitigation uses the
slices that the pipeline finds from a new document itself (*seen*).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from student_loans.fairness.settings import SliceSettings
from student_loans.labels.label import DocumentLabel
from student_loans.records import DocumentRecord

DIMENSIONS = ("document_type", "lender", "pages", "file_format", "rendering", "quality")
UNKNOWN = "unknown"
OTHER = "other"
PAIR = " + "
"""Between the two parts of a pair's name."""


def seen_slices(
    record: DocumentRecord, options: SliceSettings, aliases: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The slices of a document, from its record alone.

    Args:
        record: The document.
        options: Bins.
        aliases: Compact name of a lender or servicer to the slice it belongs to; a name with one or
            two misread letters matches too. None: every name is a separate slice.
    """
    return {
        "document_type": record.document_type.value,
        "lender": _seen_lender(record, aliases),
        "pages": page_bin(record.page_count, options.pages),
        "file_format": record.file_format.value if record.file_format else UNKNOWN,
        "rendering": record.text_source.value if record.text_source else UNKNOWN,
        "quality": quality_band(record.quality_score, options.quality),
    }


def true_slices(record: DocumentRecord, label: DocumentLabel, options: SliceSettings) -> dict[str, str]:
    """The slices of a labelled document: type, lender and rendering are the label's."""
    names = (label.fields.get("lender_name"), label.fields.get("servicer_name"))
    lender = label.lender or next((compact_name(name) for name in names if name), UNKNOWN)
    seen = seen_slices(record, options)
    rendering = label.rendering or seen["rendering"]
    return {**seen, "document_type": label.document_type.value, "lender": lender, "rendering": rendering}


def lender_name(record: DocumentRecord) -> str:
    """The compact name of the document's organisation: the lender, else the servicer; empty if neither was read."""
    fields = (record.fields.get("lender_name"), record.fields.get("servicer_name"))
    return next((name for field in fields if field and (name := compact_name(field.value))), "")


def compact_name(name: str) -> str:
    """A name by its letters and digits.

    Example:
        >>> compact_name("FAIRLOOM  Bank, N.A.")
        'fairloombankna'
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())[:80]


def page_bin(pages: int | None, ends: Sequence[int]) -> str:
    """The bin of a page count.

    Example:
        >>> [page_bin(n, (1, 2, 5)) for n in (1, 2, 4, 9, None)]
        ['1', '2', '3-5', 'over 5', 'unknown']
    """
    if pages is None:
        return UNKNOWN
    start = 0
    for end in ends:
        if pages <= end:
            return str(end) if end == start + 1 else f"{start + 1}-{end}"
        start = end
    return f"over {start}"


def quality_band(score: float | None, ends: Sequence[float]) -> str:
    """The band of a quality score.

    Example:
        >>> [quality_band(q, (0.6, 0.8)) for q in (0.3, 0.6, 0.95, None)]
        ['below 0.6', '0.6-0.8', '0.8 and more', 'unknown']
    """
    if score is None:
        return UNKNOWN
    start: float | None = None
    for end in ends:
        if score < end:
            return f"below {end:g}" if start is None else f"{start:g}-{end:g}"
        start = end
    return f"{start:g} and more"


def _seen_lender(record: DocumentRecord, aliases: Mapping[str, str] | None) -> str:
    name = lender_name(record)
    if not name:
        return UNKNOWN
    return name if aliases is None else resolve_lender(name, aliases)


def resolve_lender(name: str, aliases: Mapping[str, str]) -> str:
    """The slice of a compact name; a name with one or two misread letters matches too.

    Example:
        >>> resolve_lender("fairloombonkna", {"fairloombankna": "fairloom"}), resolve_lender("other", {})
        ('fairloom', 'unknown')
    """
    if name in aliases:
        return aliases[name]
    close = _closest(name, aliases)
    return aliases[close] if close else UNKNOWN


def _closest(name: str, aliases: Mapping[str, str]) -> str | None:
    """The alias that a misread name stands for: the one with most letters in common."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(name, aliases.keys(), scorer=fuzz.ratio, score_cutoff=85)
    return found[0] if found else None
