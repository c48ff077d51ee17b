"""Characters of a text layer into words; what is raised belongs to the word before it, or is a footnote mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from include.extraction.characters import Character

_GAP = 0.2
"""Share of the font's line height from which on a gap ends a word."""
_SMALLER, _RISE, _RISE_OF_EQUALS = 0.85, 0.12, 0.28
"""A raised character is smaller than the one it stands at, and its line ends higher by the second share of that one's height; by
the third where it is not smaller."""
_RAISED_GAP = 0.5
"""Farthest distance of what is raised, in the same measure."""
_MAY_BE_RAISED = re.compile(r"\W{0,3}|\W?\d{1,3}(?:,\d{1,2})*\W?|\W?[a-zA-Z]\W?|(?:st|nd|rd|th|TH)[,.]?|\(\d\)")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)[,.]?", re.IGNORECASE)
_RAISED_CENTS = re.compile(r"\d\d")
_WHOLE_AMOUNT = re.compile(r"(?:.*[$,\u2019'])?\d{1,3}[.,]?|.*[$,\u2019'].*\d[.,]?")
"""An amount without cents."""
_HAS_CENTS = re.compile(r".*[.,]\d\d$")
_BARE_DIGITS = re.compile(r"\d{1,3}")


class WordOfCharacters(NamedTuple):
    """A word and the characters that print it."""

    text: str
    characters: tuple[Character, ...]


class _Group(NamedTuple):
    text: str
    characters: tuple[Character, ...]

    @property
    def raised(self) -> bool:
        return self.characters[0].raised

    @property
    def first(self) -> Character:
        return self.characters[0]

    @property
    def last(self) -> Character:
        return self.characters[-1]


def words_of_characters(characters: Sequence[Character]) -> list[WordOfCharacters]:
    """Words in the file's order."""
    groups = _groups(characters)
    feet = {index: foot for index, group in enumerate(groups) if (foot := _foot(groups, index, group)) is not None}
    words: dict[int, WordOfCharacters] = {}
    skipped = -1
    for index, group in enumerate(groups):
        if index <= skipped:
            continue
        if index not in feet and not group.raised:
            words[index] = WordOfCharacters(group.text, group.characters)
            continue
        following = groups[index + 1] if index + 1 < len(groups) else None
        if following and (fraction := _fraction(group, following)):
            words[index] = WordOfCharacters(fraction, group.characters + following.characters)
            skipped = index + 1
            continue
        foot = feet.get(index)
        if foot in words and (text := _completed(words[foot].text, group.text)):
            words[foot] = WordOfCharacters(text, words[foot].characters + group.characters)
    return list(words.values())


def _groups(characters: Sequence[Character]) -> list[_Group]:
    """Characters that follow one another without a gap, on one line."""
    parts: list[list[Character]] = []
    ended = True
    for character in characters:
        if not character.text:
            ended = True
            continue
        if ended or character.text.startswith(" ") or _breaks(parts[-1][-1], character):
            parts.append([])
        parts[-1].append(character)
        ended = False
    return [_Group("".join(c.text for c in part).strip(), tuple(part)) for part in parts]


def _breaks(last: Character, character: Character) -> bool:
    """Whether a character does not continue the word whose last one is given."""
    if character.ceiling > last.floor or character.floor < last.ceiling:
        return True
    if character.raised != last.raised or abs(character.floor - last.floor) > _RISE * max(last.size, character.size):
        return True
    return character.left - last.right > _GAP * last.size or character.right < last.left


def _foot(groups: Sequence[_Group], index: int, group: _Group) -> int | None:
    """The group at whose end a group is raised, wherever it comes in the file."""
    if not group.raised and not _MAY_BE_RAISED.fullmatch(group.text):
        return None
    own = group.first
    for other in (*range(index - 1, -1, -1), *range(index + 1, len(groups))):
        last = groups[other].last
        if (
            groups[other].raised
            or own.left < last.left
            or not -_GAP < (own.left - last.right) / last.size < _RAISED_GAP
        ):
            continue
        if own.ceiling > last.floor or own.floor < last.ceiling:
            continue
        rise = (last.floor - own.floor) / last.size
        if group.raised or rise > (_RISE if own.size < _SMALLER * last.size else _RISE_OF_EQUALS):
            return other
    return None


def _completed(before: str, raised: str) -> str | None:
    """A word with the raised characters that belong to it; None where they are a footnote mark."""
    if _ORDINAL.fullmatch(raised) and before[-1].isdigit():
        return before + raised
    if _RAISED_CENTS.fullmatch(raised) and _WHOLE_AMOUNT.fullmatch(before) and not _HAS_CENTS.fullmatch(before):
        return f"{before.rstrip('.,')}.{raised}"
    return None


def _fraction(raised: _Group, following: _Group) -> str | None:
    """``7/8`` of a raised seven and what follows: a slash and an eight, in one group or in two."""
    joined = raised.text + following.text
    numerator, slash, denominator = joined.partition("/")
    touches = following.first.left - raised.last.right < _RAISED_GAP * following.first.size
    plain = _BARE_DIGITS.fullmatch(numerator) and _BARE_DIGITS.match(denominator)
    return joined if slash and plain and touches else None
