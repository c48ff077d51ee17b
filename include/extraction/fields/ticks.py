"""Which of several terms a form has ticked: ``5 years [X] 10 years [ ] 15 years``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.extraction.fields.layout import Segment
from include.extraction.fields.values import find_values

TICK = re.compile(r"^(?:[\u2612\u2611\u2713\u2714\u25a0\u2717\u2718]|\[[xX\u2713]\]|[xX]|\([xX]\)|[xX]\])$")


def unticked_terms(row: Sequence[Segment]) -> frozenset[tuple[int, int]]:
    """Terms of a row of choices that were not taken: the index of each one's segment, and where it starts there.

    Nothing is said of a row without a single tick right before one of several terms.
    """
    terms: dict[tuple[int, int], bool] = {}
    for segment in row:
        ends = {segment.starts[t.position] + len(t.text) + 1 for t in segment.tokens if TICK.match(t.text)}
        for reading in find_values(segment.text) if segment.tokens else ():
            if reading.grammar == "term":
                terms[segment.index, reading.start] = reading.start in ends
    ticked = sum(terms.values())
    return frozenset(place for place, tick in terms.items() if not tick) if ticked == 1 else frozenset()
