"""Whether a document prints an organisation's name longer than it was read: a logo says less than an address does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.letterhead import ORGANISATION_END
from student_loans.understanding.fields.letters import is_capitalised
from student_loans.understanding.fields.organisations import INNER_WORDS, LEGAL_SUFFIX, ORGANISATION_WORD
from student_loans.understanding.fields.placing import next_line_of_sentence

LONGER = "it is printed longer in another place"
_CLOSES = tuple(",.;:)")


def is_printed_longer(layout: DocumentLayout, name: Sequence[Token], common: Collection[str]) -> bool:
    """Whether the words of a name stand somewhere within those of a longer one.

    Args:
        layout: The words of the document.
        name: The name that was read.
        common: Words that are no names in this document, in lower case.
    """
    words = [_word(token) for token in name]
    return any(
        _goes_on(tokens[end - 1], tokens[end:]) or _begins_before(tokens[:start], common)
        for tokens, start, end in _occurrences(layout, words, set(name))
    )


def _word(token: Token) -> str:
    return token.text.strip(',.;:()"\u201c\u201d').casefold()


def _occurrences(
    layout: DocumentLayout, words: Sequence[str], own: Collection[Token]
) -> Iterator[tuple[Sequence[Token], int, int]]:
    """Where some words stand one after the other: the words of a line or sentence, and their first and end in it."""
    for segment in layout.segments:
        following = next_line_of_sentence(layout, segment)
        tokens = [*segment.tokens, *(following.tokens if following else ())]
        texts = [_word(token) for token in tokens]
        for start in range(min(len(segment.tokens), len(tokens) - len(words) + 1)):
            if texts[start] == words[0] and texts[start : start + len(words)] == words and tokens[start] not in own:
                yield tokens, start, start + len(words)


def _goes_on(last: Token, following: Sequence[Token]) -> bool:
    """Whether a name goes on behind what was read of it: ``Bank, N.A.``, ``Tallgrass Campus Loan Management``."""
    if following and LEGAL_SUFFIX.match(following[0].text):
        return True
    if not following or last.text.endswith(_CLOSES):
        return False
    run: list[str] = []
    for token in following:
        if not is_capitalised(token.text) and token.text.lower() not in INNER_WORDS:
            break
        run.append(token.text.rstrip(",.;:"))
        if token.text.endswith(_CLOSES):
            break
    after = following[len(run) : len(run) + 1]
    ends = not after or LEGAL_SUFFIX.match(after[0].text)
    named = run[:1] + (run[-1:] if ends else [])
    return any(map(ORGANISATION_WORD.fullmatch, named)) or any(map(ORGANISATION_END.search, run))


def _begins_before(before: Sequence[Token], common: Collection[str]) -> bool:
    """Whether a name begins before what was read of it: ``Blue Mesa Educators Credit Union``."""
    if not before or before[-1].text.endswith(_CLOSES):
        return False
    word = before[-1].text
    return is_capitalised(word) and word.isalpha() and word.lower() not in common and len(before) > 1
