"""The batch's distributions against the history's: numbers, categories, new lenders, new forms of identifiers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.settings import FormatSettings, ShiftSettings, UnknownLenderSettings
from student_loans.severity import Severity
from student_loans.statistics.features import categories, number_fields, shape_columns

if TYPE_CHECKING:
    import pandas as pd

_SHIFTING = ("quality_score", "lowest_confidence", "mean_confidence", "page_count")
_OWN_TEST = frozenset({"status", "document_type"})
"""A change of the mix of types is a matter of what people send in; a change of status follows from its causes."""


def find_shifts(batch: pd.DataFrame, history: pd.DataFrame, settings: ShiftSettings) -> Iterator[Anomaly]:
    """Find numbers and categories of the batch with another distribution than before.

    Args:
        batch: Features of the batch.
        history: Features of earlier documents.
        settings: Thresholds.
    """
    for name in (*number_fields(), *_SHIFTING):
        yield from _number(batch, history, name, settings)
    for name in categories():
        if name not in _OWN_TEST:
            yield from _category(batch, history, name, settings)


def _number(batch: pd.DataFrame, history: pd.DataFrame, name: str, settings: ShiftSettings) -> Iterator[Anomaly]:
    from scipy.stats import ks_2samp

    # The mix of types must not count as a shift of a number, so the history is weighted to the batch's mix.
    now = batch.loc[batch[name].notna(), ["document_type", name]]
    before = history.loc[history[name].notna(), ["document_type", name]]
    before = before[before["document_type"].isin(now["document_type"].unique())]
    if len(now) < settings.min_values or len(before) < settings.min_values:
        return
    usual = _same_mix(before, now)
    if len(usual) < settings.min_values:
        return
    result = ks_2samp(now[name].to_numpy(), usual[name].to_numpy(), method="asymp")
    if result.statistic < settings.min_distance or result.pvalue >= settings.level:
        return
    yield Anomaly(
        AnomalyCode.DISTRIBUTION_SHIFT,
        Severity.WARNING,
        f"{name} is spread otherwise than in earlier documents",
        field=name,
        evidence={
            "distance": float(result.statistic),
            "probability": float(result.pvalue),
            "values": len(now),
            "history": len(usual),
        },
    )


def _same_mix(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Earlier documents thinned to the batch's mix of types, as many of them as that allows."""
    import pandas as pd

    wanted = now["document_type"].value_counts(normalize=True)
    there = before["document_type"].value_counts()
    scale = min(there.get(kind, 0) / share for kind, share in wanted.items())
    parts = [
        group.head(round(scale * wanted[kind])) for kind, group in before.groupby("document_type") if kind in wanted
    ]
    return pd.concat(parts) if parts else before.head(0)


def _category(batch: pd.DataFrame, history: pd.DataFrame, name: str, settings: ShiftSettings) -> Iterator[Anomaly]:
    from scipy.stats import binomtest

    now, before = batch[name].dropna(), history[name].dropna()
    if len(now) < settings.min_values or len(before) < settings.min_values:
        return
    counts, past = now.value_counts(), before.value_counts()
    worst: tuple[float, float] | None = None
    for value in past.index:
        usual = float((past[value] + 0.5) / (len(before) + 1))
        share = float(counts.get(value, 0)) / len(now)
        if abs(share - usual) < settings.min_share_change:
            continue
        probability = float(binomtest(int(counts.get(value, 0)), len(now), usual).pvalue)
        if probability < settings.category_level and (worst is None or probability < worst[0]):
            worst = probability, share - usual
    if worst is not None:
        yield Anomaly(
            AnomalyCode.CATEGORY_SHIFT,
            Severity.WARNING,
            f"the shares of {name} changed by up to {abs(worst[1]):.0%}",
            field=name,
            evidence={"change": worst[1], "probability": worst[0], "values": len(now), "history": len(before)},
        )


def find_unknown_lenders(
    batch: pd.DataFrame, history: pd.DataFrame, settings: UnknownLenderSettings
) -> Iterator[Anomaly]:
    """Lenders and servicers that no earlier document names: how many, never which (a misread name may be anything).

    Args:
        batch: Features of the batch.
        history: Features of earlier documents.
        settings: Thresholds.
    """
    new = batch[batch["lender"].notna() & ~batch["lender"].isin(history["lender"].unique())]
    if len(new) < settings.min_documents:
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


def find_format_changes(batch: pd.DataFrame, history: pd.DataFrame, settings: FormatSettings) -> Iterator[Anomaly]:
    """Identifiers of a lender in a form that the lender has hardly ever used.

    Args:
        batch: Features of the batch.
        history: Features of earlier documents.
        settings: Thresholds.
    """
    from scipy.stats import binom

    for column in shape_columns():
        name = column.removesuffix("_shape")
        for lender, group in batch.dropna(subset=[column]).groupby("lender"):
            past = history.loc[history["lender"] == lender, column].dropna()
            if len(group) < settings.min_documents or len(past) < settings.min_documents:
                continue
            # Forms that one document in fifty had are usual.
            usual = past.value_counts(normalize=True)
            known = set(usual[usual >= 0.02].index)
            odd, before = int((~group[column].isin(known)).sum()), int((~past.isin(known)).sum())
            rate = (before + 0.5) / (len(past) + 1)
            probability = float(binom.sf(odd - 1, len(group), rate))
            if odd / len(group) >= settings.min_share and probability < settings.level:
                yield Anomaly(
                    AnomalyCode.FORMAT_CHANGE,
                    Severity.WARNING,
                    f"{name} has a new form in {odd} of {len(group)} documents of a lender",
                    lender=str(lender),
                    field=name,
                    evidence={
                        "documents": len(group),
                        "new_form": odd,
                        "usual_share": rate,
                        "probability": probability,
                    },
                )


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
