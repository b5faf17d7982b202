"""The settings of video conferencing."""

from hubspot import HubSpot
from hubspot.crm.extensions.videoconferencing import ApiException, ExternalSettings
from hubspot.crm.extensions.videoconferencing.exceptions import NotFoundException, UnauthorizedException

from support import bearer, given, held, refused

EVERY = {
    "user_verify_url": "https://bridge.example.com/verify-user",
    "fetch_accounts_uri": "https://bridge.example.com/accounts",
    "create_meeting_url": "https://bridge.example.com/create-meeting",
    "update_meeting_url": "https://bridge.example.com/update-meeting",
    "delete_meeting_url": "https://bridge.example.com/delete-meeting",
}


def run(scene):
    app, hubspot = scene["app"], scene["hubspot"]

    def api(key=None):
        return HubSpot(host=hubspot["url"], api_key=key).crm.extensions.videoconferencing.settings_api

    by_key = api(hubspot["developerKey"])
    settings_round(by_key, app, {})
    held("video conferences: set, replaced, read and deleted with the developer key")
    settings_round(api(), app, bearer(hubspot["developerToken"]))
    held("video conferences: set, replaced, read and deleted with a token")

    for call in (
        lambda: api("wrong").get_by_id(app),
        lambda: api().get_by_id(app),
        lambda: api("wrong").replace(app, ExternalSettings(**EVERY)),
        lambda: api("wrong").archive(app),
        lambda: api().get_by_id(app, **bearer("wrong")),
    ):
        refused(call, UnauthorizedException, 401, category="INVALID_AUTHENTICATION")
    held("video conferences: nothing without the developer key")

    refused(lambda: by_key.get_by_id(app + 1), NotFoundException, 404)
    held("video conferences: another app is not found")


def settings_round(api, app, auth):
    refused(lambda: api.get_by_id(app, **auth), NotFoundException, 404)
    assert given(api.replace(app, ExternalSettings(**EVERY), **auth)) == EVERY
    assert given(api.get_by_id(app, **auth)) == EVERY

    create, update = EVERY["create_meeting_url"], EVERY["update_meeting_url"]
    fewer = {"create_meeting_url": create, "update_meeting_url": update}
    assert given(api.replace(app, ExternalSettings(**fewer), **auth)) == fewer
    assert given(api.get_by_id(app, **auth)) == fewer, "what is left out is no longer set"

    for wrong in (
        {"update_meeting_url": update},
        {"create_meeting_url": "http://bridge.example.com/create-meeting"},
        {"create_meeting_url": "bridge.example.com"},
        {"create_meeting_url": create, "delete_meeting_url": "http://bridge.example.com/delete-meeting"},
    ):
        settings = ExternalSettings(**wrong)
        body = refused(lambda: api.replace(app, settings, **auth), ApiException, 400, category="VALIDATION_ERROR")
        assert body["errors"] and all(error["message"] for error in body["errors"]), body
    assert given(api.get_by_id(app, **auth)) == fewer, "a refusal changes nothing"

    assert api.archive_with_http_info(app, **auth)[1] == 204
    refused(lambda: api.get_by_id(app, **auth), NotFoundException, 404)
