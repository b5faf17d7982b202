"""A bridge accepts requests that the client signs."""

import json
import time

from hubspot.utils.signature import Signature

from support import held, sent


def run(scene):
    account, bridge = scene["account"], scene["bridge"]
    path = f"/hubspot/{scene['app']}/create-meeting"

    def send(body, headers):
        return sent(f"{bridge['url']}{path}", "POST", headers, body.encode())

    for version in ("v1", "v2", "v3"):
        body = json.dumps(
            {
                "portalId": account["id"],
                "userId": account["userId"],
                "userEmail": account["userEmail"],
                "topic": f"Grüße 日本, signed with {version}",
                "source": "MEETINGS",
                "startTime": 1_899_475_200_000,
                "endTime": 1_899_477_000_000,
            },
            ensure_ascii=False,
        )

        def sign(secret=scene["clientSecret"], base=bridge["public"], age=0):
            return signed(version, secret, f"{base}{path}", body, str(round(time.time() * 1000) - age))

        status, text = send(body, sign())
        assert status == 200, text
        assert json.loads(text)["conferenceUrl"].startswith("https://"), text

        wrong = [(body + " ", sign()), (body, sign(secret="another"))]
        if version != "v1":
            wrong.append((body, sign(base=bridge["url"])))
        if version == "v3":
            wrong.append((body, sign(age=300_001)))
        for forged, headers in wrong:
            status, text = send(forged, headers)
            assert status == 401, text
        held(f"bridge: accepts what the client signs with {version}, and nothing else")


def signed(version, secret, url, body, timestamp):
    signature = Signature.get_signature(secret, body, version, url, "POST", timestamp)
    if version == "v3":
        return {"x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": timestamp}
    return {"x-hubspot-signature": signature, "x-hubspot-signature-version": version}
