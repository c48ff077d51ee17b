"""Numbers of single documents far from what is usual: one at a time, and beside the other numbers of the document.

Amounts are compared as logarithms: they are spread over orders of magnitude, and a lost decimal point is a constant there.
Medians and median absolute deviations do not move when the history itself holds outliers; how far is too far follows
from tails that are fitted to the history. A tenfold payment may be usual alone and is impossible beside its loan's
amount, rate and term, so most faults show in the distance from what the other numbers predict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.levels import limit_of
from student_loans.anomalies.spread import UsualSpread
from student_loans.anomalies.usual import MEASURES, Documents, Usual
from student_loans.severity import Severity

if TYPE_CHECKING:
    import pandas as pd

_MANY, _MANY_SHARE = 5, 0.3


@dataclass(frozen=True, slots=True)
class _Far:
    """One number of one document: its probability, and its distance in robust standard deviations."""

    probability: float
    distance: float
    document_id: str
    document_type: str
    lender: str
    field: str
    beside: tuple[str, ...]
    group: int


def find_outliers(batch: pd.DataFrame, usual: Usual, level: float) -> Iterator[Anomaly]:
    """Documents with one number far from what its type, at its lender, usually prints.

    Args:
        batch: Features of the batch.
        usual: As :func:`student_loans.anomalies.usual.fit_usual` learned it.
        level: Chance of a false alarm in a batch without faults.
    """
    documents = Documents(batch)
    numbers = [one for one in usual.alone(documents) if one[0] not in MEASURES]
    tested = [_test(documents, name, (), spread, values) for name, spread, values in numbers]
    for one in _surest(documents, tested, level):
        yield Anomaly(
            AnomalyCode.OUTLIER,
            Severity.WARNING,
            f"{one.field} is {one.distance:.1f} robust standard deviations from the median of its group",
            document_id=one.document_id,
            document_type=one.document_type,
            lender=one.lender or None,
            field=one.field,
            evidence={"distance": one.distance, "probability": one.probability, "group": one.group},
        )


def find_unusual_combinations(batch: pd.DataFrame, usual: Usual, level: float) -> Iterator[Anomaly]:
    """Documents whose numbers are each possible, but do not go together as in other documents.

    Args:
        batch: Features of the batch.
        usual: As :func:`student_loans.anomalies.usual.fit_usual` learned it.
        level: Chance of a false alarm in a batch without faults.
    """
    documents = Documents(batch)
    tested = [_test(documents, *one) for one in usual.beside(documents)]
    by_document: dict[str, _Far] = {}
    for one in _surest(documents, tested, level):
        best = by_document.setdefault(one.document_id, one)
        if one.distance > best.distance:
            by_document[one.document_id] = one
    sizes = batch["document_type"].value_counts()
    for document_type in sorted({one.document_type for one in by_document.values()}):
        far = [one for one in by_document.values() if one.document_type == document_type]
        if len(far) >= _MANY and len(far) >= _MANY_SHARE * sizes[document_type]:
            yield _changed_type(far, int(sizes[document_type]))
        else:
            yield from map(_combination, far)


def _combination(one: _Far) -> Anomaly:
    return Anomaly(
        AnomalyCode.UNUSUAL_COMBINATION,
        Severity.WARNING,
        f"{one.field} does not go with {', '.join(one.beside)} as in other documents of the type",
        document_id=one.document_id,
        document_type=one.document_type,
        lender=one.lender or None,
        field=one.field,
        evidence={"distance": one.distance, "probability": one.probability, "group": one.group},
    )


def _changed_type(far: Sequence[_Far], documents: int) -> Anomaly:
    """The whole type has changed, so this is one anomaly and not one for each document."""
    names = sorted({one.field for one in far})
    return Anomaly(
        AnomalyCode.UNUSUAL_COMBINATION,
        Severity.WARNING,
        f"the numbers of {len(far)} of {documents} documents do not go together as in other documents of the type"
        f" ({', '.join(names)})",
        document_type=far[0].document_type,
        evidence={"distance": max(one.distance for one in far), "documents": len(far), "of": documents},
    )


@dataclass(frozen=True, slots=True)
class _Tested:
    """One number of some documents of the batch.

    Attributes:
        rows: Places of the documents in the batch.
        standard: Standardised values.
        probability: Of values as far.
    """

    rows: Any
    field: str
    beside: tuple[str, ...]
    spread: UsualSpread
    standard: Any
    probability: Any

    def far(self, batch: Documents, limit: float) -> Iterator[_Far]:
        """Those at or below a probability."""
        for place in (self.probability <= limit).nonzero()[0]:
            row = self.rows[place]
            lender = str(batch.lenders[row])
            yield _Far(
                probability=float(self.probability[place]),
                distance=abs(float(self.standard[place])),
                document_id=str(batch.ids[row]),
                document_type=str(batch.types[row]),
                lender=lender if lender in self.spread.lenders.doubts else "",
                field=self.field,
                beside=self.beside,
                group=len(self.spread.standard),
            )


def _test(batch: Documents, name: str, beside: tuple[str, ...], spread: UsualSpread, values: Any) -> _Tested:
    import numpy as np

    rows = np.flatnonzero(~np.isnan(values))
    standard = spread.standardise(values[rows], batch.types[rows], batch.lenders[rows])
    return _Tested(rows, name, beside, spread, standard, spread.probability(standard))


def _surest(batch: Documents, tested: list[_Tested], level: float) -> list[_Far]:
    import numpy as np

    if not tested:
        return []
    limit = limit_of(np.concatenate([one.probability for one in tested]), level)
    return [far for one in tested for far in one.far(batch, limit)]
