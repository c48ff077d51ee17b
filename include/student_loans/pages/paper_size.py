"""The paper size of a page: the size that a file states is used only if documents are printed on such paper.

Many programs write one pixel as one point, so a scan at 300 dpi seems to be a poster, and others leave a size out.
"""

from __future__ import annotations

_LETTER_PT = (612.0, 792.0)
_LONG_SIDE_PT = (500.0, 1300.0)
"""From half a letter page to tabloid and A3."""
_SHORT_SIDE_PT = (200.0, 900.0)
"""Of strips: from the paper of receipts to A3."""
_STRIP = 1.8
"""Longer sides over shorter ones above which a page is a strip: a receipt, or a web page or screen in one piece."""


def paper_size_pt(width: float, height: float, points_per_unit: float = 1.0) -> tuple[float, float]:
    """Width and height of the paper in points.

    Args:
        width: As the file states it, in any unit.
        height: The same.
        points_per_unit: Points in one unit, as the file states; zero if it states nothing.

    Returns:
        The stated size if it is plausible; else the same shape as long as a letter page, and strips as wide as one.
    """
    long, short = max(width, height), max(1e-6, min(width, height))
    strip = long > _STRIP * short
    side, (least, most), letter = (
        (short, _SHORT_SIDE_PT, _LETTER_PT[0]) if strip else (long, _LONG_SIDE_PT, _LETTER_PT[1])
    )
    points = points_per_unit if least <= side * points_per_unit <= most else letter / side
    return width * points, height * points
