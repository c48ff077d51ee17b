"""Warming up: models are made once, before the processes that use them are forked, as that takes each a core-second."""

from __future__ import annotations

from student_loans.library_objects import Made, hand_out


def warm_up_reading() -> Made:
    """Make what reading most documents needs.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    from student_loans.reading.page_words import AUTOMATIC_READER, first_reader
    from student_loans.settings import settings
    from student_loans.understanding.fields.wordings import load_model

    load_model()
    if first_reader(settings()).name == AUTOMATIC_READER:
        from student_loans.reading.rapidocr_engine import engine

        engine().warm_up()
    return hand_out()


def warm_up_opening() -> Made:
    """Make what preparing most pages needs.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    from student_loans.reading.direction import warm_up

    warm_up()
    return hand_out()
