"""Lists of a task in its own folder: no other task's, but parts of the run."""

from __future__ import annotations

import pytest

from student_loans.errors import ConfigurationError, ServiceError
from student_loans.storage.run_folder import DocumentReference, RunFolder
from student_loans.storage.run_parts import known_parts, records_of_parts
from student_loans.storage.task_folder import TaskFolder, references_of_run
from student_loans.versioning.contents import RunKeys
from tests.record_factory import make_record


def reference(number: int) -> DocumentReference:
    return DocumentReference(f"{number:064x}", f"file:///inbox/{number}.pdf", f"{number}.pdf")


def test_two_tasks_write_the_same_names_and_the_run_reads_both(run: RunFolder) -> None:
    first, second = TaskFolder(run, "extract"), TaskFolder(run, "group.extract-1")
    for number, folder in enumerate((run, first, second)):
        folder.write_references("acquired", [reference(number)])
    first.write_records("records", [make_record(1)])
    assert list(records_of_parts(run, [first.of_run("records")])) == [make_record(1)]
    assert [one.name for one in references_of_run(run, "acquired")] == ["0.pdf", "1.pdf", "2.pdf"]
    assert list(references_of_run(run, "nothing")) == []


def test_a_version_of_the_run_may_hold_the_parts_of_its_tasks(run: RunFolder) -> None:
    keys = RunKeys(run.run_id, ())
    assert keys.allow(TaskFolder(run, "group.extract-1").key("group-00000-records"))
    for other in ("../x.jsonl", "a/b/x.jsonl", ".git/x.jsonl", "a/../x.jsonl", "/x.jsonl"):
        assert not keys.allow(run.key("x").replace("x.jsonl", other)), other


def test_a_store_that_fails_on_a_part_that_exists_is_a_service(run: RunFolder) -> None:
    run.write_records("one", [])
    with pytest.raises(ServiceError), known_parts(run, ["one"]):
        list(run.read_records(["none"]))
    with pytest.raises(ConfigurationError, match="no part `none`"), known_parts(run, ["one", "none"]):
        list(run.read_records(["none"]))
