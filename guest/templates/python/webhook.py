"""Reads the provider's webhook: a room was opened or closed."""

import json

import strict_json
from api import MAX_ID_LENGTH, is_text
from componentize_py_types import Err
from wit_world.exports.provider import ReceivePause_Rejected
from wit_world.imports import http
from wit_world.imports import meeting_event as event

MAX_KEY_LENGTH = 256
MAX_WORD_LENGTH = 100
MAX_BYTES = 64 * 1024
MAX_LEAVES = 1000

CHANGES = {"opened": event.SessionChange.STARTED, "closed": event.SessionChange.ENDED}


def read_webhook(request: http.WebhookRequest) -> event.MeetingEvent:
    """Converts a webhook request to an event."""
    body = _parse(request.body)
    room = _id(body.get("room"))
    if room is None:
        raise malformed("`room` is missing or not an id: send it as a string")
    what = body.get("what")
    if not is_text(what, MAX_WORD_LENGTH):
        raise malformed("`what` is missing or not a word: send it as a string")
    if what not in CHANGES:
        raise unsupported(what)
    at = body.get("at")
    at = at if type(at) is int and 0 <= at < 2**64 else None
    number = _id(body.get("number"))
    # The sender numbers its messages, so a repeat is stored once. A key that is too long is omitted, never truncated.
    key = None if number is None else json.dumps([number], ensure_ascii=False)
    taken = {"/room", "/what"}
    taken |= {"/at"} if at is not None else set()
    taken |= {"/number"} if number is not None else set()
    return event.MeetingEvent(
        source_event=what,
        occurred_at=at,
        conference=event.ConferenceRef(id=room, code=None),
        organization=event.Organization(company=None, host=None),
        data=event.EventData_Session(event.SessionChanged(change=CHANGES[what], snapshot=None)),
        dedupe_key=key if is_text(key, MAX_KEY_LENGTH) else None,
        # Everything without a field above becomes an extra.
        extras=[leaf for leaf in _leaves(body) if leaf[0] not in taken],
    )


def malformed(why: str) -> Err:
    """Builds the exception for a body that differs from the provider's documents."""
    return Err(ReceivePause_Rejected(http.Rejection_Malformed(why)))


def unsupported(what: str) -> Err:
    """Builds the exception for an event that this plug does not support."""
    return Err(ReceivePause_Rejected(http.Rejection_Unsupported(what)))


def _parse(raw: bytes) -> dict:
    if len(raw) > MAX_BYTES:
        raise malformed(f"the body is larger than {MAX_BYTES} bytes: send less at a time")
    try:
        body = strict_json.parse(raw)
    except ValueError:
        raise malformed("the body is not JSON: send an object") from None
    if not isinstance(body, dict):
        raise malformed("the body is not an object: send an object")
    return body


def _id(value) -> str | None:
    text = str(value) if type(value) is int else value
    return text if is_text(text, MAX_ID_LENGTH) else None


def _leaves(root) -> list[tuple[str, str]]:
    """Returns every leaf with its JSON pointer, in order. Does not recurse, so no nesting can exhaust the stack."""
    found, waiting = [], [("", root)]
    while waiting:
        pointer, value = waiting.pop()
        inner = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
        for name, member in reversed(inner):
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            waiting.append((f"{pointer}/{escaped}", member))
        if not inner:
            found.append((pointer, json.dumps(value, ensure_ascii=False)))
        if len(found) + len(waiting) > MAX_LEAVES:
            raise malformed(f"the body holds more than {MAX_LEAVES} values: send less at a time")
    return found
