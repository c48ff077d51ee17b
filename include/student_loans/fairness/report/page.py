"""The bias report as one self-contained HTML page, and as JSON beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from student_loans.fairness.analysis import SliceEvidence, SliceMetric
from student_loans.fairness.report.charts import TITLES, before_after_chart, slice_chart
from student_loans.fairness.report.summary import BiasSummary
from student_loans.fairness.words import DIMENSION_WORDS, SCOPE, amount, gap
from student_loans.reports.page_template import page_template
from student_loans.storage.clean_text import storable_data
from student_loans.storage.files import store_errors, write_bytes
from student_loans.svg_charts import markup

if TYPE_CHECKING:
    from upath import UPath

PAGE, DATA = "bias.html", "bias.json"
_TABLE_METRICS = ("field_accuracy", "completeness", "auto_accept_rate", "accepted_error", "overconfidence", "seconds")
_TABLE_WITHOUT_LABELS = ("completeness", "mean_confidence", "auto_accept_rate", "review_rate", "seconds")
_PAIRS_SHOWN = 20
KIND_TITLES = {
    "thresholds": "A confidence threshold for each slice",
    "quotas": "Review quotas",
}


@dataclass(frozen=True, slots=True)
class BiasReport:
    """Where a report is."""

    page: UPath
    data: UPath


def write_bias_report(folder: UPath, summary: BiasSummary) -> BiasReport:
    """Write ``bias.html`` and ``bias.json``; each is written completely or not at all; a repeated call replaces them.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    import orjson

    report = BiasReport(folder / PAGE, folder / DATA)
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    with store_errors():
        write_bytes(report.data, orjson.dumps(storable_data(summary.to_json()), option=options))
        write_bytes(report.page, render_bias_page(summary).encode("utf-8", "replace"))
    return report


def render_bias_page(summary: BiasSummary) -> str:
    """The page; it loads no other resource."""
    names = _TABLE_METRICS if summary.labelled else _TABLE_WITHOUT_LABELS
    return page_template("bias.html.j2").render(
        summary=summary,
        charts={name: _chart(summary, name) for name in summary.dimensions()},
        tables={name: _table(summary, name, names) for name in summary.dimensions()},
        table_titles=[TITLES[name] for name in names],
        pairs=_worst_pairs(summary),
        mitigations=[_mitigation(one) for one in summary.mitigations],
        dimension_words=DIMENSION_WORDS,
        scope=SCOPE,
    )


def _chart(summary: BiasSummary, dimension: str) -> str:
    chart = slice_chart(summary, dimension)
    return markup(chart) if chart is not None else ""


def _table(summary: BiasSummary, dimension: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    columns = [{one.slice: one for one in summary.of(dimension, name)} for name in names]
    return [
        {"slice": level, "documents": size, "cells": [cell(column[level], summary) for column in columns]}
        for level, size in sorted(summary.sizes(dimension).items(), key=lambda item: (-item[1], item[0]))
    ]


def cell(one: SliceMetric, summary: BiasSummary) -> dict[str, Any]:
    """One metric of one slice as a table shows it."""
    if one.evidence is SliceEvidence.UNDEFINED or one.value is None:
        return {"value": "–", "interval": "undefined", "kind": "dim"}
    interval = ""
    if one.low is not None and one.high is not None:
        interval = f"{amount(one.metric, one.low)} to {amount(one.metric, one.high)}"
    if one.evidence is SliceEvidence.NOT_ENOUGH:
        return {"value": amount(one.metric, one.value), "interval": f"n {one.documents}: not enough", "kind": "dim"}
    kind = "state-failed" if summary.named(one) else ""
    return {"value": amount(one.metric, one.value), "interval": interval, "kind": kind}


def _worst_pairs(summary: BiasSummary) -> list[dict[str, Any]]:
    """Pairs with the strongest evidence of a disadvantage, named or not."""
    compared = [one for one in summary.metrics if "," in one.dimension and one.p_adjusted is not None]
    compared.sort(key=lambda one: (one.p_adjusted or 0.0, one.dimension, one.slice))
    return [
        {
            "dimensions": " and ".join(DIMENSION_WORDS.get(name, name) for name in one.dimension.split(",")),
            "slice": one.slice,
            "metric": TITLES[one.metric],
            "documents": one.documents,
            "value": amount(one.metric, one.value or 0.0),
            "overall": amount(one.metric, one.overall or 0.0),
            "p": one.p_adjusted,
        }
        for one in compared[:_PAIRS_SHOWN]
        if (one.p_adjusted or 0.0) < 1
    ]


def _mitigation(one: Mapping[str, Any]) -> dict[str, Any]:
    evaluation, policy = one["evaluation"], one["policy"]
    shown: dict[str, Any] = {
        "title": KIND_TITLES[policy["kind"]],
        "kind": policy["kind"],
        "dimension": DIMENSION_WORDS.get(policy["dimension"], policy["dimension"]),
        "version": one.get("version"),
        "acts": bool(policy["thresholds"] or policy["quotas"]),
        "changes": _changes(policy),
        "evaluation": evaluation,
    }
    if evaluation:
        chart = before_after_chart(evaluation)
        shown["chart"] = markup(chart) if chart is not None else ""
        shown["rows"] = [_before_after(row, evaluation["kind"]) for row in evaluation["slices"]]
        shown["effect"] = effect_words(evaluation)
    return shown


def effect_words(evaluation: Mapping[str, Any]) -> str:
    """Describe the effect and cost of a mitigation on held-out documents in one or two sentences."""
    before, after = evaluation["spread_before"], evaluation["spread_after"]
    what = {"error": "error among accepted documents", "unseen_wrong": "wrong documents that nobody sees"}[
        evaluation["measure"]
    ]
    if before is None or after is None:
        effect = f"The spread of {what} across slices is not known: too few slices have enough documents."
    else:
        change = f", {abs(1 - after / before):.0%} {'less' if after <= before else 'more'}" if before else ""
        effect = f"The spread of {what} across slices goes from {gap('', before)} to {gap('', after)}{change}."
    cost = "nothing that was measured"
    if more := evaluation["more_reviews"]:
        cost = f"{abs(more) * 100:.1f} {'more' if more > 0 else 'fewer'} documents of a hundred go to a person"
    return f"{effect} It costs: {cost}."


def _changes(policy: Mapping[str, Any]) -> list[str]:
    changes = [
        f"{level}: nothing is accepted" if value > 1 else f"{level}: threshold {value:.4f}"
        for level, value in policy["thresholds"].items()
    ]
    changes += [f"{level}: {value:.0%} of accepted documents to review" for level, value in policy["quotas"].items()]
    return changes


def _before_after(row: Mapping[str, Any], kind: str) -> list[str]:
    before, after = row["before"], row["after"]

    def shares(name: str) -> list[str]:
        return [("–" if side[name] is None else amount("", side[name])) for side in (before, after)]

    def counts(name: str) -> list[str]:
        return [f"{side[name]:,}" for side in (before, after)]

    name = "error" if kind == "thresholds" else "unseen_wrong"
    return [row["slice"], f"{row['documents']:,}", *shares(name), *counts("accepted"), *counts("review")]
