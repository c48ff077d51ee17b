"""Build Great Expectations' Data Docs as a small site without network requests and without document values."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.private_files import write_private

if TYPE_CHECKING:
    from upath import UPath

INDEX = "index.html"
# These expectations observe counts and names of columns; what others observe (a maximum, a most common value) was read
# from documents.
_HARMLESS = ("expect_table_row_count", "expect_table_column", "expect_table_columns")
# The library's pages load styles, scripts and a logo from eight hosts; these references are removed.
_CALLS = re.compile(
    r"<script\b[^>]*\bsrc=[^>]*>\s*</script>|<link\b[^>]*\bhref=[\"']https?:[^>]*>|<img\b[^>]*\bsrc=[\"']https?:[^>]*>",
    re.IGNORECASE,
)
_CALLING_STYLE = re.compile(r"url\(\s*['\"]?https?:[^)]*\)", re.IGNORECASE)


def build_data_docs(context: Any, folder: Path) -> None:
    """Build the site of the validations of this context.

    Args:
        context: A context of the library, in which a suite has run for counts only.
        folder: Gets ``index.html``, a page for the suite and one for each validation.
    """
    _drop_observed_values(context)
    for name in list(context.get_site_names()):
        context.delete_data_docs_site(name)
    context.add_data_docs_site(
        site_name="expectations",
        site_config={
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "show_cta_footer": False},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
        },
    )
    context.build_data_docs()
    _make_self_contained(folder)


def publish_data_docs(folder: Path, destination: UPath) -> str:
    """Copy a site to the folder of reports.

    Args:
        folder: As :func:`build_data_docs` filled it.
        destination: A folder, local or in a bucket.

    Returns:
        The address of the site's front page.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    from student_loans.storage.files import store_errors, write_bytes

    with store_errors():
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                write_bytes(destination.joinpath(*file.relative_to(folder).parts), file.read_bytes())
    return str(destination / INDEX)


def _drop_observed_values(context: Any) -> None:
    store = context.validation_results_store
    for key in store.list_keys():
        validation = store.get(key)
        for result in validation.results:
            if not result.expectation_config.type.startswith(_HARMLESS):
                result.result.pop("observed_value", None)
        store.update(key, validation)


def _make_self_contained(folder: Path) -> None:
    style = resources.files("student_loans.validation").joinpath("data_docs.css").read_text(encoding="utf-8")
    for file in folder.rglob("*"):
        if file.suffix == ".html":
            page = _CALLING_STYLE.sub("none", _CALLS.sub("", file.read_text(encoding="utf-8")))
            write_private(file, page.replace("</head>", f"<style>{style}</style></head>", 1))
        elif file.is_file():
            file.unlink()
