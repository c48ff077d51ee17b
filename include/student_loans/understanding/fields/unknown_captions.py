"""Find names at unlisted captions: if a field of their kind was not read, a person has to check them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from student_loans.records import FieldKind, field_catalog
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Segment
from student_loans.understanding.fields.letterhead import own_words
from student_loans.understanding.fields.letters import is_capitalised
from student_loans.understanding.fields.organisations import (
    INNER_WORDS,
    NO_NAME,
    ORGANISATION_WORD,
    PRODUCT,
    SCHOOL_WORD,
)
from student_loans.understanding.fields.person_names import common_words, parse_person

UNKNOWN_CAPTION = "a name stands at a label that is not known"
_CAPTION = re.compile(r"[^\W\d_][^\d$%@]*")
_LONGEST_CAPTION, _LONGEST_NAME = 6, 8


def find_unknown_captions(
    layout: DocumentLayout, labels: Sequence[LabelHit], fields: Mapping[str, Candidate], wanted: Collection[str]
) -> frozenset[str]:
    """Fields of names without a value, while a name of their kind is beside a caption of no known field.

    Args:
        layout: The words of the document.
        labels: Its labels.
        fields: The values that were read, whole or not.
        wanted: Fields that the document's type may have.
    """
    kinds = field_catalog().kinds
    missing = frozenset(name for name in wanted if kinds[name] is FieldKind.NAME and name not in fields)
    if not missing:
        return missing
    known = {token for label in labels for token in label.tokens}
    known |= {token for candidate in fields.values() for token in candidate.tokens}
    common = common_words(layout)
    beside = (
        cell
        for line in layout.lines
        for caption, cell in pairwise(line)
        if _is_caption(caption) and known.isdisjoint((*caption.tokens, *cell.tokens))
    )
    return missing.intersection(field for cell in beside for field in _may_be(cell, common))


def _is_caption(segment: Segment) -> bool:
    """Whether a cell may be the caption of the cell beside it; a name is not one, because people sign beside one another."""
    if len(segment.tokens) > _LONGEST_CAPTION or not is_capitalised(segment.text):
        return False
    return _CAPTION.fullmatch(segment.text) is not None and parse_person(segment.tokens) is None


def _may_be(cell: Segment, common: Collection[str]) -> Iterator[str]:
    """The fields whose value a cell may be by its shape."""
    text = cell.text
    if len(cell.tokens) > _LONGEST_NAME or NO_NAME.search(text) or not own_words(text, common):
        return
    if not all(is_capitalised(token.text) or token.text.lower() in INNER_WORDS for token in cell.tokens):
        return
    if SCHOOL_WORD.search(text) and not ORGANISATION_WORD.search(text):
        yield from field_catalog().names_of("school")
    elif ORGANISATION_WORD.search(text) and not PRODUCT.fullmatch(text):
        yield from field_catalog().names_of("organisation")
    elif (person := parse_person(cell.tokens, cell=True)) and len(person[1]) == len(cell.tokens):
        yield from field_catalog().names_of("person")
