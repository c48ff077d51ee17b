"""Load models once, before the processes that use them are forked, because loading takes a core-second in each process."""

from __future__ import annotations

import contextlib
import importlib
import sys

from student_loans.library_objects import Made, hand_out

_OPENING_LIBRARIES = (
    "numpy", "numpy.testing", "scipy.fftpack", "cv2", "PIL.ImageFilter", "pypdfium2", "imagehash", "filetype",
    "charset_normalizer", "pydantic.main", "pydantic.functional_validators", "yaml", "openvino", "multiprocessing.connection",
    "importlib.resources", "hashlib", "zoneinfo",
)  # fmt: skip


def warm_up_reading() -> Made:
    """Load what reading of most documents needs.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    from student_loans.reading.page_words import AUTOMATIC_READER, first_reader
    from student_loans.settings import settings
    from student_loans.understanding.fields.wordings import load_model
    from student_loans.understanding.weighing.model import reading_model

    load_model()
    reading_model()
    if first_reader(settings()).name == AUTOMATIC_READER:
        from student_loans.reading.rapidocr_engine import engine

        engine().warm_up()
    return hand_out()


def warm_up_sandbox_worker() -> Made:
    """Import and load what preparation of most pages needs; the server that forks sandbox workers preloads it.

    Raises:
        ConfigurationError: ``ocr_not_installed``.
    """
    # OpenVINO reports each import to Google Analytics, unless its reporter is missing (student_loans/reading).
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    for name in _OPENING_LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    from student_loans.reading.direction import warm_up

    warm_up()
    return hand_out()
