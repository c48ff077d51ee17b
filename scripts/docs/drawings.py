"""``python -m scripts.docs.drawings``: every docs/images/*.dot as an SVG next to it."""

from __future__ import annotations

from pathlib import Path

from scripts.docs.dag_graph import is_current, render

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"


def stale_drawings() -> list[Path]:
    """Graphviz sources whose SVG is missing or older than they are."""
    return [source for source in sorted(IMAGES.glob("*.dot")) if not _is_drawn(source)]


def _is_drawn(source: Path) -> bool:
    drawing = source.with_suffix(".svg")
    return drawing.exists() and is_current(drawing.read_text(encoding="utf-8"), source.read_text(encoding="utf-8"))


def main() -> None:
    """Draw stale SVGs."""
    for source in stale_drawings():
        source.with_suffix(".svg").write_text(render(source.read_text(encoding="utf-8")), encoding="utf-8")
        print(source.with_suffix(".svg").name)


if __name__ == "__main__":
    main()
