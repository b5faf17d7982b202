"""The operations of the plug, for rooms at an imaginary provider.

They raise the contract's errors: see effects.py. Any other exception traps.
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
                _setting("address", "Address of the server, such as https://rooms.example.org", Secrecy.OPEN, True),
                _setting("api-key", "Key for the provider's API", Secrecy.OUTBOUND, True),
                _setting("hook-token", "Token that the provider sends as x-desk-token", Secrecy.INBOUND, False),
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
            # Only the host of this setting.
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
        """Accepts every user by their email address: the provider has no user directory."""
        return email

    def receive(self, context, request):
        if request.route != "events":
            raise unsupported("an unknown route")
        return Receipt(http.WebhookResponse(status=204, headers=[], body=[]), [read_webhook(request)])


def _setting(key, summary, secrecy, required):
    return Setting(key=key, summary=summary, secrecy=secrecy, required=required, default_value=None)
