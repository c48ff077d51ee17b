"""Every shape in which a social security number is printed, and numbers that are none: invented ones, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

SIGNS = (
    "-", ".", "_", "/", " ", " - ", "- ", " -", "--", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\u00ad",
    " \u2013 ", "\u00a0", "\u2009", "\u202f", "\u00a0-\u00a0",
)  # fmt: skip
LABELS = (
    "SSN", "SSN:", "S.S.N.", "SS#", "SS No.", "Social Security No.", "Social Security Number:", "Soc. Sec. No.", "Borrower's SSN",
    "Social Security Number (SSN)", "SSN or TIN", "Borrower's TIN", "Taxpayer Identification Number",
)  # fmt: skip

digits = st.text("0123456789", min_size=9, max_size=9)


def _grouped(number: str, sign: str) -> str:
    return sign.join((number[:3], number[3:5], number[5:]))


shaped = st.builds(_grouped, digits, st.sampled_from(SIGNS)) | st.builds(
    lambda number, suffix: f"{_grouped(number, '-')}{suffix}",
    digits,
    st.sampled_from(("-A", "-B1", "A", ",", ".", ")")),
)
"""Known by its shape, whatever stands around."""
mixed = st.builds(
    lambda number, first, second: f"{number[:3]}{first}{number[3:5]}{second}{number[5:]}",
    digits,
    st.sampled_from(("-", "\u2013", " ")),
    st.sampled_from(("-", "\u2010")),
)
unlabelled = shaped | mixed
bare = st.one_of(
    digits,
    digits.map(" ".join),
    digits.map(lambda number: f"{number[:5]}-{number[5:]}"),
    digits.map(lambda number: f"{number[:3]} {number[3:6]} {number[6:]}"),
    digits.map("|".join),
)
"""Known by a label only."""
labelled = st.builds(lambda label, number: f"{label} {number}", st.sampled_from(LABELS), bare)

_figures = st.integers(0, 9).map(str)
others = st.one_of(
    st.from_regex(r"[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}", fullmatch=True),  # telephone
    st.from_regex(r"1-800-[2-9][0-9]{2}-[0-9]{4}", fullmatch=True),
    st.from_regex(r"\([2-9][0-9]{2}\) [2-9][0-9]{2}-[0-9]{4}", fullmatch=True),
    st.from_regex(r"[0-9]{5}-[0-9]{4}", fullmatch=True),  # ZIP+4
    st.from_regex(r"[0-9]{2}-[0-9]{7}", fullmatch=True),  # employer identification number
    st.from_regex(r"(0[1-9]|1[0-2])/[0-3][0-9]/20[0-9]{2}", fullmatch=True),
    st.from_regex(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]", fullmatch=True),
    st.from_regex(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{6}", fullmatch=True),
    st.from_regex(r"\$[1-9][0-9]{0,2},[0-9]{3}\.[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{8,10}", fullmatch=True),  # account numbers
    st.from_regex(r"[0-9]{4}-[0-9]{4}-[0-9]{2}", fullmatch=True),
    st.from_regex(r"[A-Z]{2}[0-9]{7}", fullmatch=True),
    st.from_regex(r"[BS][0-9]{2}-[0-9]{2}-[0-9]{4}", fullmatch=True),
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    st.uuids().map(str),
)
"""Numbers of other kinds, as they stand on the same papers and in the same logs."""
OTHER_LABELS = (
    "Account",
    "Account number:",
    "Loan ID",
    "Phone",
    "EIN",
    "ZIP",
    "Reference",
    "Employer identification number",
)


def survives(number: str, text: str) -> bool:
    """Whether the digits of a number can still be read in a text, whatever stands between them."""
    own = "".join(character for character in number if character.isdigit())[:9]
    left = "".join(character for character in text if character.isdigit())
    return own in left
