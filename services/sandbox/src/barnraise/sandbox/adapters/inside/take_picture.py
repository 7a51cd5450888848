# ruff: noqa: S108 - the folders are the sandbox's own
"""Takes one picture of a project's page, as a visitor sees it: runs it as a preview does, in this sandbox alone, and looks at it with the
browser of this machine. Both are of one stranger, so what the picture shows is believed in nothing."""

import base64
import os
import socket
import subprocess
import sys
from pathlib import Path

from show_preview import CONTROL, LISTENER, Api, Page, apply

BROWSERS = ("/usr/lib/chromium/chromium", "/usr/lib/chromium-browser/chromium-browser")
SHOT = Path("/tmp/shot.png")
MOST_BYTES = 4 << 20
SECONDS = 45.0
FLAGS = (
    "--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--disable-breakpad", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--no-first-run", "--user-data-dir=/tmp/browser",
    "--virtual-time-budget=8000", f"--screenshot={SHOT}",
)  # fmt: skip
"""Its own sandbox needs what this one does not give; this one is around it instead."""


def main() -> int:
    from barnraise_channel import Channel, keep_few
    from barnraise_preload import APPLICATION, preload

    keep_few()
    channel = Channel(CONTROL)
    browser = next((path for path in BROWSERS if Path(path).exists()), None)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    given = listener.detach()
    if given != LISTENER:
        os.dup2(given, LISTENER)
        os.close(given)
    page = Page()
    preload(APPLICATION)
    channel.send({"ready": True, "browser": browser is not None})
    request = channel.receive()
    if request is None:
        return 0
    done = apply(request, page, Api())
    channel.send(taken(browser, port, request) if done["page"] == "up" and browser else {"problem": "unseen"})
    return 0


def taken(browser: str | None, port: int, request: dict) -> dict:
    """``{"content"}``, a PNG; or ``{"problem"}``: unseen."""
    size = f"--window-size={int(request['width'])},{int(request['height'])}"
    command = [str(browser), *FLAGS, size, f"http://localhost:{port}/"]
    try:
        subprocess.run(command, timeout=SECONDS, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        content = SHOT.read_bytes()
    except (subprocess.TimeoutExpired, OSError):
        return {"problem": "unseen"}
    if len(content) > MOST_BYTES:
        return {"problem": "unseen"}
    return {"content": base64.b64encode(content).decode()}


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
