"""Fields with few values: kind of rate, kind of loan, tax year."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from student_loans.records import field_catalog
from student_loans.understanding.fields.assignment import Candidate
from student_loans.understanding.fields.dates import find_dates
from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token, overlap
from student_loans.understanding.fields.marks import ChoiceMark, read_mark
from student_loans.understanding.fields.options import choose, find_options, is_offered
from student_loans.understanding.fields.placing import places

_LOAN_WORDS = {
    "subsidized": "subsidized", "unsubsidized": "unsubsidized", "plus": "plus", "consolidation": "consolidation",
    "refinance": "refinance", "refinancing": "refinance", "private": "private",
}  # fmt: skip
_RATE_WORDS = {"fixed": "fixed", "variable": "variable"}
_LOAN_IN_PROSE = re.compile(
    rf"\b(?:(?P<yours>your)|for an?)\s(?:(?:federal|direct|parent|grad)\s)?(?P<kind>{'|'.join(_LOAN_WORDS)})"
    r"\s(?:(?:education|student)\s)?loan(?(yours)\b|(?=\s(?:made|held|owned)\b))",
    re.IGNORECASE,
)
_PLUS, _ANY_PRIVATE = "plus", "private"
"""``plus`` is a word too, and every paper of a private lender says ``private education loan``."""
_CHOICES = [word for word in (*_LOAN_WORDS, *_RATE_WORDS) if word != "plus"]
_NO_LETTER = re.compile(r"[^a-z]")
_LONG_CHOICE = 5
_WORDS_KEPT = 20_000
MARK_UNREAD = "the mark of the choice was not read, only empty boxes beside the others"
"""Doubt of a choice on a scan whose box a recogniser left out."""
_TICKED_SCORE = 0.9
_PLAIN = 0.8
"""Score of a statement at a label, at the rate, in a title, or of which the loan's rate is the subject."""
_SHORT, _TITLE_WORDS, _FIRST_WORDS = 5, 9, 6
_NEAR, _NEAR_WORDS, _UNDER_RATE = 60.0, 3, 4
"""Farthest word of the kind of rate from the rate: in points beside it, in words of a sentence, in text heights under it."""
_HEAD = 0.3
"""Share of the first page's height in which the title stands."""
_RATE_LABEL = re.compile(r"\brate\b|\binterest\b|^type\b", re.IGNORECASE)
_TITLE = re.compile(
    r"^(?:\w+\s)*(?:fixed|variable)[\s-](?:interest[\s-])?rate\b.*\b(?:note|agreement|disclosure|application|loan|statement)$",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:if|whether|unless|or|either|may|might|could|can|would|options?|offer\w*|choose|select|convert\w*|available|examples?|"
    r"alternatives?|federal|stafford|plus for|direct loans?|undergraduates?|parents|loans|rates)\b",
    re.IGNORECASE,
)
"""Words of a sentence that speaks of conditions, of choices or of loans in general."""
_NEAR_BEFORE = 10
"""Words before a mention that say of what it is said; earlier ones are of another part of the sentence."""
_GENERAL_AFTER = re.compile(
    r"(?:(?:interest|annual|education|student)\s)*(?:rates|loans|options?)\b|or\b", re.IGNORECASE
)
_SEVERAL = re.compile(r"\bfixed\b.*\bvariable\b|\bvariable\b.*\bfixed\b", re.IGNORECASE)
_OF_PAYMENTS = re.compile(r"(?:monthly\s)?(?:re)?payments?\b|(?:amount|fee|charge|term|income|cost)s?\b", re.IGNORECASE)
"""What is fixed or variable is not the rate: ``fixed monthly payments``."""
_PAYMENTS = re.compile(r"payments?\b|\bplan\b|\bincome\b", re.IGNORECASE)
_ARTICLE = re.compile(r"an?|the", re.IGNORECASE)
"""``A variable rate equals the index plus a margin`` defines the word."""
_OWN_RATE = re.compile(
    r"\b(?:your|this|the|my|our)\s(?:[\w']+\s){0,4}?(?:rate|loan|note|interest)\b(?:\s[\w()%.]+){0,5}?\s"
    r"(?:is|has|have|bears?|carries|will be|shall be|shall bear|will have|accrues?)\b(?:\s(?:interest|at|be|an?|currently))*$",
    re.IGNORECASE,
)
_AT_A = re.compile(
    r"\b(?:at|bears?|has|have|with|of|(?:this|that|yours) is)\s(?:a|an|the)(?:\s(?:simple|annual|nominal))*$",
    re.IGNORECASE,
)
_RATE_AFTER = re.compile(r"(?:(?:simple|annual|interest|percentage|nominal)\s)*rate\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;:?!]\s+(?=[A-Z(])")
_LABELLED = 0.6
_NOT_OR_OTHER = re.compile(r"\b(?:not|or)\b", re.IGNORECASE)
_FIRST_KIND = 8
"""Words behind a label among which the kind of loan is named."""
_TAX_YEAR_AFTER = re.compile(
    r"student loan interest|form 1098|1098|tax year|interest statement|annual|tax", re.IGNORECASE
)
_TAX_YEAR_BEFORE = re.compile(
    r"(?:calendar year|tax year|tax information for|for|during|year|form 1098-?\s?e)\s*:?\s*\(?$", re.IGNORECASE
)
_NO_TAX_YEAR = re.compile(
    r"\brev\b|\brevised\b|\b(?:by|before|after|since|until|due|copyright|filed?)\b|\u00a9|omb|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]{0,6})\.?(?:\s\d{1,2},?)?$",
    re.IGNORECASE,
)
"""Words before a year in which something is due, was revised or happened on a day."""
_YEAR = re.compile(r"20[0-4]\d|199\d")
_AROUND_YEAR = ".,:;()"
_PIECES_OF_YEAR = (1, 2, 4)
_NEXT_PIECE, _LINES_OVER = 3.0, 3
"""Farthest next piece of a year in text heights, and the most lines between a year and its label over it."""
LEAST_OF_YEAR = 0.35
"""Score from which a year is the tax year."""
_NO_YEAR = 0.1


@lru_cache(maxsize=_WORDS_KEPT)
def _plain(text: str) -> str:
    """Lower-case letters of a word; a choice that OCR misread by one letter is put right."""
    word = _NO_LETTER.sub("", text.lower())
    if len(word) >= _LONG_CHOICE and word not in _CHOICES:
        near = [choice for choice in _CHOICES if Levenshtein.distance(word, choice, score_cutoff=1) <= 1]
        return near[0] if near else word
    return word


def _rate_word(text: str) -> str | None:
    return _RATE_WORDS.get(_plain(text))


def _loan_word(text: str) -> str | None:
    return _LOAN_WORDS.get(_plain(text))


_WORDS_WITH_RULES: Mapping[str, Callable[[str], str | None]] = {"rate_type": _rate_word, "loan_type": _loan_word}


def word_of(field: str) -> Callable[[str], str | None]:
    """What a word says for a choice: its value, or nothing."""
    if field in _WORDS_WITH_RULES:
        return _WORDS_WITH_RULES[field]
    choices = field_catalog().choices[field]

    def word(text: str) -> str | None:
        plain = _NO_LETTER.sub("", text.lower())
        return plain if plain in choices else None

    return word


def options_in_row(layout: DocumentLayout, candidate: Candidate) -> list[Token]:
    """The words on the line of a choice that name a choice of its field, from left to right."""
    value_of = word_of(candidate.field)
    line = layout.lines[layout.line_of(candidate.tokens[0])]
    return sorted((t for segment in line for t in segment.tokens if value_of(t.text)), key=lambda token: token.x0)


def offered_choices(layout: DocumentLayout, field: str) -> list[Candidate]:
    """Every choice of a field that is offered in a row with another one, none of which is known to be taken."""
    value_of = word_of(field)
    offered = []
    for line in layout.lines:
        tokens = [(value, token) for segment in line for token in segment.tokens if (value := value_of(token.text))]
        if len({value for value, _ in tokens}) == len(tokens) > 1:
            offered += [Candidate(field, value, token.text, (token,), _TICKED_SCORE) for value, token in tokens]
    return offered


def boxes_of(layout: DocumentLayout, field: str) -> tuple[bool, Candidate | None]:
    """Whether the document has boxes for a field, and the choice whose box is the only one ticked."""
    offered, option = choose(layout, find_options(layout, word_of(field)))
    if option is None:
        return offered, None
    doubt = MARK_UNREAD if option.unread else None
    return offered, Candidate(field, option.value, option.token.text, (option.token,), _TICKED_SCORE, doubt=doubt)


def find_choice(
    layout: DocumentLayout, field: str, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> Candidate | None:
    """A choice without rules of its own: the one ticked box, else the one value that stands at its labels."""
    value_of = word_of(field)
    offered, box = boxes_of(layout, field)
    if offered:
        return box
    found = []
    for label in labels:
        for text in places(layout, label, labelled) if label.field == field else ():
            named = [(value, token) for token in text.tokens if (value := value_of(token.text))]
            if len({value for value, _ in named}) == 1 and not text.prose and not _NOT_OR_OTHER.search(text.text):
                value, token = named[0]
                score = text.fit * label.quality
                found.append(Candidate(field, value, token.text, (token,), score, label=label))
    agreed = len({candidate.value for candidate in found}) == 1
    return max(found, key=lambda candidate: candidate.score) if agreed else None


def find_rate_type(
    layout: DocumentLayout, rate: Candidate | None, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> Candidate | None:
    """``fixed`` or ``variable``: the one ticked box, or what the document states plainly of this loan.

    Boxes of which none or several are ticked say nothing, and neither do statements that contradict each other. What
    describes rates in general (``Variable rates are based on an index``) is no statement.
    """
    offered, box = boxes_of(layout, "rate_type")
    if offered:
        return box
    plain = rate_statements(layout, rate, labels, labelled)
    if len({candidate.value for candidate in plain}) != 1:
        return None
    return max(plain, key=lambda candidate: candidate.score)


def rate_statements(
    layout: DocumentLayout, rate: Candidate | None, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> list[Candidate]:
    """What the document states of its kind of rate: the plainest statements."""
    stated = [*_labelled_rate_types(layout, labels, labelled), *_stated_rate_types(layout, rate, labels)]
    return [candidate for candidate in stated if candidate.score >= _PLAIN] or stated


def _is_general(layout: DocumentLayout, segment: Segment, token: Token) -> bool:
    """Whether a word is said of loans in general, of payments, or of another loan."""
    before, after = _sentence(layout, segment, token)
    line = layout.lines[segment.line]
    place = line.index(segment)
    label = line[place - 1].text if place and len(segment.tokens) <= _SHORT else ""
    defined = _ARTICLE.fullmatch(before) and _RATE_AFTER.match(after) and len(after.split()) > _SHORT
    near = " ".join(before.split()[-_NEAR_BEFORE:])
    said = _GENERAL.search(f"{label} {near}") or _GENERAL_AFTER.match(after) or _OF_PAYMENTS.match(after)
    return bool(defined or said or _PAYMENTS.search(label))


PLAINLY, GENERALLY, AS_ONE_OF_SEVERAL = 1.0, 0.5, 0.2
"""How a word that names a choice is used: of this loan as far as is seen, of loans in general, or beside another choice."""


def find_mentions(layout: DocumentLayout, field: str, labels: Sequence[LabelHit]) -> Iterator[tuple[Candidate, float]]:
    """Every word that names a choice of a field, with how it is used; labels that ask for the choice name none."""
    value_of = word_of(field)
    asking = {token for label in labels if label.field == field for token in label.tokens}
    for segment in layout.segments:
        for token in segment.tokens:
            value = value_of(token.text)
            if value is None or token in asking or (value in (_PLUS, _ANY_PRIVATE) and token.text.islower()):
                continue
            offered = is_offered(layout, token, value, value_of, asking)
            general = value == _ANY_PRIVATE or _is_general(layout, segment, token)
            use = AS_ONE_OF_SEVERAL if offered else GENERALLY if general else PLAINLY
            yield Candidate(field, value, token.text, (token,), 0.0), use


def _labelled_rate_types(
    layout: DocumentLayout, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> Iterator[Candidate]:
    for label in labels:
        if label.field != "rate_type":
            continue
        for text in places(layout, label, labelled):
            tokens = [token for token in text.tokens if _rate_word(token.text)]
            first = bool(tokens) and tokens[0] in text.tokens[:_FIRST_WORDS]
            if not first or len({_rate_word(token.text) for token in tokens}) != 1 or text.prose:
                continue
            value = _RATE_WORDS[_plain(tokens[0].text)]
            if not is_offered(layout, tokens[0], value, _rate_word, label.tokens):
                score = text.fit * label.quality
                yield Candidate("rate_type", value, tokens[0].text, (tokens[0],), score, label=label)


def _stated_rate_types(
    layout: DocumentLayout, rate: Candidate | None, labels: Sequence[LabelHit]
) -> Iterator[Candidate]:
    """What stands at the interest rate, in a title or in a sentence about this loan."""
    # ``Fixed or variable?`` asks, ``Fixed rate`` says.
    asking = {
        token
        for label in labels
        if label.field == "rate_type" and len({word for t in label.tokens if (word := _rate_word(t.text))}) != 1
        for token in label.tokens
    }
    for segment in layout.segments:
        for token in segment.tokens:
            value = _rate_word(token.text)
            if value is None or token in asking or is_offered(layout, token, value, _rate_word, asking):
                continue
            if _OF_PAYMENTS.match(" ".join(t.text for t in segment.tokens[token.position + 1 :])):
                continue
            score = max(
                _at_the_rate(layout, segment, token, rate),
                _in_a_title(layout, segment),
                _in_a_sentence(layout, segment, token),
            )
            if score:
                yield Candidate("rate_type", value, token.text, (token,), score)


def _at_the_rate(layout: DocumentLayout, segment: Segment, token: Token, rate: Candidate | None) -> float:
    """How clearly a word stands at the loan's interest rate, or in the cell behind a label; 0.0 where it does not."""
    line = layout.lines[segment.line]
    place = line.index(segment)
    before = line[place - 1] if place else None
    if token.position == 0 and before and len(before.tokens) <= _SHORT and _RATE_LABEL.search(before.text):
        return 0.9
    if rate is None or rate.tokens[0].page != token.page:
        return 0.0
    first, last = rate.tokens[0], rate.tokens[-1]
    if rate.label is not None and len(segment.tokens) <= _SHORT and _heads(layout, segment, rate.label):
        return 0.95
    if layout.line_of(first) == segment.line:
        if len(segment.tokens) > _SHORT and layout.segment_of(first) is segment:
            between = max(first.position - token.position, token.position - last.position)
            near = between <= _NEAR_WORDS
        else:
            near = max(first.x0 - token.x1, token.x0 - last.x1) < _NEAR
        return 1.0 if near and not _GENERAL.search(segment.text) else 0.0
    cell = len(segment.tokens) <= _SHORT and token.position == 0 and before is None
    close = abs(token.middle - first.middle) < _UNDER_RATE * token.height
    over = overlap(segment, layout.segment_of(first)) > 0
    return 0.8 if cell and close and (over or abs(token.x0 - first.x0) < _NEAR) else 0.0


def _heads(layout: DocumentLayout, segment: Segment, label: LabelHit) -> bool:
    """Whether a cell is the one that the label of the rate stands in: ``FIXED INTEREST RATE``."""
    return any(layout.segment_of(token) is segment for token in label.tokens)


def _in_a_title(layout: DocumentLayout, segment: Segment) -> float:
    """``Variable Rate Promissory Note`` at the head of the document."""
    head = segment.page == layout.first_page() and segment.y0 < _HEAD * layout.sizes[segment.page][1]
    return 0.85 if head and len(segment.tokens) <= _TITLE_WORDS and _TITLE.search(segment.text) else 0.0


def _in_a_sentence(layout: DocumentLayout, segment: Segment, token: Token) -> float:
    """How plainly the sentence of a word says it of this loan, in [0, 1]."""
    before, after = _sentence(layout, segment, token)
    if _GENERAL.search(before) or _GENERAL_AFTER.match(after) or _SEVERAL.search(f"{before} {token.text} {after}"):
        return 0.0
    if _OWN_RATE.search(before):
        return 0.85
    return 0.6 if _AT_A.search(before) and _RATE_AFTER.match(after) else 0.0


def _sentence(layout: DocumentLayout, segment: Segment, token: Token) -> tuple[str, str]:
    """The words of a sentence before and after one of its words, over the ends of lines."""
    earlier = next((s for s in layout.segments if s.continuation == segment.index and len(s.tokens) >= _SHORT), None)
    before = " ".join([earlier.text if earlier else "", *(t.text for t in segment.tokens[: token.position])])
    following = layout.next_line(segment)
    after = " ".join([*(t.text for t in segment.tokens[token.position + 1 :]), following.text if following else ""])
    if token.text.endswith((".", ";")):
        after = ""
    return _SENTENCE_END.split(before)[-1].strip(), _SENTENCE_END.split(after)[0].strip()


def find_loan_type(layout: DocumentLayout, labels: Sequence[LabelHit], labelled: frozenset[Token]) -> Candidate | None:
    """The kind of loan: a ticked box, else what stands at a label such as ``Loan program``."""
    offered, box = boxes_of(layout, "loan_type")
    if offered:
        return box
    found = sorted(_labelled_loan_types(layout, labels, labelled), key=lambda c: -c.score)
    at_labels = {c.value for c in found if c.label is not None and c.label.leads and c.score >= _LABELLED}
    if len(at_labels) > 1:
        return None  # several loans: the kind of one is not the account's
    return found[0] if found else _only_kind_named(layout)


def _only_kind_named(layout: DocumentLayout) -> Candidate | None:
    """The kind of loan that a letter speaks of, where it speaks of one: ``your refinance loan``."""
    found: list[Candidate] = []
    for segment in layout.segments:
        for match in _LOAN_IN_PROSE.finditer(segment.text):
            tokens = tuple(segment.tokens_between(match.start("kind"), match.end("kind")))
            value = _LOAN_WORDS[match["kind"].lower()]
            found.append(Candidate("loan_type", value, match.group(), tokens, 0.6))
    return found[0] if len({candidate.value for candidate in found}) == 1 else None


def _labelled_loan_types(
    layout: DocumentLayout, labels: Sequence[LabelHit], labelled: frozenset[Token]
) -> Iterator[Candidate]:
    tables: set[int] = set()
    for label in labels:
        if label.field == "loan_type" and (rows := _kinds_in_column(layout, label)) > 1:
            line = layout.line_of(label.last)
            tables.update(range(line, line + rows + 1))
    for label in labels:
        if label.field != "loan_type" or layout.line_of(label.last) in tables:
            continue  # in a table each row is a loan of its own: none of them is the account
        for text in places(layout, label, labelled):
            if _lists_choices(layout, text.tokens) or _NOT_OR_OTHER.search(text.text):
                continue  # boxes whose marks were not read: none of them is known to be ticked
            if token := _kind_named(text.tokens):
                value = _LOAN_WORDS[_plain(token.text)]
                wording = label.quality * (0.8 + 0.05 * min(3, label.words))
                score = text.fit * wording * (0.6 if text.prose else 1.0)
                yield Candidate("loan_type", value, text.text, (token,), score, label=label)


def _kind_named(tokens: Sequence[Token]) -> Token | None:
    """The word that names the kind of loan: in ``private refinance loan`` the second."""
    named = [token for token in tokens if _loan_word(token.text)]
    telling = [token for token in named if _loan_word(token.text) != "private"] or named
    return telling[0] if telling and telling[0] in tokens[:_FIRST_KIND] else None


def _lists_choices(layout: DocumentLayout, tokens: Sequence[Token]) -> bool:
    """Whether a text is the labels of several boxes: more kinds of loan than a name has, also in the cell behind it."""
    kinds = {kind for token in tokens if (kind := _loan_word(token.text))}
    boxes = any(read_mark(t.text, printed=t.word.confidence == 1.0) is ChoiceMark.EMPTY for t in tokens)
    behind = layout.right_neighbour(layout.segment_of(tokens[-1])) if tokens else None
    named = _kind_named(behind.tokens[:_FIRST_WORDS]) if behind is not None else None
    other = _loan_word(named.text) if named is not None else None
    # "Private refinance loan" is the name of one.
    return len(kinds - {"private"}) > 1 or (boxes and len(kinds) > 1) or (bool(kinds) and other not in (None, *kinds))


def _kinds_in_column(layout: DocumentLayout, label: LabelHit) -> int:
    """In how many cells of the column under a label a kind of loan stands."""
    kinds = 0
    line = layout.line_of(label.last)
    for row in layout.lines[line + 1 : line + 9]:
        for segment in row:
            if segment.page == label.last.page and overlap(segment, label) > 0:
                kinds += any(_plain(t.text) in _LOAN_WORDS for t in segment.tokens)
    return kinds


def find_tax_year(layout: DocumentLayout) -> Candidate | None:
    """The year that a statement of interest is for; none where two years have the same claim."""
    found = tax_years(layout)
    best = max(found, key=lambda candidate: candidate.score, default=None)
    if best is None or best.score < LEAST_OF_YEAR:
        return None
    return best if all(c.value == best.value for c in found if c.score == best.score) else None


def tax_years(layout: DocumentLayout) -> list[Candidate]:
    """Every year that is none of a date or a revision, with how much the words around it say that it is the tax year."""
    found = [
        Candidate("tax_year", year, " ".join(token.text for token in tokens), tokens, _tax_year_score(layout, tokens))
        for line in layout.lines
        for year, tokens in _years(line)
    ]
    return [candidate for candidate in found if candidate.score > _NO_YEAR]


def _years(line: Sequence[Segment]) -> Iterator[tuple[str, tuple[Token, ...]]]:
    """Years on a line, also in pieces: ``20 23`` as the form of the IRS has it, ``2 0 2 3`` in boxes."""
    tokens = [token for segment in line for token in segment.tokens]
    for index in range(len(tokens)):
        for count in _PIECES_OF_YEAR:
            pieces = tuple(tokens[index : index + count])
            texts = [piece.text.strip(_AROUND_YEAR) for piece in pieces]
            even = len({len(text) for text in texts}) == 1
            close = all(b.x0 - a.x1 < _NEXT_PIECE * a.height for a, b in pairwise(pieces))
            alone = count == 1 or not (index and tokens[index - 1].text.isdigit())
            if even and close and alone and _YEAR.fullmatch("".join(texts)):
                yield "".join(texts), pieces
                break


def _tax_year_score(layout: DocumentLayout, tokens: Sequence[Token]) -> float:
    """How much the words around a year say that it is the tax year, in [0, 1]."""
    first, last = tokens[0], tokens[-1]
    segment, end = layout.segment_of(first), layout.segment_of(last)
    before = " ".join(t.text for t in segment.tokens[max(0, first.position - 4) : first.position])
    neighbour = layout.right_neighbour(end)
    following = [*end.tokens[last.position + 1 :], *(neighbour.tokens if neighbour else ())]
    after = " ".join(t.text for t in following[:4])
    if _NO_TAX_YEAR.search(before) or _in_a_date(layout, segment, first):
        return _NO_YEAR
    label = "" if before else _label_of(layout, segment)
    asked = bool(_TAX_YEAR_BEFORE.search(before or label))
    if len(tokens) > 1 and not asked:
        return _NO_YEAR  # two numbers side by side
    # A year in a line of other words may be a house number: it says nothing by itself.
    # The form prints its OMB number over the year: a cell of its own says nothing of the next one.
    alone = len(segment.tokens) <= len(tokens) + 1 and not _NO_TAX_YEAR.search(label.replace("OMB", ""))
    return (0.35 if alone else 0.2) + 0.35 * asked + 0.3 * bool(_TAX_YEAR_AFTER.search(after))


def _in_a_date(layout: DocumentLayout, segment: Segment, token: Token) -> bool:
    dates = find_dates(segment.text, layout.date_order())
    return any(found.start < segment.starts[token.position] < found.end for found in dates)


def _label_of(layout: DocumentLayout, segment: Segment) -> str:
    """The text on the left of a cell, or else the nearest over it."""
    line = layout.lines[segment.line]
    left = [other for other in line if other.x1 <= segment.x0]
    if left and _TAX_YEAR_BEFORE.search(left[-1].text):
        return left[-1].text
    for above in reversed(layout.lines[max(0, segment.line - _LINES_OVER) : segment.line]):
        over = [o for o in above if o.page == segment.page and overlap(o, segment) > 0]
        if over and segment.y0 - over[0].y1 < _LINES_OVER * max(segment.height, layout.text_height):
            return " ".join(other.text for other in over)
    return left[-1].text if left else ""
