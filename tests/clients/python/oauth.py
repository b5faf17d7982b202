"""OAuth tokens of accounts."""

from hubspot import HubSpot
from hubspot.crm.objects.notes.exceptions import UnauthorizedException
from hubspot.oauth import ApiException

from support import held, refused


def run(scene):
    account, leaving = scene["account"], scene["leaving"]
    client = HubSpot(host=scene["hubspot"]["url"])
    token = granted(scene, account)
    assert (token.token_type, token.expires_in) == ("bearer", 1800), token
    assert token.refresh_token == account["refreshToken"]

    client.access_token = token.access_token
    assert client.crm.objects.notes.basic_api.get_page().results == []
    held("OAuth: the client refreshes a token and may then read the account")

    info = client.oauth.access_tokens_api.get(token.access_token)
    assert (info.token, info.hub_id, info.app_id) == (token.access_token, account["id"], scene["app"]), info
    assert 0 < info.expires_in <= 1800 and isinstance(info.scopes, list), info
    refresh = client.oauth.refresh_tokens_api.get(account["refreshToken"])
    expected = (account["refreshToken"], account["id"], scene["clientId"])
    assert (refresh.token, refresh.hub_id, refresh.client_id) == expected, refresh
    held("OAuth: both kinds of token tell whose they are")

    for wrong, status in (
        ({"clientId": "wrong"}, "BAD_CLIENT_ID"),
        ({"clientSecret": "wrong"}, "BAD_CLIENT_SECRET"),
        ({"account": {"refreshToken": "wrong"}}, "BAD_REFRESH_TOKEN"),
    ):
        spoiled = {**scene, **wrong}
        refused(lambda: granted(spoiled, spoiled["account"]), ApiException, 400, status=status)
    client.access_token = "wrong"
    page = client.crm.objects.notes.basic_api.get_page
    refused(page, UnauthorizedException, 401, category="INVALID_AUTHENTICATION")
    held("OAuth: a wrong secret or token is refused")

    granted(scene, leaving)
    assert client.oauth.refresh_tokens_api.archive_with_http_info(leaving["refreshToken"])[1] == 204
    refused(lambda: granted(scene, leaving), ApiException, 400, status="BAD_REFRESH_TOKEN")
    held("OAuth: a refresh token that was deleted gives no more tokens")


def granted(scene, account, url=None):
    """Returns a new access token."""
    return HubSpot(host=url or scene["hubspot"]["url"]).oauth.tokens_api.create(
        grant_type="refresh_token",
        client_id=scene["clientId"],
        client_secret=scene["clientSecret"],
        refresh_token=account["refreshToken"],
    )


def client_of(scene, account):
    """Returns a client for an account."""
    return HubSpot(host=scene["hubspot"]["url"], access_token=granted(scene, account).access_token)
