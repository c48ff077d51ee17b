"""Names that forms ask for in parts: last name, first name and middle initial, each with a caption of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.labels import label_vocabulary
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.person_names import parts_of_name
from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.fields.placing import NEXT_LINE, TOUCHING
from student_loans.understanding.fields.wordings import ENUMERATOR

IN_BOXES = "printed in several boxes, not all of which were read"
_ROLES = {
    "last": "last", "family": "last", "surname": "last", "first": "first", "given": "first", "forename": "first",
    "middle": "middle", "mi": "middle", "initial": "middle", "suffix": "suffix",
}  # fmt: skip
_ORDER = ("first", "middle", "last", "suffix")
_OF_CAPTION = frozenset(
    {"name", "names", "legal", "initial", "initials", "i", "m", "s", "if", "any", "optional", "only"}
)
"""Words of a caption that do not say whose name it asks for, nor which part."""
_TAIL = frozenset({"name", "names", "initial", "initials"})
"""Words that end a caption; a single letter is what it asks for: ``MI M``."""
_SAYS_NAME = frozenset({"name", "names", "surname", "forename"})
_MIDDLE_INITIAL = ("m", "i")
_FARTHEST_LINES = 3
"""Captions of one name stand on one line, or one under the other."""
_SCORE, _LATER = 0.97, 0.001


@dataclass(slots=True)
class Caption:
    """The words that ask for a part of a name.

    Attributes:
        role: ``first``, ``middle``, ``last`` or ``suffix``.
        right: Where the next thing on the line begins.
        inline: What stands behind the caption on its line.
    """

    role: str
    tokens: list[Token]
    right: float
    inline: list[Token] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """Its words, in lower case."""
        return [word for token in self.tokens for word in words_of(token.text)]


def role_of(tokens: Sequence[Token]) -> str | None:
    """The part of a name that a caption asks for; None where it asks for none, or for several."""
    roles = {role for token in tokens if (role := _role(token))}
    return roles.pop() if len(roles) == 1 else None


def find_names_in_boxes(layout: DocumentLayout) -> Iterator[tuple[str, int, Candidate]]:
    """Names in parts: the words of their captions, their first line, and a candidate without its field."""
    for group in _groups(layout):
        roles = [caption.role for caption in group]
        words = [word for caption in group for word in caption.words]
        if not {"last", "first"} <= set(roles) or ("middle" not in roles and _SAYS_NAME.isdisjoint(words)):
            continue
        read = _read(layout, group)
        if not any(read.values()):
            continue  # nothing is filled in
        parts = {role: parts_of_name(tokens) for role, tokens in read.items() if tokens}
        tokens = tuple(token for role in _ORDER for token in read.get(role, ()))
        whole = all(parts.values()) and {"last", "first"} <= set(parts)
        name = " ".join(part.strip(",") for role in _ORDER for part in parts.get(role) or ())
        line = layout.line_of(group[0].tokens[0])
        score = _SCORE - _LATER * min(line, 100)
        doubt = None if whole else IN_BOXES
        yield " ".join(words), line, Candidate("", name, " ".join(t.text for t in tokens), tokens, score, doubt=doubt)


def whose(words: str) -> str:
    """What a caption says beside the part of a name that it asks for: whose it is."""
    return " ".join(w for w in words.split() if w not in _OF_CAPTION and w not in _ROLES and not w.isdigit())


@lru_cache(maxsize=10_000)
def _role_of_word(text: str) -> str | None:
    words = words_of(text)
    if words == _MIDDLE_INITIAL:
        return "middle"
    return next((role for word in words if (role := _ROLES.get(word))), None)


def _role(token: Token) -> str | None:
    return _role_of_word(token.text)


def _groups(layout: DocumentLayout) -> Iterator[list[Caption]]:
    """Captions that follow one another, as far as none asks again for the same part."""
    group: list[Caption] = []
    for line in layout.lines:
        for caption in _captions(line):
            first = caption.tokens[0]
            near = group and first.page == group[-1].tokens[0].page
            near = near and layout.line_of(first) - layout.line_of(group[-1].tokens[0]) <= _FARTHEST_LINES
            if group and (not near or caption.role in {other.role for other in group}):
                yield group
                group = []
            group.append(caption)
    if group:
        yield group


def _captions(line: Sequence[Segment]) -> list[Caption]:
    """The captions on a line, each with what stands behind it up to the next one or the next label."""
    found: list[Caption] = []
    for segment, following in pairwise([*line, None]):
        if segment is None:
            break
        right = following.x0 if following else float("inf")
        begun = _captions_of(segment)
        if begun:
            begun[-1].right = right
            found.extend(begun)
        elif found and not found[-1].inline and parts_of_name(segment.tokens) and found[-1].right == segment.x0:
            found[-1].inline = list(segment.tokens)
    return found


def _captions_of(segment: Segment) -> list[Caption]:
    """The captions that a cell holds, with the words between them."""
    if not any(map(_role, segment.tokens)):
        return []
    known = label_vocabulary().words
    found: list[Caption] = []
    before: list[Token] = []
    for token in segment.tokens:
        role = _role(token)
        words = words_of(token.text)
        if role and not found and all(_tells(earlier, known) for earlier in before):
            found.append(Caption(role, [*before, token], float("inf")))
        elif role and found and (found[-1].inline or role == "middle" != found[-1].role):
            found[-1].right = token.x0
            found.append(Caption(role, [token], float("inf")))
        elif found and not found[-1].inline and words and all(w in _TAIL or w in _ROLES for w in words):
            found[-1].tokens.append(token)
        elif found:
            found[-1].inline.append(token)
        else:
            before.append(token)
    several = any(role_of(caption.tokens) != caption.role for caption in found)
    named = all(not c.inline or parts_of_name(c.inline) for c in found)
    return found if named and not several else []


def _tells(token: Token, known: Collection[str]) -> bool:
    """Whether a word before a caption may say whose name it asks for: the words of a form do."""
    return bool(ENUMERATOR.match(token.text)) or all(word in known or word.isdigit() for word in words_of(token.text))


def _read(layout: DocumentLayout, group: Sequence[Caption]) -> dict[str, list[Token]]:
    """What stands in the box of each caption: behind it, else under or over it, the same for all of a name."""
    inline = {caption.role: caption.inline for caption in group}
    if any(inline.values()):
        return inline
    above = layout.value_is_above(group[0].tokens[0])
    for upward in (above, not above):
        read = {caption.role: _in_box(layout, caption, upward=upward) for caption in group}
        if read["last"] and read["first"] and parts_of_name(read["last"]) and parts_of_name(read["first"]):
            return read
    return {caption.role: _in_box(layout, caption, upward=above) for caption in group}


def _in_box(layout: DocumentLayout, caption: Caption, *, upward: bool) -> list[Token]:
    """The words of the line next to a caption within its box."""
    first = caption.tokens[0]
    line, height = layout.line_of(first), layout.text_height
    y0, y1 = min(t.y0 for t in caption.tokens), max(t.y1 for t in caption.tokens)
    rows = reversed(layout.lines[max(0, line - 2) : line]) if upward else layout.lines[line + 1 : line + 3]
    left, right = first.x0 - height, caption.right - 0.5 * height
    for row in rows:
        inside = [
            token
            for segment in row
            for token in segment.tokens
            if token.page == first.page and left <= token.x0 < right
        ]
        gap = min((y0 - t.y1 if upward else t.y0 - y1 for t in inside), default=float("inf"))
        if inside and TOUCHING * height < gap < NEXT_LINE * height:
            return inside
    return []


def caption_of_part(text: str) -> bool:
    """Whether a label asks for a part of a name only: what stands there is no whole name."""
    roles = {_ROLES[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _ROLES}
    return roles in ({"last"}, {"first"}, {"middle"}, {"suffix"})
