"""The CRM's meetings."""

from datetime import datetime, timedelta, timezone

from hubspot.crm.objects.meetings import (
    ApiException,
    BatchReadInputSimplePublicObjectId,
    Filter,
    FilterGroup,
    PublicObjectSearchRequest,
    SimplePublicObjectId,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.objects.meetings.exceptions import NotFoundException

from oauth import client_of
from support import held, instant, refused

START = datetime(2030, 3, 11, 16, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
PROPERTIES = ["hs_meeting_title", "hs_timestamp", "hs_meeting_outcome"]


def run(scene):
    api = client_of(scene, scene["account"]).crm.objects.meetings
    basic = api.basic_api

    ids = []
    for hour, title in enumerate(["Alpha planning", "Beta planning", "Gamma review"]):
        made = basic.create(SimplePublicObjectInputForCreate(properties=meeting(title, hour), associations=[]))
        assert made.created_at.tzinfo and made.updated_at.tzinfo and not made.archived, made
        assert made.properties["hs_meeting_title"] == title, made
        ids.append(made.id)
    assert len(set(ids)) == 3
    held("meetings: made")

    alpha, beta, gamma = ids
    read = basic.get_by_id(alpha, properties=[*PROPERTIES, "hs_meeting_location"], archived=False)
    assert read.properties["hs_meeting_title"] == "Alpha planning", read
    assert read.properties["hs_meeting_location"] == "https://meet.example.org/alpha", read
    assert instant(read.properties["hs_timestamp"]) == START, read
    refused(lambda: basic.get_by_id("999999999"), NotFoundException, 404)
    several = BatchReadInputSimplePublicObjectId(
        inputs=[SimplePublicObjectId(id=id) for id in (beta, gamma)], properties=PROPERTIES, properties_with_history=[]
    )
    assert ids_of(api.batch_api.read(several)) == [beta, gamma]
    held("meetings: read, alone and together, with the properties that are asked for")

    canceled = SimplePublicObjectInput(properties={"hs_meeting_outcome": "CANCELED"})
    assert basic.update(gamma, canceled).id == gamma
    properties = basic.get_by_id(gamma, properties=PROPERTIES).properties
    assert properties["hs_meeting_outcome"] == "CANCELED", properties
    assert properties["hs_meeting_title"] == "Gamma review", properties
    refused(lambda: basic.update("999999999", canceled), NotFoundException, 404)
    held("meetings: a change leaves what it does not name")

    search(api.search_api, alpha, beta, gamma)
    pages(basic, api.search_api, ids)

    other = client_of(scene, scene["other"]).crm.objects.meetings
    refused(lambda: other.basic_api.get_by_id(alpha), NotFoundException, 404)
    refused(lambda: other.basic_api.archive(alpha), NotFoundException, 404)
    assert other.search_api.do_search(question([])).total == 0
    held("meetings: another account does not see them")

    assert basic.archive_with_http_info(beta)[1] == 204
    refused(lambda: basic.get_by_id(beta), NotFoundException, 404)
    assert found(api.search_api, [match("hs_meeting_title", "HAS_PROPERTY")]) == [alpha, gamma]
    archived = basic.get_by_id(beta, properties=PROPERTIES, archived=True)
    assert archived.archived and archived.archived_at.tzinfo, archived
    held("meetings: an archived one is found by those alone who ask for archived ones")


def search(api, alpha, beta, gamma):
    planning = match("hs_meeting_title", "CONTAINS_TOKEN", value="planning")
    cases = {
        "EQ": ([match("hs_meeting_title", "EQ", value="Beta planning")], [beta]),
        "EQ of a time": ([match("hs_meeting_start_time", "EQ", value=epoch(START + HOUR))], [beta]),
        "NEQ": ([match("hs_meeting_title", "NEQ", value="Beta planning")], [alpha, gamma]),
        "IN": ([match("hs_meeting_title", "IN", values=["alpha planning", "gamma review"])], [alpha, gamma]),
        "NOT_IN": ([match("hs_meeting_title", "NOT_IN", values=["alpha planning"])], [beta, gamma]),
        "GTE": ([match("hs_timestamp", "GTE", value=epoch(START + HOUR))], [beta, gamma]),
        "GT": ([match("hs_timestamp", "GT", value=epoch(START + HOUR))], [gamma]),
        "LTE": ([match("hs_timestamp", "LTE", value=epoch(START + HOUR))], [alpha, beta]),
        "LT": ([match("hs_timestamp", "LT", value=epoch(START + HOUR))], [alpha]),
        "BETWEEN": ([between(START + HOUR, START + HOUR)], [beta]),
        "HAS_PROPERTY": ([match("hs_meeting_outcome", "HAS_PROPERTY")], [gamma]),
        "NOT_HAS_PROPERTY": ([match("hs_meeting_outcome", "NOT_HAS_PROPERTY")], [alpha, beta]),
        "CONTAINS_TOKEN": ([planning], [alpha, beta]),
        "two filters": ([planning, between(START - HOUR, START)], [alpha]),
    }
    for operator, (filters, expected) in cases.items():
        assert found(api, filters) == expected, operator
    held(f"meetings: found by {', '.join(cases)}")

    titles = ("Alpha planning", "Gamma review")
    groups = [FilterGroup(filters=[match("hs_meeting_title", "EQ", value=title)]) for title in titles]
    assert ids_of(api.do_search(question([], filter_groups=groups))) == [alpha, gamma]
    held("meetings: groups of filters are alternatives")

    for wrong in (
        question([], limit=201),
        question([], filter_groups=groups[:1] * 6),
        question([match("hs_timestamp", "LIKE", value="1")]),
        question([match("hs_meeting_title", "EQ", value="x" * 3000)]),
    ):
        refused(lambda: api.do_search(wrong), ApiException, 400)
    held("meetings: a search beyond HubSpot's limits is refused")


def pages(basic, api, ids):
    first = api.do_search(question([], limit=2, after="0"))
    assert (first.total, ids_of(first)) == (3, ids[:2]), first
    second = api.do_search(question([], limit=2, after=first.paging.next.after))
    assert (second.total, ids_of(second), second.paging) == (3, ids[2:], None), second

    for descending in ("-hs_timestamp", {"propertyName": "hs_timestamp", "direction": "DESCENDING"}):
        assert ids_of(api.do_search(question([], sorts=[descending]))) == ids[::-1]

    page = basic.get_page(limit=2, properties=PROPERTIES)
    rest = basic.get_page(limit=2, properties=PROPERTIES, after=page.paging.next.after)
    assert ids_of(page) + ids_of(rest) == ids
    assert rest.paging is None, rest
    held("meetings: page by page, in the order that is asked for")


def found(api, filters):
    """Returns the meetings that a search finds, in the order of their times."""
    answer = api.do_search(question(filters))
    assert answer.total == len(answer.results), answer
    assert all(result.properties["hs_meeting_title"] for result in answer.results), answer
    return ids_of(answer)


def ids_of(answer):
    return [result.id for result in answer.results]


def question(filters, **more):
    groups = [FilterGroup(filters=filters)] if filters else []
    members = {"filter_groups": groups, "properties": PROPERTIES, "sorts": ["hs_timestamp"], "limit": 100, **more}
    return PublicObjectSearchRequest(**members)


def match(name, operator, **operands):
    return Filter(property_name=name, operator=operator, **operands)


def between(low, high):
    return match("hs_timestamp", "BETWEEN", value=epoch(low), high_value=epoch(high))


def epoch(time):
    return str(round(time.timestamp() * 1000))


def meeting(title, hour):
    start = START + hour * HOUR
    return {
        "hs_timestamp": epoch(start),
        "hs_meeting_title": title,
        "hs_meeting_start_time": epoch(start),
        "hs_meeting_end_time": epoch(start + HOUR),
        "hs_meeting_location": f"https://meet.example.org/{title.split()[0].lower()}",
    }
