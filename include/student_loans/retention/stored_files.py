"""Files that earlier versions stored, without the social security numbers that they did not know."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from student_loans.pages.privacy import redact_page
from student_loans.pages.words import PageText
from student_loans.privacy import redact_address, redact_name, redact_ssn

_ADDRESSES = frozenset({"source_uri", "item_uri", "uri"})
_HTML_TEXT = re.compile(r"<(?P<code>script|style)\b.*?</(?P=code)>|>(?P<text>[^<]+)(?=<)", re.DOTALL)
"""Text of a page between its tags; figures in drawings and programs are none."""
_NAMES = frozenset({"name", "label", "document"})


def redact_content(name: str, content: bytes) -> bytes:
    """The content of a JSON, JSON Lines or HTML file without social security numbers; the very same where it holds none."""
    import orjson

    if name.endswith(".html"):
        text = content.decode("utf-8", "surrogateescape")
        return _HTML_TEXT.sub(_redacted_text, text).encode("utf-8", "surrogateescape")
    options = orjson.OPT_APPEND_NEWLINE
    if name.endswith(".jsonl"):
        lines = content.splitlines(keepends=True)
        return b"".join(_redacted(line, lambda data: orjson.dumps(data, option=options)) for line in lines)
    return _redacted(content, lambda data: orjson.dumps(data, option=options | orjson.OPT_INDENT_2))


def _redacted(content: bytes, write: Callable[[Any], bytes]) -> bytes:
    try:
        data = json.loads(content)
    except ValueError:  # damaged: the next reader makes it again
        return content
    redacted = redact_json(data)
    return content if redacted == data else write(redacted)


def _redacted_text(match: re.Match[str]) -> str:
    return match.group() if match["code"] else f">{redact_ssn(match['text'])}"


def redact_json(data: Any, key: str = "") -> Any:
    """JSON data without social security numbers: its texts, names and addresses, and the words of pages by their places.

    Args:
        data: As it was parsed.
        key: The key under which it stands.
    """
    if isinstance(data, str):
        if key in _ADDRESSES:
            return redact_address(data)
        return redact_name(data) if key in _NAMES else redact_ssn(data)
    if isinstance(data, list):
        return [redact_json(value, key) for value in data]
    if isinstance(data, dict):
        if "words" in data and "reader" in data:
            return _redacted_page(data)
        return {redact_ssn(name): redact_json(value, name) for name, value in data.items()}
    return data


def _redacted_page(data: dict[str, Any]) -> dict[str, Any]:
    try:
        page = PageText.from_json(data)
    except (ValueError, KeyError, TypeError):  # damaged, so it is read again
        return data
    redacted = redact_page(page)
    return data if redacted is page else {**data, "words": redacted.to_json()["words"]}
