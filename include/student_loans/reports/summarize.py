"""Build the summary of a run from its records and the files it saw: values in, values out."""

from __future__ import annotations

import heapq
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from student_loans.costs.model import Cost
from student_loans.intake.listing import Listing
from student_loans.ledger.model import StageSummary
from student_loans.privacy import plain
from student_loans.records import DocumentRecord, DocumentType, Status, field_catalog
from student_loans.reports.reasons import kind_of_reason, without_values
from student_loans.reports.summary import (
    ROWS_KEPT,
    AcquisitionSummary,
    Failure,
    FieldSummary,
    ReportSummary,
    ReviewLine,
    SlowReading,
    Spread,
    TypeSummary,
)
from student_loans.runs import Arrival, RunState, SeenFile, count_outcomes, display_name
from student_loans.stages import Stage

SLOWEST_SHOWN = 10


def summarize(
    *,
    run_id: str,
    state: RunState,
    source_uri: str,
    started_at: datetime,
    finished_at: datetime,
    settings_fingerprint: str,
    records: Iterable[DocumentRecord],
    sightings: Iterable[SeenFile],
    stage_seconds: Mapping[str, float] | None = None,
    failed_stages: Sequence[str] = (),
    data_version: str | None = None,
    work: Sequence[StageSummary] = (),
    cost: Cost | None = None,
    listing: Listing | None = None,
) -> ReportSummary:
    """Summarise a run.

    Args:
        run_id: The run.
        state: How it ended.
        source_uri: Where the files came from.
        started_at: With a time zone.
        finished_at: With a time zone.
        settings_fingerprint: Of the settings that the records were made under.
        records: Those that this run made; consumed once, not kept.
        sightings: Every file that it saw; their names are shown.
        stage_seconds: Wall-clock seconds by stage, in order.
        failed_stages: Stages that did not succeed.
        data_version: DVC's hash of the run's data; None when they have no version.
        work: The ledger's summary of each stage.
        cost: What the run spent.
        listing: What the listing of the source had besides documents.

    Returns:
        The summary: no value read from a document is in it.
    """
    seen = list(sightings)
    tally = _Tally(names={sighting.document_id: sighting.name for sighting in reversed(seen)})
    for record in records:
        tally.add(record)
    return ReportSummary(
        run_id=run_id,
        state=state,
        source_uri=plain(source_uri),
        started_at=started_at,
        finished_at=finished_at,
        settings_fingerprint=settings_fingerprint,
        counts=count_outcomes(seen, tally.statuses),
        pages=sum(one.pages for one in tally.types.values()),
        types=tuple(_type_summary(kind, tally.types[kind]) for kind in DocumentType if kind in tally.types),
        text_sources=_by_count(tally.text_sources),
        error_codes=_by_count(tally.error_codes),
        stage_seconds=dict(stage_seconds or {}),
        failed_stages=tuple(failed_stages),
        fields=tuple(
            summary
            for kind in DocumentType
            if kind in tally.types
            for summary in _field_summaries(kind, tally.types[kind])
        ),
        slowest=tuple(heapq.nlargest(SLOWEST_SHOWN, tally.timed, key=lambda document: document.seconds)),
        review=tuple(tally.review),
        review_reasons=_by_count(tally.review_reasons),
        failures=tuple(tally.failures),
        data_version=data_version,
        acquisition=_acquisition(seen, work, (stage_seconds or {}).get(Stage.ACQUIRE, 0.0)),
        work=tuple(work),
        cost=cost,
        listing=listing or Listing(),
    )


def _acquisition(
    sightings: Sequence[SeenFile], work: Sequence[StageSummary], seconds: float
) -> AcquisitionSummary | None:
    """The outcomes of acquisition; None if the ledger has no acquisition."""
    acquired = next((one for one in work if one.stage is Stage.ACQUIRE), None)
    if acquired is None:
        return None
    arrivals = Counter(sighting.arrival for sighting in sightings)
    return AcquisitionSummary(
        files=len(sightings),
        copied=acquired.done,
        refused=acquired.failed,
        duplicate=arrivals[Arrival.DUPLICATE],
        unchanged=arrivals[Arrival.UNCHANGED],
        errors=acquired.errors,
        seconds=seconds,
    )


def document_seconds(record: DocumentRecord) -> float:
    """Seconds that a document took over all its stages."""
    return sum(record.timings.values())


def _by_count(tally: Counter[str]) -> dict[str, int]:
    """Most frequent first, equals by name: the same run gives the same report."""
    return dict(sorted(tally.items(), key=lambda item: (-item[1], item[0])))


@dataclass(slots=True)
class _TypeTally:
    statuses: Counter[Status] = field(default_factory=Counter)
    pages: int = 0
    confidences: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: list[float] = field(default_factory=list)

    @property
    def readable(self) -> int:
        return self.statuses[Status.ACCEPTED] + self.statuses[Status.REVIEW]


@dataclass(slots=True)
class _Tally:
    """What is counted in the one pass over the records."""

    names: Mapping[str, str]
    types: defaultdict[DocumentType, _TypeTally] = field(default_factory=lambda: defaultdict(_TypeTally))
    statuses: dict[str, Status] = field(default_factory=dict)
    text_sources: Counter[str] = field(default_factory=Counter)
    error_codes: Counter[str] = field(default_factory=Counter)
    review_reasons: Counter[str] = field(default_factory=Counter)
    review: list[ReviewLine] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    timed: list[SlowReading] = field(default_factory=list)

    def add(self, record: DocumentRecord) -> None:
        self.statuses[record.document_id] = record.status
        one = self.types[record.document_type]
        one.statuses[record.status] += 1
        one.pages += record.page_count or 0
        for name, value in record.fields.items():
            one.confidences[name].append(value.confidence)
        if record.text_source:
            self.text_sources[record.text_source.value] += 1
        name = without_values(self.names.get(record.document_id) or display_name(record.source_uri), record)
        if seconds := document_seconds(record):
            one.seconds.append(seconds)
            self._keep_slow(SlowReading(name, record.document_id, record.document_type, record.page_count, seconds))
        if record.status is Status.REVIEW:
            self._add_review(record, name)
        elif record.status is Status.QUARANTINED:
            self._add_failure(record, name)

    def _keep_slow(self, document: SlowReading) -> None:
        self.timed.append(document)
        if len(self.timed) > 100 * SLOWEST_SHOWN:  # keep a thousand at most, however large the run
            self.timed = heapq.nlargest(SLOWEST_SHOWN, self.timed, key=lambda slow: slow.seconds)

    def _add_review(self, record: DocumentRecord, name: str) -> None:
        reasons = tuple(without_values(reason, record) for reason in record.review_reasons)
        self.review_reasons.update({kind_of_reason(reason) for reason in reasons})
        if len(self.review) < ROWS_KEPT:
            self.review.append(ReviewLine(name, record.document_id, record.document_type, reasons))

    def _add_failure(self, record: DocumentRecord, name: str) -> None:
        code = record.error or "unknown"
        self.error_codes[code] += 1
        if len(self.failures) < ROWS_KEPT:
            message = without_values(record.message or "", record)
            self.failures.append(Failure(name, record.document_id, code, message))


def _type_summary(kind: DocumentType, tally: _TypeTally) -> TypeSummary:
    required = field_catalog().usual(kind)
    confidences = [confidence for values in tally.confidences.values() for confidence in values]
    return TypeSummary(
        document_type=kind.value,
        documents=tally.statuses.total(),
        accepted=tally.statuses[Status.ACCEPTED],
        review=tally.statuses[Status.REVIEW],
        quarantined=tally.statuses[Status.QUARANTINED],
        pages=tally.pages,
        mean_confidence=statistics.fmean(confidences) if confidences else None,
        required_found=sum(len(tally.confidences.get(name, ())) for name in required),
        required_expected=len(required) * tally.readable,
        seconds=spread(tally.seconds),
    )


def _field_summaries(kind: DocumentType, tally: _TypeTally) -> Iterable[FieldSummary]:
    """Required fields in the order of the catalogue, then whatever else was found."""
    required = field_catalog().usual(kind)
    others = sorted(tally.confidences.keys() - set(required))
    for name in (*required, *others):
        confidences = tally.confidences.get(name, [])
        if tally.readable:
            yield FieldSummary(
                document_type=kind.value,
                name=name,
                required=name in required,
                documents=tally.readable,
                found=len(confidences),
                mean_confidence=statistics.fmean(confidences) if confidences else None,
            )


def spread(seconds: Sequence[float]) -> Spread | None:
    """Percentiles of some durations; None for none.

    Example:
        >>> spread([1.0, 2.0, 3.0, 4.0, 5.0])
        Spread(documents=5, least=1.0, lower=2.0, median=3.0, upper=4.0, high=4.8, most=5.0)
    """
    if not seconds:
        return None
    if len(seconds) == 1:
        return Spread(1, *(seconds[0],) * 6)
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return Spread(len(seconds), min(seconds), cuts[4], cuts[9], cuts[14], cuts[18], max(seconds))
