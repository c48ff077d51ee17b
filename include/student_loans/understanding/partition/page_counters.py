"""Page counters: ``Page 1 of 3`` and the like, they show where a document begins and which pages are missing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.layout import DocumentLayout, Segment

_NUMBER = r"(?:[lI|]|\d{1,3})"
"""A reader takes the one for a letter: ``Page l of 2``."""
_OF = r"(?:\s?(?:of|out\sof|/)\s?)"
_WORDED = re.compile(
    rf"(?<![\w])(?:pages?|pg|pag|sheet)[.:#]*\s?(?:no\.?\s?|number\s?)?(?P<number>{_NUMBER}){_OF}(?P<total>\d{{1,3}})(?!\w)"
    rf"|(?<![\w/.,$-])(?P<number2>{_NUMBER}){_OF}(?P<total2>\d{{1,3}})\s?pages?\b",
    re.IGNORECASE,
)
_REFERS = re.compile(r"\b(?:see|on|to|from|and|in|next|this|also|of|at)\s*\(?$", re.IGNORECASE)
"""What points to a page: ``see page 2 of 4``."""
_BARE = re.compile(rf"[-\u2013\u2014(\[]*\s?(?P<number>\d{{1,3}}){_OF}(?P<total>\d{{1,3}})\s?[-\u2013\u2014)\]]*")
_ALONE = re.compile(
    r"[-\u2013\u2014(\[]*\s?(?:page|pg)[.:#]*\s?(?P<number>\d{1,3})\s?[-\u2013\u2014)\]]*", re.IGNORECASE
)
_LABEL = re.compile(r"(?:page|pg|pages)(?:\s(?:no|number))?[.:#]*", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\bcontinue[sd]?\s(?:on|to)\s(?:the\s|an\s?)?(?:next|following|other|reverse|back|additional)\b(?:\s(?:page|sheet|side))?"
    r"|\bcontinue[sd]?\s(?:on|to)\s(?:page|sheet)\b",
    re.IGNORECASE,
)
_FAX_PAGES = re.compile(
    r"(?:number\sof\spages|no\.?\sof\spages|total\spages|pages\sto\sfollow|pages)\b[^\d$%]{0,40}(?P<total>\d{1,3})(?![\d/.,%-])",
    re.IGNORECASE,
)
_EDGE = 0.09
"""Share of a page's height, at its top and bottom, in which a counter may stand without a word."""
_EDGE_LINES = 2
"""So many lines at the top and bottom of what is printed are an edge too."""
_MOST_PAGES = 400
_LONGEST_FRACTION = 9
"""``1/3`` counts pages up to here; ``1/24`` is rather a month."""
_LAST_SHARE = 0.6
"""What goes on on another page says so in the lower part."""


@dataclass(frozen=True, slots=True)
class PageCounter:
    """The counter on a page.

    Attributes:
        page: Number of the page in the file.
        number: Its number in the document.
        total: Pages of the document; None where only the number is printed.
        style: The printed form; counters of the same style count the same pages.
    """

    page: int
    number: int
    total: int | None
    style: str


def find_counters(layout: DocumentLayout) -> list[PageCounter]:
    """The counters of all pages, in reading order."""
    first, last = _outer_lines(layout)
    found: list[PageCounter] = []
    for segment in layout.segments:
        text = segment.text
        if not any(character.isdigit() for character in text):
            continue
        if worded := _worded(text):
            found.append(PageCounter(segment.page, *worded, style="worded"))
            continue
        height = layout.sizes[segment.page][1]
        edge = segment.y0 < _EDGE * height or segment.y1 > (1 - _EDGE) * height
        edge = edge or not first[segment.page] <= segment.line <= last[segment.page]
        if match := _BARE.fullmatch(text):
            labelled = _is_labelled(layout, segment)
            if (labelled or (edge and _is_alone(layout, segment))) and (counted := _counted(match, text, labelled)):
                found.append(PageCounter(segment.page, *counted, style="worded" if labelled else "bare"))
        elif edge and (match := _ALONE.fullmatch(text)):
            found.append(PageCounter(segment.page, int(match["number"]), None, "alone"))
    return found


def _outer_lines(layout: DocumentLayout) -> tuple[dict[int, int], dict[int, int]]:
    """For each page the first and the last line that is not an edge."""
    lines: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(layout.lines):
        lines[line[0].page].append(index)
    first = {page: own[0] + _EDGE_LINES for page, own in lines.items()}
    return first, {page: own[-1] - _EDGE_LINES for page, own in lines.items()}


def _worded(text: str) -> tuple[int, int] | None:
    """Number and total of a counter with a word, at the start or end of a cell; in a sentence it refers to another page."""
    for match in _WORDED.finditer(text):
        before, after = text[: match.start()].rstrip(), text[match.end() :].strip(" .)]-\u2013\u2014|")
        number, total = match["number"] or match["number2"], int(match["total"] or match["total2"])
        count = int(number) if number.isdigit() else 1
        if (not before or not after) and not _REFERS.search(before) and 1 <= count <= total <= _MOST_PAGES:
            return count, total
    return None


def _counted(match: re.Match[str], text: str, labelled: bool) -> tuple[int, int] | None:
    number, total = int(match["number"]), int(match["total"])
    fraction = "/" in text and not labelled
    fax = match["number"][0] == "0" and len(match["number"]) == len(match["total"])
    if fraction and not fax and (total > _LONGEST_FRACTION or match["number"][0] == "0"):
        return None
    return (number, total) if 1 <= number <= total <= _MOST_PAGES else None


def _is_alone(layout: DocumentLayout, segment: Segment) -> bool:
    return len(layout.lines[segment.line]) == 1


def _is_labelled(layout: DocumentLayout, segment: Segment) -> bool:
    """Whether ``Page`` is left of a cell or above it."""
    left = [other for other in layout.lines[segment.line] if other.x1 <= segment.x0]
    if left and _LABEL.fullmatch(left[-1].text):
        return True
    above = layout.lines[segment.line - 1] if segment.line else []
    return any(
        other.page == segment.page and other.x0 < segment.x1 and segment.x0 < other.x1 and _LABEL.fullmatch(other.text)
        for other in above
    )


def find_restart(counters: Sequence[PageCounter], page: int, before: Iterable[int]) -> bool:
    """Whether the counters of a page do not continue those of the document's earlier pages.

    Args:
        counters: Of all pages.
        page: The page in question.
        before: The document's earlier pages without covers.
    """
    pages = set(before)
    if not pages:
        return False
    for own in (counter for counter in counters if counter.page == page):
        same = [c for c in counters if c.page in pages and c.style == own.style]
        if own.number == 1:
            return True
        if any(own.number <= c.number or _contradict(own, c) for c in same):
            return True
    return False


def _contradict(one: PageCounter, other: PageCounter) -> bool:
    return one.total is not None and other.total is not None and one.total != other.total


def goes_on(counters: Sequence[PageCounter], page: int, before: Iterable[int]) -> bool:
    """Whether a page's counter is one more than that of the page before it."""
    previous = max(before, default=None)
    places = {(c.style, c.number, c.total) for c in counters if c.page == previous}
    return any((c.style, c.number - 1, c.total) in places for c in counters if c.page == page)


def find_missing(
    layout: DocumentLayout, counters: Sequence[PageCounter], pages: Sequence[int], covers: int
) -> Iterator[str]:
    """Reasons why a document has more pages than the file.

    Args:
        layout: The document's words.
        counters: Of all pages of the file.
        pages: The document's pages, covers among them.
        covers: Number of covers before its first page.
    """
    own = [counter for counter in counters if counter.page in pages]
    for style in dict.fromkeys(counter.style for counter in own):
        of_style = [counter for counter in own if counter.style == style]
        numbers = {counter.number for counter in of_style}
        total = max((counter.total or 0 for counter in of_style), default=0)
        count = max(len(pages), len(numbers))
        if total > count:
            yield f"a counter announces {total} pages, there are {count}"
        elif jump := _jump(of_style, pages, numbers):
            yield f"page {jump} is not the page that its counter says"
    announced = max(_announced_by_fax(layout, pages[:covers]), default=0)
    if announced > len(pages):
        yield f"the cover sheet announces {announced} pages, there are {len(pages)}"
    elif pages and _says_it_goes_on(layout, pages[-1]):
        yield f"page {pages[-1]} goes on on a page that is not there"


def _jump(counters: Sequence[PageCounter], pages: Sequence[int], numbers: set[int]) -> int | None:
    """The first page whose counter is higher than its place, or that comes later than its number after the one before."""
    places = {page: place for place, page in enumerate(pages, start=1)}
    before = (0, 0)
    for counter in counters:
        place = places[counter.page]
        if counter.number > place and numbers != set(range(1, counter.number + 1)):
            return counter.page
        if counter.number - before[0] > max(1, place - before[1]):
            return counter.page
        before = (counter.number, place)
    return None


def _announced_by_fax(layout: DocumentLayout, covers: Sequence[int]) -> Iterator[int]:
    for line in layout.lines:
        if line[0].page in covers and (match := _FAX_PAGES.search(" ".join(segment.text for segment in line))):
            yield int(match["total"])


def _says_it_goes_on(layout: DocumentLayout, page: int) -> bool:
    floor = _LAST_SHARE * layout.sizes[page][1]
    lines = [line for line in layout.lines if line[0].page == page]
    lower = [line for line in lines if line[0].y0 > floor] or lines
    return any(_GOES_ON.search(" ".join(s.text for s in line)) for line in [*lower, *lines[-_EDGE_LINES:]])
