"""Warming up: models are made once, before the processes that use them are forked, as that takes each a core-second."""

from __future__ import annotations

from include.library_objects import Made, hand_out


def warm_up_reading() -> Made:
    """Make what reading most documents needs.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    from include.extraction.fields.wordings import load_model
    from include.extraction.reading import AUTOMATIC_READER, first_reader
    from include.settings import settings

    load_model()
    if first_reader(settings()).name == AUTOMATIC_READER:
        from include.extraction.readers.rapidocr_engine import engine

        engine().warm_up()
    return hand_out()


def warm_up_opening() -> Made:
    """Make what preparing most pages needs.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    from include.extraction.readers.direction import warm_up

    warm_up()
    return hand_out()
