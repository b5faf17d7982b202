"""The server of an app, which receives HubSpot's webhooks and answers them."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {
    "/verify-user": {"id": "user-of-the-receiver"},
    "/create-meeting": {
        "conferenceId": "conference-1",
        "conferenceUrl": "https://meet.example.org/conference-1",
        "conferenceDetails": "Grüße\nhttps://meet.example.org/conference-1",
    },
    "/update-meeting": {},
    "/delete-meeting": {},
    "/phone-numbers": {
        "phoneNumbers": [{"e164PhoneNumber": "+18001231234", "extension": "1", "friendlyName": "Front desk"}]
    },
}


@dataclass(frozen=True)
class Request:
    """A received request, with header names in lower case."""

    method: str
    target: str
    headers: dict
    body: str


class Receiver:
    """Listens on a port while its context is open."""

    def __init__(self, port):
        self.requests = []
        requests = self.requests

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                requests.append(Request(self.command, self.path, headers, body))
                answer = json.dumps(ANSWERS[self.path.split("?")[0]]).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def take(self):
        """Returns the requests since the last call."""
        taken = list(self.requests)
        self.requests.clear()
        return taken
