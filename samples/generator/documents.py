"""One generated document: its file and its truth, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from samples.generator import renderings
from samples.generator.facts import DRAW, draw_loan
from samples.generator.formats import Formats
from samples.generator.ink import Ink
from samples.generator.layouts import LAYOUTS
from samples.generator.sheet import Look, Sheet
from student_loans.records import DocumentType, field_catalog

BLANK_SHARE = 0.06
"""Share of documents that leave one required field blank."""
_SERVICERS = (DocumentType.BILLING_STATEMENT, DocumentType.PAYOFF_LETTER)
_IN_LETTERHEAD = {kind: "servicer_name" if kind in _SERVICERS else "lender_name" for kind in DocumentType}
"""Who sends a paper of the type: the letterhead is never blank."""
_ONE_PAGE = ("png", "jpg")
_ATTEMPTS = 40


@dataclass(frozen=True, slots=True)
class Sample:
    """A file and what is printed on it.

    Attributes:
        file: Its name.
        content: Its bytes.
        truth: One line of the truth file.
    """

    file: str
    content: bytes
    truth: dict[str, Any]


def generate(name: str, seed: str, document_type: str, rendering: str, extension: str, world: str) -> Sample:
    """Draw one document.

    Args:
        name: File name without extension.
        seed: What all its random numbers come from.
        document_type: A type of the contract other than ``unknown``.
        rendering: ``born_digital``, ``clean_scan`` or ``degraded``.
        extension: ``pdf``, ``tif``, ``png`` or ``jpg``.
        world: Which fictional lenders and servicers.
    """
    for attempt in range(_ATTEMPTS):
        rng = Random(f"{seed}/{attempt}")
        ink, sheet, layout = _draw(rng, document_type, world, short=rendering != "born_digital")
        if extension not in _ONE_PAGE or sheet.page == 1:
            break
    pdf = sheet.finish()
    content, kind = _render(pdf, rng, rendering, extension)
    truth: dict[str, Any] = {
        "file": f"{name}.{extension}",
        "document_type": document_type,
        "fields": ink.truth,
        "printed": ink.printed,
        "layout": layout,
        "lender_family": ink.facts.lender.family,
        "rendering": rendering,
        "degradation": {"kind": kind} if kind else None,
        "pages": sheet.page,
        "file_format": {"tif": "tiff", "jpg": "jpeg"}.get(extension, extension),
        "missing_required": sorted(ink.blank),
        "expected_status": "review" if ink.blank else "accepted",
    }
    if document_type == DocumentType.REPAYMENT_SCHEDULE:
        truth["schedule"] = [
            {
                "number": str(row.number),
                "due_date": row.due_date.isoformat(),
                **{key: f"{getattr(row, key):.2f}" for key in ("payment", "principal", "interest", "balance")},
            }
            for row in ink.facts.rows
        ]
    return Sample(truth["file"], content, truth)


def _draw(rng: Random, document_type: str, world: str, *, short: bool) -> tuple[Ink, Sheet, str]:
    """What it is about and how it looks; scanned schedules are kept short."""
    if document_type == DocumentType.REPAYMENT_SCHEDULE:
        facts = draw_loan(rng, world, deferred=False, max_term=36 if short else 120)
    else:
        facts = DRAW[document_type](rng, world)
    blank = _draw_blank(rng, DocumentType(document_type)) if rng.random() < BLANK_SHARE else frozenset()
    ink = Ink(document_type, facts, Formats.draw(rng), rng, rng.choice(["as_is", "as_is", "upper", "sentence"]), blank)
    layout = rng.choice(list(LAYOUTS[document_type]))
    sheet = Sheet(Look.draw(rng), footer=rng.choice(["", "Page #", "- # -"]))
    LAYOUTS[document_type][layout](sheet, ink)
    return ink, sheet, layout


def _draw_blank(rng: Random, document_type: DocumentType) -> frozenset[str]:
    """A field that is left blank although most papers of the type print it, or a group of which one is required."""
    catalog = field_catalog()
    usual = catalog.usual(document_type)
    choices = [(name,) for name in usual if name != _IN_LETTERHEAD[document_type]]
    return frozenset(rng.choice([*choices, *catalog.missing_groups(document_type, usual)]))


def _render(pdf: bytes, rng: Random, rendering: str, extension: str) -> tuple[bytes, str]:
    """The file's bytes and the kind of damage, empty for none."""
    if rendering == "born_digital":
        return pdf, ""
    dpi = rng.choice([150, 200, 200])
    pages, kind = renderings.page_images(pdf, dpi), ""
    if rendering == "clean_scan":
        pages = [renderings.clean(page, rng) for page in pages]
    else:
        kind = rng.choice(list(renderings.DAMAGES))
        pages = [renderings.DAMAGES[kind](page, rng) for page in pages]
    return renderings.ENCODERS[extension](pages, dpi), kind
