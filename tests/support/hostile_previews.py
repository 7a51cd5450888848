"""A site that keeps nothing apart, where every attack of a hostile preview must be seen to succeed."""

import socket
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from barnraise.gateway.adapters.hostile.site import Canaries, Site, evil_app, own_script, sibling_app, studio_page


async def weak(canaries: Canaries, site: Callable[[], Site]) -> AsyncIterator[Site]:
    """Everything below one origin, for any host, with no header of ours and no question who asks."""
    everyone = {"Access-Control-Allow-Credentials": "true"}
    posts = 0

    async def studio(request: web.Request) -> web.Response:
        canaries.cookies.append(request.headers.get("Cookie", ""))
        answer = web.Response(text=studio_page(canaries, site().evil, None), content_type="text/html")
        answer.set_cookie("barnraise", canaries.session)
        return answer

    async def api(request: web.Request) -> web.StreamResponse:
        nonlocal posts
        if request.headers.get("Upgrade"):
            answer = web.WebSocketResponse()
            await answer.prepare(request)
            return answer
        posts += request.method == "POST"
        allowed = everyone | {"Access-Control-Allow-Origin": request.headers.get("Origin", "*")}
        return web.json_response({"items": [canaries.page]}, headers=allowed)

    async def own(_: web.Request) -> web.Response:
        return web.Response(text=own_script(canaries), content_type="text/javascript")

    app = web.Application()
    app.add_subapp("/evil/", evil_app(site))
    app.add_subapp("/sibling/", sibling_app(site))
    app.add_routes([web.get("/own.js", own), web.route("*", "/api/{rest:.*}", api), web.get("/{r:.*}", studio)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    root = f"http://localhost:{listener.getsockname()[1]}"
    yield Site(root, f"{root}/evil/", f"{root}/sibling/", lambda: f"{root}/", canaries, lambda: posts)
    await runner.cleanup()
