"""PDFs whose pages a test draws itself: text as no program of letters sets it, pictures, lines, fields and notes."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import pikepdf
import pypdfium2
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.pdf_factory import edited

SIZE = (612.0, 792.0)
Draw = Callable[[Canvas], None]

LETTER = (
    "Cedarbrook Loan Servicing sends this letter about the student loan below",
    "The borrower may pay the balance in full before the date that is printed",
    "Please write to our office with any question about what this letter says",
)
"""Words around what a test draws, so that its page is one of a text layer."""


def draw_pdf(*pages: Draw, size: tuple[float, float] = SIZE) -> bytes:
    """A PDF with one page for each function that draws on a canvas: ten-point Helvetica, origin bottom left."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=True)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def letter_with(draw: Draw) -> bytes:
    """A page of a letter, with something drawn on it below its three lines, which end at 690 points."""

    def page(canvas: Canvas) -> None:
        for number, line in enumerate(LETTER):
            canvas.drawString(72, 720 - 15 * number, line)
        draw(canvas)

    return draw_pdf(page)


def first_page(content: bytes) -> pypdfium2.PdfPage:
    """The first page as pdfium opens it."""
    return pypdfium2.PdfDocument(content)[0]


def picture_of(text: str, *, size: tuple[int, int] = (480, 80), font_size: int = 48) -> ImageReader:
    """A picture of a text, black on white."""
    from PIL import Image, ImageDraw

    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).text((12, 10), text, fill=0, font_size=font_size)
    return ImageReader(image)


def with_content(content: bytes, operators: str, *, codes: Mapping[str, str] | None = None) -> bytes:
    """A PDF whose first page goes on with some operators of a content stream.

    Args:
        content: A page of a letter, whose Helvetica is ``/F1``.
        operators: As ISO 32000-1 has them.
        codes: What the map of the font ``/Fx`` says that some characters are.
    """

    def edit(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        if codes is not None:
            page.obj.Resources.Font["/Fx"] = pdf.make_indirect(_font_with_map(pdf, codes))
        page.contents_add(operators.encode("latin-1"), prepend=False)

    return edited(content, edit)


def _font_with_map(pdf: pikepdf.Pdf, codes: Mapping[str, str]) -> pikepdf.Dictionary:
    """Helvetica, whose map says that some characters are others; the rest are what they look like."""
    stated = {chr(code): chr(code) for code in range(32, 127)} | dict(codes)
    lines = [f"<{ord(drawn):02x}> <{''.join(f'{ord(c):04x}' for c in said)}>" for drawn, said in stated.items()]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{body}\nendcmap end end"
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
        ToUnicode=pdf.make_stream(cmap.encode()),
    )


def type_3_pdf(text: str) -> bytes:
    """A page with a text in a Type 3 font of filled boxes: small, tall or with a descent, as its letters are.

    pdfium takes the line of such a font from the letters with the codes of A and g: here those give no height, as in pages that
    browsers print.
    """
    codes = {letter: number for number, letter in enumerate(sorted(set(text)), start=1)} | {",": 65, "-": 103}
    letters = {code: letter for letter, code in sorted(codes.items(), key=lambda item: item[1])}
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=SIZE)
    page = pdf.pages[0]
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type3,
        FontBBox=[60, -200, 540, 700],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=pikepdf.Dictionary({f"/g{c}": pdf.make_stream(_drawn(letter)) for c, letter in letters.items()}),
        Encoding=pikepdf.Dictionary(
            Type=pikepdf.Name.Encoding,
            Differences=pikepdf.Array([part for c in letters for part in (c, pikepdf.Name(f"/g{c}"))]),
        ),
        FirstChar=1,
        LastChar=max(letters),
        Widths=[600] * max(letters),
        ToUnicode=pdf.make_stream(_unicode_map(letters)),
        Resources=pikepdf.Dictionary(),
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary({"/T3": pdf.make_indirect(font)}))
    shown = "".join(f"{codes[letter]:02x}" for letter in text)
    page.obj.Contents = pdf.make_stream(f"BT /T3 20 Tf 72 600 Td <{shown}> Tj ET".encode())
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _drawn(letter: str) -> bytes:
    """A filled box with the bottom and top of a letter, in thousandths of its size."""
    descending = {
        "y": (-200, 500),
        "g": (-200, 500),
        "p": (-200, 500),
        ",": (-100, 200),
        "-": (200, 300),
        ".": (0, 100),
    }
    low, high = descending.get(letter, (0, 500 if letter.islower() else 700))
    return f"600 0 60 {low} 540 {high} d1 60 {low} 480 {high - low} re f".encode()


def _unicode_map(letters: Mapping[int, str]) -> bytes:
    rows = "\n".join(f"<{code:02x}> <{ord(letter):04x}>" for code, letter in letters.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def "
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{rows}\nendbfchar endcmap end end"
    ).encode()
