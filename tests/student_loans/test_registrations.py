"""A source, a reader or an alert channel is one module and one registration."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from loan_documents.hooks.document_source import CONNECTED_SOURCES
from student_loans import registrations
from student_loans.alerts.config import ChannelConfig
from student_loans.errors import ConfigurationError
from student_loans.intake.sources import SourceAccess, open_source
from student_loans.intake.sources.opening import SOURCES
from student_loans.reading.page_words import first_reader, second_reader
from student_loans.registrations import CHANNELS, READERS, Registrations
from student_loans.settings import ExtractionSettings, Settings, settings

ALL = [SOURCES, CONNECTED_SOURCES, READERS, CHANNELS]
ACCESS = SourceAccess(hosts=("portal.example.test",))
PARTS = """
class Drawer:
    def __init__(self, location, access):
        self.uri = location

class Pencil:
    name = "pencil"

def open_pencil(language, timeout_s, *, strips):
    return Pencil()

class Bell:
    def send(self, message):
        pass

def open_bell(channel, timeout_s):
    return Bell()
"""
ENTRY_POINTS = """
[student_loans.sources]
drawer = desk_parts:Drawer
http = desk_parts:Drawer
[student_loans.readers]
pencil = desk_parts:open_pencil
eraser = desk_parts:open_eraser
[loan_documents.channels]
bell = desk_parts:open_bell
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with a source, a reader and a channel, as pip leaves one."""
    (tmp_path / "desk_parts.py").write_text(PARTS, encoding="utf-8")
    metadata = tmp_path / "desk_parts-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: desk-parts\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    registrations._installed.cache_clear()
    yield
    registrations._installed.cache_clear()


def with_reader(name: str) -> Settings:
    extraction = ExtractionSettings.model_validate({**settings().extraction.model_dump(), "reader": name})
    return settings().model_copy(update={"extraction": extraction})


@pytest.mark.parametrize("parts", ALL, ids=lambda parts: parts.group)
def test_everything_in_the_tables_exists(parts: Registrations) -> None:
    assert all(callable(parts.load(name)) for name in parts.own)


@pytest.mark.usefixtures("installed")
def test_an_installed_package_brings_a_source() -> None:
    assert type(open_source("drawer://left/upper", ACCESS)).__name__ == "Drawer"
    assert type(open_source("http://portal.example.test", ACCESS)).__name__ == "HttpApiSource", "ours are not replaced"


@pytest.mark.usefixtures("installed")
def test_an_installed_package_brings_a_reader() -> None:
    assert first_reader(with_reader("pencil")).name == "pencil"
    assert second_reader(with_reader("pencil")).name == "tesseract"


@pytest.mark.usefixtures("installed")
def test_an_installed_package_brings_an_alert_channel() -> None:
    assert type(CHANNELS.load(ChannelConfig(kind="bell").kind)(None, 1.0)).__name__ == "Bell"


def test_without_it_the_settings_say_what_there_is() -> None:
    with pytest.raises(ValidationError, match="there is no reader 'pencil': name one of rapidocr, tesseract"):
        with_reader("pencil")
    with pytest.raises(ValidationError, match="there is no alert channel 'bell': name one of slack, email, log"):
        ChannelConfig(kind="bell")
    with pytest.raises(ConfigurationError, match="Nothing serves drawer"):
        open_source("drawer://left/upper", ACCESS)


@pytest.mark.usefixtures("installed")
def test_a_registration_of_what_is_not_there_is_a_fault_of_the_settings() -> None:
    with pytest.raises(ConfigurationError, match="desk_parts:open_eraser is not there") as caught:
        first_reader(with_reader("eraser"))
    assert caught.value.code == "invalid_settings"
