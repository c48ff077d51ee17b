"""Dataclasses as plain data and back: tuples, enumerations and times, defaults, and errors without values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from pydantic import BaseModel

from student_loans.plain_data import from_plain, to_plain

PLANTED = "987-65-4321"


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Limits(BaseModel):
    most: int = 5


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    box: tuple[float, float]
    colour: Colour = Colour.RED


@dataclass(frozen=True, slots=True)
class Whole:
    at: datetime
    parts: tuple[Part, ...]
    by_name: Mapping[str, Part] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    note: str | None = None


WHOLE = Whole(
    datetime(2026, 3, 1, 6, tzinfo=UTC), (Part("a", (0.25, 0.5)),), {"b": Part("b", (1.0, 2.0), Colour.BLUE)}, Limits()
)


def test_plain_data_survives_json_and_becomes_what_it_was() -> None:
    assert from_plain(Whole, json.loads(json.dumps(to_plain(WHOLE)))) == WHOLE


def test_keys_have_the_order_of_the_class_and_times_are_iso_8601() -> None:
    assert json.dumps(to_plain(WHOLE)) == (
        '{"at": "2026-03-01T06:00:00+00:00", "parts": [{"name": "a", "box": [0.25, 0.5], "colour": "red"}], '
        '"by_name": {"b": {"name": "b", "box": [1.0, 2.0], "colour": "blue"}}, "limits": {"most": 5}, "note": null}'
    )


def test_numbers_are_rounded_where_places_are_asked_for() -> None:
    assert to_plain({"share": 2 / 3, "count": 3, "yes": True}, digits=4) == {"share": 0.6667, "count": 3, "yes": True}


def test_what_older_versions_did_not_write_has_its_default_and_unknown_keys_are_passed_over() -> None:
    assert from_plain(Part, {"name": "a", "box": [0, 1], "weight": 3}) == Part("a", (0.0, 1.0))


def test_an_object_without_a_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no plain form"):
        to_plain({"it": object()})


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"name": "a", "box": [PLANTED, 1]}, "box"),
        ({"name": "a", "box": [0, 1], "colour": PLANTED}, "colour"),
        ({"box": [0, 1]}, "name"),
        (PLANTED, "all of it"),
        ({"name": {PLANTED: PLANTED}, "box": None}, "box, name"),
    ],
)
def test_an_error_names_places_and_holds_no_value(data: object, place: str) -> None:
    with pytest.raises(ValueError, match=f"This is not a Part: see {place}") as caught:
        from_plain(Part, data)
    assert type(caught.value) is ValueError
    assert PLANTED not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None, "pydantic's error holds the value"


def test_a_key_of_a_document_is_not_in_the_error() -> None:
    data = to_plain(WHOLE) | {"by_name": {PLANTED: {"name": 1}}}
    with pytest.raises(ValueError, match="see by_name") as caught:
        from_plain(Whole, data)
    assert PLANTED not in str(caught.value)
