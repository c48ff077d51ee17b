"""Which of the many tests of a batch are anomalies: one false-alarm rate of a clean batch, shared by the detectors.

Each detector gets the same share of the rate and compares its probabilities by the procedure of Benjamini and Hochberg.
Without any fault the chance of one false alarm is at most that share, however many tests there are; with faults the
limit rises with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CellGroup:
    """Documents that are judged together.

    Attributes:
        cells: Which cells they are, as an array of booleans.
        document_type: None for all types.
        lender: None for all lenders.
    """

    cells: Any
    document_type: str | None = None
    lender: str | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """The documents of a batch by type and lender.

    Attributes:
        codes: The cell of each document.
        types: The type of each cell.
        lenders: The lender of each cell; empty text for none.
        of_type: Which cells (rows) are of which type (columns), as zeros and ones.
        of_lender: The same of lenders.
        groups: Each type, the whole batch, each lender, and each cell with a lender; of groups that are the same
            documents, the first is reported.
    """

    codes: Any
    types: Any
    lenders: Any
    of_type: Any
    of_lender: Any
    groups: tuple[CellGroup, ...]

    def sums(self, values: Any) -> Any:
        """The sum of some values of the documents in each cell."""
        import numpy as np

        return np.bincount(self.codes, weights=values, minlength=len(self.types))


def cells_of(types: Any, lenders: Any) -> Cells:
    """The cells of some documents.

    Args:
        types: Document types, an array of text.
        lenders: Lenders, an array of text; empty text for none.
    """
    import numpy as np

    pairs, codes = np.unique(np.column_stack([types, lenders]), axis=0, return_inverse=True)
    kinds, names = pairs[:, 0], pairs[:, 1]
    groups = [CellGroup(kinds == one, document_type=str(one)) for one in np.unique(kinds)]
    groups.append(CellGroup(np.ones(len(pairs), dtype=bool)))
    groups += [CellGroup(names == one, lender=str(one)) for one in np.unique(names[names != ""])]
    cells = np.eye(len(pairs), dtype=bool)
    groups += [CellGroup(cells[n], str(kinds[n]), str(names[n])) for n in range(len(pairs)) if names[n]]
    of_type, of_lender = (np.equal.outer(some, np.unique(some)).astype("float64") for some in (kinds, names))
    return Cells(codes.ravel(), kinds, names, of_type, of_lender, tuple(groups))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of one test.

    Attributes:
        probability: Of a result as extreme without a fault.
        effect: How large the change is, in the unit of the test.
        evidence: Counts for the anomaly.
    """

    probability: float
    effect: float
    evidence: dict[str, Any]


def limit_of(probabilities: Any, level: float) -> float:
    """The largest probability that is an anomaly; below zero when none is.

    Args:
        probabilities: Of all tests of a detector.
        level: Highest share of false alarms among what is found.
    """
    import numpy as np

    ordered = np.sort(np.asarray(probabilities, dtype="float64"))
    passes = np.flatnonzero(ordered <= level * np.arange(1, len(ordered) + 1) / max(len(ordered), 1))
    return float(ordered[passes[-1]]) if len(passes) else -1.0


def explain(
    groups: tuple[CellGroup, ...], judge: Callable[[Any], Judgement | None], limit: float, least_effect: float
) -> Iterator[tuple[CellGroup, Judgement]]:
    """The fewest groups that explain a change: the surest first, then what is still changed without its documents.

    Args:
        groups: Candidates; one that contains a changed group is changed too.
        judge: Tests the documents of some cells; None where nothing can be judged.
        limit: The largest probability that is an anomaly.
        least_effect: Smallest change that matters.
    """
    left = True
    while True:
        judged = [(group, one) for group in groups if (one := judge(group.cells & left)) is not None]
        changed = [one for one in judged if one[1].probability <= limit and one[1].effect >= least_effect]
        if not changed:
            return
        best = min(changed, key=lambda one: one[1].probability)
        yield best
        left = left & ~best[0].cells
