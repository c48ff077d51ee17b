"""Join values that are printed in parts: cents in a separate column or on the next line, account numbers that wrap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from student_loans.privacy import find_numbers
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.values import Value

CENTS_APART = "its cents may be printed apart from it"
_DOLLARS = r"(?:US)?[$]\s?"
_WHOLE = re.compile(rf"(?P<sign>{_DOLLARS})?(?P<whole>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})[.,]?")
_SIGN = re.compile(r"(?:US)?\$|USD")
_CENTS = re.compile(r"\d\d")
_WHOLE_AND_CENTS = re.compile(
    rf"(?P<amount>{_DOLLARS}(?P<whole>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}))[.,]?\s(?P<cents>\d\d)$"
)
_AMOUNT_AND_CENTS = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,6})[.,]?\s(?P<cents>\d\d)")
_GROUPS, _LAST_GROUPS = re.compile(r"\d{3,6}(?:[ -]\d{2,6})+"), re.compile(r"\d{2,6}(?:[ -]\d{2,6})*")
"""A number in groups, and its groups on the next line."""
_ENDS_WHOLE = re.compile(
    rf"(?P<amount>{_DOLLARS}(?P<whole>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})|(?P<grouped>\d{{1,3}}(?:,\d{{3}})+))(?P<point>[.,]?)$"
)
_WRAPPED_CENTS = re.compile(r"\.?(\d\d)")
_WRAPPED_THOUSANDS = re.compile(r"\d{3}(?:\.\d\d)?")
_ENDS_IDENTIFIER = re.compile(r"(?:^|\s)(?P<start>(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]*|[A-Z]{1,5}-)$")
_WRAPPED_IDENTIFIER = re.compile(r"(?=[A-Z-]*\d)[A-Z0-9][A-Z0-9-]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CENTS_GAP, _DOUBTFUL_GAP = 5.0, 9.0
"""Farthest column of cents in heights of the line's capitals, and farthest two digits that may be one."""
_ALIGNED_PT = 2.0
_SIGN_GAP = 4.0
_TIGHT = 1.0
"""Farthest next line of a cell, in heights of the line between the two."""
_MOST_WORDS = 8
_MOST_GROUPS = 3
_STRICT = 0.9


def find_joined_values(layout: DocumentLayout) -> Iterator[Value]:
    """Values that are printed in parts, each with the words of all its parts."""
    for line in layout.lines:
        for before, segment in zip((None, *line), line, strict=False):
            yield from _cents_in_cell(segment, before)
    yield from _cents_columns(layout)
    for segment in layout.segments:
        following = next_line_of_cell(layout, segment)
        if following is None or _is_social_security_number(segment, following):
            continue
        yield from _wrapped_groups(segment, following)
        if len(following.tokens) == 1:
            yield from _wrapped_amount(segment, following)
            yield from _wrapped_identifier(segment, following)


def _is_social_security_number(segment: Segment, following: Segment) -> bool:
    """Whether two lines hold a social security number, which is never joined."""
    return bool(find_numbers(f"{segment.text} {following.text}"))


def _cents_in_cell(segment: Segment, before: Segment | None) -> Iterator[Value]:
    """``$ 1,284 56``: a narrow gap before the cents; the sign may stand in the cell before."""
    match = _WHOLE_AND_CENTS.search(segment.text) if len(segment.tokens) <= _MOST_WORDS else None
    signs: Sequence[Token] = ()
    if match is None and before is not None and _SIGN.fullmatch(before.text):
        match, signs = _AMOUNT_AND_CENTS.fullmatch(segment.text), before.tokens
    if match:
        tokens = (*signs, *segment.tokens_between(match.start(), match.end()))
        yield Value("money", _value(match["whole"], match["cents"]), match.group(), tokens, _STRICT)


def _cents_columns(layout: DocumentLayout) -> Iterator[Value]:
    """``$1,284 | 56``, ``$ | 284 | 56``: the dollars end at one edge in each row of a column, and the cents begin at another."""
    pairs = [pair for line in layout.lines for pair in _dollars_and_cents(line)]
    near = [cents for _, cents, gap, _ in pairs if gap <= _CENTS_GAP]
    for tokens, cents, gap, value in pairs:
        in_column = any(abs(cents.x0 - other.x0) < _ALIGNED_PT and cents.page == other.page for other in near)
        doubt = None if gap <= _CENTS_GAP or in_column else CENTS_APART
        yield Value("money", value, " ".join(token.text for token in tokens), tokens, _STRICT, doubt=doubt)


def _dollars_and_cents(line: Sequence[Segment]) -> Iterator[tuple[tuple[Token, ...], Segment, float, str]]:
    """Each pair of a line: its words, the cents, the gap before them in heights of the line, and the amount."""
    for index, (whole, cents) in enumerate(pairwise(line)):
        match, height = _WHOLE.fullmatch(whole.text), max(whole.height, cents.height)
        gap = (cents.x0 - whole.x1) / height
        if not match or not _CENTS.fullmatch(cents.text) or gap > _DOUBTFUL_GAP:
            continue
        before = line[index - 1] if index else None
        apart = before is not None and _SIGN.fullmatch(before.text) and (whole.x0 - before.x1) / height < _SIGN_GAP
        if match["sign"] or apart or ("," in match["whole"] and gap <= _CENTS_GAP):
            sign = before.tokens if before and apart else []
            yield (*sign, *whole.tokens, *cents.tokens), cents, gap, _value(match["whole"], cents.text)


def _wrapped_amount(segment: Segment, following: Segment) -> Iterator[Value]:
    """``$18,316.`` over ``57``, ``$18,316`` over ``.57``, ``$18,`` over ``316.57``."""
    match = _ENDS_WHOLE.search(segment.text)
    if match is None:
        return
    whole, text = match["whole"] or match["grouped"], following.text
    tokens = (*segment.tokens_between(match.start(), match.end()), *following.tokens)
    if cents := _WRAPPED_CENTS.fullmatch(text):
        yield Value("money", _value(whole, cents[1]), f"{match.group()} {text}", tokens, _STRICT)
    elif match["point"] == "," and _WRAPPED_THOUSANDS.fullmatch(text):
        rest, _, cents_text = text.partition(".")
        yield Value("money", _value(whole + rest, cents_text or "00"), f"{match.group()} {text}", tokens, _STRICT)


def _wrapped_identifier(segment: Segment, following: Segment) -> Iterator[Value]:
    """``CB-77`` over ``30194``."""
    match = _ENDS_IDENTIFIER.search(segment.text)
    if match and _WRAPPED_IDENTIFIER.fullmatch(following.text) and not _YEAR.fullmatch(following.text):
        tokens = (*segment.tokens_between(match.start("start"), match.end()), *following.tokens)
        raw = f"{match['start']} {following.text}"
        yield Value("identifier", match["start"] + following.text, raw, tokens, 1.0)


def _wrapped_groups(segment: Segment, following: Segment) -> Iterator[Value]:
    """``4471 0098 2203`` over ``5517 08``."""
    if _GROUPS.fullmatch(segment.text) and _LAST_GROUPS.fullmatch(following.text):
        raw = f"{segment.text} {following.text}"
        yield Value("identifier", raw.replace(" ", ""), raw, (*segment.tokens, *following.tokens), 1.0)


def next_line_of_cell(layout: DocumentLayout, segment: Segment) -> Segment | None:
    """The second line of a short cell: right under its end or its start, with nothing else on that line."""
    if segment.continuation is None or len(segment.tokens) > _MOST_WORDS:
        return None
    following = layout.segments[segment.continuation]
    tight = following.y0 - segment.y1 < _TIGHT * max(segment.height, following.height)
    alone = len(layout.lines[following.line]) == 1 and len(following.tokens) <= _MOST_GROUPS
    return following if tight and alone else None


def _value(whole: str, cents: str) -> str:
    return f"{int(whole.replace(',', ''))}.{cents}"
