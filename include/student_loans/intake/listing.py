"""What a listing of a source had besides documents: kept in the run's folder, shown in its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from student_loans.intake.incremental import Ingestor, ListingNote
from student_loans.intake.sources import IgnoreReason, SourceDocument
from student_loans.plain_data import from_plain, to_plain
from student_loans.privacy import plain
from student_loans.storage.clean_text import storable_address, storable_name
from student_loans.storage.run_folder import RunFolder

_PART = "listing"
ROWS_KEPT = 200
"""Most entries that are named; all of them are counted."""


_NOTES = {
    ListingNote.NOTHING_CHANGED: "nothing in the source has changed since its last listing.",
    ListingNote.NO_DOCUMENTS: "the source has entries, and none of them is a document.",
    ListingNote.EMPTY: "the source is empty now; earlier runs have found documents in it.",
    ListingNote.NEVER_HAD_FILES: "the source is empty, and no run has ever found a document in it: check its address.",
}
_REASONS = {
    IgnoreReason.HIDDEN: "Hidden: the name begins with a dot",
    IgnoreReason.LINKED_FOLDER: "A link to a folder of this source, whose files are listed in their own place",
    IgnoreReason.EMPTY_FOLDER: "An empty folder",
    IgnoreReason.FOLDER_MARKER: "An object without bytes that stands for a folder",
    IgnoreReason.LISTED_TWICE: "The source has listed this address before",
}


def note_text(note: str) -> str:
    """Why a listing has no document, for a person."""
    return _NOTES[ListingNote(note)] if note else "there is nothing in the source."


def ignored_text(reason: str) -> str:
    """Why an entry is not a document, for a person."""
    return _REASONS[IgnoreReason(reason)]


@dataclass(frozen=True, slots=True)
class IgnoredEntry:
    """An entry that is not a document.

    Attributes:
        name: For people, without social security numbers.
        source_uri: Its address, for display.
        reason: One of :class:`~student_loans.intake.sources.IgnoreReason`.
    """

    name: str
    source_uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a listing that are not documents.

    Attributes:
        note: Why it has no document, one of :class:`~student_loans.intake.incremental.ListingNote`; empty if it has some.
        reasons: Reason to entries.
        ignored: The first ``ROWS_KEPT`` entries.
    """

    note: str = ""
    reasons: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[IgnoredEntry, ...] = ()

    @classmethod
    def of(cls, ingestor: Ingestor) -> Self:
        """What an ingestor found, after its last file."""
        reasons = Counter(entry.ignored.value for entry in ingestor.ignored if entry.ignored)
        named = tuple(_named(entry) for entry in ingestor.ignored[:ROWS_KEPT])
        return cls(ingestor.note.value if ingestor.note else "", dict(sorted(reasons.items())), named)

    def write(self, run: RunFolder) -> None:
        """Keep it in the run's folder."""
        run.write_json(run.own(_PART), to_plain(self))

    @classmethod
    def read(cls, run: RunFolder) -> Self:
        """The listings of all sources of a run as one; an empty one for a run that has not acquired."""
        names = run.files_of(f"{_PART}.json")
        listings = [from_plain(cls, run.read_json(name.removesuffix(".json"))) for name in names]
        reasons: Counter[str] = Counter()
        for one in listings:
            reasons.update(one.reasons)
        notes = {one.note for one in listings}
        return cls(
            # A source without documents is worth a note only if no other has some.
            note="" if "" in notes or not notes else min(notes),
            reasons=dict(sorted(reasons.items())),
            ignored=tuple(entry for one in listings for entry in one.ignored)[:ROWS_KEPT],
        )


def _named(entry: SourceDocument) -> IgnoredEntry:
    reason = entry.ignored.value if entry.ignored else ""
    return IgnoredEntry(plain(storable_name(entry.name)), plain(storable_address(entry.uri)), reason)
