"""Parses JSON from others, without Python's extensions to JSON."""

import json
import re

# Python's parser recurses, and a plug's stack is small.
MAX_DEPTH = 100

_MARKS = re.compile(rb'(?s)"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]')


def parse(raw: bytes):
    """Parses a body. Raises ValueError if it is not JSON, or nested deeper than MAX_DEPTH."""
    depth = 0
    for mark in _MARKS.finditer(raw):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(mark[0], 0)
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
    value = json.loads(raw.decode("utf-8"))
    # Serializing rejects NaN and unpaired surrogates.
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return value
