"""The stages one after the other without Airflow: what ``dvc.yaml`` runs, by the functions that the DAG's tasks call."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from student_loans.intake.acquire_stage import REFUSED, acquire_all
from student_loans.intake.check_stage import QUARANTINED_AT_INTAKE, DocumentGroup, check_documents
from student_loans.intake.sources import SourceAccess, open_source
from student_loans.pipeline.extract_stage import ExtractedGroup, extract_group
from student_loans.pipeline.files import PortableSource, StageFolder
from student_loans.preparation.stage import PreparedGroup, prepare_group
from student_loans.settings import Settings
from student_loans.validation.stage import VALIDATED, OnFailure, summarize_validation, validate_batch

RECORDS = "records.jsonl"


def run_data_acquisition(base: Path, settings: Settings, source: str, *, portable: bool) -> dict[str, int]:
    """Acquire and check the documents of a source.

    Args:
        base: Folder of all stages.
        settings: Limits that documents must keep.
        source: As the DAG's parameter of that name.
        portable: Write addresses of files in the project relative to it.

    Returns:
        Counts.
    """
    run = StageFolder(base, "data_acquisition")
    run.start()
    # The person at the command line, or dvc.yaml, names the source.
    opened = open_source(source, SourceAccess.of(settings, [str(base.absolute())]).granting(source))
    listed = PortableSource(opened) if portable else opened
    acquired = acquire_all(listed, run, settings)
    checked = check_documents(run, settings)
    run.leave_message({"groups": [asdict(group) for group in checked.groups]})
    return asdict(acquired) | {"quarantined": checked.quarantined}


def run_preprocessing(base: Path, settings: Settings) -> dict[str, int]:
    """Prepare the pages of every group."""
    run = StageFolder(base, "preprocessing")
    run.start()
    groups = [DocumentGroup(**group) for group in run.message_of("data_acquisition")["groups"]]
    prepared: list[PreparedGroup] = _on_all_cores(prepare_group, run, groups, settings)
    run.leave_message({"groups": [asdict(group) for group in prepared]})
    return {
        "documents": sum(group.documents for group in prepared),
        "quarantined": sum(group.quarantined for group in prepared),
    }


def run_extraction(base: Path, settings: Settings) -> dict[str, int]:
    """Read every prepared group into records."""
    run = StageFolder(base, "extraction")
    run.start()
    groups = [PreparedGroup(**group) for group in run.message_of("preprocessing")["groups"]]
    extracted: list[ExtractedGroup] = _on_all_cores(extract_group, run, groups, settings)
    run.leave_message({"parts": [part for group in extracted for part in group.parts]})
    return {"groups": len(extracted), "pages": sum(group.pages for group in extracted)}


def run_validation(base: Path) -> dict[str, int]:
    """Validate the batch and write ``records.jsonl``: by id, without timings."""
    from student_loans.validation.expectations import load_suite
    from student_loans.versioning.canonical import write_canonical_records

    run = StageFolder(base, "validation")
    run.start()
    parts = [REFUSED, QUARANTINED_AT_INTAKE, *run.message_of("extraction")["parts"]]
    result = summarize_validation(validate_batch(run, parts, load_suite(), OnFailure.QUARANTINE), OnFailure.QUARANTINE)
    write_canonical_records(run.read_records([VALIDATED]), run.folder / RECORDS)
    return {"documents": result.documents, "expectations": result.expectations, "held_back": result.held_back}


def _on_all_cores(work: Callable[..., Any], run: StageFolder, groups: Sequence[Any], settings: Settings) -> list[Any]:
    """Run a stage's function on each group, with one process for each core; results are in the order of the groups."""
    workers = min(os.cpu_count() or 1, len(groups))
    if workers <= 1:
        return [work(run, group, settings, None) for group in groups]
    # forkserver: a clean parent, so that no thread or handle of OCR is inherited in an undefined state.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("forkserver")) as pool:
        return list(
            pool.map(_one_thread, _repeat(work, groups), _repeat(run, groups), groups, _repeat(settings, groups))
        )


def _repeat(value: Any, groups: Sequence[Any]) -> Iterable[Any]:
    return [value] * len(groups)


def _one_thread(work: Callable[..., Any], run: StageFolder, group: Any, settings: Settings) -> Any:
    """The cores are shared by processes: OCR gets one thread in each."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    return work(run, group, settings, None)
