"""Running text: paragraphs that break over columns and pages, and the terms of an agreement."""

from __future__ import annotations

from collections.abc import Sequence

from samples.generator.composed import clauses
from samples.generator.composed.content import fit_lines, text
from samples.generator.composed.paper import Paper, Strip, line_width, space, width_of
from samples.generator.composed.pen import Pen
from samples.generator.composed.printing import Piece


def paragraph(
    pen: Pen, pieces: Sequence[Piece], width: float, *, size: float | None = None, indent: float = 0
) -> list[Strip]:
    """Running text, a strip for each few lines so that it can break over columns and pages."""
    look = pen.look
    size = size or look.size
    return split_text(pen, pieces, width - indent, size, indent)


def split_text(pen: Pen, pieces: Sequence[Piece], width: float, size: float, indent: float = 0) -> list[Strip]:
    """A paragraph as one strip a line; words too wide for the line are set smaller."""
    look = pen.look
    size, lines = fit_lines(pieces, look.face, width, size, solid=pen.habits.solid)
    step = size * look.leading
    strips = []
    for number, line in enumerate(lines):
        gap = None
        if look.justify and number < len(lines) - 1 and len(line) > 3:
            gap = width_of(" ", line[0][0].font, size) + (width - line_width(line, size)) / (len(line) - 1)
            gap = gap if gap < size * 1.2 else None

        def draw(paper: Paper, x: float, top: float, line: object = line, gap: float | None = gap) -> None:
            paper.line_of_words(line, x + indent, top + size * (0.86 + (look.leading - 1) / 2), size, word_gap=gap)  # type: ignore[arg-type]

        strips.append(Strip(step, draw, keep=number == 0 and len(lines) > 1))
    return strips


def terms(
    pen: Pen, paragraphs: int, columns_width: float, *, size: float, headed: bool, templates: Sequence[str] = ()
) -> list[Strip]:  # fmt: skip
    """Clauses of the small print; ``templates`` are sentences with fields that stand among them."""
    rng = pen.rng
    strips: list[Strip] = []
    pool = list(templates)
    style = rng.choice(["inline", "inline", "line", "center"]) if headed else ""
    number, indent = rng.choice(["", "", "{}. ", "({}) ", "Section {}. ", "ARTICLE {} "]), rng.choice([0, 0, 0, 12])
    letters, after = rng.random() < 0.3, size * rng.choice([0.3, 0.5, 0.8])
    for index in range(paragraphs):
        pieces: list[Piece] = []
        if headed and rng.random() < 0.8:
            head = number.format(chr(65 + index % 26) if letters else index + 1) + rng.choice(clauses.HEADS)
            if style == "inline":
                pieces.append(Piece(f"{head}. ", None, True))
            else:
                strips += _clause_head(pen, head, columns_width, size, center=style == "center")
        if pool and rng.random() < len(pool) / max(1, paragraphs - index):
            pieces += [*pen.fill(pool.pop()), Piece(" ")]
        for _ in range(rng.choice([1, 1, 2, 3, 4]) if headed else rng.choice([1, 1, 1, 2])):
            pieces += [*pen.clause(), Piece(" ")]
        strips += [*paragraph(pen, pieces, columns_width, size=size, indent=indent), space(after)]
    for template in pool:
        strips += [*paragraph(pen, pen.fill(template), columns_width, size=size), space(size * 0.5)]
    return strips


def _clause_head(pen: Pen, head: str, width: float, size: float, *, center: bool) -> list[Strip]:
    """The heading of a clause on a line of its own."""
    line = text(head.upper() if center else head, bold=not pen.look.mono).strip(
        pen.look, width, size=size, align="center" if center else "left"
    )
    return [Strip(line.height, line.draw, keep=True)]
