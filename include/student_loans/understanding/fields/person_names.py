"""The grammar of people's names, in any alphabet of the Latin script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from student_loans.understanding.fields.labels import label_vocabulary
from student_loans.understanding.fields.layout import DocumentLayout, Token
from student_loans.understanding.fields.letters import bare, is_name_part, is_particle
from student_loans.understanding.fields.organisations import ORGANISATION_WORD, SCHOOL_WORD

NOT_A_NAME = frozenset(
    """borrower cosigner co-signer lender servicer school loan account acct date name amount student applicant number address
    street city state zip employer and or of the to a an rate term type payment total note information section page
    application statement disclosure inc llc trust bank education signature signed relationship parent self mail member
    notice private graduate undergraduate full time half fixed variable direct program phone email monthly annual
    payments principal interest box copy form department schedule summary terms important see for from with per not no
    yes none value received promise pay day dear customer your you we our this that is are was by on at in as if any all
    subsidized unsubsidized plus consolidation refinance federal print sign here signature(s) capacity maker guarantor
    printed home permanent mailing social security taxpayer identification calculated sincerely obligation
    monday tuesday wednesday thursday friday saturday sunday should
    citizen u.s. resident request certifications authorizations understandings details joint obligor primary contact credit
    be must completed unit reporting tax desk team billing office services first middle last initial suffix
    agreement creditor holder recipient payer copy filer""".split()  # noqa: SIM905
)
PARTICLES = frozenset(
    """de la le las los van von der den del della di da das do dos du des al el bin binti ibn bint ben af av zu zum zur ter
    ten te y e i st t""".split()  # noqa: SIM905
)
"""Words in lower case that may be part of names; any other word may continue the sentence."""
SUFFIX = re.compile(r"(?:jr|sr|i{2,3}|iv|vi{0,3}|esq)\.?", re.IGNORECASE)
CITY_LINE = re.compile(r"\b[A-Z]{2}\.?,?\s*\d\s?\d{4}(?:-\d{4})?\b")
_POST_BOX = re.compile(r"\bP\.?\s?O\.?\s?Box\b", re.IGNORECASE)
_MOST_PARTS, _MOST_WORDS = 8, 10
_LONGEST_TITLE = 3
_LOST_INITIAL = re.compile(r"^(?:[A-Z]{5,}|[A-Z][a-z]{2,}[A-Z])\.$")
"""A given name and an initial without the space between: ``VALENTINAF.``"""

JOINS = re.compile(
    r"(?:and|or|&|\+|/|c/o|d\.?/?b\.?/?a\.?|[afn]\.?/?k\.?/?a\.?|formerly|n[e\u00e9]e)[:.]?", re.IGNORECASE
)
"""What stands between two names, of two people or of one."""
_COURTESY = re.compile(r"(?:mr|mrs|ms|mx|miss|dr|prof|rev|hon)\.?", re.IGNORECASE)
"""What is said before a name: ``Ms. Pell`` is not the whole of one."""
_OPENS = tuple('("\u201c')

Person = tuple[str, tuple[Token, ...]]
"""A name with its tokens."""


def parse_person(tokens: Sequence[Token], *, cell: bool = False) -> Person | None:
    """The longest start of some words that has the shape of a person's name, with its tokens.

    Args:
        tokens: The words.
        cell: Whether they fill a cell of a form; then any short word between capitalised ones is part of the name.

    Example: ``Linh S. Okafor, 12 Elm Street`` gives ``Linh S. Okafor``.
    """
    parts, used = _name_parts(tokens, cell)
    capitalised = [part for part in parts if is_name_part(bare(part)) and not _COURTESY.fullmatch(part)]
    long_parts = sum(_letters(part) > 1 for part in capitalised)
    # A family name of one letter, or a given one, is not an initial if it fills a cell: ``U Thant``.
    enough = long_parts >= 2 or (cell and long_parts == 1 and len(capitalised) > 1 and len(used) == len(tokens))
    if not enough or "".join(parts).lower() in NOT_A_NAME:  # "PRINCIP AL"
        return None
    name = " ".join(parts)
    around = " ".join(token.text for token in tokens[: len(used) + 2])
    if CITY_LINE.search(around) or _POST_BOX.search(around):
        return None
    following = " ".join(token.text for token in tokens[len(used) : len(used) + 2])
    if not _closes(used[-1]) and following[:1].isupper() and ORGANISATION_WORD.search(following):
        return None
    if ORGANISATION_WORD.search(name) or SCHOOL_WORD.search(name):
        return None
    return name, tuple(used)


def parse_single(tokens: Sequence[Token]) -> Person | None:
    """A cell with one word, for a person with a single name."""
    if len(tokens) != 1:
        return None
    word = bare(tokens[0].text).strip(".,")
    shaped = is_name_part(word) and _letters(word) > 1 and word.lower() not in NOT_A_NAME
    if not shaped or ORGANISATION_WORD.search(word) or SCHOOL_WORD.search(word):
        return None
    return word, (tokens[0],)


def parts_of_name(tokens: Sequence[Token]) -> list[str] | None:
    """The words of a text without the marks around them, if all may be part of a name; otherwise None."""
    parts = []
    for token in tokens:
        core = bare(token.text)
        word = core.strip(".,").lower()
        named = is_name_part(core) or is_particle(core)
        if not named or (len(word) > 1 and word in NOT_A_NAME) or ORGANISATION_WORD.search(core):
            return None
        parts.append(core)
    return parts or None


def _name_parts(tokens: Sequence[Token], cell: bool) -> tuple[list[str], list[Token]]:
    """The parts of a name that some words begin with, and their tokens."""
    parts: list[str] = []
    used: list[Token] = []
    for token in tokens[:_MOST_WORDS]:
        if token.text.endswith(":") and not used:
            continue  # the end of a label that OCR misread: "Namc: Imani Jefferson"
        core = bare(token.text)
        word = core.strip(".,").lower()
        opens = bool(parts) and token.text.startswith(_OPENS)
        if not word or not _may_stand(core, word, cell=cell) or (opens and not _goes_on(tokens[len(used) :])):
            break
        if opens:
            core = token.text  # a nickname in quotes or brackets between the others
        suffix = bool(SUFFIX.fullmatch(word))
        if lost := _LOST_INITIAL.match(core):
            core = f"{core[:-2]} {core[-2:]}"
        parts.append(core if suffix and core.endswith(".") else core.rstrip(","))
        if len(parts) == 1 and 1 < len(tokens) <= _MOST_PARTS and _last_name_first(core, tokens[1:]):
            parts[0] = core
        used.append(token)
        sentence_ends = token.text.endswith(".") and len(word) > _LONGEST_TITLE and not suffix and not lost
        sentence_ends = sentence_ends and "." not in word
        list_ends = token.text.endswith((",", ";", ")")) and len(parts) > 1 and not _suffix_follows(tokens, len(used))
        list_ends = list_ends and not opens
        if sentence_ends or list_ends or len(parts) == _MOST_PARTS:
            break
    while parts and is_particle(parts[-1]):
        parts.pop()
        used.pop()
    return parts, used


def _may_stand(core: str, word: str, *, cell: bool) -> bool:
    """Whether a word may be part of a name."""
    if (len(word) > 1 and word in NOT_A_NAME) or JOINS.fullmatch(word):
        return False
    return is_name_part(core) or (is_particle(core) and (cell or word.strip("'\u2019") in PARTICLES))


def _goes_on(tokens: Sequence[Token]) -> bool:
    """Whether words in quotes or brackets are within a name: ``Maria "Mia" Lopez``."""
    closed = tokens[0].text[-1] in ')"\u201d'
    return closed and len(tokens) > 1 and is_name_part(tokens[1].text) and tokens[1].text.lower() not in NOT_A_NAME


def _letters(part: str) -> int:
    return sum(character.isalpha() for character in part)


def _last_name_first(core: str, following: Sequence[Token]) -> bool:
    """Whether a comma after the first word separates the family name: ``PEMBROKE, ANN L.``; a suffix follows the whole name."""
    return core.endswith(",") and len(core) > 2 and not SUFFIX.fullmatch(bare(following[0].text).strip(".,"))


def _closes(token: Token) -> bool:
    """Whether a word ends the name, as before a comma of a sentence or list."""
    return token.text.endswith((",", ";", ")", ":"))


def _suffix_follows(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and bool(SUFFIX.fullmatch(bare(tokens[index].text).strip(".,")))


@lru_cache(maxsize=1)
def common_words(layout: DocumentLayout) -> frozenset[str]:
    """Words that are not names: those of labels, and those that the document writes in lower case."""
    return label_vocabulary().words | NOT_A_NAME | layout.lower_case_words()
