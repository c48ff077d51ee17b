"""Find where in a file another document begins, and whether pages of the first one are missing.

A file should hold one document. Where it holds more, only the first is read, and the reasons say so: mixed
values of two documents are worse than missing ones. A page begins a document if its counter starts again, if a label that
the pages before have too names another account or borrower, or if it looks like a first page: with a letterhead, a title, a
salutation. A letter's enclosure and a page with a running head look like that too, so fitted trees judge where only looks speak
for another document (:mod:`.starts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from student_loans.pages.words import PageText
from student_loans.records import UNKNOWN_TYPE, DocumentType, FieldKind, field_catalog
from student_loans.understanding.fields.document_type import foreign_weight, speaks_of_lending
from student_loans.understanding.fields.labels import LabelHit, label_vocabulary, labelled_tokens
from student_loans.understanding.fields.layout import DocumentLayout, arrange
from student_loans.understanding.partition.identities import (
    DECISIVE_KINDS,
    PageIdentity,
    are_comparable,
    differing_dates,
    differing_number,
    is_other_person,
    share_amount,
    share_number_or_person,
)
from student_loans.understanding.partition.openings import (
    MANY_FIELDS,
    SALUTATION,
    SOME_FIELDS,
    Opening,
    find_opening,
    may_be_head,
)
from student_loans.understanding.partition.page_counters import (
    PageCounter,
    find_counters,
    find_missing,
    find_restart,
    goes_on,
)
from student_loans.understanding.partition.page_identity import find_strangers, identify_pages, telling_amounts
from student_loans.understanding.partition.sheets import cut_before, split_below, split_beside
from student_loans.understanding.partition.starts import (
    ANY_NUMBER,
    Before,
    PageLook,
    look_of_pages,
    probability_of_start,
    start_numbers,
)
from student_loans.understanding.weighing.model import reading_model
from student_loans.understanding.weighing.trees import Trees

_NEARLY = 90.0
"""Likeness of a misread name, of 100."""
_FOREIGN = 5.0
"""Words of other trades that outweigh those of lending by so much make a page another trade's."""


def _says_whose(field: str) -> bool:
    entry = field_catalog().fields.get(field)
    return entry is not None and (entry.whose or entry.kind is FieldKind.MASKED_IDENTIFIER)


_SURELY, _PERHAPS = 0.5, 0.005
"""Probabilities from which a page that looks like a first page begins a document, and from which a person should look."""
_DATE, _SALUTATION, _BORROWER = "another date", "another salutation", "another borrower under the same letterhead"
_CONTRADICTIONS = frozenset({_DATE, _SALUTATION, _BORROWER})
"""What one document does not have: they need no judgement of looks."""


@dataclass(frozen=True, slots=True)
class _FilePage:
    """A page of a file, and what the partition of the file depends on."""

    number: int
    identity: PageIdentity
    opening: Opening
    look: PageLook


@dataclass(slots=True)
class _Document:
    """The document that the loop over a file's pages collects.

    Attributes:
        pages: Numbers of its pages, covers among them.
        content: The pages without covers.
        salutes: Whether it addresses a reader.
        text: Letters and digits of its pages.
        look: How its pages are set.
        doubted: Pages that may open another document, and why.
    """

    pages: list[int] = field(default_factory=list)
    content: list[int] = field(default_factory=list)
    identity: PageIdentity = field(default_factory=PageIdentity)
    types: frozenset[DocumentType] = frozenset()
    salutes: bool = False
    text: str = ""
    look: PageLook = field(default_factory=PageLook)
    doubted: dict[int, str] = field(default_factory=dict)

    def before(self) -> Before:
        """What a page that follows is compared with."""
        return Before(self.identity, self.types, self.salutes, len(self.content), self.look)

    def numbers(self, page: _FilePage) -> list[float]:
        """The features of a page that follows."""
        known = sum(_is_known(sender, self.text) for sender in page.opening.senders)
        return start_numbers(self.before(), page.identity, page.opening, known, page.look)

    def take(self, page: _FilePage, *, cover: bool) -> None:
        """Add a page."""
        self.pages.append(page.number)
        self.identity.add(page.identity)
        self.salutes = self.salutes or page.opening.salutes
        self.text += page.identity.joined.casefold()
        if not cover:
            self.types = self.types if self.content else page.opening.types
            self.content.append(page.number)
            self.look.follow(page.look)


@dataclass(frozen=True, slots=True)
class FirstDocument:
    """The first document of a file.

    Attributes:
        layout: Its words, on its own pages only.
        reasons: Why the file is more or less than one document.
    """

    layout: DocumentLayout
    reasons: tuple[str, ...]


def find_first_document(pages: Sequence[PageText], starts: Trees | None = None) -> FirstDocument:
    """The first document of a file's pages, and reasons if the file holds more documents or misses pages.

    Args:
        pages: The words of all pages.
        starts: Judge where rules see signs of a first page; None means those that ship with the product.
    """
    starts = starts or reading_model().starts
    layout = arrange(pages)
    counters = find_counters(layout)
    labels = label_vocabulary().listed(layout)
    documents, why = _documents(layout, labels, counters, starts)
    first = documents[0]
    own = [page for page in pages if page.number in first.pages]
    reasons = []
    if len(documents) > 1:
        later = f" ({len(documents) - 2} more begin after it)" if len(documents) > 2 else ""
        reasons.append(f"several_documents: page {documents[1].pages[0]} begins another document: {why}{later}")
    reasons += [
        f"several_documents: page {page} may begin another document: {why}" for page, why in first.doubted.items()
    ]
    sheet = _first_sheet_of_several(layout, own, labels, starts)
    if sheet:
        reasons.append(f"several_documents: page {sheet.number} holds more than one document")
        own = [sheet if page.number == sheet.number else page for page in own if page.number <= sheet.number]
    covers = first.pages.index(first.content[0]) if first.content else 0
    reasons += [f"pages_missing: {why}" for why in find_missing(layout, counters, first.pages, covers)]
    return FirstDocument(arrange(own) if reasons and own != list(pages) else layout, tuple(reasons))


def _first_sheet_of_several(
    layout: DocumentLayout, pages: Sequence[PageText], labels: Sequence[LabelHit], starts: Trees
) -> PageText | None:
    """The first page with two documents, cut to the first of them; None if there is none."""
    strangers = find_strangers(layout, labels)
    labelled = labelled_tokens(label for label in labels if label.quality == 1.0)
    for page in pages:
        beside = split_beside(layout, page)
        if beside and _follow(beside, starts):
            return beside[0]
        for parts in split_below(layout, page, lambda lines: may_be_head(lines, labelled)):
            if _begins_below(parts, starts):
                return parts[0]
        if page.number in strangers:
            return cut_before(layout, page, *strangers[page.number])
    return None


def _lowest_owner(layout: DocumentLayout, page: int, labels: Sequence[LabelHit]) -> float:
    """The lowest place in points where a page asks for a borrower or number, or addresses a reader; 0.0 for none."""
    asked = [label.y0 for label in labels if label.last.page == page and _says_whose(label.field)]
    greeted = [s.y0 for s in layout.segments if s.page == page and SALUTATION.match(s.text)]
    return max([*asked, *greeted], default=0.0)


def _follow(halves: tuple[PageText, PageText], starts: Trees) -> bool:
    """Whether the second half of a sheet begins another document, judged as a page that follows the first.

    It must name its borrower or number, which the right half of a wide table does not.
    """
    layout, labels = _as_pages(halves)
    if _lowest_owner(layout, 2, labels) == 0.0:
        return False
    return len(_documents(layout, labels, find_counters(layout), starts)[0]) > 1


def _begins_below(parts: tuple[PageText, PageText], starts: Trees) -> bool:
    """Whether the lower part of a page has a head and a borrower, and nothing in common with the upper one.

    A coupon has them too; it repeats a number, a name or an amount.
    """
    above, below = (telling_amounts(" ".join(word.text for word in page.words)) for page in parts)
    if not above.isdisjoint(below):
        return False  # first, because the other tests take longer
    layout, labels = _as_pages(parts)
    head = find_opening(layout, 2, labels)
    if not head.senders and not head.types:
        return False
    upper, lower = identify_pages(layout, labels).values()
    if share_number_or_person(upper, lower):
        return False
    first = find_opening(layout, 1, labels)
    comparable = bool(head.types and head.asks_whose and first.asks_whose) or are_comparable(upper, lower)
    return comparable and _likely_starts(layout, labels, starts)


def _likely_starts(layout: DocumentLayout, labels: Sequence[LabelHit], starts: Trees) -> bool:
    """Whether the second of two parts may well open another document."""
    first, second = _pages(layout, labels).values()
    document = _Document()
    document.take(first, cover=False)
    return probability_of_start(starts, document.numbers(second)) >= _SURELY


def _as_pages(parts: tuple[PageText, PageText]) -> tuple[DocumentLayout, list[LabelHit]]:
    layout = arrange([replace(page, number=place) for place, page in enumerate(parts, start=1)])
    return layout, label_vocabulary().listed(layout)


def _documents(
    layout: DocumentLayout, labels: Sequence[LabelHit], counters: Sequence[PageCounter], starts: Trees
) -> tuple[list[_Document], str]:
    """The documents of a file, and why the second begins where it does."""
    if len(layout.sizes) == 1:
        (page,) = layout.sizes
        return [_Document([page], [page])], ""
    pages = _pages(layout, labels)
    printed, covers = {segment.page for segment in layout.segments}, layout.cover_like_pages()
    separators = {page for page in covers if not _speaks_of_lending(layout, page)}
    documents = [_Document()]
    reason = ""
    waiting: list[int] = []  # separator sheets belong to the document that follows them, if there is one
    for page in layout.sizes:
        document = documents[-1]
        why = _begins(document, pages[page], counters, starts) if page in printed else ""
        if page in separators and document.content and not why:
            waiting.append(page)
            continue
        if why:
            reason = reason or why
            document = _Document()
            documents.append(document)
        for each in (*waiting, page):
            cover = each in separators or (not document.content and each in covers)
            document.take(pages[each], cover=cover)
        waiting.clear()
    for each in waiting:
        documents[-1].take(pages[each], cover=True)
    return documents, reason


def _pages(layout: DocumentLayout, labels: Sequence[LabelHit]) -> dict[int, _FilePage]:
    identities, looks = identify_pages(layout, labels), look_of_pages(layout)
    return {
        page: _FilePage(page, identities[page], find_opening(layout, page, labels), looks[page])
        for page in layout.sizes
    }


def starts_of(pages: Sequence[PageText], first: int = 2) -> list[list[float]]:
    """The features of each page of a file from some page on, as one that follows all pages before it: to fit the trees.

    Args:
        pages: The words of all pages, numbered from one.
        first: Number of the first page whose features are wanted.
    """
    layout = arrange(pages)
    of_file = _pages(layout, label_vocabulary().listed(layout))
    printed, document, found = {segment.page for segment in layout.segments}, _Document(), []
    for number, page in of_file.items():
        if document.content and number in printed and number >= first:
            found.append(document.numbers(page))
        document.take(page, cover=number not in printed)
    return found


def _begins(document: _Document, page: _FilePage, counters: Sequence[PageCounter], starts: Trees) -> str:
    """Why a page begins another document than the page before it; empty if it does not."""
    if not document.content:
        return ""
    before, identity = document.identity, page.identity
    if find_restart(counters, page.number, document.content):
        return "its page counter does not go on"
    if kind := differing_number(before, identity, DECISIVE_KINDS):
        return f"another {kind} number"
    owned = share_number_or_person(before, identity)
    if not owned and is_other_person(before, identity, same_wording=True):
        return "another borrower"
    if goes_on(counters, page.number, document.pages) or page.opening.continued:
        return ""
    why = _opens_another(document, identity, page.opening, owned=owned)
    if not why or why in _CONTRADICTIONS:
        return why
    likely = probability_of_start(starts, document.numbers(page))
    if _PERHAPS <= likely < _SURELY:
        document.doubted[page.number] = why
    return why if likely >= _SURELY else ""


def _opens_another(document: _Document, page: PageIdentity, opening: Opening, *, owned: bool) -> str:
    """Why a page opens another document, although nothing on it contradicts the pages before.

    Args:
        document: The pages before.
        page: What identifies the page.
        opening: The signs of a first page at its head.
        owned: Whether it shares a number or a borrower with them.
    """
    before = document.identity
    if opening.salutes and document.salutes:
        return _SALUTATION
    known = [sender for sender in opening.senders if _is_known(sender, document.text)]
    if len(known) < len(opening.senders) and (not owned or opening.opens):
        return "another letterhead"
    other_type = bool(opening.types) and opening.types.isdisjoint(document.types)
    if other_type and len(opening.fields) >= MANY_FIELDS:
        return "another title"
    headed = known and (opening.types or len(opening.fields) >= SOME_FIELDS)
    if (headed or len(opening.fields) >= MANY_FIELDS) and differing_dates(before, page):
        return _DATE
    # Two borrowers' papers of one lender print the same example; an amount is weaker evidence than a name or a number.
    tied = owned or share_amount(before, page)
    if known:
        return _begins_under_letterhead(before, page, opening, owned=owned, tied=tied, other_type=other_type)
    return "" if owned else _begins_without_letterhead(before, page, opening, tied=tied, other_type=other_type)


def _begins_under_letterhead(
    before: PageIdentity, page: PageIdentity, opening: Opening, *, owned: bool, tied: bool, other_type: bool
) -> str:
    """Why a page with the sender of the pages before opens another document, and is not a page with a running head."""
    if other_type:
        return "another title"
    if owned:
        return ""
    if differing_number(before, page, ANY_NUMBER) or is_other_person(before, page, same_wording=False):
        return _BORROWER
    opens = opening.salutes or (opening.types and opening.fields) or len(opening.fields) >= SOME_FIELDS
    return "the letterhead stands there again" if opens and not tied else ""


def _begins_without_letterhead(
    before: PageIdentity, page: PageIdentity, opening: Opening, *, tied: bool, other_type: bool
) -> str:
    """Why a page that names neither borrower nor account of those before opens another document."""
    opens = bool(opening.types) or len(opening.fields) >= SOME_FIELDS
    strange = page.is_known_well and len(opening.fields) >= MANY_FIELDS
    known = page.is_known if opens else page.is_known_well and not tied
    if strange or (before.is_known and known):
        return "it shares nothing with the pages before"
    if tied:
        return ""
    if opening.types == {UNKNOWN_TYPE} or (other_type and (opening.large or opening.fields)):
        return "another title"
    if opening.salutes or opening.asks_whose or (opening.types and len(opening.fields) >= SOME_FIELDS):
        return "it looks like a first page"
    return "words of another trade" if foreign_weight(page.text) >= _FOREIGN else ""


def _speaks_of_lending(layout: DocumentLayout, page: int) -> bool:
    return speaks_of_lending(" ".join(segment.text for segment in layout.segments if segment.page == page))


def _is_known(sender: str, text: str) -> bool:
    """Whether a text has an organisation's name, ignoring misread letters."""
    return sender in text or fuzz.partial_ratio(sender, text, score_cutoff=_NEARLY) > 0
