"""Marks beside the choices of a form: which glyphs mean "chosen", and which mean "not chosen".

A mark is a glyph of Unicode, a code of a symbol font that has no map to Unicode (Wingdings, Wingdings 2, Webdings,
ZapfDingbats, icon fonts), or typed: ``[x]``, ``(X)``, ``_X_``. A cross or a check mark is always a mark. A filled shape may
be a list bullet, and a letter of a symbol font may be a letter: they count only beside an empty mark.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class ChoiceMark(StrEnum):
    """The meaning of a mark for its choice."""

    TICKED = "ticked"
    FILLED = "filled"
    EMPTY = "empty"
    UNKNOWN = "unknown"


_SYMBOL_FONT = 0xF000
"""Where symbol fonts put their codes in the private-use area."""


def _codes(*codes: int) -> str:
    return "".join(chr(_SYMBOL_FONT + code) for code in codes)


_TICKED = (
    "\u2611\u2612\u2705\u2713\u2714\u2715\u2716\u2717\u2718\u274c\u274e\u2327\u22a0\u2297\u2a2f\u00d7\u221a\U0001f5f4"
    "\U0001f5f5\U0001f5f7\U0001f5f8\U0001f5f9\u2bbd\u2bbe\ue834"
    # ZapfDingbats 3 to 8, Webdings a, Wingdings 2 O to T, Wingdings x and 0xFB to 0xFE, Font Awesome.
    + _codes(*range(0x33, 0x39), 0x61, *range(0x4F, 0x55), 0x78, *range(0xFB, 0xFF), 0x00C, 0x046, 0x058, 0x14A)
)
_FILLED = "\u25a0\u25cf\u25c9\u25fc\u25fe\u29bf\u26ab\u2b1b\u2b24\u2b25\u25c6\u2022\ue837" + _codes(
    0x67, 0x6C, 0x6E, 0xA4, 0x111, 0x192
)
_EMPTY = (
    "\u2610\u25a1\u25a2\u25cb\u25ef\u25fb\u25fd\u26aa\u2b1c\u25c7\u274d\u274f\u2750\u2751\u2752\ue835\ue836"
    + _codes(0x63, 0x6D, 0x6F, 0x70, 0x71, 0xA1, 0xA3, 0xA8, 0x096, 0x10C)
)
_GLYPHS = {
    **dict.fromkeys(_TICKED, ChoiceMark.TICKED),
    **dict.fromkeys(_FILLED, ChoiceMark.FILLED),
    **dict.fromkeys(_EMPTY, ChoiceMark.EMPTY),
}
_BULLET = "\u2022"
_SYMBOL_LETTERS = {
    **dict.fromkeys("\u00fe\u00fd\u00fc\u00fb", ChoiceMark.TICKED),
    **dict.fromkeys("nlRSTP\u00a4", ChoiceMark.FILLED),
    **dict.fromkeys("oqm\u00a8\u00a1\u00a3", ChoiceMark.EMPTY),
}
"""Wingdings, Wingdings 2 and ZapfDingbats in a text layer that has their codes as letters."""
_MISREAD_EMPTY = frozenset({"O", "o", "L", "C", "[", "|", "LJ", "CJ"})
"""What a recogniser makes of an empty box."""
_ENCLOSED = re.compile(r"(?P<left>[\[({<_|]*)(?P<core>[^\[\](){}<>_|]?)(?P<right>[\])}>_|]*)")
_BLANK = re.compile(r"_+|\[\]|\(\)|\{\}|<>|\|_+\|")
_ATTACHED = re.compile(r"\[.?\]|\(.?\)|_+[xX\u2713\u2714]?_*")
_WORDS_KEPT = 20_000
_TYPED = frozenset({"x", "X", "*"})


def is_glyph(text: str) -> bool:
    """Whether a word is one or more glyphs that mark choices; list bullets are not."""
    return bool(text) and all(character in _GLYPHS and character != _BULLET for character in text)


def read_mark(text: str, *, printed: bool) -> ChoiceMark | None:
    """The meaning of a word as a mark; None for a word that is not a mark.

    Args:
        text: The word.
        printed: Whether it comes from a text layer; OCR takes boxes for letters.

    Example:
        >>> [read_mark(text, printed=True) for text in ("[x]", "\u2610", "(a)")]
        [<ChoiceMark.TICKED: 'ticked'>, <ChoiceMark.EMPTY: 'empty'>, None]
    """
    if _BLANK.fullmatch(text):
        return ChoiceMark.EMPTY
    if not printed and text in _MISREAD_EMPTY:
        return ChoiceMark.EMPTY
    match = _ENCLOSED.fullmatch(text)
    if match is None or not match["core"]:
        return None
    core, enclosed = match["core"], bool(match["left"] or match["right"])
    if core in _TYPED and (enclosed or core != "*"):
        return ChoiceMark.TICKED
    if core in _GLYPHS and (enclosed or core != _BULLET):
        # A glyph in brackets is not a list bullet.
        return ChoiceMark.TICKED if enclosed and _GLYPHS[core] is ChoiceMark.FILLED else _GLYPHS[core]
    if enclosed:
        return ChoiceMark.UNKNOWN if core in "oO0" else None
    return _SYMBOL_LETTERS.get(core) if printed else None


@lru_cache(maxsize=_WORDS_KEPT)
def split_marks(text: str) -> tuple[str, ...]:
    """Split a word from the marks that touch it: ``[x]Fixed`` is two pieces.

    Example:
        >>> split_marks("[x]Fixed"), split_marks("Fixed\u2610"), split_marks("fixed")
        (('[x]', 'Fixed'), ('Fixed', '\u2610'), ('fixed',))
    """
    start = _attached_length(text)
    end = len(text) - _attached_length(text[::-1].translate(_MIRRORED)) if start < len(text) else len(text)
    if end <= start:
        return (text,)
    return tuple(piece for piece in (text[:start], text[start:end], text[end:]) if piece)


_MIRRORED = str.maketrans("[](){}<>", "][)(}{><")


def _attached_length(text: str) -> int:
    """How many characters at the start of a word are a mark that touches a longer word."""
    if text[:1] in _GLYPHS:
        return 1
    match = _ATTACHED.match(text)
    return match.end() if match and text[match.end() : match.end() + 1].isalnum() else 0
