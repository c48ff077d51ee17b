"""Divide the documents of a run into groups, one for each mapped task."""

from __future__ import annotations

from collections.abc import Sequence

# Airflow refuses to map over more than 1,024 items by default ([core] max_map_length).
MAX_GROUPS = 1000
# A task that reads loads models for seconds, and every mapped task costs the scheduler more the more there are, so each
# that runs at once gets few large groups, and more than one so that none waits long for the last; see docs/benchmarks.md.
LARGEST_AUTOMATIC_GROUP = 500
GROUPS_A_TASK = 2
# A task reads this many scans in 45 minutes; its timeout is two hours.
MOST_PAGES = 2000
FEW_DOCUMENTS = 16


def group_sizes(pages: Sequence[int], documents_per_task: int, at_once: int) -> list[int]:
    """How many documents each group gets; groups keep their order.

    Args:
        pages: Pages of each document.
        documents_per_task: Documents in a group; 0 chooses: single documents while there are few (``FEW_DOCUMENTS``), then
            ``GROUPS_A_TASK`` groups for each task that runs at once, more where they would have more than
            ``LARGEST_AUTOMATIC_GROUP`` documents or ``MOST_PAGES`` pages in the mean, each with about as many pages as the
            others.
            Either way there are at most ``MAX_GROUPS`` groups.
        at_once: Tasks that read at once.

    Example:
        >>> group_sizes([1] * 12, 0, 2), group_sizes([1] * 100, 0, 2), group_sizes([90] + [1] * 30, 0, 2)
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [25, 25, 25, 25], [1, 10, 10, 10])
    """
    documents = len(pages)
    if documents_per_task or documents <= FEW_DOCUMENTS:
        size = max(1, -(-documents // MAX_GROUPS), documents_per_task)
        return [min(size, documents - start) for start in range(0, documents, size)]
    groups = max(GROUPS_A_TASK * at_once, -(-documents // LARGEST_AUTOMATIC_GROUP), -(-sum(pages) // MOST_PAGES))
    return _equal_pages(pages, min(documents, MAX_GROUPS, groups))


def _equal_pages(pages: Sequence[int], groups: int) -> list[int]:
    """Divide consecutive documents into this many groups of about equal pages; no group is empty."""
    long = _long_documents(pages, groups)
    others_pages = sum(count for index, count in enumerate(pages) if index not in long)
    sizes: list[int] = []
    start = 0
    for following in range(groups - 1, 0, -1):
        fair = others_pages / max(1, following + 1 - len(long))
        taken, end = 0, start
        # Half of the next document may lie beyond a fair share.
        while end < len(pages) - following and (end == start or taken + pages[end] / 2 <= fair):
            taken += pages[end]
            others_pages -= 0 if end in long else pages[end]
            long.discard(end)
            end += 1
        sizes.append(end - start)
        start = end
    return [*sizes, len(pages) - start]


def _long_documents(pages: Sequence[int], groups: int) -> set[int]:
    """Indices of documents with more pages than a fair share; each of them gets a group of its own."""
    left = sum(pages)
    long: set[int] = set()
    for index in sorted(range(len(pages)), key=lambda index: -pages[index]):
        if pages[index] * (groups - len(long)) <= left or len(long) == groups - 1:
            break
        long.add(index)
        left -= pages[index]
    return long
