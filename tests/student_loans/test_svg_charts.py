"""Charts as SVG: well-formed, readable without eyes, and whole as a file of their own."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from student_loans.svg_charts import Axis, chart_style, dot, drawing, line, markup, rect, standalone, text, tooltip

SVG = "{http://www.w3.org/2000/svg}"


def chart() -> ET.Element:
    svg = drawing(200, 60, "Documents <by> status & type")
    rect(svg, 0, 0, 100, 10, "s-accepted", radius=2)
    line(svg, 0, 20, 200, 20, "grid")
    tooltip(dot(svg, 50, 30, "dot-mark"), "50%")
    text(svg, 10, 40, 'a "label"', "start", "note")
    return svg


def test_a_chart_in_a_page_says_what_it_shows() -> None:
    read = ET.fromstring(markup(chart()))
    assert (read.get("role"), read.get("aria-label")) == ("img", "Documents <by> status & type")
    assert read.findtext("title") == "Documents <by> status & type"
    assert read.findtext("text") == 'a "label"'


def test_a_chart_of_its_own_has_size_style_and_background_and_loads_nothing() -> None:
    content = standalone(chart())
    read = ET.fromstring(content)
    assert (read.tag, read.get("width"), read.get("height")) == (f"{SVG}svg", "200", "60")
    assert read.findtext(f"{SVG}style") == chart_style()
    first = read.find(f"{SVG}rect")
    assert first is not None
    assert first.get("class") == "card"
    assert read.findtext(f"{SVG}text") == 'a "label"'
    assert b"url(" not in content
    assert b"@import" not in content


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0, 0.5, 1.0]),
        (0.94, 1.0, [0.94, 0.96, 0.98, 1.0]),
        (0.0, 0.07, [0, 0.02, 0.04, 0.06]),
        (-3.0, 900.0, [0, 500]),
    ],
)
def test_ticks_are_round_and_within_the_axis(low: float, high: float, ticks: list[float]) -> None:
    assert Axis(low, high, 0, 100).ticks() == ticks


def test_a_value_is_placed_between_the_ends() -> None:
    axis = Axis(10, 20, 100, 50)
    assert [axis.place(value) for value in (10, 15, 20)] == [100, 125, 150]


def test_every_colour_of_light_stands_in_dark_and_print() -> None:
    blocks = [part.partition("}")[0] for part in chart_style().split(":root {")[1:]]
    names = [{word.partition(":")[0] for word in block.split() if word.startswith("--")} for block in blocks]
    assert len(names) == 3
    assert names[0] == names[1] == names[2]
