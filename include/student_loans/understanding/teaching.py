"""Labelled documents to learn from: what is right, and the places where it is printed.

A truth file has, beside the fields of a document, the places where values are printed: a value that is printed in two places, as
one loan's and as the account's, then teaches with the right one. In place of a folder of documents, a set may be a file of their
words (``words.jsonl.xz``): a tenth of the size, and no reader stands between.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from student_loans.labels.compare import same_value
from student_loans.labels.files import read_labels
from student_loans.pages.words import PageText
from student_loans.records import BBox, DocumentType
from student_loans.understanding.fields.layout import Stretch, union_box
from student_loans.understanding.weighing.fitting import RIGHT, UNCERTAIN, WRONG

WORDS_SUFFIX = ".jsonl.xz"
"""Of a file of words."""
_PLACES = 4
"""Decimal places of a word's box in a file of words: a twentieth of a point."""
_SLACK = 0.002
"""Of a page: two boxes so far apart touch."""
Place = tuple[int, BBox]


@dataclass(frozen=True, slots=True)
class Teaching:
    """A labelled document to learn from.

    Attributes:
        places: Field to the places where its value is printed; empty if they are not labelled.
        others: Field to further values that a careful reader could give.
        family: What is left out of a judgement together with it.
    """

    path: Path
    document_type: DocumentType
    fields: Mapping[str, str]
    places: Mapping[str, Sequence[Place]]
    others: Mapping[str, Sequence[str]]
    family: str

    def label(self, field: str, value: str, words: Stretch) -> int:
        """Whether some words are the value of a field: right, wrong, or not certain."""
        if field in self.fields and same_value(field, value, self.fields[field]):
            places, own = self.places.get(field, ()), union_box(words.tokens)
            at_one = any(page == words.first.page and _touch(box, own) for page, box in places)
            return RIGHT if at_one or not places else UNCERTAIN
        if any(same_value(field, value, other) for other in self.others.get(field, ())):
            return UNCERTAIN
        return WRONG

    def allows(self, field: str, value: str) -> bool:
        """Whether a value is the field's, or one that a careful reader could give."""
        answers = (*((self.fields[field],) if field in self.fields else ()), *self.others.get(field, ()))
        return any(same_value(field, value, answer) for answer in answers)


def _touch(one: BBox, other: BBox) -> bool:
    across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return across > 0 and down > -_SLACK


def read_teaching(documents: Path, truth: Path) -> list[Teaching]:
    """The labelled documents of a folder.

    Raises:
        ConfigurationError: ``invalid_labels``.
    """
    lines = (json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines() if line.strip())
    more = {line["file"]: line for line in lines}
    return [
        Teaching(
            documents / label.file,
            label.document_type,
            label.fields,
            _places(more[label.file]),
            _others(more[label.file]),
            f"{truth.parent.name}/{more[label.file].get('family') or label.lender_family or label.file}",
        )
        for label in read_labels(truth)
    ]


def _places(line: Mapping[str, Any]) -> dict[str, list[Place]]:
    """The places of each value: all that are printed if the truth names them, else the first."""
    if every := line.get("places"):
        return {field: [(p[0], tuple(p[1:])) for p in _flat(own)] for field, own in every.items()}
    parts: Mapping[str, Any] = line.get("box_parts") or line.get("line_boxes") or {}
    found = {field: [(box[0], tuple(box[1:]))] for field, box in (line.get("boxes") or {}).items()}
    for field, boxes in parts.items():
        found.setdefault(field, []).extend((box[0], tuple(box[1:])) for box in boxes if len(box) == 5)
    return found


def _flat(places: Sequence[Any]) -> list[Sequence[Any]]:
    """Boxes, of which those of one place may stand in a list of their own."""
    return [box for place in places for box in (place if isinstance(place[0], list) else [place])]


def _others(line: Mapping[str, Any]) -> dict[str, list[str]]:
    known = {**(line.get("alternatives") or {}), **(line.get("arguable") or {})}
    return {
        field: [str(value) for value in (values if isinstance(values, list) else [values]) if value is not None]
        for field, values in known.items()
    }


def write_words(documents: Iterable[tuple[str, Sequence[PageText]]], path: Path) -> None:
    """Write the words of documents to a file of words.

    Args:
        documents: Name of each file with its pages.
        path: The file; its name ends in :data:`WORDS_SUFFIX`.
    """
    with lzma.open(path, "wt", encoding="utf-8") as file:
        for name, pages in documents:
            line = {"file": name, "pages": [_rounded(page.to_json()) for page in pages]}
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _rounded(page: dict[str, Any]) -> dict[str, Any]:
    words = ([text, *(round(edge, _PLACES) for edge in rest)] for text, *rest in page["words"])
    return page | {"words": list(words)}


def read_words(path: Path) -> dict[str, list[PageText]]:
    """The pages of each document of a file of words, by name."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    return {line["file"]: [PageText.from_json(page) for page in line["pages"]] for line in lines}
