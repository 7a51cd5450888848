"""Lamps over HTTP."""

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

LAMPS: dict[int, str] = {1: "Desk", 2: "Floor"}


def find(number: int) -> str | None:
    return LAMPS.get(number)


class Lamps(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = find(int(self.path.strip("/") or 0))
        self.send_response(200 if found else 404)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"lamp": found}).encode())


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Lamps).serve_forever()
