"""Rooms at an imaginary provider: what the host asks of this plug.

A failure of the contract is raised (see effects.py). Any other exception that leaves a method breaks the plug off.
"""

from api import create_room, delete_room, update_room
from webhook import read_webhook, unsupported
from wit_world import exports
from wit_world.exports.provider import Receipt
from wit_world.imports import http
from wit_world.imports.manifest import (
    Authenticity_SharedSecret,
    Capabilities,
    Description,
    IfUnset,
    Route,
    Secrecy,
    Setting,
    UpdateMode,
)


class Provider(exports.Provider):
    def describe(self):
        return Description(
            name="desk",
            summary="Rooms at an imaginary provider",
            version="0.1.0",
            settings=[
                _setting("address", "The server, such as https://rooms.example.org", Secrecy.OPEN, True),
                _setting("api-key", "Key of the provider's API", Secrecy.OUTBOUND, True),
                _setting("hook-token", "What the provider sends as x-desk-token", Secrecy.INBOUND, False),
            ],
            routes=[
                Route(
                    name="events",
                    summary="A room was opened or closed",
                    methods=["POST"],
                    media_types=["application/json"],
                    authenticity=Authenticity_SharedSecret("x-desk-token"),
                    secrets=["hook-token"],
                    if_unset=IfUnset.REFUSE,
                    headers=[],
                )
            ],
            capabilities=Capabilities(
                creates=True, creates_with=[], updates=UpdateMode.IN_PLACE, deletes=True, knows_users=False
            ),
            # The host of that setting, and no other.
            outbound_hosts=["{address}"],
        )

    def create(self, context, meeting):
        return create_room(context, meeting)

    def update(self, context, current, meeting):
        update_room(context, current.id, meeting)
        return current

    def delete(self, context, current):
        delete_room(context, current.id)

    def verify_user(self, context, email):
        """There is no directory of users, so everybody is known by their e-mail address."""
        return email

    def receive(self, context, request):
        if request.route != "events":
            raise unsupported("a route of another name")
        return Receipt(http.WebhookResponse(status=204, headers=[], body=[]), [read_webhook(request)])


def _setting(key, summary, secrecy, required):
    return Setting(key=key, summary=summary, secrecy=secrecy, required=required, default_value=None)
