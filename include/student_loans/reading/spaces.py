"""Spaces that recognition lost, found again in the image: a gap between words is wider than one between letters."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST_GAP = 0.16
"""Narrowest gap between words, as a part of the line's height."""
_USUAL_GAP = 0.75
"""The same as a part of the line's other gaps between words: spaces of a line are about equally wide."""
_WIDEST_SPACE = 0.6
_SHORTEST_PART = 2.5
_MANY_SEGMENTS = 60
_JOINED = re.compile(r"[^\W\d_]{6,}|[^\W\d_]+['\u2019.,&][^\W\d_]+")


def restore_spaces(text: str, line: NDArray[np.uint8]) -> str:
    """Put lost spaces back into a recognised line.

    Args:
        text: What was recognised.
        line: The line's gray image (height, width).

    Returns:
        The text, with words of letters split where the image shows a gap; everything else is as it was.
    """
    words = text.split()
    if not any(_JOINED.search(word) for word in words):
        return text
    segments = _segments(line, len(words))
    if not len(words) < len(segments) <= _MANY_SEGMENTS:
        return text
    parts = []
    for word, own in zip(words, _assign(words, segments), strict=True):
        parts.append(_split(word, own) if len(own) > 1 and _JOINED.search(word) else word)
    return " ".join(parts)


def width_of(character: str) -> float:
    """Relative width of a character in common proportional fonts."""
    if character in "iljtfr.,:;'|!()[] I":
        return 0.6
    return 1.4 if character in "mwMW@%" else 1.2 if character.isupper() else 1.0


def _segments(line: NDArray[np.uint8], words: int) -> list[tuple[int, int]]:
    """Columns of the image's words: runs of ink, joined over gaps that are too narrow for a space."""
    import numpy as np

    height = line.shape[0]
    low, high = np.percentile(line, (2, 90))
    dark = (line[int(0.08 * height) : max(1, int(0.92 * height))] < (low + high) / 2).sum(axis=0) > 0
    edges = np.flatnonzero(np.diff(np.concatenate(([0], dark.astype(np.int8), [0]))))
    runs = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    gaps = sorted((right[0] - left[1] for left, right in pairwise(runs)), reverse=True)
    if not gaps:
        return runs
    known = gaps[: words - 1] or gaps[:1]
    usual = min(known[len(known) // 2], _WIDEST_SPACE * height)
    least = max(_LEAST_GAP * height, _USUAL_GAP * usual)
    joined = [runs[0]]
    for run in runs[1:]:
        if run[0] - joined[-1][1] >= least:
            joined.append(run)
        else:
            joined[-1] = (joined[-1][0], run[1])
    return joined


def _assign(words: list[str], segments: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Which image words each text word covers: in order, with widths that fit best (dynamic programming)."""
    total = sum(end - start for start, end in segments)
    unit = total / max(1e-6, sum(width_of(c) for word in words for c in word))
    wanted = [unit * sum(width_of(c) for c in word) for word in words]
    covered = [0]
    for start, end in segments:
        covered.append(covered[-1] + end - start)
    count = len(segments)
    cost: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number, width in enumerate(wanted, 1):
        row: dict[int, tuple[float, int]] = {}
        left = len(wanted) - number
        for end in range(number, count - left + 1):
            choices = (
                (known + abs(covered[end] - covered[start] - width), start)
                for start, (known, _) in cost[-1].items()
                if start < end
            )
            row[end] = min(choices)
        cost.append(row)
    ends, end = [count], count
    for row in reversed(cost[1:]):
        end = row[end][1]
        ends.append(end)
    ends.reverse()
    return [segments[start:end] for start, end in pairwise(ends)]


def _split(word: str, segments: list[tuple[int, int]]) -> str:
    """Cut a word where its image words end, at the nearest boundary of letters."""
    widths = [width_of(c) for c in word]
    unit = sum(widths) / sum(end - start for start, end in segments)
    cuts, place = [], 0.0
    for start, end in segments[:-1]:
        place += unit * (end - start)
        boundaries = [sum(widths[:index]) for index in range(1, len(word))]
        cuts.append(1 + min(range(len(boundaries)), key=lambda index: abs(boundaries[index] - place)))
    parts = [word[start:end] for start, end in pairwise([0, *sorted(set(cuts)), len(word)])]
    # Wide letters leave gaps too: what falls into crumbs was one word.
    crumbs = min(len(part) for part in parts) == 1 or len(word) / len(parts) < _SHORTEST_PART
    return word if crumbs else " ".join(parts)
