"""The CRM's notes."""

from hubspot.crm.objects.notes import ApiException, SimplePublicObjectInput, SimplePublicObjectInputForCreate
from hubspot.crm.objects.notes.exceptions import NotFoundException

from oauth import client_of
from support import held, instant, refused

TIME = "2030-03-11T17:00:00Z"


def run(scene):
    api = client_of(scene, scene["account"]).crm.objects.notes

    def create(text):
        properties = {"hs_timestamp": TIME, "hs_note_body": text}
        return api.basic_api.create(SimplePublicObjectInputForCreate(properties=properties, associations=[]))

    made = create("<p>Grüße, 日本</p>")
    read = api.basic_api.get_by_id(made.id, properties=["hs_note_body", "hs_timestamp"]).properties
    assert read["hs_note_body"] == "<p>Grüße, 日本</p>", read
    assert instant(read["hs_timestamp"]) == instant(TIME), read
    held("notes: made and read")

    api.basic_api.update(made.id, SimplePublicObjectInput(properties={"hs_note_body": "<p>Over</p>"}))
    milliseconds = str(round(instant(TIME).timestamp() * 1000))
    filters = [{"propertyName": "hs_timestamp", "operator": "EQ", "value": milliseconds}]
    answer = api.search_api.do_search({"filterGroups": [{"filters": filters}], "properties": ["hs_note_body"]})
    assert [(note.id, note.properties["hs_note_body"]) for note in answer.results] == [(made.id, "<p>Over</p>")]
    held("notes: changed and found")

    refused(lambda: create("x" * 65_537), ApiException, 400)
    assert api.basic_api.archive_with_http_info(made.id)[1] == 204
    refused(lambda: api.basic_api.get_by_id(made.id), NotFoundException, 404)
    held("notes: archived; one that is too long is refused")
