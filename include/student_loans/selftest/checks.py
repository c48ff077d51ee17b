"""The checks of the domain library: each tries for real what a run needs, within seconds."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from student_loans.alerts.store import AlertStore
from student_loans.error_advice import todo_of
from student_loans.errors import LoanDocumentError
from student_loans.selftest.result import SelftestResult, failed, not_set_up, ok
from student_loans.settings import settings
from student_loans.statistics.interpreter import tfdv_python
from student_loans.storage.object_store import ObjectStore

LEAST_FREE_GIB = 2.0
PROGRAM_TIMEOUT_S = 120


def check_settings() -> SelftestResult:
    """Settings, expectations, alert rules and routes are read and hold together."""
    from student_loans.alerts.config import load_alerts_config
    from student_loans.alerts.rules import load_rules
    from student_loans.settings import load_settings
    from student_loans.validation.expectations import load_suite

    try:
        fingerprint = load_settings().fingerprint()
        load_suite(None)
        rules, config = load_rules(), load_alerts_config()
    except LoanDocumentError as error:
        return failed(str(error), "Correct the file that the message names.")
    return ok(f"settings {fingerprint}, {len(rules)} alert rules, {len(config.channels)} alert channels")


def check_tesseract(language: str | None = None) -> SelftestResult:
    """Tesseract answers and has a language.

    Args:
        language: Tesseract code, several joined by ``+``; None means that of the settings.
    """
    import pytesseract

    wanted = set((language or settings().extraction.ocr_language).split("+"))
    try:
        version, languages = pytesseract.get_tesseract_version(), pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError) as error:
        return failed(f"Tesseract does not answer ({type(error).__name__}).", "Install the packages of packages.txt.")
    if missing := sorted(wanted - set(languages)):
        packages = " ".join(f"tesseract-ocr-{name}" for name in missing)
        return failed(f"Tesseract {version} lacks {', '.join(missing)}.", f"Install {packages}.")
    return ok(f"Tesseract {version} with {', '.join(sorted(wanted))}")


def check_models() -> SelftestResult:
    """Both readers and their models are there, and read a line that is drawn for the purpose."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    from student_loans.reading.page_words import first_reader, second_reader

    page = Image.new("L", (1000, 160), 255)
    ImageDraw.Draw(page).text((40, 40), "Loan amount 18250", fill=0, font=ImageFont.load_default(56))
    readers = (first_reader(settings()), second_reader(settings()))
    for reader in readers:
        try:
            words = reader.read(np.asarray(page), 1.0)
        except LoanDocumentError as error:
            return failed(f"{reader.name}: {error}", "Install the locked packages and packages.txt again.")
        if "18250" not in "".join(word.text for word in words):
            return failed(f"{reader.name} does not read a line in large print.", "Install the locked packages again.")
    return ok(" and ".join(reader.name for reader in readers) + " read")


def check_disk(least_free_gib: float = LEAST_FREE_GIB) -> SelftestResult:
    """The disks of data, reports and temporary files have room."""
    import tempfile

    uris = (settings().storage.data_uri, settings().storage.reports_uri)
    places = [Path(uri) for uri in uris if "://" not in uri] + [Path(tempfile.gettempdir())]
    free = min(_free_gib(place) for place in places)
    if free < least_free_gib:
        return failed(f"A disk has {free:.1f} GiB left.", f"Free some: a run needs {least_free_gib:g} GiB.")
    return ok(f"at least {free:.1f} GiB free")


def check_schema(store: AlertStore) -> SelftestResult:
    """The results database answers, and its schema is that of this code."""
    from student_loans.storage.named_sql import migrations

    try:
        applied = store.migrate()
        open_alerts = len(store.history(open_only=True))
    except LoanDocumentError as error:
        return failed(str(error), todo_of(error.code))
    brought = f", {applied} migrations applied just now" if applied else ""
    return ok(f"schema version {migrations()[-1].version}{brought}; open alerts: {open_alerts}")


def check_object_store(store: ObjectStore) -> SelftestResult:
    """The object store takes an object, gives it back and removes it."""
    try:
        store.check()
    except LoanDocumentError as error:
        return failed(str(error), todo_of(error.code))
    return ok("an object was written, read and removed")


def check_tfdv(python: Path | None = None) -> SelftestResult:
    """The environment of TensorFlow Data Validation imports it.

    Args:
        python: Its interpreter; None means the one that the configuration names.
    """
    interpreter = python or Path(tfdv_python())
    if not interpreter.exists():
        return not_set_up("There is no environment of TensorFlow Data Validation.", "It adds statistics and drift.")
    code = "import tensorflow_data_validation as tfdv; print(tfdv.__version__)"
    todo = "Make the environment again."
    try:
        done = subprocess.run(  # noqa: S603 - the deployment's own interpreter
            [str(interpreter), "-c", code], capture_output=True, text=True, timeout=PROGRAM_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return failed(f"It does not start ({type(error).__name__}).", todo)
    if done.returncode:
        return failed("It does not import TensorFlow Data Validation.", todo)
    return ok(f"TensorFlow Data Validation {done.stdout.strip()}")


def _free_gib(place: Path) -> float:
    """Free space of the disk that a place, or the nearest folder above it that exists, is on."""
    place = place.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free / 2**30
