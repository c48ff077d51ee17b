"""Group the characters of a text layer into words; raised characters belong to the word before, or are footnote marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from student_loans.pages.characters import Character

_GAP = 0.2
"""Share of the font's line height from which on a gap ends a word."""
_SMALLER, _RISE, _RISE_OF_EQUALS = 0.85, 0.12, 0.28
"""A raised character is smaller than the one it stands at, and its line ends higher by the second share of that one's height; by
the third where it is not smaller."""
_HIGHEST_RISE = 0.65
"""What stands higher belongs to the line above."""
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
    """A word and its characters."""

    text: str
    characters: tuple[Character, ...]


class _GlyphGroup(NamedTuple):
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
    feet = _feet(groups)
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


def _groups(characters: Sequence[Character]) -> list[_GlyphGroup]:
    """Consecutive characters without a gap, on one line."""
    parts: list[list[Character]] = []
    last = None
    for character in characters:
        if not character.text:
            last = None
            continue
        if last is None or character.text.startswith(" ") or _breaks(last, character):
            parts.append([])
        parts[-1].append(character)
        last = character
    return [_GlyphGroup(_joined(part), tuple(part)) for part in parts]


def _joined(part: Sequence[Character]) -> str:
    """The text of characters, with accents combined with their letters."""
    text = "".join([character.text for character in part]).strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _breaks(last: Character, character: Character) -> bool:
    """Whether a character does not continue the word that ends with ``last``."""
    if character.ceiling > last.floor or character.floor < last.ceiling:
        return True
    if character.raised != last.raised or abs(character.floor - last.floor) > _RISE * max(last.size, character.size):
        return True
    return character.left - last.right > _GAP * last.size or character.right < last.left


def _feet(groups: Sequence[_GlyphGroup]) -> dict[int, int]:
    """Raised groups, each with the group at whose end it is, at any place in the file."""
    import numpy as np

    short = [i for i, group in enumerate(groups) if group.raised or _MAY_BE_RAISED.fullmatch(group.text)]
    if not short:
        return {}
    raised = np.array([groups[i].raised for i in short])[:, None]
    left, ceiling, floor, size = (
        np.array(column)[:, None]
        for column in zip(
            *((f.left, f.ceiling, f.floor, f.size) for f in (groups[i].first for i in short)), strict=True
        )
    )
    last_left, last_right, last_ceiling, last_floor, last_size = (
        np.array(column)
        for column in zip(
            *((e.left, e.right, e.ceiling, e.floor, e.size) for e in (g.last for g in groups)), strict=True
        )
    )
    gap = (left - last_right) / last_size
    rise = (last_floor - floor) / last_size
    beside = (
        (left >= last_left) & (gap > -_GAP) & (gap < _RAISED_GAP) & (ceiling <= last_floor) & (floor >= last_ceiling)
    )
    high = (rise < _HIGHEST_RISE) & (raised | (rise > np.where(size < _SMALLER * last_size, _RISE, _RISE_OF_EQUALS)))
    standing = ~np.array([group.raised for group in groups])
    own = np.zeros((len(short), len(groups)), bool)
    own[np.arange(len(short)), short] = True
    found = beside & high & standing & ~own
    return {short[row]: int(np.argmax(found[row])) for row in np.flatnonzero(found.any(axis=1)).tolist()}


def _completed(before: str, raised: str) -> str | None:
    """A word with its raised characters; None if they are a footnote mark."""
    if _ORDINAL.fullmatch(raised) and before[-1].isdigit():
        return before + raised
    if _RAISED_CENTS.fullmatch(raised) and _WHOLE_AMOUNT.fullmatch(before) and not _HAS_CENTS.fullmatch(before):
        return f"{before.rstrip('.,')}.{raised}"
    return None


def _fraction(raised: _GlyphGroup, following: _GlyphGroup) -> str | None:
    """``7/8`` from a raised seven and the following slash and eight, in one group or in two."""
    joined = raised.text + following.text
    numerator, slash, denominator = joined.partition("/")
    touches = following.first.left - raised.last.right < _RAISED_GAP * following.first.size
    plain = _BARE_DIGITS.fullmatch(numerator) and _BARE_DIGITS.match(denominator)
    return joined if slash and plain and touches else None
