"""Keep the words of a labelled set: ``python -m samples.hands DOCUMENTS TRUTH NAME``.

The words and the truth are written beside this file, as ``NAME.jsonl.xz`` and ``NAME.truth.jsonl``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from student_loans.understanding.fit import read_texts
from student_loans.understanding.teaching import WORDS_SUFFIX, read_teaching, write_words

_HERE = Path(__file__).parent
_KEPT = ("file", "document_type", "rendering", "family", "fields", "boxes", "line_boxes", "places", "arguable")
"""Keys of a truth line that the fit and the calibration read."""


def main(documents: Path, truth: Path, name: str) -> None:
    """Read the words of all documents and write them with the truth."""
    texts = read_texts(read_teaching(documents, truth))
    write_words(((teaching.path.name, pages) for teaching, pages in texts), _HERE / f"{name}{WORDS_SUFFIX}")
    with (_HERE / f"{name}.truth.jsonl").open("w", encoding="utf-8") as file:
        for text in truth.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            file.write(json.dumps({key: line[key] for key in _KEPT if key in line}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
