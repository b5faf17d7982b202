"""JSON that others wrote. Python's own reader takes more than JSON, and goes deeper than a plug's stack."""

import json
import re

MOST_DEPTH = 100

_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{}]', re.DOTALL)


def load(raw: bytes):
    """What the bytes say. Raises `ValueError` where they are no JSON, no text, or lists in lists without end."""
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(raw):
        first = found[0][:1]
        depth += 1 if first in b"[{" else -1 if first in b"]}" else 0
        if depth > MOST_DEPTH:
            raise ValueError(f"it is more than {MOST_DEPTH} deep")
    value = json.loads(raw.decode("utf-8"))
    # NaN and the like are no JSON, and half of a surrogate pair is no text.
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return value
