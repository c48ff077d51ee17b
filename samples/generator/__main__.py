"""``python -m samples.generator FOLDER``: documents with their truth; the same seed gives the same bytes.

Without ``--count`` the bundled samples are written: ``FOLDER/documents`` and ``FOLDER/truth.jsonl``.
With ``--composed`` each document draws its own layout, in the words of one of the families of wordings.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from samples.generator.composed import command
from samples.generator.composed.families import FOLDER
from samples.generator.documents import Sample, generate
from student_loans.records import DocumentType

_BUNDLE = (
    ("promissory_note", "born_digital", "pdf"),
    ("promissory_note", "clean_scan", "tif"),
    ("loan_disclosure", "born_digital", "pdf"),
    ("loan_disclosure", "clean_scan", "png"),
    ("billing_statement", "born_digital", "pdf"),
    ("billing_statement", "clean_scan", "pdf"),
    ("billing_statement", "degraded", "jpg"),
    ("form_1098e", "born_digital", "pdf"),
    ("form_1098e", "clean_scan", "png"),
    ("loan_application", "born_digital", "pdf"),
    ("loan_application", "degraded", "pdf"),
    ("payoff_letter", "born_digital", "pdf"),
    ("payoff_letter", "clean_scan", "jpg"),
    ("repayment_schedule", "born_digital", "pdf"),
)
_TYPES = tuple(kind.value for kind in DocumentType if kind is not DocumentType.UNKNOWN)
_RENDERINGS = {"born_digital": 4, "clean_scan": 3, "degraded": 3}


def bundle(seed: str) -> Iterator[Sample]:
    """The bundled samples: every type, several renderings, and two files that nobody can read."""
    for number, (kind, rendering, extension) in enumerate(_BUNDLE, 1):
        yield generate(f"sample-{number:02d}", f"{seed}/{number}", kind, rendering, extension, "bundled")
    yield _refused("sample-15.pdf", _encrypted(f"{seed}/15"), "encrypted_pdf")
    yield _refused("sample-16.pdf", b"", "empty_file")


def many(seed: str, count: int, world: str, only: str | None) -> Iterator[Sample]:
    """A labelled set for measuring, of all renderings or of one."""
    for number in range(1, count + 1):
        rng = Random(f"{seed}/{number}")
        rendering = only or rng.choices(list(_RENDERINGS), list(_RENDERINGS.values()))[0]
        extension = "pdf" if rendering == "born_digital" else rng.choice(["pdf", "pdf", "tif", "png", "jpg"])
        if rendering == "degraded" and extension == "png":
            extension = "jpg"
        kind = _TYPES[number % len(_TYPES)]
        if kind == DocumentType.REPAYMENT_SCHEDULE and extension in ("png", "jpg"):
            extension = "pdf"
        yield generate(f"gen-{number:04d}", f"{seed}/{number}", kind, rendering, extension, world)


def _encrypted(seed: str) -> bytes:
    """A note behind a password."""
    import pikepdf

    note = generate("note", seed, "promissory_note", "born_digital", "pdf", "bundled")
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(note.content)) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="nobody", user="a password that nobody wrote down"))
    return buffer.getvalue()


def _refused(file: str, content: bytes, error: str) -> Sample:
    return Sample(file, content, {"file": file, "expected_status": "quarantined", "error": error})


def main(argv: list[str] | None = None) -> int:
    """Write documents and truth; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m samples.generator", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, help="so many documents instead of the bundled samples")
    parser.add_argument("--seed", default="student loans")
    parser.add_argument("--world", choices=("heldout", "bundled"), default="heldout")
    parser.add_argument("--rendering", choices=tuple(_RENDERINGS), help="only this one")
    parser.add_argument(
        "--composed", action="store_true", help="documents that draw their own layout, in the words of families"
    )
    parser.add_argument("--families", type=Path, default=FOLDER, help="folder of the families of wordings")
    parser.add_argument("--only-families", default="", metavar="REGEX", help="only families whose whole name matches")
    parser.add_argument("--workers", type=int, default=1, help="processes for composed documents")
    arguments = parser.parse_args(argv)
    if arguments.composed:
        composed = command.many(
            arguments.count or 1,
            seed=arguments.seed,
            rendering=arguments.rendering,
            families=arguments.families,
            only=arguments.only_families,
            workers=arguments.workers,
        )
        command.write(arguments.folder, composed)
        return 0
    documents = arguments.folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    if arguments.count:
        samples = many(arguments.seed, arguments.count, arguments.world, arguments.rendering)
    else:
        samples = bundle(arguments.seed)
    with (arguments.folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for sample in samples:
            (documents / sample.file).write_bytes(sample.content)
            truth.write(json.dumps(sample.truth, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
