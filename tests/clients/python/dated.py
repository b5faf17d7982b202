"""The same settings at paths with a date, which the client's typed APIs do not support yet."""

from hubspot import HubSpot

from oauth import granted
from support import held

VERSIONS = ("2025-09", "2026-03", "2026-09")


def run(scene):
    app, url = scene["app"], scene["hubspot"]["url"]
    by_key = HubSpot(base_url=url, api_key=scene["hubspot"]["developerKey"])
    by_token = HubSpot(base_url=url, access_token=scene["hubspot"]["developerToken"])

    for client in (by_key, by_token):
        for version in VERSIONS:
            video(client, f"/crm/extensions/videoconferencing/{version}/settings/{app}")
            channel(client, f"/crm/extensions/calling/{version}/{app}/settings/channel-connection")
        video(client, f"/crm/v3/extensions/videoconferencing/settings/{app}")
    versions = ", ".join(VERSIONS)
    held(f"both settings: {versions} are answered as v3 is, with the developer key and with a token")

    asked(by_key, "GET", f"/crm/extensions/videoconferencing/2024-01/settings/{app}", 404)
    held("both settings: a version that never was is not found")

    as_account = HubSpot(base_url=url, access_token=granted(scene, scene["account"]).access_token)
    answer = as_account.api_request({"path": f"/crm/v3/extensions/videoconferencing/settings/{app}"})
    assert answer.status_code in (401, 403), answer.text
    held("both settings: an account's token is no developer's")


def video(client, path):
    settings = {"createMeetingUrl": "https://bridge.example.com/create-meeting"}
    assert asked(client, "PUT", path, 200, settings) == settings
    assert asked(client, "GET", path, 200)["createMeetingUrl"] == settings["createMeetingUrl"]
    asked(client, "DELETE", path, 204)
    asked(client, "GET", path, 404)


def channel(client, path):
    settings = {"url": "https://bridge.example.com/phone-numbers", "isReady": False}
    assert asked(client, "POST", path, 200, settings)["url"] == settings["url"]
    assert asked(client, "PATCH", path, 200, {"isReady": True})["isReady"] is True
    assert asked(client, "GET", path, 200)["isReady"] is True
    asked(client, "DELETE", path, 204)
    asked(client, "GET", path, 404)


def asked(client, method, path, status, body=None):
    options = {"method": method, "path": path}
    answer = client.api_request(options if body is None else {**options, "body": body})
    assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.text else None
