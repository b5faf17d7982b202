"""The client accepts the emulator's webhooks with every combination of signatures."""

import json
import time
from dataclasses import replace

from hubspot import HubSpot
from hubspot.crm.extensions.calling import ChannelConnectionSettingsRequest
from hubspot.crm.extensions.videoconferencing import ExternalSettings
from hubspot.exceptions import InvalidSignatureTimestampError
from hubspot.utils.signature import Signature

from receiver import Receiver
from support import emulator, held

HEADERS = {"v1": "x-hubspot-signature", "v2": "x-hubspot-signature", "v3": "x-hubspot-signature-v3"}
START = 1_899_475_200_000


def run(scene):
    with Receiver(scene["receiver"]["port"]) as receiver:
        for signatures, url in scene["signing"].items():
            versions = signatures.split("+")
            set_up(scene, url)
            for request in booked(scene, url, receiver):
                genuine(scene, request, versions)
            held(f"webhooks: what is signed with {signatures} is accepted, and nothing else")

            emulator(url, "PUT", "faults", {"faults": [{"kind": "wrong-signature", "times": 1}]})
            emulator(url, "POST", "phone-numbers", asked(scene))
            [forged] = receiver.take()
            assert not any(judge(scene, forged, version) for version in versions), forged
            emulator(url, "PUT", "faults", {"faults": []})
            held(f"webhooks: what is signed with another secret is not ({signatures})")


def set_up(scene, url):
    """Sets both settings, with a different address for each webhook. One has a query, which v2 and v3 cover."""
    app, public = scene["app"], scene["receiver"]["public"]
    extensions = HubSpot(host=url, api_key=scene["hubspot"]["developerKey"]).crm.extensions
    extensions.videoconferencing.settings_api.replace(
        app,
        ExternalSettings(
            user_verify_url=f"{public}/verify-user",
            create_meeting_url=f"{public}/create-meeting?b=2&a=1",
            update_meeting_url=f"{public}/update-meeting",
            delete_meeting_url=f"{public}/delete-meeting",
        ),
    )
    channel = ChannelConnectionSettingsRequest(url=f"{public}/phone-numbers", is_ready=True)
    extensions.calling.channel_connection_settings_api.create(app, channel)


def booked(scene, url, receiver):
    """Books, moves and cancels a meeting, requests numbers, and checks the webhooks against HubSpot's documentation."""
    account = scene["account"]
    times = {"startTime": START, "endTime": START + 1_800_000}
    moved = {"topic": "Moved", "startTime": START + 60_000, "endTime": START + 1_800_000}
    talk = {"topic": 'Grüße 日本 \\ "quoted"\n\u2028', **times}
    meeting = emulator(url, "POST", "meetings", {**asked(scene), **talk}, 201)["meeting"]
    assert (meeting["status"], meeting["conferenceId"]) == ("booked", "conference-1"), meeting
    assert meeting["conferenceUrl"] == "https://meet.example.org/conference-1", meeting
    emulator(url, "PATCH", f"meetings/{meeting['id']}", moved)
    emulator(url, "DELETE", f"meetings/{meeting['id']}")
    numbers = emulator(url, "POST", "phone-numbers", asked(scene))["phoneNumbers"]
    assert numbers[0]["e164PhoneNumber"] == "+18001231234", numbers

    requests = receiver.take()
    user = {"portalId": account["id"], "userId": account["userId"], "userEmail": "user-of-the-receiver"}
    conference = {"conferenceId": "conference-1"}
    verify = ("/verify-user", {"portalId": account["id"], "userEmail": account["userEmail"]})
    numbers = {"appId": scene["app"], "portalId": account["id"], "userId": account["userId"]}
    assert [(request.target, json.loads(request.body)) for request in requests] == [
        verify,
        ("/create-meeting?b=2&a=1", {**user, **talk, "source": meeting["source"]}),
        verify,
        ("/update-meeting", {**conference, **user, **moved}),
        verify,
        ("/delete-meeting", conference),
        ("/phone-numbers", numbers),
    ]
    return requests


def asked(scene):
    return {"accountId": scene["account"]["id"], "userId": scene["account"]["userId"]}


def genuine(scene, request, versions):
    """Asserts that a webhook is signed with exactly these versions, and that a changed one is rejected."""
    assert request.method == "POST", request
    assert request.headers["content-type"].startswith("application/json"), request
    older = next((version for version in versions if version != "v3"), None)
    assert request.headers.get("x-hubspot-signature-version") == older, request
    assert (HEADERS["v1"] in request.headers) == (older is not None), request
    assert (HEADERS["v3"] in request.headers) == ("v3" in versions), request
    for version in versions:
        assert judge(scene, request, version), (version, request)
        assert not judge(scene, replace(request, body=request.body + " "), version)
        assert not judge({**scene, "clientSecret": "another"}, request, version)
        assert judge(scene, replace(request, target="/elsewhere"), version) == (version == "v1")
    if "v3" in versions:
        late = str(round(time.time() * 1000) - 300_001)
        stale = replace(request, headers={**request.headers, "x-hubspot-request-timestamp": late})
        try:
            raise AssertionError(f"not refused: {judge(scene, stale, 'v3')}")
        except InvalidSignatureTimestampError:
            pass


def judge(scene, request, version):
    return Signature.is_valid(
        signature=request.headers[HEADERS[version]],
        client_secret=scene["clientSecret"],
        request_body=request.body,
        http_uri=f"{scene['receiver']['public']}{request.target}",
        http_method=request.method,
        signature_version=version,
        timestamp=request.headers.get("x-hubspot-request-timestamp"),
    )
