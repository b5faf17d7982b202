"""Shared helpers."""

import json
import re
import urllib.error
import urllib.request
from datetime import datetime

CORRELATION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def held(what):
    """Prints a passed check."""
    print(what, flush=True)


def given(model):
    """Returns a model of the client, or an answer, without members that are not set."""
    return {name: value for name, value in model.to_dict().items() if value is not None}


def refused(call, exception, code, **members):
    """Asserts that a call raises the client's exception, and returns the body of HubSpot's error."""
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
    """Options that make a typed API send a token, although its specification has only the developer key."""
    return {"_request_auth": {"type": "oauth2", "in": "header", "key": "Authorization", "value": f"Bearer {token}"}}


def instant(text):
    """Parses a time of the CRM."""
    # Python before 3.11 does not parse `Z`.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def emulator(url, method, path, body=None, status=200):
    """Sends a request to the emulator's own endpoints, and returns the JSON."""
    found, text = sent(f"{url}/emulator/{path}", method, {}, None if body is None else json.dumps(body).encode())
    assert found == status, f"{method} {path}: {found} {text}"
    return json.loads(text)


def sent(url, method, headers, body):
    """Sends a request with JSON, and returns the status and text of the answer."""
    headers = {"content-type": "application/json", **headers}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    # Ignore proxies in the environment.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
