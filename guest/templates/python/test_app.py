"""./build.sh bindings && python3 -m unittest"""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "bindings"))

from app import Provider
from componentize_py_types import Err
from wit_world.imports import conference, effect, http
from wit_world.imports.effect import OutboundFailure, OutboundResponse

PLUG = Provider()
MEETING = conference.Meeting(
    topic='Plans "A"', start=1767326400000, end=1767330000000, user_id="1", user=conference.Person_Email("ada@acme.example"),
    account_id="1", source=None,
)  # fmt: skip
CURRENT = conference.Conference(id="a/7", join_url="https://rooms.example.org/7", details="")


def run(operation, *answers):
    """Runs an operation as a host does, with these answers. Returns the requested effects and the result."""
    context = effect.Context(
        settings=[("address", "https://rooms.example.org/")], secrets=["api-key"], state=[], now=0, random=bytes(16),
        exchanges=[],
    )  # fmt: skip
    asked = []
    while True:
        try:
            return asked, operation(context)
        except Err as pause:
            if isinstance(pause.value, effect.Pause_Failed):
                return asked, pause.value.value
            assert len(asked) < len(answers), f"no answer left for the effect {pause.value}"
            asked.append(pause.value.value.value)
        # Run again with the same context, it must request the same effect.
        with unittest.TestCase().assertRaises(Err) as again:
            operation(context)
        assert again.exception.value.value.value == asked[-1], "it requested another effect when it ran again"
        context.exchanges.append(answers[len(asked) - 1])


def answered(status, body=None, headers=()):
    text = b"" if body is None else json.dumps(body).encode()
    return effect.Exchange_Answered(OutboundResponse(status, list(headers), text))


def create(context):
    return PLUG.create(context, MEETING)


class Rooms(unittest.TestCase):
    def test_a_meeting_gets_a_room(self):
        asked, made = run(create, answered(201, {"id": "7", "link": "https://rooms.example.org/7"}))
        self.assertEqual((made.id, made.join_url), ("7", "https://rooms.example.org/7"))
        self.assertEqual((asked[0].method, asked[0].idempotent), (effect.Method.POST, False))
        self.assertEqual(asked[0].url[0].value, "https://rooms.example.org/rooms")
        self.assertEqual(asked[0].headers[0][1][1].value.key, "api-key")
        plan = {"title": 'Plans "A"', "start": 1767326400000, "end": 1767330000000}
        self.assertEqual(json.loads(asked[0].body[0].value), plan)

    def test_a_room_is_updated_and_deleted(self):
        asked, changed = run(lambda context: PLUG.update(context, CURRENT, MEETING), answered(200, {}))
        self.assertIs(changed, CURRENT)
        self.assertEqual(asked[0].url[0].value, "https://rooms.example.org/rooms/a%2F7")
        for status in (204, 404):
            _, gone = run(lambda context: PLUG.delete(context, CURRENT), answered(status))
            self.assertIsNone(gone)

    def test_each_error_has_its_failure(self):
        self.assertEqual(run(create, answered(401))[1], effect.Failure_CredentialsRejected())
        later = answered(429, {}, [("retry-after", "17")])
        self.assertEqual(run(create, later)[1], effect.Failure_RateLimited(17))
        odd = answered(200, {"id": "7", "link": "javascript:alert(1)"})
        self.assertIsInstance(run(create, odd)[1], effect.Failure_Unavailable)
        late = effect.Exchange_Failed(OutboundFailure.TIMED_OUT)
        self.assertEqual(run(create, late)[1].value, "the provider did not answer in time")

    def test_a_webhook_becomes_an_event(self):
        body = {"what": "opened", "room": 7, "at": 1767326400000, "number": "12", "by/whom": {"name": "Ada"}, "tags": []}
        receipt = PLUG.receive(None, _request(json.dumps(body).encode()))
        event = receipt.events[0]
        self.assertEqual((receipt.response.status, event.conference.id), (204, "7"))
        self.assertEqual((event.occurred_at, event.dedupe_key), (1767326400000, '["12"]'))
        self.assertEqual(event.extras, [("/by~1whom/name", '"Ada"'), ("/tags", "[]")])
        for odd in (b"{", b'{"room": "\\ud800"}', b'{"a":' * 10_000, b"NaN", b"\xff"):
            with self.assertRaises(Err) as refused:
                PLUG.receive(None, _request(odd))
            self.assertIsInstance(refused.exception.value.value, http.Rejection_Malformed)


def _request(body):
    return http.WebhookRequest(route="events", method="POST", query="", headers=[], body=body, received_at=0)


if __name__ == "__main__":
    unittest.main()
