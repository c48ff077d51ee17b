"""Which field a text asks for: a linear model over the words of the text and their meaning.

The words and pairs of words are hashed into a fixed number of places; the meaning is the text's static word embedding, so that a
wording that no training document had is near to those that it resembles. Weights are data (see :mod:`.model`).
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.fields.wordings import load_model

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float32]

PLACES = 4096
"""Number of places that words are hashed into."""
MEANING = 256
"""Length of a text's embedding."""
_MOST_KNOWN = 20_000
_KNOWN: dict[str, Numbers] = {}
"""Embeddings of words, because a lender's labels are on each of its documents."""


def word_places(text: str) -> tuple[int, ...]:
    """The places of a text's words, pairs of words, and its first and last words."""
    words = words_of(text)
    if not words:
        return ()
    grams = [*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))]
    grams += [f"^{words[0]}", f"{words[-1]}$", f"{' '.join(words[-2:])}$", f"{' '.join(words[-3:])}$"]
    if len(words) <= 5:
        grams.append(f"^{' '.join(words)}$")
    return tuple(sorted({zlib.crc32(gram.encode()) % PLACES for gram in grams}))


def meanings(texts: Sequence[str]) -> Numbers:
    """The normalised mean of the embeddings of each text's words, (texts, :data:`MEANING`); zeros for a text without words."""
    import numpy as np

    words = [words_of(text) for text in texts]
    unknown = list(dict.fromkeys(word for own in words for word in own if word not in _KNOWN))
    if len(_KNOWN) + len(unknown) > _MOST_KNOWN:
        _KNOWN.clear()
        unknown = list(dict.fromkeys(word for own in words for word in own))
    if unknown:
        _KNOWN.update(zip(unknown, np.asarray(load_model().embed(unknown), np.float32), strict=True))
    found = np.zeros((len(texts), MEANING), np.float32)
    for row, own in enumerate(words):
        if own:
            found[row] = sum(_KNOWN[word] for word in own)
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class TextModel:
    """Log probabilities of the classes of a text.

    Attributes:
        classes: Fields, and :data:`~.known.NOTHING`.
        of_words: Weights of the hashed words, (:data:`PLACES`, classes).
        of_meaning: Weights of the embedding, (:data:`MEANING`, classes).
        intercept: (classes,)
    """

    classes: tuple[str, ...]
    of_words: Numbers
    of_meaning: Numbers
    intercept: Numbers

    def log_probabilities(self, texts: Sequence[str]) -> Numbers:
        """(texts, classes); an empty text has the same for all classes."""
        import numpy as np

        unique = list(dict.fromkeys(texts))
        rows = {text: index for index, text in enumerate(unique)}
        places = [word_places(text) for text in unique]
        scores = meanings(unique) @ self.of_meaning + self.intercept
        for index, own in enumerate(places):
            if own:
                scores[index] += self.of_words[list(own)].sum(axis=0) / len(own) ** 0.5
            else:
                scores[index] = 0.0
        scores -= scores.max(axis=1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return np.asarray(scores[[rows[text] for text in texts]], np.float32)
