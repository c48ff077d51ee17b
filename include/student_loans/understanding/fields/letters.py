"""Letters of names: capitalised words in any alphabet of the Latin script, and scripts that are not read."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

OTHER_SCRIPT = "printed in a script that is not read"
GOES_ON = "it may go on in what is printed beside or under it"
MISREAD = "read from a picture, with letters that are easily taken for others"
NO_LABEL = "no label says that it is a name"
APOSTROPHES = "'\u2018\u2019\u02bb\u02bc\u02b9`"
HYPHENS = "-\u2010\u2011\u2012\u2013\u00ad"
_MARKS = '()"\u201c\u201d:;*\u2020\u2021\u00a7\u00b6#^\u00aa\u00ba'
"""Characters around a word of a name that are not part of it: brackets, quotes, footnote marks."""
_PART = re.compile(r"(?:l{1,3}['-]|l{2,3}(?=Ul))?'?U(?:[Ul'-]|l\.(?=-))*\.?,?|U\.(?:-?U\.)+,?")
"""A word of a name by its shape: ``Ann``, ``O'Brien``, ``d'Arcy``, ``al-Amin``, ``deVries``, ``J.``, ``J.-P.``."""
_PARTICLE = re.compile(r"'?l{1,4}'?")


_LATIN_BLOCKS = 0x250, 0x1E00, 0x1F00
"""The Latin letters of Unicode end at U+024F and begin again from U+1E00 to U+1EFF."""


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ", 1)[0]


def is_latin(letter: str) -> bool:
    """Whether a letter belongs to the Latin script, in any language."""
    return letter.isalpha() and _script(letter) == "LATIN"


def in_other_script(text: str) -> bool:
    """Whether some letter of a text is of a script that is not read."""
    return any(letter.isalpha() and letter not in APOSTROPHES and _script(letter) != "LATIN" for letter in text)


def bare(word: str) -> str:
    """A word without the marks around it, its accents joined to their letters."""
    inner = word.strip(_MARKS)
    if inner.isascii():
        return inner
    while inner and unicodedata.category(inner[-1]) == "No":  # a footnote's figure
        inner = inner[:-1]
    return unicodedata.normalize("NFC", inner)


@lru_cache(maxsize=4096)
def shape_of(word: str) -> str:
    """A word's letters as ``U`` and ``l`` for upper and lower case, ``'`` and ``-`` of any kind, ``?`` for other characters."""
    shape = []
    for character in word:
        if unicodedata.combining(character):
            continue
        if character in APOSTROPHES:
            shape.append("'")
        elif character in HYPHENS:
            shape.append("-")
        elif character in ".,":
            shape.append(character)
        elif not is_latin(character):
            shape.append("?")
        else:
            shape.append("U" if character.isupper() or character.istitle() else "l")
    return "".join(shape)


def is_name_part(word: str) -> bool:
    """Whether a word has the shape of a word of a name."""
    return _PART.fullmatch(shape_of(word)) is not None


def is_particle(word: str) -> bool:
    """Whether a word is short and in lower case, as particles within a name are: ``de``, ``van``, ``'t``."""
    return _PARTICLE.fullmatch(shape_of(word)) is not None


def is_capitalised(word: str) -> bool:
    """Whether the first letter of a word is a capital."""
    first = next((character for character in word if character.isalpha()), "")
    return first.isupper() or first.istitle()


def _capitals() -> str:
    last, again, end = _LATIN_BLOCKS
    letters = map(chr, (*range(last), *range(again, end)))
    return "".join(letter for letter in letters if is_latin(letter) and (letter.isupper() or letter.istitle()))


CAPITALS = _capitals()
"""Every capital of the Latin script, for classes of regular expressions, which know no others."""
