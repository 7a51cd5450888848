"""The client against a server that goes away, refuses and repeats."""

import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from barnraise.cli.client import Client
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import read_files

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers each request with the next scripted answer; None drops the connection."""

    def __init__(self) -> None:
        self.script: list[Answer | None] = []
        self.seen: list[BaseHTTPRequestHandler] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.seen.append(self)
                answer = server.script.pop(0)
                if answer is None:
                    self.close_connection = True
                    self.connection.close()
                else:
                    answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                return

            def finish(self) -> None:
                if not self.wfile.closed and self.connection.fileno() != -1:
                    super().finish()

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


def answer(status: int, body: object) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return send


def stream(*events: tuple[int, str]) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b": hello\n\n")
        for number, kind in events:
            data = json.dumps({"type": kind, "job_id": "job"})
            handler.wfile.write(f"id: {number}\nevent: {kind}\ndata: {data}\n\n".encode())

    return send


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    found = Server()
    monkeypatch.setenv("BARNRAISE_URL", f"http://127.0.0.1:{found.http.server_address[1]}/")
    monkeypatch.setenv("BARNRAISE_TOKEN", "secret")
    yield found
    found.http.shutdown()
    found.http.server_close()


def test_a_call_survives_a_short_outage_with_the_same_idempotency_key(server: Server) -> None:
    unavailable = answer(503, {"code": "unavailable", "detail": "starting", "next": "wait"})
    server.script = [None, unavailable, answer(202, {"id": "job"})]
    assert Client().post("/jobs/job/retry") == {"id": "job"}
    assert len({request.headers["Idempotency-Key"] for request in server.seen}) == 1
    assert server.seen[0].headers["Authorization"] == "Bearer secret"


def _certificate(file: Path) -> Path:
    """For 127.0.0.1, by nobody but itself, with its key."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.datetime.now(datetime.UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.add_extension(host, critical=True).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


def test_an_authority_of_ones_own_is_trusted_where_it_is_named(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path / "ours.pem"))
    server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
    monkeypatch.setenv("BARNRAISE_URL", f"https://127.0.0.1:{server.http.server_address[1]}")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ours.pem"))
    server.script = [answer(200, {"id": "project"})]
    assert Client().get("/projects/project") == {"id": "project"}
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(CliError, match="SSL_CERT_FILE"):
        Client()


def test_a_refusal_is_final(server: Server) -> None:
    server.script = [answer(409, {"code": "version_conflict", "detail": "It changed.", "next": "Read again."})]
    with pytest.raises(CliError) as refused:
        Client().put("/projects/p/files/a", {})
    assert (refused.value.exit, refused.value.detail, refused.value.next) == (Exit.CONFLICT, "It changed.", "Read again.")


def test_events_go_on_after_the_last_one_over_lost_connections(server: Server) -> None:
    listing = answer(200, {"items": []})
    server.script = [stream((3, "a"), (4, "b")), None, listing, stream((7, "c"))]
    events = Client().events("p", 2)
    assert [next(events)["seq"] for _ in range(3)] == [3, 4, 7]
    asked = [request.path for request in server.seen if "events" in request.path]
    assert asked[0].endswith("after=2")
    assert asked[-1].endswith("after=4")


def test_waiting_ends_with_the_jobs_own_end(server: Server) -> None:
    server.script = [
        stream((1, "step.ended.v1"), (2, "job.ended.v1")),
        answer(200, {"status": "running"}),
        answer(200, {"status": "failed"}),
    ]
    assert Client().wait("p", "job") == {"status": "failed"}


def test_an_answer_that_is_no_problem_document_is_explained(server: Server) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(500)
        handler.send_header("Content-Length", "4")
        handler.end_headers()
        handler.wfile.write(b"oops")

    server.script = [page]
    with pytest.raises(CliError, match="answered 500"):
        Client().get("/projects")


def test_files_go_as_a_form_with_the_words_and_survive_an_outage(server: Server) -> None:
    server.script = [None, answer(202, {"id": "job"})]
    assert Client().post("/projects", {"prompt": "a site"}, [("cv.pdf", b"%PDF-1.7"), ("a.txt", b"x")]) == {"id": "job"}
    assert [request.headers["Content-Type"].split(";")[0] for request in server.seen] == ["multipart/form-data"] * 2
    assert len({request.headers["Idempotency-Key"] for request in server.seen}) == 1


def test_a_file_that_is_not_there_is_explained(tmp_path: Path) -> None:
    (tmp_path / "cv.txt").write_text("Ada")
    assert read_files([tmp_path / "cv.txt"]) == [("cv.txt", b"Ada")]
    with pytest.raises(CliError) as missing:
        read_files([tmp_path / "nosuch.pdf"])
    assert missing.value.exit is Exit.INVALID
