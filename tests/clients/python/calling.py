"""The channel connection of calling: the address that HubSpot calls for a user's telephone numbers."""

from datetime import datetime, timedelta, timezone

from hubspot import HubSpot
from hubspot.crm.extensions.calling import (
    ApiException,
    ChannelConnectionSettingsPatchRequest,
    ChannelConnectionSettingsRequest,
)
from hubspot.crm.extensions.calling.exceptions import NotFoundException, UnauthorizedException

from support import bearer, held, refused

URL = "https://bridge.example.com/phone-numbers"


def run(scene):
    app, hubspot = scene["app"], scene["hubspot"]

    def api(key=None):
        return HubSpot(host=hubspot["url"], api_key=key).crm.extensions.calling.channel_connection_settings_api

    connection_round(api(hubspot["developerKey"]), app, {})
    held("channel connection: created, read, updated and deleted with the developer key")
    connection_round(api(), app, bearer(hubspot["developerToken"]))
    held("channel connection: created, read, updated and deleted with a token")

    for call in (
        lambda: api("wrong").create(app, ChannelConnectionSettingsRequest(url=URL, is_ready=True)),
        lambda: api("wrong").update(app, ChannelConnectionSettingsPatchRequest(is_ready=True)),
    ):
        refused(call, UnauthorizedException, 401, category="INVALID_AUTHENTICATION")
    refused(lambda: api(hubspot["developerKey"]).get_by_id(app + 1), NotFoundException, 404)
    held("channel connection: nothing without the developer key, nor for another app")


def connection_round(api, app, auth):
    def update(**change):
        return api.update(app, ChannelConnectionSettingsPatchRequest(**change), **auth)

    def create(url):
        return api.create(app, ChannelConnectionSettingsRequest(url=url, is_ready=False), **auth)

    refused(lambda: api.get_by_id(app, **auth), NotFoundException, 404)
    refused(lambda: update(is_ready=True), NotFoundException, 404)
    refused(lambda: create("http://bridge.example.com"), ApiException, 400, category="VALIDATION_ERROR")

    created = create(URL)
    assert (created.url, created.is_ready) == (URL, False), created
    for date in (created.created_at, created.updated_at):
        assert abs(datetime.now(timezone.utc) - date) < timedelta(minutes=1), date
    assert api.get_by_id(app, **auth) == created

    ready = update(is_ready=True)
    assert (ready.url, ready.is_ready, ready.created_at) == (URL, True, created.created_at), ready
    assert ready.updated_at >= created.updated_at
    moved = update(url=f"{URL}/2")
    assert (moved.url, moved.is_ready) == (f"{URL}/2", True), moved
    assert api.get_by_id(app, **auth) == moved

    assert api.archive_with_http_info(app, **auth)[1] == 204
    refused(lambda: api.get_by_id(app, **auth), NotFoundException, 404)
