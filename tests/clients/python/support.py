"""What the parts share."""

import json
import re
import urllib.error
import urllib.request
from datetime import datetime

CORRELATION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def held(what):
    """Says that something holds."""
    print(what, flush=True)


def given(model):
    """A model of the client, or a call's answer, without the members that it does not have."""
    return {name: value for name, value in model.to_dict().items() if value is not None}


def refused(call, exception, code, **members):
    """The body of the refusal that must come of a call: the client's own exception, with HubSpot's error in it."""
    try:
        answer = call()
    except exception as error:
        assert error.status == code, error
        body = json.loads(error.body)
        assert " " in body["message"], error
        assert CORRELATION.fullmatch(body["correlationId"]), error
        for member, value in {"status": "error", **members}.items():
            assert body[member] == value, error
        return body
    raise AssertionError(f"not refused: {answer}")


def bearer(token):
    """Options of a call that let a typed API send a token where its specification knows the developer key only."""
    return {"_request_auth": {"type": "oauth2", "in": "header", "key": "Authorization", "value": f"Bearer {token}"}}


def instant(text):
    """A point in time as the CRM writes it."""
    # Before 3.11, Python does not know Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def emulator(url, method, path, body=None, status=200):
    """A request to the stand-in's own endpoints; the answer's JSON."""
    found, text = sent(f"{url}/emulator/{path}", method, {}, None if body is None else json.dumps(body).encode())
    assert found == status, f"{method} {path}: {found} {text}"
    return json.loads(text)


def sent(url, method, headers, body):
    """Status and text of the answer to a request with JSON."""
    headers = {"content-type": "application/json", **headers}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    # None of the proxies of the environment.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
