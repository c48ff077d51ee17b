"""Reasons for review of a file as a whole: it holds more than its pages show, or another state of the document.

A reason is ``code: what is the matter, and what to do``. It names no value, and a document that has one is never accepted.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from student_loans.pages.pdf_parts import pdf_parts, shows_an_older_state
from student_loans.records import FileFormat

if TYPE_CHECKING:
    from pikepdf import Object, Page, Pdf

ATTACHMENTS = "attachments: files are attached to this one and are not read: the document may be among them, open them"
DAMAGED = (
    "damaged_file: the end of the PDF or its table of contents is damaged, so its pages may show an older state: "
    "ask the sender for the file again"
)
HIDDEN_PICTURE = (
    "hidden_picture: the picture is wholly transparent, and what stands under the transparency was read: "
    "look at the original, or ask the sender for it again"
)
LIST_BOX = (
    "list_box: a field of the form shows several choices, and which is chosen is shown by its colour only: "
    "look which one it is"
)
MORE_PICTURES = (
    "further_pictures: the file holds more than one picture, and only the first is read: "
    "look whether the others belong to the document, and ask for them as files of their own"
)
JOINED = (
    "several_documents: whole PDFs are written one behind the other in this file, and other programs show only one of them: "
    "check that they belong together"
)
PORTFOLIO = (
    "portfolio: the documents are files inside this one, and only its cover is read: ask for each as a PDF of its own"
)
PRINTED_ACROSS = (
    "printed_across: something is printed across the text, as VOID or a stamp is, and is not read: "
    "look whether it changes or cancels what the page says"
)
XFA_FORM = (
    "xfa_form: the form keeps its entries as XFA, which is not read: open it in a program that shows XFA, "
    "or ask for it printed to PDF"
)

_CARRIERS = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
"""Annotation types that hold a file which the page does not show (ISO 32000-1, table 169)."""
_DEEPEST_FIELD = 8
_COMBO = 1 << 17
"""Flag of a choice field that shows its chosen entry only (ISO 32000-1, table 230)."""
_REPAIRED = ("damaged", "reconstruct")
"""Words by which qpdf says that it had to look for the objects; its other warnings are about what no page shows."""


def file_notices(content: bytes, file_format: FileFormat) -> tuple[str, ...]:
    """The reasons for review of a file as a whole, each once."""
    if file_format is not FileFormat.PDF:
        return ()
    parts = pdf_parts(content)
    found = [JOINED] if len(parts) > 1 else []
    for part in parts:
        found += _of_pdf(part)
    return tuple(dict.fromkeys(found))


def _of_pdf(content: bytes) -> list[str]:
    if shows_an_older_state(content):
        return [DAMAGED, *_contents(content)]
    return _contents(content)


def _contents(content: bytes) -> list[str]:
    """The notices about a PDF's content besides its pages; a PDF that cannot be searched counts as damaged."""
    # pikepdf logs that it was imported.
    logging.getLogger("pikepdf").setLevel(logging.WARNING)
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            found = list(_of_root(pdf))
            repaired = any(word in str(warning) for warning in pdf.get_warnings() for word in _REPAIRED)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError):
        return [DAMAGED]
    return [DAMAGED, *found] if repaired else found


def _of_root(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    form, names = _within(root, "/AcroForm"), _within(root, "/Names")
    if form is not None and "/XFA" in form:
        yield XFA_FORM
    if "/Collection" in root:
        yield PORTFOLIO
    elif _holds_anything(_within(names, "/EmbeddedFiles")) or "/AF" in root or any(map(_carries_files, pdf.pages)):
        yield ATTACHMENTS
    if form is not None and any(_shows_choices(page) for page in pdf.pages):
        yield LIST_BOX


def _within(holder: Object | None, key: str) -> Object | None:
    """A dictionary inside another; None if it is missing."""
    import pikepdf

    found = holder.get(key) if holder is not None else None
    return found if isinstance(found, pikepdf.Dictionary) else None


def _holds_anything(tree: Object | None) -> bool:
    """Whether a name tree has an entry or a branch."""
    return tree is not None and any(len(tree.get(key, ())) > 0 for key in ("/Names", "/Kids"))


def _shows_choices(page: Page) -> bool:
    """Whether a page has a list box with more than one entry."""
    return any(
        str(_inherited(each, "/FT")) == "/Ch"
        and not int(_inherited(each, "/Ff") or 0) & _COMBO
        and len(_inherited(each, "/Opt") or ()) > 1
        for each in page.get("/Annots", ())
        if str(each.get("/Subtype")) == "/Widget"
    )


def _inherited(field: Object, key: str) -> Any:
    """An entry of a form field, inherited from its parent field if it has none."""
    for _ in range(_DEEPEST_FIELD):
        if key in field:
            return field[key]
        if "/Parent" not in field:
            return None
        field = field["/Parent"]
    return None


def _carries_files(page: Page) -> bool:
    return "/AF" in page or any(str(each.get("/Subtype")) in _CARRIERS for each in page.get("/Annots", ()))
