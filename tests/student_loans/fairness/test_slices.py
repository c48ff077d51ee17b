"""Slices: every document stands in exactly one of each dimension, whatever is known of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.fairness.settings import SliceSettings
from student_loans.fairness.slices import (
    DIMENSIONS,
    OTHER,
    PAIR,
    UNKNOWN,
    compact_name,
    lender_name,
    page_bin,
    quality_band,
    resolve_lender,
    seen_slices,
    true_slices,
)
from student_loans.labels.label import DocumentLabel
from student_loans.records import DocumentType, TextSource
from tests.record_factory import document_id, extracted, make_record

OPTIONS = SliceSettings(pages=(1, 2, 5), quality=(0.6, 0.8, 0.9), most_levels=60, pairs=True)
ALIASES = {"harborlanecreditunion": "harbor", "oaklinebank": "oakline"}


class TestBins:
    @given(st.integers(1, 10_000))
    def test_a_page_count_is_within_the_bin_that_it_is_in(self, pages: int) -> None:
        name = page_bin(pages, OPTIONS.pages)
        if name.startswith("over "):
            assert pages > int(name.removeprefix("over "))
        else:
            low, _, high = name.partition("-")
            assert int(low) <= pages <= int(high or low)

    @given(st.floats(0, 1))
    def test_a_score_is_within_its_band_and_an_end_belongs_to_the_band_above(self, score: float) -> None:
        name = quality_band(score, OPTIONS.quality)
        if name.startswith("below "):
            assert score < float(name.removeprefix("below "))
        elif name.endswith(" and more"):
            assert score >= float(name.removesuffix(" and more"))
        else:
            low, high = map(float, name.split("-"))
            assert low <= score < high

    def test_what_is_not_known_has_a_slice_of_its_own(self) -> None:
        assert page_bin(None, OPTIONS.pages) == quality_band(None, OPTIONS.quality) == UNKNOWN

    def test_no_name_of_a_bin_looks_like_a_pair_or_the_rest(self) -> None:
        names = {page_bin(n, OPTIONS.pages) for n in range(1, 9)} | {
            quality_band(n / 20, OPTIONS.quality) for n in range(21)
        }
        assert len(names) == 8
        assert not any(PAIR in name or name in (OTHER, UNKNOWN) for name in names)


class TestLenders:
    @given(st.text())
    def test_a_compact_name_has_letters_and_digits_alone_and_stays_as_it_is(self, name: str) -> None:
        compact = compact_name(name)
        assert len(compact) <= 80
        assert PAIR not in compact
        assert compact_name(compact) == compact

    @pytest.mark.parametrize(
        "spelling", ["Harbor Lane Credit Union", "HARBOR LANE CREDIT UNION", "Harbor-Lane Credit  Union."]
    )
    def test_spellings_of_a_name_are_one(self, spelling: str) -> None:
        assert compact_name(spelling) == "harborlanecreditunion"

    @pytest.mark.parametrize(
        ("name", "slice_"),
        [
            ("oaklinebank", "oakline"),
            ("oak1inebank", "oakline"),
            ("oaklinebamk", "oakline"),
            ("northrowlending", UNKNOWN),
            ("", UNKNOWN),
        ],
    )
    def test_a_name_misread_in_a_letter_finds_its_lender_and_another_name_none(self, name: str, slice_: str) -> None:
        assert resolve_lender(name, ALIASES) == slice_
        assert resolve_lender(name, {}) == UNKNOWN

    def test_a_servicer_stands_in_where_no_lender_was_read(self) -> None:
        statement = make_record(1, document_type=DocumentType.BILLING_STATEMENT)
        assert lender_name(statement) == "millraceloanservicing"
        unreadable = {
            "lender_name": replace(extracted("lender_name"), value="—"),
            "servicer_name": extracted("servicer_name"),
        }
        assert lender_name(make_record(1, fields=unreadable)) == "millraceloanservicing"
        assert lender_name(make_record(1, fields={})) == ""


class TestSeen:
    def test_a_record_tells_every_dimension(self) -> None:
        assert seen_slices(make_record(1), OPTIONS, ALIASES) == {
            "document_type": "loan_disclosure", "lender": "harbor", "pages": "2", "file_format": "pdf",
            "rendering": "text_layer", "quality": "0.8-0.9",
        }  # fmt: skip

    def test_a_record_of_which_nothing_is_known_is_in_unknown_slices(self) -> None:
        bare = make_record(1, fields={}, page_count=None, file_format=None, text_source=None, quality_score=None)
        slices = seen_slices(bare, OPTIONS)
        assert tuple(slices) == DIMENSIONS
        assert {name for name, level in slices.items() if level == UNKNOWN} == set(DIMENSIONS) - {"document_type"}

    def test_without_aliases_every_name_is_a_slice(self) -> None:
        assert seen_slices(make_record(1), OPTIONS)["lender"] == "harborlanecreditunion"
        assert seen_slices(make_record(1), OPTIONS, {})["lender"] == UNKNOWN


class TestTrue:
    def label(self, **changes: object) -> DocumentLabel:
        values: dict[str, object] = {
            "document_type": DocumentType.PAYOFF_LETTER,
            "fields": {"lender_name": "Oakline Bank"},
        }
        return DocumentLabel(document_id(1), **(values | changes))  # type: ignore[arg-type]

    def test_type_lender_and_rendering_are_the_labels(self) -> None:
        label = self.label(lender="oakline", rendering="degraded")
        slices = true_slices(make_record(1, text_source=TextSource.OCR), label, OPTIONS)
        assert (slices["document_type"], slices["lender"], slices["rendering"]) == (
            "payoff_letter",
            "oakline",
            "degraded",
        )
        assert (slices["pages"], slices["quality"]) == ("2", "0.8-0.9")

    @pytest.mark.parametrize(
        ("fields", "lender"),
        [
            ({"lender_name": "Oakline Bank", "servicer_name": "Tern"}, "oaklinebank"),
            ({"servicer_name": "Tern"}, "tern"),
            ({"lender_name": "", "servicer_name": "Tern"}, "tern"),
            ({}, UNKNOWN),
        ],
    )
    def test_a_label_without_a_lender_is_grouped_by_the_true_names(self, fields: dict[str, str], lender: str) -> None:
        assert true_slices(make_record(1), self.label(fields=fields), OPTIONS)["lender"] == lender

    def test_a_label_without_a_rendering_leaves_it_to_the_record(self) -> None:
        assert true_slices(make_record(1), self.label(), OPTIONS)["rendering"] == "text_layer"
