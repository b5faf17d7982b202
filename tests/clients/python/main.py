"""HubSpot's own client for Python against the stand-in for HubSpot, and its signatures against a bridge.

The one argument is JSON; tests/tests/clients.rs says what is in it. A line is printed for each thing that holds; the
first that does not ends the program.
"""

import json
import sys

import bridge
import calling
import dated
import meetings
import notes
import oauth
import retries
import settings
import webhooks

scene = json.loads(sys.argv[1])
for part in (settings, calling, dated, oauth, meetings, notes, retries, webhooks, bridge):
    part.run(scene)
