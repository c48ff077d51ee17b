"""Words that OCR has read, in the object store: what is damaged is read again, a store that fails is told of as one."""

from __future__ import annotations

from student_loans.pages.prepared import PreparedPage
from student_loans.pages.word_cache import WordCache
from student_loans.pages.words import PageText
from student_loans.settings import Settings
from student_loans.storage.files import store_errors


class KeptWords(WordCache):
    """The folder of words in the object store.

    Every method raises:
        ServiceError: ``store_unavailable``: worth a retry, as with everything else that is kept there.
    """

    def find(self, page: PreparedPage, settings: Settings) -> PageText | None:
        """The words of a page that was read before; None when it was not, or when what was kept is damaged."""
        with store_errors():
            try:
                return super().find(page, settings)
            except (TypeError, AttributeError):
                return None

    def keep(self, page: PreparedPage, settings: Settings, text: PageText) -> None:
        """Keep the words of a page."""
        with store_errors():
            super().keep(page, settings, text)
