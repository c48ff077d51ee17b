"""Drawings that are written by hand as Graphviz sources are drawn again after a change."""

from __future__ import annotations

from scripts.docs.drawings import IMAGES, stale_drawings


def test_every_drawing_is_current() -> None:
    assert list(IMAGES.glob("*.dot"))
    assert stale_drawings() == [], "Run `make diagrams`."
