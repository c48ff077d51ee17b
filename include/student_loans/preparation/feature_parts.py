"""Features of each document, from preparation and extraction, as one table of the run."""

from __future__ import annotations

from collections.abc import Iterable

from student_loans.preparation.features import feature_rows, to_parquet
from student_loans.storage.run_folder import RunFolder

FEATURES_FILE = "features.parquet"
FEATURES_PART_ENDING = "-features"


def write_features(run: RunFolder, parts: Iterable[str]) -> int:
    """Write ``runs/<run>/features.parquet``.

    Args:
        run: The run.
        parts: Parts that hold its records, quarantined ones too.

    Returns:
        How many documents it holds.

    Raises:
        ServiceError: The object store does not answer.
    """
    features = (row for part in run.parts(FEATURES_PART_ENDING) for row in run.read_rows(part))
    rows = feature_rows(features, run.read_records(parts))
    run.write_file(FEATURES_FILE, to_parquet(rows))
    return len(rows)
