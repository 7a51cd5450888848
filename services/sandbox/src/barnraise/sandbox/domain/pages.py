"""What package indexes answer, rewritten for a sandbox that is not to know where files lie: every address becomes the gateway's own."""

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

Offer = Callable[[str], str]
"""From a file's address at the index to the one that the sandbox may ask for."""
JSON = "application/vnd.pypi.simple.v1+json"
_KEPT = ("filename", "hashes", "requires-python", "core-metadata", "dist-info-metadata", "yanked", "size", "upload-time")


class UnreadableError(ValueError):
    """What the index said is no page."""


def simple_page(body: bytes, media_type: str, address: str, offer: Offer) -> bytes:
    """A project's page of the simple API, which is JSON (PEP 691) or HTML (PEP 503), as JSON. ``address`` is its own."""
    try:
        listed = list(_of_json(body) if "json" in media_type else _of_html(body))
        files = [{**entry, "url": offer(urljoin(address, entry["url"]))} for entry in listed]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableError(str(error)) from error
    name = urlsplit(address).path.rstrip("/").rpartition("/")[2]
    return json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": files}).encode()


def packument(body: bytes, address: str, offer: Offer) -> bytes:
    """A package's document of an npm registry."""
    try:
        said = json.loads(body)
        for version in said["versions"].values():
            version["dist"]["tarball"] = offer(urljoin(address, version["dist"]["tarball"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableError(str(error)) from error
    return json.dumps({name: said[name] for name in ("name", "dist-tags", "versions", "modified") if name in said}).encode()


def _of_json(body: bytes) -> Iterator[dict[str, Any]]:
    for entry in json.loads(body)["files"]:
        yield {"url": entry["url"], **{name: entry[name] for name in _KEPT if name in entry}}


def _of_html(body: bytes) -> Iterator[dict[str, Any]]:
    reader = _Links()
    reader.feed(body.decode())
    for said in reader.links:
        url, fragment = urldefrag(said["href"] or "")
        kind, _, digest = fragment.partition("=")
        entry: dict[str, Any] = {"url": url, "filename": urlsplit(url).path.rpartition("/")[2], "hashes": {kind: digest} if digest else {}}
        if said.get("data-requires-python"):
            entry["requires-python"] = said["data-requires-python"]
        if "data-yanked" in said:
            entry["yanked"] = said["data-yanked"] or True
        yield entry


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and dict(attrs).get("href"):
            self.links.append(dict(attrs))
