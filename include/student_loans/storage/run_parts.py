"""Parts of a run by names that somebody gave: a name that the run does not have is a wrong argument, not a broken store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.records import DocumentRecord
from student_loans.storage.run_folder import RunFolder

_MOST_NAMED = 20
"""Parts that an error lists: a run over many documents has thousands."""


@contextmanager
def known_parts(run: RunFolder, parts: Sequence[str]) -> Iterator[None]:
    """A block that reads some parts of a run.

    Args:
        run: The run.
        parts: Names of the parts, or of kinds of parts.

    Raises:
        ConfigurationError: ``unknown_part``: the block failed, and the run has no part of a name.
    """
    try:
        yield
    except ServiceError:
        # Only after a failure, because each question is a request to the store.
        missing = next((part for part in parts if not run.parts_of(part)), None)
        if missing is None:
            raise
        raise _unknown(run, missing) from None


def records_of_parts(run: RunFolder, parts: Sequence[str], *, without: str = "") -> Iterator[DocumentRecord]:
    """The records of some parts, one at a time.

    Args:
        run: The run.
        parts: Names of parts, or of kinds of parts, that hold records.
        without: A part that is not read.

    Raises:
        ConfigurationError: ``unknown_part``: the run has no part of a name.
        ServiceError: ``store_unavailable``.
    """
    with known_parts(run, parts):
        yield from run.read_records(parts, without=without)


def _unknown(run: RunFolder, part: str) -> ConfigurationError:
    known = run.parts("")
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    has = f"It has {', '.join(f'`{name}`' for name in known[:_MOST_NAMED])}{more}" if known else "It has none yet"
    return ConfigurationError(
        ErrorCode.UNKNOWN_PART,
        f"The run has no part `{part}`. {has}: name what an earlier task of this run returned as `parts`.",
    )
