"""Files that are made to break, stop or fill the process that opens them. Small on disk, all of them made in a moment."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence

from PIL import Image

from tests.document_factory import make_heic, make_image, make_pdf

_MEGABYTE = 1024**2
_LETTER = "[0 0 612 792]"
_ADLER_PRIME = 65521


def zeros(size: int) -> bytes:
    """So many bytes of zero as zlib data, made without compressing them: one megabyte's block over and over."""
    packer = zlib.compressobj(9)
    block = packer.compress(bytes(_MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    head, first = block[:2], block[2:]
    again = packer.compress(bytes(_MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (size % _ADLER_PRIME) << 16 | 1
    return head + first + again * (size // _MEGABYTE - 1) + b"\x03\x00" + struct.pack(">I", checksum)


def stream(content: bytes, entries: str = "") -> bytes:
    """A stream object's body."""
    return f"<<{entries}/Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream"


def pdf(objects: Sequence[bytes | str], tail: str = "") -> bytes:
    """A PDF of these objects, the first of which is its catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + (body if isinstance(body, bytes) else body.encode()) + b"\nendobj\n")
    start = out.tell()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer\n<</Size {len(places) + 1}/Root 1 0 R{tail}>>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def page(content: bytes, *others: bytes | str, resources: str = "", box: str = _LETTER) -> bytes:
    """A PDF of one page: its content is object 4, others are numbered from 5."""
    return pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Contents 4 0 R/Resources<</Font<</F1 <</Type/Font/Subtype/Type1"
            f"/BaseFont/Helvetica>>>>{resources}>>>>",
            content,
            *others,
        ]
    )


def form(content: str, forms: str = "") -> bytes:
    """A form XObject that may draw others."""
    return stream(content.encode(), f"/Type/XObject/Subtype/Form/BBox{_LETTER}/Resources<</XObject<<{forms}>>>>")


def form_that_draws_itself() -> bytes:
    return page(stream(b"/X Do"), form("/X Do", "/X 5 0 R"), resources="/XObject<</X 5 0 R>>")


def forms_that_draw_each_other() -> bytes:
    return page(
        stream(b"/A Do"), form("/B Do", "/B 6 0 R"), form("/A Do", "/A 5 0 R"), resources="/XObject<</A 5 0 R>>"
    )


def forms_that_double(levels: int = 24, times: int = 8) -> bytes:
    """Each form draws the next several times: more drawings than atoms, in two kilobytes."""
    forms = [form("/X Do " * times, f"/X {6 + level} 0 R") for level in range(levels)]
    last = stream(b"BT /F1 9 Tf 72 700 Td (Loan) Tj ET", f"/Type/XObject/Subtype/Form/BBox{_LETTER}")
    return page(stream(b"/X Do"), *forms, last, resources="/XObject<</X 5 0 R>>")


def flate_bomb(size: int = 4096 * _MEGABYTE) -> bytes:
    return page(stream(zeros(size), "/Filter/FlateDecode"))


def nested_filters(size: int = 8192 * _MEGABYTE) -> bytes:
    content = zlib.compress(zlib.compress(zeros(size), 9), 9)
    return page(stream(content, "/Filter[/FlateDecode/FlateDecode/FlateDecode]"))


def bomb_of_object_streams() -> bytes:
    bomb = stream(zeros(4096 * _MEGABYTE), "/Type/ObjStm/N 1/First 4/Filter/FlateDecode")
    entries = struct.pack(">BIB", 1, 9, 0) + struct.pack(">BIB", 2, 2, 0)
    head = b"%PDF-1.7\n"
    first = b"2 0 obj\n" + bomb + b"\nendobj\n"
    table = stream(
        struct.pack(">BIB", 0, 0, 0) + struct.pack(">BIB", 2, 2, 0) + entries[:6] + entries[:6],
        "/Type/XRef/Size 4/W[1 4 1]/Root 1 0 R",
    )
    return head + first + b"3 0 obj\n" + table + f"\nendobj\nstartxref\n{len(head) + len(first)}\n%%EOF\n".encode()


def image_of(entries: str, content: bytes) -> bytes:
    """A page that shows one image."""
    return page(
        stream(b"q 612 0 0 792 0 0 cm /I Do Q"),
        stream(content, f"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray{entries}"),
        resources="/XObject<</I 5 0 R>>",
    )


def huge_image() -> bytes:
    data = zeros(3600 * _MEGABYTE)
    return image_of("/Width 60000/Height 60000/BitsPerComponent 8/Filter/FlateDecode", data)


def jbig2_of_nonsense() -> bytes:
    segment = struct.pack(">IBBBI", 0, 48, 0, 1, 19) + struct.pack(">IIIIBH", 60000, 60000, 0, 0, 0, 0)
    return image_of("/Width 60000/Height 60000/BitsPerComponent 1/Filter/JBIG2Decode", segment + bytes(range(256)) * 40)


def jpx_of_nonsense() -> bytes:
    size = struct.pack(">HHHIIIIIIIIHBBB", 0xFF51, 41, 0, 60000, 60000, 0, 0, 60000, 60000, 0, 0, 1, 7, 1, 1)
    return image_of(
        "/Width 60000/Height 60000/BitsPerComponent 8/Filter/JPXDecode", b"\xff\x4f" + size + bytes(range(256)) * 40
    )


def strip_of_a_page() -> bytes:
    return page(stream(b"BT /F1 1 Tf 0 700 Td (Loan statement of a borrower) Tj ET"), box="[0 0 2 14400]")


def page_without_end() -> bytes:
    return page(stream(b"BT /F1 12 Tf 72 700 Td (Loan) Tj ET"), box="[0 0 1e30 1e-30]")


def many_words(count: int = 200_000) -> bytes:
    words = "".join(f"1 0 0 1 {72 + n % 460} {40 + n % 700} Tm (loan) Tj\n" for n in range(count))
    return page(stream(zlib.compress(f"BT /F1 2 Tf\n{words}ET".encode()), "/Filter/FlateDecode"))


def many_words_over_pages(pages: int = 40, words: int = 5_000) -> bytes:
    lines = [" ".join(f"loan {line} of {number} is 12.40" for line in range(25)) for number in range(words // 125)]
    return make_pdf([lines] * pages)


def many_paths(count: int = 500_000) -> bytes:
    paths = "".join(f"{n % 600} {n % 780} m {n % 590 + 9} {n % 770 + 7} l S\n" for n in range(count))
    return page(stream(zlib.compress(paths.encode()), "/Filter/FlateDecode"))


def many_pages(count: int = 10_000) -> bytes:
    kids = " ".join(f"{number} 0 R" for number in range(4, count + 4))
    return pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Kids[{kids}]/Count {count}/MediaBox{_LETTER}>>",
            "<<>>",
            *["<</Type/Page/Parent 2 0 R>>"] * count,
        ]
    )


def deep_page_tree(depth: int = 20_000) -> bytes:
    return pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            *[f"<</Type/Pages/Kids[{number + 1} 0 R]/Count 1>>" for number in range(2, depth + 2)],
            f"<</Type/Page/MediaBox{_LETTER}>>",
        ]
    )


def page_tree_in_a_circle() -> bytes:
    return pdf(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Count 400>>"])


def tables_in_a_circle() -> bytes:
    whole = make_pdf()
    start = int(whole[whole.rindex(b"startxref") :].split()[1])
    return whole.replace(b"trailer\n<<", f"trailer\n<</Prev {start} ".encode(), 1)


def nested_arrays(depth: int = 400_000) -> bytes:
    return page(stream(b"BT /F1 9 Tf 72 700 Td (Loan) Tj ET"), "[" * depth + "]" * depth)


def tiles_without_end() -> bytes:
    tile = stream(
        b"0 0 0.01 0.01 re f",
        "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 .01 .01]/XStep .002/YStep .002/Resources<<>>",
    )
    return page(stream(b"/Pattern cs /P scn 0 0 612 792 re f"), tile, resources="/Pattern<</P 5 0 R>>")


def font_of_nonsense() -> bytes:
    program = zeros(2048 * _MEGABYTE)
    return page(
        stream(b"BT /F2 4000000 Tf 0 0 Td (Loan) Tj ET BT /F2 9 Tf 72 700 Td (Loan agreement) Tj ET"),
        "<</Type/Font/Subtype/TrueType/BaseFont/Odd/FirstChar 0/LastChar 255/Widths 7 0 R/FontDescriptor 6 0 R>>",
        "<</Type/FontDescriptor/FontName/Odd/Flags 32/FontFile2 8 0 R>>",
        "[" + "1000000000 " * 256 + "]",
        stream(program, "/Filter/FlateDecode/Length1 2147483647"),
    ).replace(b">>>>>>", b">>/F2 5 0 R>>>>", 1)


def png_of(width: int, height: int, data: bytes) -> bytes:
    """A gray PNG of this size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_bomb() -> bytes:
    return png_of(60_000, 60_000, zeros(3600 * _MEGABYTE))


def png_within_the_limit() -> bytes:
    return png_of(10_900, 10_900, zeros(120 * _MEGABYTE))


def png_with_a_text_bomb() -> bytes:
    whole = make_image("PNG")
    text = b"Comment\0\0" + zeros(2048 * _MEGABYTE)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return whole[:33] + chunk + whole[33:]


def tiff_of(entries: Sequence[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """A little-endian TIFF with one directory."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", following) + bytes(4096)


def tiff_of_absurd_size() -> bytes:
    return tiff_of([(256, 4, 1, 2**31 - 1), (257, 4, 1, 2**31 - 1), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8)])


def tiff_in_a_circle() -> bytes:
    size = [(256, 4, 1, 64), (257, 4, 1, 64), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 200)]
    return tiff_of([*size, (278, 4, 1, 64), (279, 4, 1, 4096)], following=8)


def tiff_with_a_tag_of_gigabytes() -> bytes:
    return tiff_of([(256, 4, 1, 64), (257, 4, 1, 64), (258, 3, 2**31, 8), (270, 2, 2**32 - 1, 8)])


def jpeg_of_absurd_size() -> bytes:
    whole = make_image("JPEG")
    place = whole.index(b"\xff\xc0") + 5
    return whole[:place] + struct.pack(">HH", 65_500, 65_500) + whole[place + 4 :]


def gif_cut_short() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (400, 300)).save(buffer, "GIF")
    return buffer.getvalue()[:40]


def heic_cut_short() -> bytes:
    return make_heic()[:-200]


def only_a_header() -> bytes:
    return b"%PDF-1.7\n"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "form-draws-itself.pdf": form_that_draws_itself,
    "forms-draw-each-other.pdf": forms_that_draw_each_other,
    "forms-double.pdf": forms_that_double,
    "flate-bomb.pdf": flate_bomb,
    "nested-filters.pdf": nested_filters,
    "object-streams.pdf": bomb_of_object_streams,
    "huge-image.pdf": huge_image,
    "jbig2.pdf": jbig2_of_nonsense,
    "jpx.pdf": jpx_of_nonsense,
    "strip.pdf": strip_of_a_page,
    "without-end.pdf": page_without_end,
    "many-words.pdf": many_words,
    "many-words-over-pages.pdf": many_words_over_pages,
    "many-paths.pdf": many_paths,
    "many-pages.pdf": many_pages,
    "deep-page-tree.pdf": deep_page_tree,
    "page-tree-circle.pdf": page_tree_in_a_circle,
    "tables-circle.pdf": tables_in_a_circle,
    "nested-arrays.pdf": nested_arrays,
    "tiles.pdf": tiles_without_end,
    "font.pdf": font_of_nonsense,
    "header.pdf": only_a_header,
    "bomb.png": png_bomb,
    "within-the-limit.png": png_within_the_limit,
    "text-bomb.png": png_with_a_text_bomb,
    "absurd-size.tif": tiff_of_absurd_size,
    "circle.tif": tiff_in_a_circle,
    "tag-of-gigabytes.tif": tiff_with_a_tag_of_gigabytes,
    "absurd-size.jpg": jpeg_of_absurd_size,
    "cut-short.gif": gif_cut_short,
    "cut-short.heic": heic_cut_short,
}
"""File name to what makes the file."""
