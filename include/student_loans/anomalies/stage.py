"""Detect: what is unusual in the run's validated records, compared with the records of earlier runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from student_loans.anomalies.anomaly import Anomaly
from student_loans.anomalies.numbers import ANOMALIES_BATCH, ANOMALIES_PERIOD, anomaly_points
from student_loans.anomalies.settings import AnomalySettings
from student_loans.anomalies.store import AnomalyStore
from student_loans.metrics.store import RunMetricStore
from student_loans.plain_data import to_plain
from student_loans.preparation.feature_parts import FEATURES_FILE
from student_loans.records import DocumentRecord
from student_loans.storage.run_folder import RunFolder
from student_loans.validation.stage import VALIDATED

ANOMALIES = "anomalies"


@dataclass(frozen=True, slots=True)
class DetectResult:
    """Counts for XCom and alerts; no ids and no values.

    Attributes:
        documents: Readable documents that were examined.
        compared_with: Earlier documents; below ``history.min_documents`` hardly anything is judged.
        anomalies: Code to the number of anomalies.
        severities: Severity to the number of anomalies.
    """

    documents: int
    compared_with: int
    anomalies: Mapping[str, int]
    severities: Mapping[str, int]


def detect_in_run(run: RunFolder, store: AnomalyStore, settings: AnomalySettings) -> DetectResult:
    """Examine the run's validated records before they are stored.

    Args:
        run: The run; its part ``validated`` holds the records, its file ``features.parquet``, when an earlier stage wrote one,
            more features of them.
        store: The store of the history and of anomalies.
        settings: Thresholds.
    """
    store.migrate()
    return _detect(
        run,
        run.read_records([VALIDATED]),
        store.records_between(None, None, limit=settings.history.documents, except_run=run.run_id),
        store,
        settings,
        number=ANOMALIES_BATCH,
        pages=run.read_file(FEATURES_FILE) if run.has_file(FEATURES_FILE) else None,
    )


def detect_in_period(
    run: RunFolder, store: AnomalyStore, settings: AnomalySettings, since: datetime, now: datetime | None = None
) -> DetectResult:
    """Examine the records of a period, and whether new records still arrive.

    Args:
        run: The monitoring run.
        store: The store of the records and of anomalies.
        settings: Thresholds.
        since: Records stored after it are examined, earlier ones are the history; with a time zone.
        now: None means now.
    """
    from student_loans.anomalies.detect import EarlierBatches, detect_stale_data

    store.migrate()
    limit = settings.history.documents
    stale = detect_stale_data(EarlierBatches(None, newest=store.newest_record()), now or datetime.now(UTC), settings)
    return _detect(
        run,
        store.records_between(since, now, limit=limit),
        store.records_between(None, since, limit=limit),
        store,
        settings,
        number=ANOMALIES_PERIOD,
        further=stale,
        compare_volume=False,
    )


def _detect(
    run: RunFolder,
    records: Iterable[DocumentRecord],
    earlier: Iterable[DocumentRecord],
    store: AnomalyStore,
    settings: AnomalySettings,
    *,
    number: str,
    pages: bytes | None = None,
    further: Iterable[Anomaly] = (),
    compare_volume: bool = True,
) -> DetectResult:
    from student_loans.anomalies.detect import EarlierBatches, detect_anomalies
    from student_loans.statistics.features import feature_frame, join_features

    batch = join_features(feature_frame(records), pages)
    past = feature_frame(earlier)
    sizes = store.run_sizes(run.run_id, settings.history.runs) if compare_volume else ()
    found = [*further, *detect_anomalies(batch, EarlierBatches(past, sizes), settings)]
    store.store_anomalies(run.run_id, found)
    run.store.write_jsonl(run.key(ANOMALIES), (to_plain(one) for one in found))
    codes = dict(Counter(one.code.value for one in found))
    RunMetricStore(store.conninfo).write(run.run_id, anomaly_points(codes, len(batch), name=number))
    return DetectResult(
        documents=len(batch),
        compared_with=len(past),
        anomalies=codes,
        severities=dict(Counter(one.severity.value for one in found)),
    )
