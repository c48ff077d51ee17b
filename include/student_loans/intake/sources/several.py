"""Several sources as one, such as files of different folders and buckets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.intake.sources.base import DocumentSource, Fetched, SourceDocument
from student_loans.privacy import redact_address


class SeveralSources:
    """The documents of some sources, one source after the other.

    Args:
        sources: Opened sources. The address of the whole is made from theirs, so that the same sources are the same whole.
    """

    def __init__(self, sources: Sequence[DocumentSource]) -> None:
        self._sources = sources
        self._listed: dict[str, DocumentSource] = {}
        addresses = "\n".join(sorted(source.uri for source in sources))
        self.uri = f"files:{hashlib.sha256(addresses.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"

    def list_documents(self, since: datetime | None = None) -> Iterator[SourceDocument]:
        """Every entry of the sources.

        Raises:
            ConfigurationError: ``source_not_found``: a source has no entry, so that somebody would miss its file.
        """
        for source in self._sources:
            is_empty = True
            for document in source.list_documents(since):
                is_empty = False
                self._listed[document.uri] = source
                yield document
            if is_empty:
                raise ConfigurationError(
                    ErrorCode.SOURCE_NOT_FOUND,
                    f"There is nothing at {redact_address(source.uri)!r}: correct the address.",
                )

    def fetch(self, document: SourceDocument, max_bytes: int, held: str = "") -> Fetched | None:
        """The bytes of one file, from the source that listed it."""
        return self._listed[document.uri].fetch(document, max_bytes, held)
