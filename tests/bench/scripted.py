"""A platform whose models are ours: providers on loopback that follow a script, set up for all projects by the API."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from platform_client import SITE, Platform
from scripted_provider import KEY, VENDOR, Say, ScriptedProvider

WISH = "greet every visitor with Ahoy"


@contextmanager
def scripted_platform() -> Iterator[tuple[Platform, ScriptedProvider]]:
    """Without any model as yet. Its fail points can be armed in the home's ``failpoints``."""
    with ScriptedProvider().serving_aside() as provider, tempfile.TemporaryDirectory(prefix="barnraise-bench-") as folder:
        armed = Path(folder, "failpoints")
        armed.mkdir()
        platform = Platform.start(Path(folder), BARNRAISE_FAILPOINT_DIR=str(armed), BARNRAISE_SANDBOX_WARM="false")
        try:
            yield platform, provider
        finally:
            platform.stop()


def set_up(platform: Platform, name: str, model: str, url: str, protocol: str = "openai-chat", **more: Any) -> None:
    """A model for all projects, instead of the one that had the name. Another ``model`` has breakers of its own."""
    base = f"{url}/v1" if protocol.startswith("openai") else url
    price = {"input": 1, "output": 10}
    settings = {"name": name, "vendor": VENDOR[protocol], "protocol": protocol, "model": model, "url": base, "price": price, **more}
    with platform.http() as http:
        http.put(f"/api/v2/models/{name}", json={"settings": settings, "key": KEY}).raise_for_status()


def built(platform: Platform) -> str:
    """A site, by the built-in engine."""
    made = platform.create(SITE)
    if platform.ended(made["job"]["id"])["status"] != "succeeded":
        raise RuntimeError("the project was not built")
    return str(made["project"]["id"])


def wished(platform: Platform, project: str) -> str:
    """The job of a wish that a model alone can do."""
    return str(platform.say(project, WISH)["job"]["id"])


def changing(*edits: str, **more: Any) -> Say:
    """A reply with these edits."""
    return Say("Visitors are greeted.\n<changes>\n" + "".join(edits) + "</changes>\n", **more)
