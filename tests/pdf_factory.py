"""PDFs as programs leave them: changed by what is appended, joined, with more in them than their pages show."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf

from tests.document_factory import make_pdf

COMPRESSED = pikepdf.ObjectStreamMode.generate


def resaved(content: bytes, *, linearize: bool = False, compressed: bool = False) -> bytes:
    """The same PDF in another form."""
    mode = COMPRESSED if compressed else pikepdf.ObjectStreamMode.disable
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(buffer, linearize=linearize, object_stream_mode=mode)
    return buffer.getvalue()


def edited(content: bytes, edit: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A PDF after an edit of its objects."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        edit(pdf)
        pdf.save(buffer)
    return buffer.getvalue()


def with_change(content: bytes, line: str) -> bytes:
    """A PDF with a change appended, after which its first page prints one line (ISO 32000-1, 7.5.6)."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        contents = pdf.pages[0].obj.Contents
        number = (contents[0] if isinstance(contents, pikepdf.Array) else contents).objgen[0]
        size, root = int(pdf.trailer.Size), pdf.trailer.Root.objgen[0]
    before = int(content[content.rindex(b"startxref") :].split()[1])
    stream = f"BT /F1 12 Tf 72 700 Td ({line}) Tj ET".encode()
    changed = content + f"{number} 0 obj\n<</Length {len(stream)}>>\nstream\n".encode() + stream
    changed += b"\nendstream\nendobj\n"
    return (
        changed
        + (
            f"xref\n{number} 1\n{len(content):010d} 00000 n \n"
            f"trailer\n<</Size {size}/Root {root} 0 R/Prev {before}>>\nstartxref\n{len(changed)}\n%%EOF\n"
        ).encode()
    )


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it was": lambda content: content,
    "linearized": lambda content: resaved(content, linearize=True),
    "compressed": lambda content: resaved(content, compressed=True),
    "linearized and compressed": lambda content: resaved(content, linearize=True, compressed=True),
}


def plain(line: str, pages: int = 1) -> bytes:
    """A PDF whose pages each print one line."""
    return make_pdf([[line]] * pages)
