"""Signs of a first page at the head of a page: a letterhead, a title, a salutation, labels of the whole document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from student_loans.records import DocumentType, field_catalog
from student_loans.understanding.fields.document_type import title_types, type_of_phrases
from student_loans.understanding.fields.labels import LabelHit, labelled_tokens
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.letterhead import find_letterhead
from student_loans.understanding.fields.organisations import ORGANISATION_WORD, SCHOOL_WORD, compact
from student_loans.understanding.fields.placing import CLOSE_CELL
from student_loans.understanding.fields.titles import find_titles

_HEAD_LINES, _HEAD = 9, 0.3
"""A letterhead and a title are on one of so many lines at the top of a page, within this part of its height."""
_SALUTATION_ABOVE = 0.6
"""Share of a page's height above which a reader is addressed."""
SALUTATION = re.compile(r"(?:dear|hi|hello|to whom it may concern)\b", re.IGNORECASE)
_CONTINUED = re.compile(r"\bcontinued\b|\bcont['\u2019.]?d?\.?\)?$", re.IGNORECASE)
_LARGE = 1.12
"""A title set larger than the text is so many times its height."""
_CONTACT = re.compile(
    r"\b[A-Z]{2}\s\d{5}\b|\(\d{3}\)\s?\d{3}-\d{4}|\b\d{3}[-.]\d{3}[-.]\d{4}\b|\bwww\.|@|\bP\.?\s?O\.?\sBox\b",
    re.IGNORECASE,
)
"""A ZIP code, telephone number or address of the web or of mail."""
_STREET = re.compile(r"\d+\s\w")
_CONTACT_LINES = 3
"""An organisation's address is beside its name or on the next two lines."""
_INNER = frozenset({"of", "the", "and", "for", "at", "in", "&", "on", "behalf"})
_LONGEST_NAME, _LONGEST_TITLE = 7, 9
_SCHOOL_OF = re.compile(r",?\s(?:of|at)\b|\s?[-\u2013\u2014,]", re.IGNORECASE)
_NO_END = re.compile(r"federal|credit|loans?|funds?|educational|education|resources?|assistance", re.IGNORECASE)
"""Words of organisations' names with which headings end too."""
_HEADING_WORD = re.compile(
    r"(?:your|our|the|and|of|for|about|student|private|payment|repayment|account|other|additional|available|customer|how|"
    r"important|direct|disbursement|interest|billing|debt|automatic|personal)",
    re.IGNORECASE,
)
SOME_FIELDS, MANY_FIELDS = 2, 3
"""So many of them together say that a page may open a document, and that it does."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The signs of a first page at the head of a page.

    Attributes:
        types: Types of the titles; ``unknown`` for a title of another trade.
        senders: Organisations in the letterhead.
        large: Whether a title is larger than the text.
        salutes: Whether it addresses a reader.
        continued: Whether the page says that it continues another.
        fields: Fields of the document as a whole that its labels ask for.
    """

    types: frozenset[DocumentType]
    senders: tuple[str, ...]
    large: bool
    salutes: bool
    continued: bool
    fields: frozenset[str]

    @property
    def asks_whose(self) -> bool:
        """Whether its labels ask for the borrower or the account, and for another field of the whole document."""
        catalog = field_catalog()
        return len(self.fields) >= MANY_FIELDS and any(catalog.fields[name].whose for name in self.fields)

    @property
    def opens(self) -> bool:
        """Whether more than a sender's name shows a first page."""
        return bool(self.types) or self.salutes or len(self.fields) >= MANY_FIELDS


def find_opening(layout: DocumentLayout, page: int, labels: Sequence[LabelHit]) -> Opening:
    """Find the signs of a first page at the head of a page.

    Args:
        layout: The words of all pages.
        page: Number of the page.
        labels: The listed labels of all pages.
    """
    view = replace(layout, _first_page=page)
    lines = [line for line in layout.lines if line[0].page == page]
    head = {line[0].line for line in lines[:_HEAD_LINES] if line[0].y0 < _HEAD * layout.sizes[page][1]}
    titles = [t for t in find_titles(view) if layout.line_of(t.first) in head and t.text[0].isupper()]
    types = title_types(titles)
    texts = [segment.text for line in lines if line[0].line in head for segment in line]
    floor = _SALUTATION_ABOVE * layout.sizes[page][1]
    return Opening(
        types=frozenset(types.values()),
        senders=tuple(_senders(view, head, labels)),
        large=any(title.first.height > _LARGE * layout.text_height for title in types),
        salutes=any(SALUTATION.match(s.text) for line in lines for s in line if s.y0 < floor),
        continued=any(_CONTINUED.search(text) for text in texts),
        fields=frozenset(h.field for h in labels if h.last.page == page and _asks_for_all(layout, h)),
    )


def _asks_for_all(layout: DocumentLayout, label: LabelHit) -> bool:
    """Whether a label asks for what is printed once for a document; a paragraph that begins with the same words does not."""
    segment = layout.segment_of(label.last)
    prose = len(segment.tokens) > _LONGEST_TITLE or segment.index in layout.prose_ends
    entry = field_catalog().fields.get(label.field)
    return label.leads and entry is not None and entry.once and not prose


def may_be_head(lines: Sequence[Sequence[Segment]], labelled: frozenset[Token]) -> bool:
    """Whether lines may begin with a sender's name or a title: no label comes first, and only an address stands left of it.

    Args:
        lines: The line above the space over them, and some below it.
        labelled: The words of labels.
    """
    above, *below = lines
    near = below[0][0].y0 - above[0].y1 < CLOSE_CELL * above[0].height
    if near and any(not labelled.isdisjoint(segment.tokens) for segment in above):
        return False
    for line in below:
        for segment in line:
            if (_is_organisation(segment.text) and _is_name(segment.text)) or _is_title(segment):
                return True
            if not labelled.isdisjoint(segment.tokens):
                return False
            if not _CONTACT.search(segment.text) and not _STREET.match(segment.text):
                break
    return False


def _is_title(segment: Segment) -> bool:
    return len(segment.tokens) <= _LONGEST_TITLE and type_of_phrases(segment.text) is not None


def _senders(view: DocumentLayout, head: set[int], labels: Sequence[LabelHit]) -> Iterator[str]:
    """Organisations and schools that are placed as a letterhead in a page's head."""
    heads = labelled_tokens(label for label in labels if label.quality == 1.0)
    for candidate in find_letterhead(view, "servicer_name", heads):
        segment = view.segment_of(candidate.tokens[0])
        near = {segment.line + offset for offset in range(_CONTACT_LINES)} & head
        contact = any(_CONTACT.search(other.text) for line in near for other in view.lines[line])
        named = _is_organisation(candidate.value) or (contact and ORGANISATION_WORD.search(candidate.value))
        if named and _is_name(candidate.value) and segment.line in head and segment.index not in view.prose_ends:
            yield compact(candidate.value)
    for line in sorted(head):
        segment = view.lines[line][0]
        if _is_school(segment, view) and heads.isdisjoint(segment.tokens):
            yield compact(segment.text)


def _is_organisation(text: str) -> bool:
    """Whether a line ends like an organisation's name and has a word that headings do not have: not ``Loan Servicing``."""
    words = text.split()
    own = any(not ORGANISATION_WORD.fullmatch(word.strip(",")) and not _HEADING_WORD.fullmatch(word) for word in words)
    return own and ORGANISATION_WORD.fullmatch(words[-1]) is not None and not _NO_END.fullmatch(words[-1])


def _is_name(text: str) -> bool:
    """Whether all words except small ones are capitalised."""
    return all(word[0].isupper() or word.lower() in _INNER for word in text.split())


def _is_school(segment: Segment, layout: DocumentLayout) -> bool:
    """Whether a school's name is alone on a line: ``University of West Larkin``, not ``School Information``."""
    text, words = segment.text, segment.text.split()
    alone = len(layout.lines[segment.line]) == 1 or segment.height > _LARGE * layout.text_height
    if not alone or not 1 < len(words) <= _LONGEST_NAME or re.search(r"[\d:]|\bfor\b", text) or not _is_name(text):
        return False
    own = any(not SCHOOL_WORD.fullmatch(word) and not _HEADING_WORD.fullmatch(word) for word in words)
    return own and any(
        match.end() == len(text) or _SCHOOL_OF.match(text, match.end()) for match in SCHOOL_WORD.finditer(text)
    )
