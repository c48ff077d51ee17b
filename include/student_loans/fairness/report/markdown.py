"""Write the figures of a bias report as Markdown between two marks of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.fairness.report.charts import TITLES, before_after_chart, slice_chart
from student_loans.fairness.report.page import KIND_TITLES, cell, effect_words
from student_loans.fairness.report.summary import BiasSummary
from student_loans.fairness.words import DIMENSION_WORDS, SCOPE
from student_loans.private_files import make_folder, write_private
from student_loans.svg_charts import standalone

_METRICS = ("field_accuracy", "completeness", "auto_accept_rate", "accepted_error", "overconfidence", "seconds")
_PLOTTED = ("rendering", "lender")


def figures_markdown(summary: BiasSummary, images: str, name: str) -> str:
    """Findings, slices and mitigations of one measurement.

    Args:
        summary: What was measured.
        images: Folder of the charts, as the document names it.
        name: Of the measurement; the charts' names begin with it.
    """
    lines = [f"**{summary.headline}** {summary.comparisons:,} comparisons were made.", ""]
    lines += [f"- {one.words}" for one in summary.findings] or ["- No finding."]
    lines += ["", SCOPE] if summary.findings else []
    lines += [
        "",
        f"Slices with fewer than {summary.options.evidence.min_documents} documents: {summary.lacking()}.",
        "",
    ]
    for dimension in summary.dimensions():
        lines += [f"#### By {DIMENSION_WORDS[dimension]}", "", *_table(summary, dimension), ""]
        if dimension in _PLOTTED:
            lines += [f"![Metrics by {DIMENSION_WORDS[dimension]}]({images}/{name}-{dimension}.svg)", ""]
    lines += ["#### Mitigations, judged on held-out documents", ""]
    for one in summary.mitigations:
        lines += [*_mitigation(one, images, name), ""]
    return "\n".join(lines).rstrip() + "\n"


def write_charts(summary: BiasSummary, folder: Path, name: str) -> list[Path]:
    """The charts that :func:`figures_markdown` names, as SVG."""
    make_folder(folder)
    charts = {dimension: slice_chart(summary, dimension) for dimension in summary.dimensions() if dimension in _PLOTTED}
    for one in summary.mitigations:
        if one["evaluation"]:
            charts[one["policy"]["kind"]] = before_after_chart(one["evaluation"])
    written = []
    for kind, chart in charts.items():
        if chart is not None:
            path = folder / f"{name}-{kind}.svg"
            write_private(path, standalone(chart))
            written.append(path)
    return written


def update_region(document: Path, name: str, text: str) -> None:
    """Put text between the marks ``<!-- figures: NAME -->`` and ``<!-- end: NAME -->`` of a document.

    Raises:
        ConfigurationError: ``invalid_settings``: the document has no such marks.
    """
    start, end = f"<!-- figures: {name} -->", f"<!-- end: {name} -->"
    content = document.read_text(encoding="utf-8")
    before, found, rest = content.partition(start)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"{document.name} has no marks {start} and {end}.")
    document.write_text(f"{before}{start}\n\n{text}\n{end}{after}", encoding="utf-8")


def _table(summary: BiasSummary, dimension: str) -> Iterator[str]:
    columns = [{one.slice: one for one in summary.of(dimension, name)} for name in _METRICS]
    yield f"| {DIMENSION_WORDS[dimension]} | documents | {' | '.join(TITLES[name].lower() for name in _METRICS)} |"
    yield "| --- " + "| ---: " * (len(_METRICS) + 1) + "|"
    for level, size in sorted(summary.sizes(dimension).items(), key=lambda item: (-item[1], item[0])):
        cells = [cell(column[level], summary) for column in columns]
        shown = " | ".join(f"{one['value']} ({one['interval']})" if one["interval"] else one["value"] for one in cells)
        yield f"| {level} | {size:,} | {shown} |"


def _mitigation(one: Mapping[str, Any], images: str, name: str) -> Iterator[str]:
    policy, evaluation = one["policy"], one["evaluation"]
    title = f"*{KIND_TITLES[policy['kind']]}*, by {DIMENSION_WORDS[policy['dimension']]}: "
    changed = [*policy["thresholds"], *policy["quotas"]]
    if not changed:
        yield f"{title}no slice has a disadvantage that this would reduce."
    elif not evaluation:
        yield f"{title}concerns {', '.join(changed)}; not judged, for lack of held-out documents."
    else:
        yield f"{title}concerns {', '.join(changed)}. {effect_words(evaluation)}"
        if before_after_chart(evaluation) is not None:
            yield ""
            yield f"![Before and after]({images}/{name}-{policy['kind']}.svg)"
