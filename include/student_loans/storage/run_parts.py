"""Parts of a run by names that somebody gave: a name that the run does not have is a wrong argument, not a broken store."""

from __future__ import annotations

from collections.abc import Sequence

from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.records import DocumentRecord
from student_loans.storage.run_folder import RunFolder

_MOST_NAMED = 20
"""Parts that an error lists: a run over many documents has thousands."""


def records_of_parts(run: RunFolder, parts: Sequence[str]) -> list[DocumentRecord]:
    """The records of some parts.

    Args:
        run: The run.
        parts: Names of parts that hold records.

    Raises:
        ConfigurationError: ``unknown_part``: the run has no part of a name.
        ServiceError: ``store_unavailable``.
    """
    try:
        return list(run.read_records(parts))
    except ServiceError:
        # Only after a failure, because each question is a request to the store.
        missing = next((part for part in parts if not run.store.exists(run.key(part))), None)
        if missing is None:
            raise
        raise _unknown(run, missing) from None


def _unknown(run: RunFolder, part: str) -> ConfigurationError:
    known = run.parts("")
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    has = f"It has {', '.join(f'`{name}`' for name in known[:_MOST_NAMED])}{more}" if known else "It has none yet"
    return ConfigurationError(
        ErrorCode.UNKNOWN_PART,
        f"The run has no part `{part}`. {has}: name what an earlier task of this run returned as `parts`.",
    )
