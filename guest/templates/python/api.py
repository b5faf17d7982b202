"""Client for the provider's API: creates, updates and deletes rooms."""

import json
import re
from urllib.parse import quote

import strict_json
from effects import Effects, failure, secret, text
from wit_world.imports import conference, effect
from wit_world.imports.effect import Method

MAX_ID_LENGTH = 512
MAX_LINK_LENGTH = 2048


def create_room(context: effect.Context, meeting: conference.Meeting) -> conference.Conference:
    """Creates a room for a meeting."""
    room_id, link = _read(_call(context, Method.POST, "/rooms", _plan(meeting)))
    return conference.Conference(id=room_id, join_url=link, details=f"Join: {link}")


def update_room(context: effect.Context, room_id: str, meeting: conference.Meeting) -> None:
    """Updates the room to match the meeting."""
    _call(context, Method.PUT, _room(room_id), _plan(meeting), idempotent=True)


def delete_room(context: effect.Context, room_id: str) -> None:
    """Deletes a room. Succeeds if it is already gone."""
    _call(context, Method.DELETE, _room(room_id), idempotent=True, fine=(404,))


def _room(room_id: str) -> str:
    return f"/rooms/{quote(room_id, safe='')}"


def _plan(meeting: conference.Meeting) -> str:
    plan = {"title": meeting.topic, "start": meeting.start, "end": meeting.end}
    return json.dumps(plan, ensure_ascii=False, separators=(",", ":"))


def _call(context, method, path, body=None, idempotent=False, fine=()) -> effect.OutboundResponse:
    """Sends a request and returns the answer. Raises for an error status that is not in `fine`."""
    # A plug can only see whether a secret is set.
    if "api-key" not in context.secrets:
        raise failure(effect.Failure_Invalid("the setting `api-key` is missing: add it"))
    headers = [("authorization", [text("Bearer "), secret("api-key")])]
    if body:
        headers.append(("content-type", [text("application/json")]))
    answer = Effects(context).send(
        method,
        [text(_address(context) + path)],
        headers,
        [text(body)] if body else [],
        idempotent=idempotent,
    )
    status = answer.status
    if 200 <= status < 300 or status in fine:
        return answer
    if status in (401, 403):
        raise failure(effect.Failure_CredentialsRejected())
    if status == 404 and method != Method.POST:
        raise failure(effect.Failure_NotFound())
    if status == 429:
        raise failure(effect.Failure_RateLimited(_retry_after(answer)))
    if status in (400, 422):
        raise failure(effect.Failure_Invalid(f"the provider rejected the request with {status}"))
    raise failure(effect.Failure_Unavailable(f"the provider answered {status}"))


def _address(context: effect.Context) -> str:
    """Returns the setting. The check ensures that no value can make a request go anywhere but to its host."""
    value = next((value for key, value in context.settings if key == "address"), None)
    if value is None:
        raise failure(effect.Failure_Invalid("the setting `address` is missing: add it"))
    if not re.fullmatch(r"https?://[A-Za-z0-9[][-A-Za-z0-9._~:/[\]]*", value):
        why = "correct the setting `address`: write it like `https://rooms.example.org`"
        raise failure(effect.Failure_Invalid(why))
    return value.rstrip("/")


def _retry_after(answer: effect.OutboundResponse) -> int | None:
    value = next((value for name, value in answer.headers if name == "retry-after"), "")
    return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else None


def _read(answer: effect.OutboundResponse) -> tuple[str, str]:
    """Reads the id and the link from an answer, which may hold anything."""
    try:
        room = strict_json.parse(answer.body)
    except ValueError:
        why = "the provider answered with a body that is not JSON"
        raise failure(effect.Failure_Unavailable(why)) from None
    room = room if isinstance(room, dict) else {}
    room_id, link = room.get("id"), room.get("link")
    is_link = is_text(link, MAX_LINK_LENGTH) and re.fullmatch(r"https?://\S+", link)
    if not is_text(room_id, MAX_ID_LENGTH) or not is_link:
        raise failure(effect.Failure_Unavailable("the provider answered without `id` or `link`"))
    return room_id, link


def is_text(value, max_length: int) -> bool:
    """Whether a value is a non-empty string of limited length without control characters or unpaired surrogates."""
    if not isinstance(value, str) or not re.fullmatch(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+", value):
        return False
    return len(value.encode("utf-8")) <= max_length
