"""The page: the built web application, from a folder."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from barnraise.gateway.domain.sites import Site
from barnraise.gateway.handlers.pages import page
from barnraise.gateway.handlers.problems import problem

_IMMUTABLE = "private, max-age=31536000, immutable"


class WebApp:
    """Files as they are; every other address that a browser opens is a route of the page itself."""

    def __init__(self, folder: Path | None, site: Site) -> None:
        self._folder = folder.resolve() if folder else None
        previews = f"http://*.{site.preview_domain}:* https://*.{site.preview_domain}:*"
        self._policy = (
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
            f"img-src 'self' data: blob: {previews}; connect-src 'self' ws: wss:; frame-src {previews}; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        path = request.url.path
        if request.method not in ("GET", "HEAD"):
            return problem("method_not_allowed", "This is a page.", path, headers={"Allow": "GET, HEAD"})
        if self._folder is None or not (index := self._folder / "index.html").is_file():
            return _not_built()
        file = self._file(path)
        if file is not None and file != index:
            return FileResponse(file, headers={"Cache-Control": _IMMUTABLE if path.startswith("/assets/") else "no-cache"})
        if file is None and not _is_route(request):
            return problem("not_found", "There is no such file.", path, next="Open the page at /.")
        return FileResponse(index, headers={"Cache-Control": "no-cache", "Content-Security-Policy": self._policy})

    def _file(self, path: str) -> Path | None:
        assert self._folder
        if "\x00" in path:
            return None
        found = (self._folder / path.lstrip("/")).resolve()
        return found if found.is_relative_to(self._folder) and found.is_file() else None


def _is_route(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") or "." not in request.url.path.rsplit("/", 1)[-1]


def _not_built() -> Response:
    text = "The web application was not built. `make setup` builds it; until then, use the command line: `barnraise --help`"
    return page(503, "The page is not built", text)
