"""``python -m scripts.docs.site``: the documentation as a site in build/site, without warnings and without the network.

README, changelog and docs/ are copied; links to other files of the project lead to copies of them; each package has a page
made from docstrings. Zensical reads the same mkdocs.yml as MkDocs with Material would.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT_ROOT = Path(__file__).resolve().parents[2]
BUILD = PROJECT_ROOT / "build"
FILES = "files"
"""Folder of the site for copies of linked files that are not pages."""

_DOCS = PROJECT_ROOT / "docs"
_RENAMED = {PROJECT_ROOT / "README.md": "index.md", PROJECT_ROOT / "CHANGELOG.md": "CHANGELOG.md"}
_LINK = re.compile(r"(\]\()([^)#\s:]+)(#[^)\s]*)?(\))")
_BADGE = re.compile(r"^\[!\[.*/actions/workflows/.*\n\n", re.MULTILINE)
"""Badges are GitHub's pictures, relative to the repository there."""

_FENCE = re.compile(r"^(```.*?^```)", re.MULTILINE | re.DOTALL)
_ROOTS = {"student_loans": PROJECT_ROOT / "include", "loan_documents": PROJECT_ROOT / "plugins"}


def stage(folder: Path) -> None:
    """Write the source of the site: ``docs/`` and ``mkdocs.yml`` in a separate folder.

    Args:
        folder: Emptied first.

    Raises:
        FileNotFoundError: A page links to a file that the project does not have.
    """
    import yaml

    shutil.rmtree(folder, ignore_errors=True)
    pages = folder / "docs"
    shutil.copytree(_DOCS, pages)
    for source in [*_RENAMED, *_DOCS.rglob("*.md")]:
        target = pages / _place(source)
        target.write_text(_with_links(source, pages), encoding="utf-8")
    config: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    config["docs_dir"], config["site_dir"] = "docs", "site"
    handler = _mkdocstrings(config)["handlers"]["python"]
    handler["paths"] = [str(path) for path in _ROOTS.values()]
    handler["options"]["extensions"] = [str(Path(__file__).with_name("docstrings.py"))]
    [reference] = [part["Reference"] for part in config["nav"] if "Reference" in part]
    reference += [{"Decisions": _decisions()}, {"API": list(_write_reference(pages))}]
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")


def build(folder: Path) -> Path:
    """Build the site; returns its folder.

    Raises:
        subprocess.CalledProcessError: A warning or an error; standard error has it.
    """
    stage(folder)
    run_zensical(folder)
    return folder / "site"


def run_zensical(folder: Path) -> None:
    """Build what is staged in a folder.

    Raises:
        subprocess.CalledProcessError: A warning or an error; standard error has it.
    """
    zensical = Path(sys.executable).with_name("zensical")
    # No proxy listens there: a request to another host fails at once, and the build with it.
    offline = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_COLOR": "1"}
    command = [str(zensical), "build", "--strict", "--clean", "--config-file", str(folder / "mkdocs.yml")]
    done = subprocess.run(command, cwd=folder, env=offline, stderr=subprocess.PIPE, text=True, check=False)
    print(done.stderr, end="", file=sys.stderr)
    # Faults of docstrings are only printed: Zensical is strict about Markdown only.
    if done.returncode or "griffe: " in done.stderr:
        raise subprocess.CalledProcessError(done.returncode or 1, command, stderr=done.stderr)


def _mkdocstrings(config: dict[str, Any]) -> Any:
    return next(one["mkdocstrings"] for one in config["plugins"] if isinstance(one, dict))


def _place(source: Path) -> str:
    """Place of a project file in the site, relative to its pages."""
    if source in _RENAMED:
        return _RENAMED[source]
    return str(source.relative_to(_DOCS) if source.is_relative_to(_DOCS) else FILES / source.relative_to(PROJECT_ROOT))


def _with_links(source: Path, pages: Path) -> str:
    """A page's text with links adapted to the site; code is not changed."""

    def led(match: re.Match[str]) -> str:
        target = (source.parent / match[2]).resolve()
        if not target.is_file():
            raise FileNotFoundError(f"{source.relative_to(PROJECT_ROOT)} links to {match[2]}, which does not exist.")
        place = _place(target)
        if place.startswith(f"{FILES}/"):
            (pages / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(target, pages / place)
        here = Path(_place(source)).parent
        return f"{match[1]}{os.path.relpath(place, here)}{match[3] or ''}{match[4]}"

    parts = _FENCE.split(_BADGE.sub("", source.read_text(encoding="utf-8")))
    return "".join(part if part.startswith("```") else _LINK.sub(led, part) for part in parts)


def _decisions() -> list[dict[str, str]]:
    """Navigation to the architecture decisions, by their first lines."""
    decisions = sorted((_DOCS / "decisions").glob("*.md"))
    return [{_heading(path): f"decisions/{path.name}"} for path in decisions]


def _heading(page: Path) -> str:
    return page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")


def _write_reference(pages: Path) -> Iterator[dict[str, str]]:
    """Write one page per package, with one section per module; returns its entry of the navigation."""
    (pages / "reference").mkdir()
    for name, root in _ROOTS.items():
        packages = [path.parent for path in sorted((root / name).rglob("__init__.py"))]
        for package in packages:
            title = ".".join(package.relative_to(root).parts)
            modules = [title, *(f"{title}.{path.stem}" for path in sorted(package.glob("*.py")) if path.stem[0] != "_")]
            text = "\n\n".join(
                [f"# {title}", *(f"::: {module}\n    options:\n      members_order: source" for module in modules)]
            )
            (pages / "reference" / f"{title}.md").write_text(text + "\n", encoding="utf-8")
            yield {title: f"reference/{title}.md"}


def main() -> int:
    """Build into build/site; returns the exit status."""
    try:
        site = build(BUILD)
    except subprocess.CalledProcessError as error:
        return error.returncode
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{site.relative_to(PROJECT_ROOT)}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
