"""The documentation's site builds without warnings, holds every page, and asks no other host for anything."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scripts.docs import site as builder
from scripts.docs.docstrings import markdown_of
from student_loans.errors import ErrorCode
from tests.docs.guide import PROJECT_ROOT

DECISIONS = sorted((PROJECT_ROOT / "docs" / "decisions").glob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builder.build(tmp_path_factory.mktemp("docs") / "build")


class Loaded(HTMLParser):
    """Collects what a browser loads by itself to show a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.resources: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "source"):
            self.resources.add(values.get("src") or "")
        if tag == "link" and values.get("rel") in ("stylesheet", "preload", "preconnect", "icon", "modulepreload"):
            self.resources.add(values.get("href") or "")
        if tag == "a":
            self.links.add(values.get("href") or "")


def read(page: Path) -> Loaded:
    parser = Loaded()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


def test_every_page_of_the_project_is_there(site: Path) -> None:
    pages = [path.relative_to(PROJECT_ROOT / "docs").with_suffix("") for path in (PROJECT_ROOT / "docs").rglob("*.md")]
    for page in [
        *pages,
        Path("CHANGELOG"),
        Path("reference/student_loans.understanding"),
        Path("reference/loan_documents.hooks"),
    ]:
        assert (site / page / "index.html").exists(), page
    assert "Student-loan documents into data you can trust" in (site / "index.html").read_text(encoding="utf-8")


def test_every_page_is_in_the_navigation(site: Path) -> None:
    home = read(site / "index.html").links
    for path in [*(PROJECT_ROOT / "docs").glob("*.md"), *DECISIONS]:
        page = path.relative_to(PROJECT_ROOT / "docs").with_suffix("")
        assert any(link.rstrip("/").endswith(str(page)) for link in home), page


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        foreign = [url for url in read(page).resources if re.match(r"(https?:)?//", url)]
        assert foreign == [], page
    for style in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", style.read_text(encoding="utf-8")), style


def test_every_link_and_picture_leads_to_a_file(site: Path) -> None:
    missing = []
    for page in site.rglob("index.html"):
        found = read(page)
        for url in found.links | found.resources:
            place = url.partition("#")[0].partition("?")[0]
            if not place or re.match(r"[a-z]+:", place):
                continue
            target = (site / place.lstrip("/") if place.startswith("/") else page.parent / place).resolve()
            if not (target.is_file() or (target / "index.html").is_file()):
                missing.append((str(page.relative_to(site)), url))
    assert missing == []


def test_the_errors_page_has_a_section_a_code(site: Path) -> None:
    html = (site / "errors" / "index.html").read_text(encoding="utf-8")
    for code in ErrorCode:
        assert f'id="{code.value}"' in html, code


def test_the_reference_shows_docstrings_as_text(site: Path) -> None:
    html = "".join(page.read_text(encoding="utf-8") for page in (site / "reference").rglob("index.html"))
    assert "Copy new documents of a source into the object store" in html
    assert not re.search(r":(class|func|meth|mod):", html)


def test_roles_literal_blocks_and_examples_become_markdown() -> None:
    text = "See :func:`~student_loans.runs.x`::\n\n    code\n\nExample:\n    >>> 1\n    1"
    assert markdown_of(text) == "See `student_loans.runs.x`:\n\n    code\n\nExamples:\n    >>> 1\n    1"


def test_a_link_to_nothing_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "page.md").write_text("# Page\n\n[gone](nowhere.md)\n", encoding="utf-8")
    monkeypatch.setattr(builder, "_DOCS", docs)
    monkeypatch.setattr(builder, "PROJECT_ROOT", tmp_path)
    monkeypatch.setattr(builder, "_RENAMED", {})
    with pytest.raises(FileNotFoundError, match=r"nowhere\.md"):
        builder.stage(tmp_path / "build")


def test_a_broken_anchor_stops_the_build(tmp_path: Path) -> None:
    builder.stage(tmp_path / "build")
    page = tmp_path / "build" / "docs" / "intake.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n[nothing](errors.md#no-such-code)\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        builder.run_zensical(tmp_path / "build")


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_ends_with_what_would_violate_it(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(decision.stem[:4])}. ")
    last = text.strip().rpartition("\n\n")[2]
    assert last.startswith("**What would violate it.** ")


def test_the_architecture_lists_every_decision() -> None:
    text = (PROJECT_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for decision in DECISIONS:
        title = decision.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2]
        assert f"1. [{title}](decisions/{decision.name})" in text


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
