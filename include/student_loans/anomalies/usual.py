"""What is usual: the numbers of each document type and their relations, learned once from the history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from student_loans.anomalies.relations import Relation, fit_relations
from student_loans.anomalies.settings import OutlierSettings
from student_loans.anomalies.spread import UsualSpread, fit_spread, pool_shapes
from student_loans.records import DocumentType, FieldKind, field_catalog

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("quality_score", "lowest_confidence", "mean_confidence", "page_count")
"""How documents were read, as far as a change of it is an anomaly."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual.

    Attributes:
        spreads: Document type and number (or measure) to its spread.
        names: Numbers that documents print, in the order of the columns of relations.
        relations: By name, the closest first. They are learned over all types: a payment follows from amount, rate and
            term on whatever document it stands.
    """

    spreads: Mapping[str, Mapping[str, UsualSpread]]
    names: tuple[str, ...]
    relations: Mapping[str, list[Relation]]

    def alone(self, batch: Documents) -> Iterator[tuple[str, UsualSpread, Any]]:
        """Each number of each type, its usual spread, and its values; NaN for other documents."""
        import numpy as np

        for document_type, spreads in self.spreads.items():
            own = batch.types == document_type
            if own.any():
                for name, spread in spreads.items():
                    yield name, spread, np.where(own, batch.column(name), np.nan)

    def beside(self, batch: Documents) -> Iterator[tuple[str, tuple[str, ...], UsualSpread, Any]]:
        """Distances of each number from what others predict, each document by the closest relation that it allows.

        Yields:
            The number, its predictors, the usual spread, and the distances; NaN for documents of another relation.
        """
        import numpy as np

        numbers = np.column_stack([batch.column(name) for name in self.names]) if self.names else None
        for name, relations in self.relations.items():
            left = np.ones(len(batch.types), dtype=bool)
            for relation in relations:
                distances = np.where(left, relation.residuals(numbers), np.nan)
                left &= np.isnan(distances)
                yield name, tuple(self.names[column] for column in relation.predictors), relation.spread, distances


class Documents:
    """The documents of a feature frame as arrays.

    Args:
        frame: Features.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.ids = frame["document_id"].to_numpy()
        self.types = frame["document_type"].to_numpy(dtype=str)
        self.lenders = lenders_of(frame)
        self._frame = frame
        self._columns: dict[str, Any] = {}

    def column(self, name: str) -> Any:
        """A number on the scale on which it is compared: amounts and terms as logarithms, a cent for zero."""
        import numpy as np

        if name not in self._columns:
            numbers = self._frame[name].to_numpy(dtype="float64")
            amount = name not in MEASURES and field_catalog().kinds[name] is not FieldKind.RATE
            self._columns[name] = np.log(np.maximum(numbers, 0.01)) if amount else numbers
        return self._columns[name]


def fit_usual(history: pd.DataFrame, settings: OutlierSettings) -> Usual:
    """Learn the spreads of numbers and their relations.

    Args:
        history: Features of earlier documents.
        settings: Fewest values.
    """
    import numpy as np

    documents = Documents(history)
    spreads = {}
    for document_type in np.unique(documents.types):
        own = documents.types == document_type
        names = (*_amounts_of(str(document_type)), *MEASURES)
        spreads[str(document_type)] = _spreads(documents, own, names, settings.min_group)
    _pool_tails(spreads)
    names = tuple(dict.fromkeys(name for some in spreads.values() for name in some if name not in MEASURES))
    relations = {}
    if names:
        numbers = np.column_stack([documents.column(name) for name in names])
        relations = {
            name: fit_relations(numbers, documents.types, documents.lenders, column, settings.min_related)
            for column, name in enumerate(names)
        }
    return Usual(spreads, names, relations)


def lenders_of(documents: pd.DataFrame) -> Any:
    """Lenders as text, empty for none."""
    return documents["lender"].fillna("").to_numpy(dtype=str)


def _spreads(documents: Documents, own: Any, names: Sequence[str], least: int) -> dict[str, UsualSpread]:
    import numpy as np

    found = {}
    for name in names:
        values, listed = documents.column(name), name not in MEASURES
        there = own & ~np.isnan(values)
        if there.sum() >= least:
            found[name] = fit_spread(values[there], documents.types[there], documents.lenders[there], listed=listed)
    return found


def _pool_tails(spreads: dict[str, dict[str, UsualSpread]]) -> None:
    """Numbers of a document follow from each other: each type counts once, however many numbers it prints."""
    own = [(kind, name) for kind, some in spreads.items() for name in some if name not in MEASURES]
    pooled = [spreads[kind][name] for kind, name in own]
    independent = float(sum(max(one.upper.values for one in some.values()) for some in spreads.values() if some))
    uppers = pool_shapes([one.upper for one in pooled], independent)
    lowers = pool_shapes([one.lower for one in pooled], independent)
    for (kind, name), upper, lower in zip(own, uppers, lowers, strict=True):
        spreads[kind][name] = replace(spreads[kind][name], upper=upper, lower=lower)


def _amounts_of(document_type: str) -> list[str]:
    """Money, rates and terms that the type may print."""
    catalog = field_catalog()
    followed = (FieldKind.MONEY, FieldKind.RATE)
    return [
        name
        for name in catalog.fields_of(DocumentType(document_type))
        if (catalog.kinds[name] in followed or catalog.fields[name].grammar == "term")
        and not catalog.fields[name].often_zero
    ]
