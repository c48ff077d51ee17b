"""OpenLineage: what an operator read and wrote, as datasets with names and counts, never values.

Airflow's provider calls ``get_openlineage_facets_on_complete`` of an operator and logs its errors:
lineage may be lost, work may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.event_v2 import InputDataset, OutputDataset

RECORDS_FIELDS = {
    "document_id": "string",
    "document_type": "string",
    "status": "string",
    "page_count": "integer",
    "text_source": "string",
    "quality_score": "double",
    "fields": "map<string, field>",
}


def acquire_lineage(
    source_uri: str, store_uri: str, run_id: str, counts: Mapping[str, int]
) -> OperatorLineage[Any, Any]:
    """A source's files into the object store.

    Args:
        source_uri: Where the files came from.
        store_uri: Root of the object store.
        run_id: The run.
        counts: What ``DocumentAcquireOperator`` returned.
    """
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.event_v2 import InputDataset, OutputDataset
    from openlineage.client.facet_v2 import (
        input_statistics_input_dataset,
        output_statistics_output_dataset,
        storage_dataset,
    )

    read = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(fileCount=counts["files"])
    wrote = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(fileCount=counts["new"])
    namespace, name = dataset_of(source_uri)
    store_namespace, store_name = dataset_of(f"{store_uri}/raw")
    storage = storage_dataset.StorageDatasetFacet(storageLayer="object_store", fileFormat="mixed")
    return OperatorLineage(
        inputs=[InputDataset(namespace=namespace, name=name, inputFacets={"inputStatistics": read})],
        outputs=[
            OutputDataset(
                namespace=store_namespace,
                name=store_name,
                facets={"storage": storage},
                outputFacets={"outputStatistics": wrote},
            )
        ],
        run_facets={**_counts_facet(run_id, counts)},
    )


def extract_lineage(store_uri: str, run_folder: str, result: Mapping[str, Any]) -> OperatorLineage[Any, Any]:
    """Prepared pages into records.

    Args:
        store_uri: Root of the object store.
        run_folder: The run's folder in it.
        result: What ``OcrExtractOperator`` returned.
    """
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.facet_v2 import schema_dataset

    documents = sum(result["statuses"].values())
    schema = schema_dataset.SchemaDatasetFacet(
        fields=[schema_dataset.SchemaDatasetFacetFields(name=name, type=kind) for name, kind in RECORDS_FIELDS.items()]
    )
    counts = {"pages": result["pages"], **result["statuses"]}
    return OperatorLineage(
        inputs=[_pages_read(store_uri, result["pages"])],
        outputs=[_records_written(store_uri, run_folder, result["parts"][-1], documents, schema)],
        run_facets={**_counts_facet(run_folder, counts)},
    )


def dataset_of(uri: str) -> tuple[str, str]:
    """Namespace and name of a place, by OpenLineage's naming: without user, password, query.

    Example:
        >>> dataset_of("s3://key:secret@inbox/2026/notes?x=1"), dataset_of("/srv/inbox")
        (('s3://inbox', '2026/notes'), ('file', '/srv/inbox'))
    """
    parts = urlsplit(uri)
    if parts.scheme in ("", "file"):
        return "file", _shown(parts.path or "/")
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{_shown(host)}", _shown(parts.path.strip("/")) or "/"


def _shown(part: str) -> str:
    """A part of an address without a social security number, which may be percent-encoded in it."""
    from student_loans.privacy import plain, redact_address

    redacted = redact_address(part)
    return plain(part if redacted == part else unquote(redacted))


def _pages_read(store_uri: str, pages: int) -> InputDataset:
    from openlineage.client.event_v2 import InputDataset
    from openlineage.client.facet_v2 import input_statistics_input_dataset

    namespace, name = dataset_of(f"{store_uri}/processed")
    read = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(fileCount=pages)
    return InputDataset(namespace=namespace, name=name, inputFacets={"inputStatistics": read})


def _records_written(store_uri: str, run_folder: str, part: str, documents: int, schema: Any) -> OutputDataset:
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.facet_v2 import output_statistics_output_dataset

    namespace, name = dataset_of(f"{store_uri}/runs/{run_folder}/{part}.jsonl")
    wrote = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=documents)
    return OutputDataset(
        namespace=namespace, name=name, facets={"schema": schema}, outputFacets={"outputStatistics": wrote}
    )


def _counts_facet(run: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """Counts as tags of the run: the standard facet for data without a facet of its own."""
    from openlineage.client.facet_v2 import tags_run

    tags = [
        tags_run.TagsRunFacetFields(key=f"loan_documents.{name}", value=str(number), source="LOAN_DOCUMENTS")
        for name, number in counts.items()
    ]
    tags.append(tags_run.TagsRunFacetFields(key="loan_documents.run", value=run, source="LOAN_DOCUMENTS"))
    return {"tags": tags_run.TagsRunFacet(tags=tags)}
