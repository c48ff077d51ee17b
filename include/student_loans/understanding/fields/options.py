"""Choices as forms offer them: words with marks before or after them, in a row or one under another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token, overlap
from student_loans.understanding.fields.marks import ChoiceMark, read_mark, split_marks

_MOST_WORDS_BETWEEN = 2
"""Words that may stand between a mark and the word of its choice: ``[x] Federal Direct PLUS``."""
_MOST_PARALLEL = 6
"""The same where the choices differ in one word: ``[x] I would like a fixed rate``, ``[ ] I would like a variable rate``."""
_FARTHEST = 8.0
"""Farthest mark of a choice, in text heights."""
_CLOSER = 0.6
"""A mark belongs to one side when the gap on it is less than this share of the gap on the other."""
_STACKED = 4.0
"""Farthest choice over or under another of the same list, in text heights."""
_ALIGNED = 1.0
_SHORT = 6
"""A cell of no more words may be a choice; a longer one is a sentence."""
_PRIORITY = (ChoiceMark.TICKED, ChoiceMark.FILLED, ChoiceMark.UNKNOWN, ChoiceMark.EMPTY)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that a form offers.

    Attributes:
        value: What the choice means.
        token: The word that says so.
        mark: The mark beside it; None where there is none.
        row: Index of its line in the document.
        between: The words between the mark and the word.
        unread: Whether it is the only one of a scanned row beside which no empty box was read.
    """

    value: str
    token: Token
    mark: ChoiceMark | None
    row: int
    between: tuple[str, ...] = ()
    unread: bool = False


@dataclass(frozen=True, slots=True)
class _Item:
    """A mark, the word of a choice (with its value) or another word, from left to right."""

    token: Token
    x0: float
    x1: float
    mark: ChoiceMark | None = None
    value: str | None = None


def find_options(layout: DocumentLayout, value_of: Callable[[str], str | None]) -> list[Option]:
    """The words of a document that name a choice and have a mark beside them, or stand among such words.

    Args:
        layout: The document.
        value_of: What a word chooses, or None.
    """
    rows = [(index, line) for index, line in enumerate(layout.lines) if _names_choice(line, value_of)]
    options = [option for index, line in rows for option in _options_of_row(index, line, value_of)]
    return [option if _is_near(option, options) else replace(option, mark=None) for option in options]


def _is_near(option: Option, options: Sequence[Option]) -> bool:
    """Whether a mark stands near enough to its word, or as far as the mark of another choice with the same words."""
    return len(option.between) <= _MOST_WORDS_BETWEEN or any(
        other.between == option.between and other.value != option.value for other in options
    )


def _names_choice(line: Sequence[Segment], value_of: Callable[[str], str | None]) -> bool:
    return any(any(map(value_of, {t.text, *split_marks(t.text)})) for s in line for t in s.tokens)


def _options_of_row(index: int, line: Sequence[Segment], value_of: Callable[[str], str | None]) -> Iterator[Option]:
    items = _items(line, value_of)
    style = _style(items)
    for place, item in enumerate(items):
        if item.value is None:
            continue
        before, after = _neighbours(items, place)
        mark, chosen = None, None
        if before is not None or after is not None:
            chosen = before if style == "before" else after if style == "after" else None
            unclear = ChoiceMark.UNKNOWN if style is None else None
            mark = chosen.mark if chosen is not None else unclear
        between: tuple[str, ...] = ()
        if chosen is not None:
            ends = sorted((place, items.index(chosen)))
            between = tuple(each.token.text.lower() for each in items[ends[0] + 1 : ends[1]])
        yield Option(item.value, item.token, mark, index, between)


def _items(line: Sequence[Segment], value_of: Callable[[str], str | None]) -> list[_Item]:
    """Marks and words of a line; the parts of ``[ x ]`` are one mark, and so are marks over one another."""
    items: list[_Item] = []
    for token in close_brackets([token for segment in line for token in segment.tokens]):
        width = (token.x1 - token.x0) / max(1, len(token.text))
        x = token.x0
        for piece in split_marks(token.text):
            mark = read_mark(piece, printed=token.word.confidence == 1.0)
            value = None if mark else value_of(piece)
            items.append(_Item(token, x, x + width * len(piece), mark, value))
            x += width * len(piece)
    merged = items[:1]
    for item in items[1:]:
        last = merged[-1]
        over = overlap(item, last) > 0.5 * min(item.x1 - item.x0, last.x1 - last.x0)
        drawn = "_" in item.token.text or "_" in last.token.text
        if item.mark and last.mark and (over or (drawn and item.x0 - last.x1 < item.token.height)):
            mark = min(item.mark, last.mark, key=_PRIORITY.index)
            merged[-1] = replace(last, x1=max(item.x1, last.x1), mark=mark)
        else:
            merged.append(item)
    return merged


def close_brackets(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with ``[``, ``x``, ``]`` as one."""
    closed: list[Token] = []
    index = 0
    while index < len(tokens):
        joined = None
        if tokens[index].text in ("[", "("):
            for length in (2, 3):
                parts = tokens[index : index + length]
                text = "".join(part.text for part in parts)
                if len(parts) == length and read_mark(split_marks(text)[0], printed=True):
                    joined = parts
                    break
        if joined is None:
            closed.append(tokens[index])
            index += 1
            continue
        word = replace(joined[-1].word, text="".join(part.text for part in joined))
        last = joined[-1]
        closed.append(
            Token(
                word, last.page, joined[0].x0, last.y0, last.x1, last.y1, segment=last.segment, position=last.position
            )
        )
        index += len(joined)
    return closed


def _neighbours(items: Sequence[_Item], place: int) -> tuple[_Item | None, _Item | None]:
    """The marks before and after the word of a choice that can be its own."""
    return _nearest_mark(items, place, -1), _nearest_mark(items, place, 1)


def _nearest_mark(items: Sequence[_Item], place: int, step: int) -> _Item | None:
    own = items[place]
    words = 0
    edge = own
    index = place + step
    while 0 <= index < len(items) and words <= _MOST_PARALLEL:
        item = items[index]
        gap = item.x0 - edge.x1 if step > 0 else edge.x0 - item.x1
        if gap > _FARTHEST * own.token.height or item.value is not None:
            return None
        if item.mark is not None:
            beyond = items[index + step] if 0 <= index + step < len(items) else None
            return None if beyond is not None and _leans(item, edge, beyond, step) else item
        words += 1
        edge = item
        index += step
    return None


def _leans(mark: _Item, own: _Item, beyond: _Item, step: int) -> bool:
    """Whether a mark stands clearly closer to a word beyond it, which is no choice, than to the choice."""
    if beyond.mark is not None or beyond.value is not None:
        return False
    near = mark.x0 - own.x1 if step > 0 else own.x0 - mark.x1
    far = beyond.x0 - mark.x1 if step > 0 else mark.x0 - beyond.x1
    return far < _CLOSER * near


def _style(items: Sequence[_Item]) -> str | None:
    """Whether the marks of a row stand before or after their choices; None where that is not clear."""
    places = [place for place, item in enumerate(items) if item.value is not None]
    sides = [_neighbours(items, place) for place in places]
    before, after = sides[0][0] is not None, sides[-1][1] is not None
    if before != after:
        return "before" if before else "after"
    if not before:
        return _style_by_gaps(items, places)
    if items[-1].mark is None or _is_line_to_fill_in(items):
        return "before"
    first = items.index(sides[0][0]) if sides[0][0] is not None else 0
    leads = first == 0 or items[first - 1].token.text.endswith((":", "?"))
    return None if leads else "after"


def _style_by_gaps(items: Sequence[_Item], places: Sequence[int]) -> str | None:
    """The same for marks between choices only: each belongs to the one that it stands clearly closer to."""
    gaps = [
        (item.x0 - items[index - 1].x1, items[index + 1].x0 - item.x1)
        for index, item in enumerate(items)
        if item.mark is not None and places[0] < index < places[-1]
    ]
    if all(right < _CLOSER * left for left, right in gaps):
        return "before"
    if all(left < _CLOSER * right for left, right in gaps):
        return "after"
    # Within a stretch of a scan places are estimated: there a box belongs to what follows it, as it mostly does.
    return "before" if all(items[place].token.word.confidence < 1.0 for place in places) else None


def _is_line_to_fill_in(items: Sequence[_Item]) -> bool:
    """Whether a row ends in a line to write on: ``[ ] other: ____``."""
    return "_" in items[-1].token.text and len(items) > 1 and items[-2].token.text.endswith(":")


def choose(layout: DocumentLayout, options: Sequence[Option]) -> tuple[bool, Option | None]:
    """Whether a form lets choose among some options, and the one that is chosen: the only one with a positive mark.

    Where nothing is marked, or two are, nothing is chosen. Filled shapes alone are the points of a list.
    """
    ticked = [
        option for option in options if option.mark is ChoiceMark.TICKED and _has_contrast(option, options, layout)
    ]
    filled = [option for option in options if option.mark is ChoiceMark.FILLED]
    others = [option for option in options if option.mark in (ChoiceMark.EMPTY, ChoiceMark.UNKNOWN)]
    if not ticked and not others:
        return False, None
    empty = any(option.mark is ChoiceMark.EMPTY for option in options)
    positive = ticked + (filled if empty else []) or _unread_among_empty(options)
    return True, positive[0] if len({option.value for option in positive}) == 1 else None


def _has_contrast(option: Option, options: Sequence[Option], layout: DocumentLayout) -> bool:
    """Whether another choice, or another mark, stands beside a ticked one: a check mark alone may be a list's point."""
    reach = _STACKED * max(option.token.height, layout.text_height)
    if any(
        other.value != option.value
        and other.token.page == option.token.page
        and abs(other.token.middle - option.token.middle) < reach
        for other in options
    ):
        return True
    near = layout.lines[max(0, option.row - 2) : option.row + 3]
    return any(
        read_mark(piece, printed=True) is ChoiceMark.EMPTY
        for line in near
        for segment in line
        for token in close_brackets(segment.tokens)
        for piece in split_marks(token.text)
    )


def _unread_among_empty(options: Sequence[Option]) -> list[Option]:
    """The only choice of a scanned row whose box was not read as an empty one."""
    found = []
    for row in {option.row for option in options}:
        of_row = [option for option in options if option.row == row]
        bare = [option for option in of_row if option.mark is None]
        scanned = all(option.token.word.confidence < 1.0 for option in of_row)
        if scanned and len(bare) == 1 and any(option.mark is ChoiceMark.EMPTY for option in of_row):
            found += [replace(option, unread=True) for option in bare]
    return found


def is_offered(
    layout: DocumentLayout,
    token: Token,
    value: str,
    value_of: Callable[[str], str | None],
    label: Collection[Token] = (),
) -> bool:
    """Whether a word stands among the choices of a form, so that it states nothing: ``Fixed / Variable``.

    Another choice stands beside it with nothing but a word or two between, or in its place on the line above or below.

    Args:
        layout: The document.
        token: The word.
        value: What it chooses.
        value_of: What a word chooses, or None.
        label: Words of the labels that ask for the choice: ``Fixed or variable?``.
    """
    segment = layout.segment_of(token)
    line = [each for s in layout.lines[segment.line] for each in s.tokens]
    place = line.index(token)
    reach = _MOST_WORDS_BETWEEN + 1
    beside = [each for each in line[max(0, place - reach) : place + reach + 1] if each not in label]
    if any(_is_other(each, value, value_of) for each in beside):
        return True
    if len(segment.tokens) > _SHORT:
        return False
    height = max(token.height, layout.text_height)
    return any(
        _is_other(each, value, value_of) and abs(each.x0 - token.x0) < _ALIGNED * height
        for row in layout.lines[max(0, segment.line - 2) : segment.line + 3]
        for other in row
        if other.page == segment.page and len(other.tokens) <= _SHORT
        if abs(other.y0 - segment.y0) < _STACKED * height
        for each in other.tokens
        if each not in label
    )


def _is_other(token: Token, value: str, value_of: Callable[[str], str | None]) -> bool:
    found = value_of(token.text)
    return found is not None and found != value
