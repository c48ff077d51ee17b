"""What a composed document says: made from the marks of what was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samples.generator.composed.paper import Paper
from samples.generator.composed.pen import Pen
from samples.generator.composed.plan import REQUIRED
from samples.generator.composed.printing import Mark, Place
from samples.generator.composed.scans import File
from student_loans.records import DocumentType, field_catalog

if TYPE_CHECKING:
    from samples.generator.composed.tables import Rows


def truth_of(pen: Pen, paper: Paper, rows: Rows, file: File, name: str, rendering: str, mode: str) -> dict[str, Any]:
    """One line of the truth file."""
    marks = sorted(
        (mark for mark in paper.marks if mark.places),
        key=lambda mark: (mark.places[0][0], mark.places[0][2], mark.places[0][1]),
    )
    fields: dict[str, list[Mark]] = {}
    for mark in marks:
        for owner in mark.owners:
            if isinstance(owner, str) and owner in pen.type_fields:
                fields.setdefault(owner, []).append(mark)
    values = {field: found[0].normal for field, found in sorted(fields.items())}
    alternatives = {field: sorted({mark.normal for mark in found} - {values[field]}) for field, found in fields.items()}
    missing = _missing(pen, values)
    known = pen.story.document_type != DocumentType.UNKNOWN
    return {
        "file": name,
        "document_type": pen.story.document_type,
        "fields": values,
        "printed": {field: list(dict.fromkeys(mark.raw for mark in found)) for field, found in sorted(fields.items())},
        "alternatives": {field: texts for field, texts in sorted(alternatives.items()) if texts},
        "boxes": {field: file.seen(_union(found[0])) for field, found in sorted(fields.items())},
        "places": {
            field: [[file.seen(place) for place in mark.places] for mark in found]
            for field, found in sorted(fields.items())
        },
        "labels": {name: list(dict.fromkeys(pen.wordings[name])) for name in sorted(values) if name in pen.wordings},
        **_tables(rows, marks, file, known=known),
        "missing_required": missing,
        "blank": sorted(pen.blank - set(values)) if known else [],
        "expected_status": "review" if missing or not known else "accepted",
        "rendering": rendering,
        "lender_family": f"{pen.family.name}:{pen.story.fields[pen.story.sender]}",
        "layout": "+".join([mode, *dict.fromkeys(pen.notes)]),
        "family": pen.family.name,
        "borrowed": sorted(pen.borrowed),
        "pages": paper.page,
        "degradation": file.degradation,
        "file_format": {"tif": "tiff", "jpg": "jpeg"}.get(file.extension, file.extension),
        "widgets": pen.look.widgets,
    }


def _tables(rows: Rows, marks: list[Mark], file: File, *, known: bool) -> dict[str, Any]:
    """Rows of loans, instalments and groups, with the page and box of each instalment."""
    if not known:
        return {"loans": [], "schedule": [], "schedule_groups": []}
    places: dict[tuple[str, int], dict[str, Place]] = {}
    for mark in marks:
        for owner in mark.owners:
            if not isinstance(owner, str):
                table, index, key = owner
                places.setdefault((table, index), {})[key] = _union(mark)
    loans = [{**row, "boxes": _seen(places.get(("loans", index), {}), file)} for index, row in enumerate(rows.loans)]
    schedule = []
    for index, row in enumerate(rows.schedule):
        boxes = list(places[("schedule", index)].values())
        page, left, top, right, bottom = file.seen(_around(boxes))
        schedule.append({**row, "page": page, "bbox": [left, top, right, bottom]})
    return {"loans": loans, "schedule": schedule, "schedule_groups": rows.groups}


def _seen(places: dict[str, Place], file: File) -> dict[str, list[float]]:
    return {key: file.seen(place) for key, place in places.items()}


def _union(mark: Mark) -> Place:
    return _around(mark.places)


def _around(places: list[Place]) -> Place:
    """The box around boxes of one page."""
    page = places[0][0]
    same = [place for place in places if place[0] == page]
    return (
        page,
        min(place[1] for place in same),
        min(place[2] for place in same),
        max(place[3] for place in same),
        max(place[4] for place in same),
    )


def _missing(pen: Pen, values: dict[str, str]) -> list[str]:
    """Required fields, and members of groups of which one is required, that are not printed."""
    kind = DocumentType(pen.story.document_type)
    missing = {name for name in REQUIRED[kind] if name not in values}
    for group in field_catalog().missing_groups(kind, list(values)):
        missing.update(group)
    return sorted(missing)
