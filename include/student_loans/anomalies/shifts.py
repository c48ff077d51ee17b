"""The batch's distributions against the history's: numbers, categories, new lenders, new forms of identifiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.levels import CellGroup, Cells, Judgement, cells_of, explain, limit_of
from student_loans.anomalies.settings import FormatSettings, ShiftSettings, UnknownLenderSettings
from student_loans.anomalies.shares import chance_of_more, pooled_shares
from student_loans.anomalies.spread import UsualSpread
from student_loans.anomalies.usual import Documents, Usual, lenders_of
from student_loans.severity import Severity
from student_loans.statistics.features import categories, shape_columns

if TYPE_CHECKING:
    import pandas as pd

_DISPERSED = 0.01
"""Probability below which batches of the history differ by more than chance."""
_USUAL_FORM = 0.02
_LEAST_BATCHES = 5
"""Stretches of the history from which it shows how much batches differ."""
_LEAST_VALUES = 2
_OWN_TEST = frozenset({"status", "document_type"})
"""A change of the mix of types is a matter of what people send in; a change of status follows from its causes."""


def find_shifts(batch: pd.DataFrame, usual: Usual, settings: ShiftSettings, level: float) -> Iterator[Anomaly]:
    """Find numbers that lie higher or lower than usual in the batch, a type or a lender's documents.

    Values are replaced by normal scores, the normal values of the same rank among earlier documents of the same type
    around their lender's centre. Their mean is tested: a few far values cannot make it significant, and neither another
    mix of types nor of lenders can. Numbers with relations are tested by their distances from the prediction, too.

    Args:
        batch: Features of the batch.
        usual: As :func:`student_loans.anomalies.usual.fit_usual` learned it.
        settings: Smallest change that matters.
        level: Chance of a false alarm in a batch without faults.
    """
    documents = Documents(batch)
    cells = cells_of(documents.types, documents.lenders)
    scored: dict[tuple[str, bool], _Scores] = {}
    for name, spread, values in usual.alone(documents):
        scored.setdefault((name, False), _Scores(cells, name)).add(documents, values, spread)
    for name, predictors, spread, values in usual.beside(documents):
        beside = scored.setdefault((name, True), _Scores(cells, name))
        beside.add(documents, values, spread)
        beside.closest = beside.closest or predictors
        beside.others.update(predictors)
    yield from _shifted(list(scored.values()), cells, settings, level)


class _Scores:
    """Normal scores of one number, summed by cell.

    Args:
        cells: Of the batch.
        name: The number.

    Attributes:
        others: The numbers beside which it is judged; none where it is judged alone.
        closest: Those of the closest relation.
    """

    def __init__(self, cells: Cells, name: str) -> None:
        import numpy as np

        self.name = name
        self.others: set[str] = set()
        self.closest: tuple[str, ...] = ()
        self.cells = cells
        self.values, self.scores = np.zeros(len(cells.types)), np.zeros(len(cells.types))
        self.doubts = np.zeros((2, len(cells.types)))

    def add(self, documents: Documents, values: Any, spread: UsualSpread) -> None:
        """Score some values; NaN is no value."""
        import numpy as np

        there = ~np.isnan(values)
        types, lenders, codes = documents.types[there], documents.lenders[there], self.cells.codes[there]
        size = len(self.values)
        self.values += np.bincount(codes, minlength=size)
        scores = spread.scores(spread.standardise(values[there], types, lenders))
        self.scores += np.bincount(codes, weights=scores, minlength=size)
        self.doubts[0] += np.bincount(codes, weights=np.sqrt(spread.types.doubt(types)), minlength=size)
        self.doubts[1] += np.bincount(codes, weights=np.sqrt(spread.lenders.doubt(lenders)), minlength=size)

    def tests(self, cells: Any) -> tuple[Any, Any]:
        """Number of values and mean score, in standard errors, of groups of cells.

        Args:
            cells: A row a group.
        """
        import numpy as np

        values = cells @ self.values
        # Documents of a type share the error of its centre, and those of a lender that of theirs.
        variance = values + (((cells * self.doubts[0]) @ self.cells.of_type) ** 2).sum(axis=1)
        variance += (((cells * self.doubts[1]) @ self.cells.of_lender) ** 2).sum(axis=1)
        return values, cells @ self.scores / np.sqrt(np.maximum(variance, 1.0))

    def probabilities(self) -> Any:
        """Of all groups with at least two values."""
        import numpy as np
        from scipy.special import ndtr

        values, scores = self.tests(np.array([group.cells for group in self.cells.groups], dtype=float))
        return 2 * ndtr(-np.abs(scores[values >= _LEAST_VALUES]))

    def judge(self, cells: Any) -> Judgement | None:
        """Test whether the mean score of some cells differs from 0."""
        from scipy.special import ndtr

        (values,), (score,) = self.tests(cells[None, :].astype(float))
        if values < _LEAST_VALUES:
            return None
        probability, shift = 2 * float(ndtr(-abs(score))), float((self.scores * cells).sum() / values)
        return Judgement(probability, abs(shift), {"shift": shift, "probability": probability, "values": int(values)})


def _shifted(scored: list[_Scores], cells: Cells, settings: ShiftSettings, level: float) -> Iterator[Anomaly]:
    import numpy as np

    if not scored:
        return
    tested = [one.probabilities() for one in scored]
    limit = limit_of(np.concatenate(tested), level)
    shifted: set[str] = set()
    moved = {id(one): bool((some <= limit).any()) for one, some in zip(scored, tested, strict=True)}
    blame = _blame(scored, moved)
    # A relation is broken for all its numbers: it is reported for one, and not where another shift explains it.
    for one in sorted(scored, key=lambda one: (bool(one.others), -blame[one.name])):
        if moved[id(one)] and not shifted & {one.name, *one.others}:
            found = [_shift(one, *pair) for pair in explain(cells.groups, one.judge, limit, settings.min_shift)]
            shifted.update(anomaly.field or "" for anomaly in found)
            yield from found


def _blame(scored: list[_Scores], moved: Mapping[int, bool]) -> Counter[str]:
    """In how many broken relations each number stands, less those that hold."""
    votes: Counter[str] = Counter()
    for one in scored:
        if one.others:
            votes.update(dict.fromkeys((one.name, *one.closest), 1 if moved[id(one)] else -1))
    return votes


def _shift(one: _Scores, group: CellGroup, judged: Judgement) -> Anomaly:
    way = "higher" if judged.evidence["shift"] > 0 else "lower"
    return Anomaly(
        AnomalyCode.DISTRIBUTION_SHIFT,
        Severity.WARNING,
        f"{one.name} is {way} than in earlier documents" + (" beside their other numbers" if one.others else ""),
        document_type=group.document_type,
        lender=group.lender,
        field=one.name,
        evidence=judged.evidence,
    )


def find_category_shifts(
    batch: pd.DataFrame, history: pd.DataFrame, settings: ShiftSettings, level: float
) -> Iterator[Anomaly]:
    """Find categories whose shares changed, where the history holds at least two batches of this size.

    Args:
        batch: Features of the batch.
        history: Features of earlier documents.
        settings: Smallest change that matters.
        level: Chance of a false alarm in a batch without faults.
    """
    tested = [one for name in categories() if name not in _OWN_TEST for one in _category(batch, history, name)]
    limit = limit_of([judged.probability for _, judged in tested], level)
    worst: dict[str, Judgement] = {}
    for name, judged in tested:
        if judged.probability <= limit and judged.effect >= settings.min_share_change:
            worst[name] = min(worst.get(name, judged), judged, key=lambda one: one.probability)
    for name, judged in worst.items():
        yield Anomaly(
            AnomalyCode.CATEGORY_SHIFT,
            Severity.WARNING,
            f"the shares of {name} changed by up to {judged.effect:.0%}",
            field=name,
            evidence=judged.evidence,
        )


def _category(batch: pd.DataFrame, history: pd.DataFrame, name: str) -> Iterator[tuple[str, Judgement]]:
    """Each value of the history; the share is beta-binomial, with the variance that earlier batches had."""
    import numpy as np

    now, before = batch[name].dropna(), history[name].dropna()
    if now.empty or len(before) < 2 * len(now):
        return  # how much batches of this size differ is not known
    counts, past = now.value_counts(), before.value_counts()
    for value in past.index:
        usual = float((past[value] + 0.5) / (len(before) + 1))
        known = _known(np.asarray(before == value, dtype=float), usual, len(now))
        count = int(counts.get(value, 0))
        probability = _two_sided(count, len(now), usual, known)
        change = count / len(now) - usual
        evidence = {"change": change, "probability": probability, "values": len(now), "history": len(before)}
        yield name, Judgement(probability, abs(change), evidence)


def _known(had: Any, usual: float, size: int) -> float:
    """Documents that a share is worth: fewer than the history when batches differed by more than chance.

    The history is in the order of its arrival, so stretches of the batch's size are like earlier batches.
    """
    from scipy.special import chdtrc

    size = min(size, len(had) // _LEAST_BATCHES)
    if size < _LEAST_VALUES:
        return float(len(had))
    blocks = len(had) // size
    counts = had[: blocks * size].reshape(blocks, size).sum(axis=1)
    excess = float(((counts - size * usual) ** 2).sum()) / (size * usual * (1 - usual))
    if chdtrc(blocks - 1, excess) > _DISPERSED:
        return float(len(had))
    # Variance of a beta-binomial: that of the binomial times 1 + (size - 1) / (known + 1).
    inflation = max(excess / (blocks - 1) - 1, 1e-9)
    return min(max((size - 1) / inflation - 1, 1.0), float(len(had)))


def _two_sided(count: int, documents: int, usual: float, known: float) -> float:
    more = chance_of_more(count, documents, usual, known)
    fewer = chance_of_more(documents - count, documents, 1 - usual, known)
    return min(1.0, 2 * min(more, fewer))


def find_unknown_lenders(
    batch: pd.DataFrame, history: pd.DataFrame, settings: UnknownLenderSettings, level: float
) -> Iterator[Anomaly]:
    """Lenders and servicers that no earlier document names: how many, never which (a misread name may be anything).

    Where new names are usual (many small lenders, misread names), a few more are not reported.

    Args:
        batch: Features of the batch.
        history: Features of earlier documents.
        settings: Fewest documents.
        level: Chance of a false alarm in a batch without faults.
    """
    from scipy.stats import binom

    named, counts = batch["lender"].dropna(), history["lender"].value_counts()
    new = batch[batch["lender"].notna() & ~batch["lender"].isin(counts.index)]
    if len(new) < settings.min_documents:
        return
    # Good and Turing: the share of lenders not seen so far is that of lenders seen once.
    unseen = float((counts == 1).sum()) / max(int(counts.sum()), 1)
    if binom.sf(int(new["lender"].nunique()) - 1, len(named), unseen) > level:
        return
    for document_id, document_type in zip(new["document_id"], new["document_type"], strict=True):
        yield Anomaly(
            AnomalyCode.UNKNOWN_LENDER,
            Severity.WARNING,
            "no earlier document names this lender or servicer",
            document_id=str(document_id),
            document_type=str(document_type),
            field="lender_name",
            evidence={"documents": len(new), "lenders": int(new["lender"].nunique())},
        )


def find_format_changes(
    batch: pd.DataFrame, history: pd.DataFrame, settings: FormatSettings, level: float
) -> Iterator[Anomaly]:
    """Identifiers of a lender in a form that the lender has hardly ever used.

    Args:
        batch: Features of the batch.
        history: Features of earlier documents.
        settings: Smallest share that matters.
        level: Chance of a false alarm in a batch without faults.
    """
    tested = [one for column in shape_columns() for one in _forms(batch, history, column)]
    limit = limit_of([judged.probability for _, _, judged in tested], level)
    for name, lender, judged in tested:
        if judged.probability <= limit and judged.effect >= settings.min_share:
            odd, documents = judged.evidence["new_form"], judged.evidence["documents"]
            yield Anomaly(
                AnomalyCode.FORMAT_CHANGE,
                Severity.WARNING,
                f"{name} has a new form in {odd} of {documents} documents of a lender",
                lender=lender,
                field=name,
                evidence=judged.evidence,
            )


def _forms(batch: pd.DataFrame, history: pd.DataFrame, column: str) -> Iterator[tuple[str, str, Judgement]]:
    """Each lender's share of documents with a form that fewer than one in fifty of its documents had."""
    import numpy as np

    now, past = batch[batch[column].notna() & batch["lender"].notna()], history[history[column].notna()]
    if now.empty or past.empty:
        return
    lenders, past_lenders = lenders_of(now), lenders_of(past)
    forms = past.groupby("lender")[column].value_counts(normalize=True)
    known = set(forms.index[forms >= _USUAL_FORM].to_list())
    odd = _not_in(lenders, now[column], known)
    names = np.intersect1d(lenders, past_lenders)
    before = _not_in(past_lenders, past[column], known)
    usual = pooled_shares(before, np.full(len(past), ""), past_lenders, np.full(len(names), ""), names)
    for lender in names.tolist():
        rows = lenders == lender
        share, worth = usual.of((names == lender).astype("float64"))
        documents, new = int(rows.sum()), int(odd[rows].sum())
        probability = chance_of_more(new, documents, share, worth)
        evidence = {"documents": documents, "new_form": new, "usual_share": share, "probability": probability}
        yield column.removesuffix("_shape"), lender, Judgement(probability, new / documents, evidence)


def _not_in(lenders: Any, forms: Any, known: set[tuple[str, str]]) -> Any:
    import numpy as np

    return np.array([pair not in known for pair in zip(lenders, forms, strict=True)], dtype=bool)


def find_malformed_values(batch: pd.DataFrame) -> Iterator[Anomaly]:
    """Find documents with a value that does not have the normal form of its field; even one is an anomaly.

    Args:
        batch: Features of the batch.
    """
    faulty = batch[batch["malformed"] > 0]
    for document_id, document_type, count in zip(
        faulty["document_id"], faulty["document_type"], faulty["malformed"], strict=True
    ):
        yield Anomaly(
            AnomalyCode.MALFORMED_VALUES,
            Severity.CRITICAL,
            f"{int(count)} of its values have not the normal form of their field",
            document_id=str(document_id),
            document_type=str(document_type),
            evidence={"values": int(count)},
        )
