"""JSON from others, without what only Python takes for JSON."""

import json
import re

# Python reads by recursion, and the stack of a plug is short.
MAX_DEPTH = 100

_MARKS = re.compile(rb'(?s)"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]')


def parse(raw: bytes):
    """Reads a body; raises ValueError where it is not JSON, or nested deeper than MAX_DEPTH."""
    depth = 0
    for mark in _MARKS.finditer(raw):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(mark[0], 0)
        if depth > MAX_DEPTH:
            raise ValueError("nested too deep")
    value = json.loads(raw.decode("utf-8"))
    # NaN is no JSON, and half of a surrogate pair is no text.
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return value
