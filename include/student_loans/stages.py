"""The stages of a document's way: one name each, for the DAG, the ledger, reports and costs; and what DVC calls them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """The stages in the order data flows, by the id of their task in the DAG.

    The ledger has an entry for each document in each stage but ``VALIDATE``, which judges a whole batch.
    """

    ACQUIRE = "acquire_documents"
    CHECK = "validate_documents"
    PREPARE = "preprocess_documents"
    EXTRACT = "extract_data"
    VALIDATE = "validate_extraction"
    STORE = "store_results"


DVC_STAGES: Mapping[str, tuple[Stage, ...]] = {
    "data_acquisition": (Stage.ACQUIRE, Stage.CHECK),
    "preprocessing": (Stage.PREPARE,),
    "extraction": (Stage.EXTRACT,),
    "validation": (Stage.VALIDATE,),
}
"""Stage of ``dvc.yaml`` and of ``student-loans stage`` to the stages that it runs, in order; nothing is stored there."""
