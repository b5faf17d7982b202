"""Faults and rate limits: which errors the client raises, and which requests it retries."""

from hubspot import HubSpot
from hubspot.crm.objects.meetings import ApiException
from hubspot.crm.objects.meetings.exceptions import ServiceException
from urllib3.util.retry import Retry

from oauth import granted
from support import emulator, held, refused


def run(scene):
    url, limited = scene["hubspot"]["url"], scene["limited"]
    token = granted(scene, scene["account"]).access_token

    def befall(kind):
        emulator(url, "PUT", "faults", {"faults": [{"kind": kind, "times": 1}]})

    def page(**more):
        return HubSpot(host=url, access_token=token, **more).crm.objects.meetings.basic_api.get_page()

    befall("server-error")
    refused(page, ServiceException, 500)
    befall("server-error")
    page(retry=Retry(total=3, backoff_factor=0.3, status_forcelist=(500, 502, 504)))
    held("faults: an error of the server is raised, and tried again by a client that may")

    befall("rate-limited")
    refused(page, ApiException, 429, policyName="TEN_SECONDLY_ROLLING", errorType="RATE_LIMIT")
    befall("rate-limited")
    page(retry=Retry(total=5, status_forcelist=(429,)))
    held("faults: 429 is raised, and tried again by a client that may")

    token = granted(scene, scene["account"], limited).access_token
    meetings = HubSpot(host=limited, access_token=token).crm.objects.meetings
    headers = meetings.basic_api.get_page_with_http_info()[2]
    assert headers["x-hubspot-ratelimit-max"] == "110", headers
    assert headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000", headers
    assert int(headers["x-hubspot-ratelimit-remaining"]) < 110, headers

    def searches():
        for _ in range(100):
            meetings.search_api.do_search({"filterGroups": [], "limit": 1})

    refused(searches, ApiException, 429, message="You have reached your secondly limit.")
    held("limits: told in headers; searches beyond five a second are refused")
