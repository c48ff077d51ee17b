"""The graphic style of one document: paper, fonts, sizes, casing, colours; drawn once from its seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from reportlab.lib.colors import Color, HexColor

from samples.generator.composed.paper import BLACK, Face

_FAMILIES = {
    "Helvetica": 30,
    "Times": 20,
    "Courier": 3,
    "Vera": 5,
    "STIXGeneral": 5,
    "DejaVuSans": 5,
    "DejaVuSerif": 4,
    "DejaVuSansMono": 1,
}
_RELATIVE_SIZE = {
    "Courier": 0.9,
    "DejaVuSans": 0.88,
    "DejaVuSerif": 0.88,
    "DejaVuSansMono": 0.82,
    "Vera": 0.88,
    "STIXGeneral": 1.05,
}
_PAGES = (
    ((612.0, 792.0),) * 18
    + ((612.0, 1008.0),) * 2
    + ((595.3, 841.9),) * 2
    + ((600.0, 780.0), (576.0, 756.0), (792.0, 612.0))
)
_ACCENTS = "#000000 #000000 #1b3a5d #7a1f2b #20603d #4b2e83 #b4540a #0b6e75 #333333 #003da5 #8c1515 #5a5a5a".split()
_TINTS = "#e6e6e6 #eef2f7 #f5efe0 #e3efe6 #f0e8f4 #d9d9d9 #f7f7f7 #dfeaf5".split()
_SEPARATORS = (":", ":", ":", "", "", " -", " :", ".")


@dataclass(frozen=True, slots=True)
class Look:
    """Style of one document; lengths in points. ``typed`` is the face of values where they are typed into a printed form."""

    face: Face
    display: Face
    size: float
    leading: float
    label_scale: float
    label_bold: bool
    value_bold: bool
    label_case: str
    label_color: Color
    separator: str
    accent: Color
    tint: Color
    heading: str
    heading_case: str
    page: tuple[float, float]
    margins: tuple[float, float, float, float]
    weight: float
    mono: bool
    justify: bool
    widgets: bool
    tick: str
    typed: Face | None
    logo: str

    def cased(self, text: str) -> str:
        """A label in the document's letter case."""
        return cased(text, self.label_case)


def cased(text: str, how: str) -> str:
    """Text in capitals, as a sentence, or as it is."""
    if how == "upper":
        return text.upper()
    if how == "lower":
        return " ".join(
            word if word.isupper() or any(letter.isdigit() for letter in word) else word.lower()
            for word in text.split(" ")
        )
    if how == "sentence" and not any(mark in text for mark in "(\"'."):
        first, *rest = text.split(" ")
        return " ".join([first, *(word if word.isupper() else word.lower() for word in rest)])
    return text


def draw_look(rng: Random, *, mono: bool, landscape: bool, widgets: bool) -> Look:
    """Choose a style."""
    name = (
        rng.choice(["Courier", "Courier", "DejaVuSansMono"])
        if mono
        else rng.choices(list(_FAMILIES), list(_FAMILIES.values()))[0]
    )
    face = Face.of(name)
    display = face if mono or rng.random() < 0.7 else Face.of(rng.choice(["Helvetica", "Times", "STIXGeneral", "Vera"]))
    page = rng.choice(_PAGES)
    if landscape:
        page = (max(page), min(page))
    elif page[0] > page[1] and rng.random() < 0.6:
        page = (612.0, 792.0)
    side, accent = rng.choice([30, 36, 42, 48, 54, 60, 72]), HexColor(rng.choice(_ACCENTS))
    label_color = rng.choice([BLACK] * 5 + [accent, HexColor("#555555"), HexColor("#666666")])
    typed = (
        None
        if mono or rng.random() < 0.88
        else Face.of(rng.choice(["Courier", "Courier", "Times", "Helvetica", "DejaVuSansMono"]))
    )
    return Look(
        typed=typed,
        logo="" if mono else rng.choice(["", "", "", "circle", "square", "bars", "triangle"]),
        face=face,
        display=display,
        size=round(rng.choice([rng.uniform(8.6, 10.6), rng.uniform(7.6, 9.2), rng.uniform(9.6, 11.6)]) * _RELATIVE_SIZE.get(name, 1.0), 1),
        leading=rng.choice([1.15, 1.2, 1.25, 1.3, 1.4]),
        label_scale=rng.choice([1.0, 1.0, 1.0, 0.9, 0.85, 0.8, 0.72]),
        label_bold=not mono and rng.random() < 0.3,
        value_bold=rng.random() < 0.25,
        label_case=rng.choice(["as_is"] * 6 + ["upper", "upper", "sentence", "sentence", "lower"]) if not mono else rng.choice(["upper", "upper", "as_is"]),
        label_color=BLACK if mono else label_color,
        separator=rng.choice(_SEPARATORS),
        accent=BLACK if mono else accent,
        tint=HexColor(rng.choice(_TINTS)),
        heading=rng.choice(["stars", "dashes", "bold", "plain"] if mono else ["bold", "bold", "bar", "band", "rule", "over_rule", "center", "plain", "italic", "side"]),
        heading_case=rng.choice(["as_is", "as_is", "upper"]),
        page=page,
        margins=(side, rng.choice([28, 36, 44, 54]), rng.choice([side, side, side * 0.8]), rng.choice([40, 48, 58])),
        weight=rng.choice([0.3, 0.5, 0.5, 0.8, 1.0]),
        mono=mono,
        justify=rng.random() < 0.15,
        widgets=widgets,
        tick=rng.choice(["[X]", "[x]", "(X)"] if mono else ["cross", "cross", "check", "filled", "radio", "[X]", "[x]", "(X)", "glyph", "widget" if widgets else "cross"]),
    )  # fmt: skip
