"""A package index on the loopback, for Python (simple API) and Node (npm registry), whose packages the test makes."""

import base64
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class TinyIndex:
    """``asked`` lists the paths in the order in which they were asked for. ``moved``: a path and where it is said to have gone."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.moved: dict[str, str] = {}
        self._wheels: dict[str, dict[str, str]] = {}
        self._packuments: dict[str, dict[str, Any]] = {}
        self._files: dict[str, bytes] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def python(self) -> str:
        return f"{self.address}/simple/"

    @property
    def node(self) -> str:
        return f"{self.address}/npm/"

    def wheel(self, name: str, files: Mapping[str, str], *, version: str = "1.0", requires: tuple[str, ...] = (), link: str = "") -> str:
        """Put a wheel there; its hash. ``link``: an address of the file elsewhere, which the page names in its place."""
        about = f"{name}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {one}\n" for one in requires)
        whole = {**files, f"{about}/METADATA": metadata, f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
        rows = [f"{path},sha256={_urlsafe(content.encode())},{len(content.encode())}" for path, content in whole.items()]
        whole[f"{about}/RECORD"] = "\n".join([*rows, f"{about}/RECORD,,", ""])
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, text in whole.items():
                archive.writestr(path, text)
        return self._add(name, f"{name}-{version}-py3-none-any.whl", content.getvalue(), link)

    def source(self, name: str, files: Mapping[str, str], version: str = "1.0") -> str:
        return self._add(name, f"{name}-{version}.tar.gz", _tar({f"{name}-{version}/{path}": text for path, text in files.items()}), "")

    def _add(self, name: str, filename: str, content: bytes, link: str) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self._files[f"/files/{filename}"] = content
        self._wheels.setdefault(name, {})[filename] = f"{link or f'/files/{filename}'}#sha256={digest}"
        return f"sha256:{digest}"

    def package(self, name: str, files: Mapping[str, str], *, version: str = "1.0.0", **about: Any) -> None:
        """Put an npm package there. The paths of ``files`` are those in the archive."""
        described = {"name": name, "version": version, **about}
        content = _tar({"package/package.json": json.dumps(described), **files})
        path = f"/files/{name.replace('/', '-')}-{version}.tgz"
        self._files[path] = content
        integrity = f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"
        said = self._packuments.setdefault(name, {"name": name, "dist-tags": {}, "versions": {}})
        said["versions"][version] = {**described, "dist": {"tarball": f"{self.address}{path}", "integrity": integrity}}
        said["dist-tags"]["latest"] = version

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[str, bytes] | None:
        kind, _, rest = path.strip("/").partition("/")
        if kind == "simple" and rest in self._wheels:
            links = "".join(f'<a href="{link}">{filename}</a>' for filename, link in self._wheels[rest].items())
            return "text/html", f"<!doctype html><html><body>{links}</body></html>".encode()
        if kind == "npm" and rest in self._packuments:
            return "application/json", json.dumps(self._packuments[rest]).encode()
        content = self._files.get(path)
        return ("application/octet-stream", content) if content is not None else None

    def _handler(index: "TinyIndex") -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append(self.path)
                found = index.answer(self.path)
                self.send_response(302 if self.path in index.moved else 200 if found else 404)
                media_type, body = found or ("text/plain", b"")
                if self.path in index.moved:
                    self.send_header("Location", index.moved[self.path])
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None: ...

        return Handler


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _tar(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return content.getvalue()
