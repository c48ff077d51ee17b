"""Plan the processing of a selection again: documents and costs, before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from student_loans.reprocessing.versions import PublishedDocument


@dataclass(frozen=True, slots=True)
class Plan:
    """How many documents, and what they cost.

    Attributes:
        documents: Selected, their bytes are kept.
        missing: Selected, but their bytes were never copied (too large, unreadable): they cannot be processed again.
        made_already: Of ``documents``, how many have been read under the current settings and code: they cost nothing.
        core_seconds: CPU seconds that the others will take, by what was recorded when they were made last.
        by_type: Document type to selected documents.
        by_fingerprint: Fingerprint that made the published record to selected documents.
    """

    documents: int = 0
    missing: int = 0
    made_already: int = 0
    core_seconds: float = 0.0
    by_type: Mapping[str, int] = field(default_factory=dict)
    by_fingerprint: Mapping[str, int] = field(default_factory=dict)

    def seconds(self, cores: int) -> float:
        """Wall-clock seconds on so many cores, at best."""
        return self.core_seconds / max(1, cores)


def make_plan(
    selected: Iterable[PublishedDocument], has_bytes: Callable[[str], bool]
) -> tuple[Plan, list[PublishedDocument]]:
    """Sum a selection up.

    Args:
        selected: As :meth:`student_loans.reprocessing.versions.RecordVersions.select` gives it.
        has_bytes: Returns whether the object store has a document's bytes.

    Returns:
        The plan, and the documents that can be processed.
    """
    possible: list[PublishedDocument] = []
    missing = 0
    for document in selected:
        if has_bytes(document.document_id):
            possible.append(document)
        else:
            missing += 1
    return Plan(
        documents=len(possible),
        missing=missing,
        made_already=sum(document.made_already for document in possible),
        core_seconds=round(sum(document.core_seconds for document in possible), 3),
        by_type=_by_count(document.document_type for document in possible),
        by_fingerprint=_by_count(document.fingerprint for document in possible),
    ), possible


def _by_count(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
