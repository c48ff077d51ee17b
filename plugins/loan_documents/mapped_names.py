"""Names of mapped tasks in the Airflow UI, in place of map indexes."""

from __future__ import annotations


def address_name(address: str) -> str:
    """The address of a source, or a path, on one line: without user, password, query and social security numbers.

    Example:
        >>> address_name("s3://key:secret@inbox/2026?x=1"), address_name("samples/documents")
        ('s3://inbox/2026', 'samples/documents')
    """
    from loan_documents.lineage import dataset_of
    from student_loans.intake.check_stage import label_text

    namespace, name = dataset_of(address)
    return label_text(name if namespace == "file" else f"{namespace}/{name}")
