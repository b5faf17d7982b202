"""Tests HubSpot's own client for Python with the emulator, and its signatures with a bridge.

The argument is JSON from tests/tests/clients.rs. The program prints a line for each check, and ends at the first
failure.
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
