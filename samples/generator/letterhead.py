"""The top of the first page: who sends it, in several arrangements, and the address of the person it goes to."""

from __future__ import annotations

from reportlab.lib.colors import HexColor

from samples.generator.facts import draw_address
from samples.generator.ink import Ink
from samples.generator.legal import phone
from samples.generator.sheet import HEIGHT, WIDTH, Sheet

_WHITE = HexColor("#ffffff")


def _contact(ink: Ink) -> list[str]:
    street, city = draw_address(ink.rng)
    if ink.rng.random() < 0.5:
        street = f"P.O. Box {ink.rng.randint(100, 98000)}"
    return [street, city, phone(ink.rng)]


def letterhead(sheet: Sheet, ink: Ink, sender: str, title: str = "") -> None:
    """Draw the sender's name (a field), an address and a title in one of six ways."""
    name, contact, size = ink(sender), _contact(ink), sheet.look.size
    if name and sender == "lender_name" and ink.rng.random() < 0.25:
        name = name.upper()
    kind = ink.rng.choice(["left", "center", "bar", "title_left", "small", "mark"])
    if kind == "center":
        sheet.lines(name, size=size * 1.7, bold=True, align="center")
        sheet.lines("  |  ".join(contact), size=size * 0.8, align="center")
    elif kind == "bar":
        sheet.box(0, HEIGHT - 62, WIDTH, 62, fill=sheet.look.accent)
        sheet.text(sheet.left, HEIGHT - 40, name, size=size * 1.7, bold=True, color=_WHITE, fit=sheet.width * 0.68)
        sheet.text(sheet.right, HEIGHT - 40, contact[2], size=size * 0.9, align="right", color=_WHITE)
        sheet.y = HEIGHT - 70
        sheet.lines(", ".join(contact[:2]), size=size * 0.8, align="right")
    elif kind == "title_left":
        sheet.columns(
            [
                lambda: sheet.lines(
                    *sheet.split(title, sheet.width, size * 1.7, bold=True), size=size * 1.7, bold=True
                ),
                lambda: (
                    sheet.lines(name, bold=True, align="right"),
                    sheet.lines(*contact, size=size * 0.82, align="right"),
                )[0],
            ]
        )
        title = ""
    elif kind == "small":
        sheet.lines(name, size=size * 1.1, bold=True)
        sheet.lines(*contact, size=size * 0.82)
    else:
        if kind == "mark":
            _mark(sheet)
        top = sheet.y
        sheet.text(
            sheet.left + (34 if kind == "mark" else 0),
            top - 18,
            name,
            size=size * 1.5,
            bold=True,
            color=sheet.look.accent,
            fit=sheet.width * 0.6,
        )
        sheet.lines(*contact, size=size * 0.8, align="right")
        sheet.y = min(sheet.y, top - 30)
    sheet.space(0.5)
    if kind in ("left", "mark", "center"):
        sheet.rule(1.0)
    if title:
        sheet.space(0.4)
        sheet.lines(title, size=size * 1.45, bold=True, align=ink.rng.choice(["left", "center"]))
    sheet.space(0.8)


def _mark(sheet: Sheet) -> None:
    """A device such as companies put before their name."""
    sheet.canvas.setFillColor(sheet.look.accent)
    sheet.canvas.circle(sheet.left + 13, sheet.y - 13, 12, stroke=0, fill=1)
    sheet.canvas.setFillColor(_WHITE)
    sheet.canvas.rect(sheet.left + 8, sheet.y - 18, 10, 10, stroke=0, fill=1)
    sheet.canvas.setFillColor(HexColor("#000000"))


def addressee(sheet: Sheet, ink: Ink) -> None:
    """The borrower's name and address, as a window envelope shows it."""
    person = ink.facts.borrower
    upper = ink.formats.upper_names
    name = ink("borrower_name")
    lines = [person.street, person.city]
    if name:
        sheet.lines(name)
    sheet.lines(*(line.upper() if upper else line for line in lines))
    sheet.space(0.8)
